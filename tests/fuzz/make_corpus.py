"""Writes corpus/: small valid files of each format, and files with one thing wrong.

    make_corpus.py    # in place; what it writes is committed

Names say what the parser does with a file: valid… is accepted, refused… is refused.
"""

import gzip
import json
import pathlib
import struct

CORPUS = pathlib.Path(__file__).parent / "corpus"


def write(folder, files):
    (CORPUS / folder).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (CORPUS / folder / name).write_bytes(data)


# ---- safetensors ---------------------------------------------------------------------------------

def safetensors(header, data):
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def safetensors_files():
    two = {"a": tensor("F32", [2, 2], 0, 16), "b.weight": tensor("BF16", [3], 16, 22)}
    described = {"__metadata__": {"format": "pt", "note": "\u00e9"},
                 "x": tensor("F64", [], 0, 8), "y": tensor("I64", [0, 5], 8, 8),
                 "z": tensor("BOOL", [3], 8, 11)}
    padded = json.dumps({"a": tensor("U8", [2], 0, 2)}).encode() + b"   "
    hole = {"a": tensor("I8", [2], 0, 2), "b": tensor("F16", [1], 4, 6)}
    huge = {"a": tensor("I32", [2**62, 4], 0, 0)}
    return {
        "valid_two": safetensors(two, bytes(range(1, 23))),
        "valid_metadata": safetensors(described, bytes(range(1, 12))),
        "valid_padded": struct.pack("<Q", len(padded)) + padded + b"\1\2",
        "valid_empty": safetensors({}, b""),
        "refused_hole": safetensors(hole, b"\1\2\3\4\5\6"),
        "refused_overflow": safetensors(huge, b""),
        # Neither: the target gives it its true length, too.
        "header_length": struct.pack("<Q", 2**63) + b"{}",
    }


# ---- IDX -----------------------------------------------------------------------------------------

def packed(data, level=9):
    return gzip.compress(data, compresslevel=level, mtime=0)


def idx_files():
    images = struct.pack(">4I", 0x803, 2, 2, 3) + bytes(range(12))
    labels = struct.pack(">2I", 0x801, 4) + bytes([0, 9, 3, 1])
    return {
        "valid_images": images,
        "valid_labels": labels,
        "valid_images_gzip": packed(images),
        # Level 0 stores the bytes, so that mutations reach the numbers in the header.
        "valid_labels_gzip_stored": packed(labels, level=0),
        "valid_labels_two_members": packed(labels[:6]) + packed(labels[6:]),
        "refused_label": labels[:-1] + b"\x0a",
        "refused_announces_much": struct.pack(">4I", 0x803, 2**31, 2**31, 1) + b"abc",
        "refused_gzip_cut": packed(images)[:-9],
        # As much as a file of this size could hold, but it does not.
        "refused_gzip_holds_less": packed(struct.pack(">2I", 0x801, 20_000) + bytes([1]), level=0),
    }


# ---- tokenizer.json ------------------------------------------------------------------------------

def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def model(pieces, merges, **changes):
    return {"type": "BPE", "vocab": {piece: i for i, piece in enumerate(pieces)},
            "merges": merges, **changes}


def added(number, content, **flags):
    token = dict.fromkeys(["single_word", "lstrip", "rstrip", "normalized", "special"], False)
    return {"id": number, "content": content, **token, **flags}


def tokenizer_files():
    begin = {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
    llama = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added(1, "<s>", special=True), added(10, "<end>", rstrip=True)],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        "pre_tokenizer": None, "post_processor": begin,
        "model": model(["<unk>", "<s>", "▁", "a", "b", "c", "▁a", "bc", "<0xC3>", "<0xA9>"],
                       ["▁ a", "b c"], unk_token="<unk>", fuse_unk=True, byte_fallback=True)}
    byte_level = {
        "added_tokens": [added(8, "yes", single_word=True, lstrip=True, normalized=True)],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True},
            {"type": "Split", "pattern": {"Regex": r"(?i:'s|'t)| ?\p{L}+|\p{N}{1,3}|\s+(?!\S)|[^\h]"},
             "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}]},
        "post_processor": {"type": "ByteLevel", "trim_offsets": True},
        "model": model(["a", "b", "c", "Ġ", "Ã", "©", "Ġa", "1"], [["Ġ", "a"]],
                       ignore_merges=True)}
    metaspace = {
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first",
                          "split": True},
        "model": model(["▁", "a", "b", "▁a", "<u>"], ["▁ a"], unk_token="<u>", fuse_unk=False)}
    replaces = {
        "normalizer": {"type": "Replace", "pattern": {"Regex": "a|b+"}, "content": "ab"},
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?<=a)[bc]{1,2}|^$|."},
                          "behavior": "MergedWithPrevious", "invert": True},
        "model": model(["a", "b", "ab"], ["a b", "a b"])}
    # Each of these steps makes some text twice as long; more of them are refused.
    doubling = {"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}
    normalizes_long = {
        "normalizer": {"type": "Sequence", "normalizers": [doubling] * 16},
        "model": model(["a", "b"], [])}
    to_bytes = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
    cuts_long = {
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [to_bytes] * 16},
        "model": model(["a", "b"], [])}
    return {
        "valid_llama": compact(llama),
        "valid_byte_level": compact(byte_level),
        "valid_metaspace": compact(metaspace),
        "valid_replace": compact(replaces),
        "valid_normalizes_long": compact(normalizes_long),
        "valid_cuts_long": compact(cuts_long),
        "refused_merge": compact({"model": model(["a", "b"], ["a b"])}),
        "refused_dropout": compact({"model": model(["a"], [], dropout=0.1)}),
        "refused_key_twice": '{"model":{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}}',
        "refused_depth": '{"model":' + "[" * 40 + "]" * 40 + "}",
    }


# ---- config.json ---------------------------------------------------------------------------------

def deep_list(levels):
    return [deep_list(levels - 1)] if levels > 1 else []


def config(architecture, **changes):
    return compact({"model_type": architecture, "vocab_size": 32, "hidden_size": 16,
                    "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
                    "num_key_value_heads": 2, "rms_norm_eps": 1e-05, "pad_token_id": None,
                    **changes})


def config_files():
    longrope = {"type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [2.0, 3.0]}
    llama3 = {"rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0,
              "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
    return {
        "valid_llama": config("llama", tie_word_embeddings=True, bos_token_id=1, head_dim=4),
        "valid_llama3": config("llama", rope_parameters=llama3),
        "valid_phi3": config("phi3", sliding_window=9, rope_theta=10000.0),
        "valid_phi3_longrope": config("phi3", rope_scaling=longrope, max_position_embeddings=64,
                                      original_max_position_embeddings=16),
        "valid_qwen2": config("qwen2", use_sliding_window=True, sliding_window=8,
                              layer_types=["full_attention", "sliding_attention"]),
        "valid_mistral": config("mistral", sliding_window=None),
        "valid_gemma3": config("gemma3_text", head_dim=4, sliding_window_pattern=2,
                               rope_local_base_freq=1e4, final_logit_softcapping=30.0),
        "valid_gpt2": config("gpt2", n_inner=None, scale_attn_by_inverse_layer_idx=True),
        "valid_gpt_neox": config("gpt_neox", rotary_pct=0.5, use_parallel_residual=False),
        "valid_olmo": config("olmo", clip_qkv=8.0, architectures=["OlmoForCausalLM"]),
        "valid_smollm3": config("smollm3", no_rope_layers=[1, 0]),
        "valid_yarn": config("llama", rope_parameters={"rope_type": "yarn", "factor": 4.0}),
        "refused_heads": config("llama", num_attention_heads=3),
        "refused_architecture": config("mamba"),
        "refused_depth": config("llama", hidden_act=deep_list(40)),
        "refused_rotation": config("phi3", partial_rotary_factor=1.5),
    }


# ---- TOML ----------------------------------------------------------------------------------------

HEAD = 'name = "size"\ndescription = "Size"\nsource = "3.2"\n\n'
CHAIN = '[[sample]]\nid = "chain"\ntext = ["{A} is {{bigger}} than {B}.", "{B} is small."]\n'


def toml_files():
    flags = 'extended = true\ntrain = false\nevaluate = true\nnote = "for a reader"\n'
    return {
        "valid_domain": HEAD + CHAIN + flags,
        "valid_domain_inline": HEAD + 'sample = [{id = "a", text = \'{A}\'}]\n',
        "valid_samples": "# mine\n" + CHAIN + '\n[[sample]]\nid = "Ü"\ntext = """one\\u00e9"""\n',
        "refused_id_twice": HEAD + CHAIN + CHAIN,
        "refused_brace": HEAD + '[[sample]]\nid = "a"\ntext = "{A"\nextended = true\n',
        "refused_dots": "a." * 40 + "a = 1\n",
        "refused_brackets": HEAD + "sample = " + "[" * 40 + "]" * 40 + "\n",
        "refused_types": 'name = 1979-05-27T07:32:00Z\na.b.c = [0x1F, 1_000, inf, -nan, 1e3]\n',
    }


DECLARED = ('id = "mine"\nversion = "1"\nclaim = "c"\nholds = "h"\nviolated = "v"\n')


def expectation(effect, more=""):
    return f'[[expectation]]\nid = "e"\neffect = "{effect}"\n{more}'


def declaration_files():
    samples = ('[[sample]]\nid = "a"\ntext = "{A}"\n[[sample]]\nid = "b"\ntext = ["{B}", "x"]\n'
               'extended = true\nevaluate = false\n')
    observation = '[[observation]]\nid = "o"\nvalue = "(a > a) / (b > a)"\n'
    return {
        "valid_own": DECLARED + samples + expectation(
            "(a > a) - 0.5 * (b > a)", 'control = "-(b > a)"\nplain = false\n') + observation,
        "valid_domain": DECLARED + 'domain = "squares"\n' + expectation(
            "mean(abs((chain > combined) - (combined > chain)), abs(chain > chain)) / 2",
            'kind = "invariance"\nprimary = true\nself_scale = "squares"\n'),
        "refused_column": DECLARED + samples + expectation("(a > a) - (b a)"),
        "refused_sample": DECLARED + samples + expectation("(a > c)"),
        "refused_role": DECLARED + samples + expectation("(a > b)"),
        "refused_depth": DECLARED + samples + expectation("(" * 40 + "a > a" + ")" * 40),
        "refused_unit": DECLARED + samples + expectation("(a > a) * (b > a) + 1"),
        "refused_secondary": DECLARED + samples + expectation("a > a", "primary = false\n"),
    }


def main():
    write("safetensors", safetensors_files())
    write("idx", idx_files())
    write("tokenizer", tokenizer_files())
    write("config", config_files())
    write("toml", toml_files())
    write("declaration", declaration_files())


if __name__ == "__main__":
    main()

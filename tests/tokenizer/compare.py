"""Compares encode_lines with the Hugging Face `tokenizers` library.

    compare.py --encoder build/bin/eif_encode_lines --count 10000 tokenizer.json folder_of_them ...

Encodes the strings of make_strings.py with both, with the special tokens around them and without;
and those of --texts, a JSON array, where that file is there.
Exit status: 0 all ids are equal, 1 some are not, 77 a tokenizer is not there.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import tokenizers

import make_strings

SKIPPED = 77
SHOWN = 5


def ours(encoder, path, mode, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    result = subprocess.run([encoder, path, mode], input=lines.encode(), stdout=subprocess.PIPE,
                            check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def compare(encoder, path, count, seed, more):
    """The number of strings that get other ids."""
    reference = tokenizers.Tokenizer.from_file(str(path))
    added = [token.content for token in reference.get_added_tokens_decoder().values()]
    texts = make_strings.Strings(seed, added).take(count) + more
    different = 0
    for mode, add_special_tokens in [("auto", True), ("never", False)]:
        expected = [encoding.ids for encoding in
                    reference.encode_batch(texts, add_special_tokens=add_special_tokens)]
        found = ours(encoder, path, mode, texts)
        assert len(found) == len(texts), f"{len(found)} answers to {len(texts)} strings"
        for text, want, got in zip(texts, expected, found):
            if want == got:
                continue
            different += 1
            if different <= SHOWN:
                print(f"{path}: {mode}: {text!r}\n  Hugging Face {want}\n  eif-suite    {got}")
    print(f"{path}: {len(texts)} strings twice, {different} different")
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=pathlib.Path)
    parser.add_argument("tokenizers", nargs="+", type=pathlib.Path)
    options = parser.parse_args()

    missing = [path for path in options.tokenizers if not path.exists()]
    if missing:
        print("skipped: fetch " + ", ".join(map(str, missing)) + " first")
        return SKIPPED
    files = [file for path in options.tokenizers
             for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    assert files, "the folder holds no tokenizers"
    more = json.loads(options.texts.read_text()) if options.texts and options.texts.exists() else []
    different = [compare(options.encoder, file, options.count, options.seed, more) for file in files]
    return 1 if any(different) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes small tokenizers with the Hugging Face library, one for each thing that can differ.

    make_tiny_tokenizers.py OUT_FOLDER    # writes OUT_FOLDER/<name>.json

Their merges are learnt on text that is not cut at all, so that they join whatever a pre-tokenizer
does not keep apart: text that is cut at a wrong place gets other ids.
"""

import argparse
import itertools
import json
import pathlib

from tokenizers import (AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers,
                        processors, trainers)

import make_strings

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
GPT4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
         r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
         r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}"
         r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CL100K = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s")
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
            r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")

BEHAVIOURS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]

# Each stands for a piece of syntax; several can match nothing at all.
PATTERNS = {
    "space": r"\s", "no_space": r"\S+", "class_no_space": r"[^\S\n]", "digits": r"\d*",
    "no_digit": r"\D+", "hex": r"\h+", "class_hex": r"[\hx]+", "han": r"\p{Han}+", "no_han": r"\P{Han}+",
    "kana": r"[\p{Hiragana}\p{Katakana}]", "range": r"[一-龥぀-ゟ゠-ヿ]+", "dot": r".", "line": r"^.*$",
    "line_begin": r"^", "line_end": r"$", "end": r"\s*\Z", "begin": r"\A\s*", "very_end": r".\z",
    "lazy": r"a.*?a", "possessive": r"a++|b?+", "interval": r"[ab]{2,3}?|a{,2}",
    "look": r"(?<=a)b|(?<! )a(?=\s)|(?>ab|a)b", "escapes": r"[\t\n\v\f\r\x20\x{3000}\u2003\a\e]+",
    "brackets": r"[\[\]^-]|\]|\{|\}|-", "ignore_case": r"(?i)[a-f]+|k|'s|ll",
    "word": r"\w+", "no_word": r"\W+", "boundary": r"\b", "no_boundary": r"\B",
    "class_word": r"[\w-]+|[^\W]", "class_no_word": r"[\Wa]+", "nested": r"[a[b-d]e]+|[^a[\s]]",
    "nested_negated": r"[a[^\w\s]]+", "intersection": r"[\w&&[^\d_]]+", "no_intersection": r"[^\w&&\d]+",
    "bloom": r" ?[^(\s|[.,!?…。，、।۔،])]+",
    "keep_case": r"(?i:a(?-i:B))", "empty": r"", "controls": r"\p{C}|\p{Zl}|[\x00-\x1f]",
}


def corpus():
    return make_strings.Strings(seed=7).take(3000)


def train(tokenizer, **options):
    """Merges over the corpus, without cutting the text."""
    trainer = trainers.BpeTrainer(vocab_size=900, show_progress=False, max_token_length=8,
                                  **options)
    tokenizer.train_from_iterator(corpus(), trainer)
    return json.loads(tokenizer.to_str())["model"]


def byte_model():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return train(tokenizer, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())


def character_model(bytes_there):
    """Pieces of the commoner characters, with "▁" for the space, and these bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in bytes_there]
    return train(tokenizer, special_tokens=special, limit_alphabet=150)


def build(model, normalizer=None, pre_tokenizer=None, post_processor=None, added=(), **changes):
    tokenizer = Tokenizer(models.BPE())
    parts = json.loads(tokenizer.to_str())
    parts["model"] = {**model, **changes}
    tokenizer = Tokenizer.from_str(json.dumps(parts))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.add_tokens(list(added))
    if post_processor:
        tokenizer.post_processor = post_processor
    return tokenizer


def split(pattern, behaviour="isolated", invert=False):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(pattern, behaviour, invert),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])


def all_flags():
    """Added tokens of every combination of flags, some of them parts of others."""
    names = ["<end>", "<endless>", "<end><end>", "[x]", "yes", "yes yes", "  ", "\n", "_y", "é!",
             "ab", "abc", "b", "<|im|>", "[ x ]", "K"]
    flags = ["single_word", "lstrip", "rstrip", "normalized"]
    values = itertools.product([False, True], repeat=len(flags))
    return [AddedToken(name, special=i % 3 == 0, **dict(zip(flags, value)))
            for i, (name, value) in enumerate(zip(names, values, strict=True))]


def template(single, names):
    return processors.TemplateProcessing(single=single, pair="$A $B", special_tokens=names)


def byte_level_tokenizers(model):
    byte_level = pre_tokenizers.ByteLevel
    end = AddedToken("<|endoftext|>", special=True, normalized=False)
    end_id = len(model["vocab"])
    bos = template("<|endoftext|> $A", [("<|endoftext|>", end_id)])
    yield "gpt2", build(model, None, byte_level(add_prefix_space=False))
    yield "gpt2_prefix_space", build(model, None, byte_level(add_prefix_space=True), None,
                                     all_flags())
    yield "digits", build(model, None, pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), byte_level(add_prefix_space=False)]),
        None, [end])
    yield "numbers", build(model, None, pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=False), byte_level(use_regex=False)]))
    yield "digits_last", build(model, None, pre_tokenizers.Sequence(
        [byte_level(add_prefix_space=False), pre_tokenizers.Digits(individual_digits=True)]))
    yield "llama3", build(model, None, split(Regex(LLAMA3)),
                          processors.Sequence([processors.ByteLevel(trim_offsets=False), bos]),
                          [end], ignore_merges=True)
    yield "qwen", build(model, normalizers.NFC(), split(Regex(QWEN)),
                        processors.ByteLevel(trim_offsets=False), [end])
    yield "gpt4o", build(model, None, split(Regex(GPT4O), "removed", True), bos, [end])
    yield "cl100k", build(model, None, split(Regex(CL100K)))
    yield "deepseek", build(model, normalizers.Sequence([]), pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"), split(Regex(DEEPSEEK))]))
    yield "nfc_flags", build(model, normalizers.NFC(), byte_level(add_prefix_space=False),
                             template("$A <end> <end>", [("<end>", end_id)]), all_flags())
    yield "roberta", build(model, None, byte_level(add_prefix_space=False), processors.RobertaProcessing(
        ("<|endoftext|>", end_id), ("a", model["vocab"]["a"])), [end])
    yield "falcon", build(model, None, pre_tokenizers.Sequence([
        pre_tokenizers.Punctuation("contiguous"), byte_level(add_prefix_space=False),
        pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Split(
            Regex(r"[0-9][0-9][0-9]"), "isolated")]), None, [end])
    yield "lowercase", build(model, normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase()]),
                             byte_level(add_prefix_space=False), None, all_flags())
    yield "nfkc", build(model, normalizers.NFKC(), byte_level(add_prefix_space=False))
    yield "nfkd", build(model, normalizers.NFKD(), byte_level(add_prefix_space=False))
    for behaviour in BEHAVIOURS:
        yield f"punctuation_{behaviour}", build(model, None, pre_tokenizers.Sequence(
            [pre_tokenizers.Punctuation(behaviour), byte_level(use_regex=False)]))
    for behaviour, invert in itertools.product(BEHAVIOURS, [False, True]):
        name = f"split_{behaviour}{'_inverted' if invert else ''}"
        yield name, build(model, None, split(Regex(r"\p{N}|\s|"), behaviour, invert))
        yield f"{name}_text", build(model, None, split("a", behaviour, invert))
    for i, (name, pattern) in enumerate(PATTERNS.items()):
        yield f"pattern_{name}", build(model, None, split(Regex(pattern), BEHAVIOURS[1 + i % 4]))


def llama2_normalizer():
    return normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])


def byte_fallback_tokenizers():
    whole = character_model(range(256))
    some = character_model(range(0x80, 0xF0))
    none = character_model([])
    unknown = {"unk_token": "<unk>"}
    bos = template("<s> $A </s>", [("<s>", 1), ("</s>", 2)])
    yield "llama2", build(whole, llama2_normalizer(), None, bos, fuse_unk=True, byte_fallback=True,
                          **unknown)
    yield "llama2_flags", build(whole, llama2_normalizer(), None, None, all_flags(), fuse_unk=True,
                                byte_fallback=True, **unknown)
    yield "some_bytes_fused", build(some, llama2_normalizer(), fuse_unk=True, byte_fallback=True,
                                    **unknown)
    yield "some_bytes", build(some, llama2_normalizer(), byte_fallback=True, **unknown)
    yield "unknown_fused", build(none, llama2_normalizer(), fuse_unk=True, **unknown)
    yield "unknown", build(none, llama2_normalizer(), **unknown)
    yield "nothing_unknown", build(none, llama2_normalizer())
    yield "replace", build(none, normalizers.Sequence(
        [normalizers.Replace(Regex(r"\s+|(?=x)"), "▁"), normalizers.Replace("..", "."),
         normalizers.Prepend("ab"), normalizers.Replace("a", "")]), **unknown)
    for scheme, cuts in itertools.product(["always", "first", "never"], [False, True]):
        metaspace = pre_tokenizers.Metaspace("▁", prepend_scheme=scheme, split=cuts)
        added = all_flags() if scheme == "first" else []
        yield (f"metaspace_{scheme}{'_split' if cuts else ''}",
               build(none, None, metaspace, None, added, **unknown))
    yield "metaspace_digits", build(none, None, pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Digits(individual_digits=True)]), **unknown)


def write(folder, name, parts):
    (folder / f"{name}.json").write_text(json.dumps(parts, ensure_ascii=False), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for name, tokenizer in itertools.chain(byte_level_tokenizers(byte_model()),
                                           byte_fallback_tokenizers()):
        write(folder, name, json.loads(tokenizer.to_str()))
    # The older way of writing merges, with the heading that came along from a merges.txt, and some
    # of them twice.
    parts = json.loads((folder / "gpt2.json").read_text())
    merges = parts["model"]["merges"]
    lines = [" ".join(merge) for merge in merges + merges[:40]]
    parts["model"]["merges"] = ["#version: 0.2"] + lines
    write(folder, "merges_as_text", parts)


if __name__ == "__main__":
    main()

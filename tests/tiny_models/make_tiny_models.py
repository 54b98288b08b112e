"""Writes tiny random models of the decoder family, as Hugging Face folders.

    make_tiny_models.py OUTDIR                      # OUTDIR/<name>/ for every name of README.md
    make_tiny_models.py OUTDIR --only qwen2 --dtype float64

The same call writes the same weights on every machine. Each model has a tokenizer.json of the kind
its family uses, so that plain text goes through it.
"""

import argparse
import dataclasses
import json
import math
import pathlib
import random
from collections.abc import Callable

import tokenizers
import torch
import transformers
from tokenizers import (
    AddedToken,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

VOCABULARY = 320
LONGROPE_THRESHOLD = 32  # the longest sequence that takes the short factors
LONGROPE_MAX_POSITIONS = 512

# SmolLM2's and Qwen2's.
CHAT_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

# What Llama 3 and Qwen2 cut words with; they differ in how many digits stay together.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{digits}"
    r"| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# Merges are learnt from this; words of the paper's domains, so that some are whole tokens.
CORPUS = [
    "a klarbu is a pimjon. all pimjons have a grendil. a klarbu has a grendil.",
    "the pimjon does not have a grendil. the klarbu does not belong to the grendil.",
    "klarbu causes pimjon, pimjon causes grendil, and so klarbu causes grendil.",
    "The grendil is bigger than the pimjon. The pimjon is a part of the klarbu.",
    "A set that contains the klarbu contains all that belongs to the klarbu in 12 or 345 ways.",
]


@dataclasses.dataclass(frozen=True)
class TinyModel:
    config: transformers.PreTrainedConfig
    make_tokenizer: Callable[[], tokenizers.Tokenizer]
    shard_size: str = "1GB"  # one file
    older_config: bool = False  # config.json as before transformers 5


# --- tokenizers -----------------------------------------------------------------------------------


def learn_merges(tokenizer, vocabulary, **options):
    """Trains `tokenizer` on the corpus; returns its `vocabulary` tokens and its merges."""
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, show_progress=False, **options)
    tokenizer.train_from_iterator(CORPUS, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    if len(model["vocab"]) != vocabulary:
        raise ValueError(f"the corpus gives {len(model['vocab'])} tokens, expected {vocabulary}")
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def byte_level_tokenizer(pre_tokenizer, special_tokens):
    """Bytes as letters and merges of them; special tokens have the first ids."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    learn_merges(
        tokenizer,
        VOCABULARY,
        special_tokens=special_tokens,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    return tokenizer


def split_words(digits):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(WORDS.format(digits=digits)), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def smollm_tokenizer():
    pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return byte_level_tokenizer(pre_tokenizer, CHAT_TOKENS)


def llama3_tokenizer():
    """The one that puts a beginning-of-sequence token before every text."""
    begin = "<|begin_of_text|>"
    tokenizer = byte_level_tokenizer(split_words("{1,3}"), [begin, "<|end_of_text|>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A", pair=f"{begin} $A {begin} $B:1", special_tokens=[(begin, 0)]
    )
    return tokenizer


def qwen2_tokenizer():
    tokenizer = byte_level_tokenizer(split_words(""), CHAT_TOKENS)
    tokenizer.normalizer = normalizers.NFC()
    return tokenizer


def phi3_tokenizer():
    """Llama-2's kind: no pre-tokenizer, spaces written as ▁, unknown characters as bytes."""
    added = [
        AddedToken("<|endoftext|>", special=True, normalized=False),
        AddedToken("<|end|>", special=True, normalized=False, rstrip=True),
    ]
    spaces = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]

    learner = tokenizers.Tokenizer(models.BPE())
    learner.normalizer = spaces
    # Words, not whole lines, or the merges would be pieces of sentences.
    learner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    vocabulary, merges = learn_merges(learner, VOCABULARY - len(added), special_tokens=pieces)

    tokenizer = tokenizers.Tokenizer(
        models.BPE(
            vocab=vocabulary, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True
        )
    )
    tokenizer.normalizer = spaces
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(content=" ", left=1),
        ]
    )
    tokenizer.add_special_tokens(
        [AddedToken(piece, special=True, normalized=False) for piece in pieces[:3]]
    )
    tokenizer.add_special_tokens(added)
    return tokenizer


# --- models ---------------------------------------------------------------------------------------


def sizes(**changes):
    return {
        "vocab_size": VOCABULARY,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
    } | changes


def phi3_config(**changes):
    own_sizes = {"num_key_value_heads": 4, "original_max_position_embeddings": 256}
    return transformers.Phi3Config(**sizes(**own_sizes | changes))


def longrope_config(partial_rotary_factor):
    head_width = 16
    pairs = int(head_width * partial_rotary_factor) // 2
    factors = random.Random(5)
    return phi3_config(
        max_position_embeddings=LONGROPE_MAX_POSITIONS,
        original_max_position_embeddings=LONGROPE_THRESHOLD,
        rope_parameters={
            "rope_type": "longrope",
            "rope_theta": 10000.0,
            "partial_rotary_factor": partial_rotary_factor,
            "short_factor": [round(factors.uniform(1, 2), 3) for _ in range(pairs)],
            "long_factor": [round(factors.uniform(2, 4), 3) for _ in range(pairs)],
        },
    )


def tiny_models():
    mha = phi3_config()
    # Wavelengths run from 6 to 2 · 10⁴ positions here: with 64 original positions some are kept,
    # some are stretched, and some lie on the ramp between.
    llama3_rope = {
        "rope_type": "llama3",
        "rope_theta": 10000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    }
    return {
        "phi3_mha": TinyModel(mha, phi3_tokenizer),
        "phi3_mha_sharded": TinyModel(mha, phi3_tokenizer, shard_size="100KB", older_config=True),
        "phi3_window": TinyModel(phi3_config(sliding_window=9), phi3_tokenizer),
        "phi3_longrope": TinyModel(longrope_config(1.0), phi3_tokenizer),
        "phi3_longrope_partial": TinyModel(
            longrope_config(0.75), phi3_tokenizer, older_config=True
        ),
        "llama_gqa_tied": TinyModel(
            transformers.LlamaConfig(**sizes(tie_word_embeddings=True, rms_norm_eps=1e-5)),
            smollm_tokenizer,
        ),
        "llama_gqa_untied": TinyModel(
            transformers.LlamaConfig(
                **sizes(rope_parameters=llama3_rope, bos_token_id=0, eos_token_id=1)
            ),
            llama3_tokenizer,
        ),
        "qwen2": TinyModel(
            transformers.Qwen2Config(
                **sizes(
                    tie_word_embeddings=True,
                    rope_parameters={"rope_type": "default", "rope_theta": 1e6},
                )
            ),
            qwen2_tokenizer,
        ),
    }


def randomise(model):
    """Weights that all matter to the loss, unlike those of a fresh model, whose loss is ln(320)."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "norm" in name:
                parameter.uniform_(0.5, 1.5, generator=generator)
            elif parameter.dim() == 1:  # a bias
                parameter.normal_(std=0.3, generator=generator)
            else:
                inputs = parameter.shape[1]
                parameter.normal_(std=1.2 / math.sqrt(inputs), generator=generator)


def to_older_config(config):
    """config.json as written before transformers 5: rope_theta, rope_scaling and torch_dtype."""
    older = dict(config)
    older["torch_dtype"] = older.pop("dtype")
    rope = dict(older.pop("rope_parameters"))
    older["rope_theta"] = rope.pop("rope_theta")
    older["partial_rotary_factor"] = rope.pop("partial_rotary_factor", 1.0)
    kind = rope.pop("rope_type")
    # original_max_position_embeddings stands beside rope_scaling in these files, not in it.
    rope.pop("original_max_position_embeddings", None)
    older["rope_scaling"] = None if kind == "default" else {"type": kind, **rope}
    return older


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def write_model(tiny_model, dtype, folder):
    model = transformers.AutoModelForCausalLM.from_config(tiny_model.config)
    randomise(model)  # in float32 for every dtype, so that the models are the same
    model.to(dtype).save_pretrained(folder, max_shard_size=tiny_model.shard_size)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if tiny_model.older_config:
        path = folder / "config.json"
        write_json(path, to_older_config(json.loads(path.read_text(encoding="utf-8"))))
    tiny_model.make_tokenizer().save(str(folder / "tokenizer.json"))
    # Keeps transformers from rebuilding the tokenizer in the way it thinks the family wants.
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})


def main():
    every_model = tiny_models()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outdir", type=pathlib.Path)
    parser.add_argument(
        "--only", nargs="+", choices=every_model, metavar="NAME", default=every_model
    )
    parser.add_argument("--dtype", choices=["float32", "float64", "bfloat16"], default="float32")
    arguments = parser.parse_args()
    for name in arguments.only:
        folder = arguments.outdir / name
        folder.mkdir(parents=True, exist_ok=True)
        write_model(every_model[name], getattr(torch, arguments.dtype), folder)


if __name__ == "__main__":
    main()

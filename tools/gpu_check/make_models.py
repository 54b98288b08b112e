"""Writes a model with random weights as a Hugging Face folder:

    python -m gpu_check.make_models FOLDER smollm2|phi3 DEVICE STATEMENTS [--small]

The seed is fixed, so that the same device makes the same weights again. The tokenizer learns its merges from
STATEMENTS, a file with a JSON list of texts, and has so many tokens that it cuts the sentences of
`transitivity` about as finely as SmolLM2's own, which cuts those of nine seeds into 1348 tokens.
"""

import json
import pathlib
import sys

import tokenizers
import torch
from tokenizers import decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, LlamaConfig, Phi3Config

SEED = 20240509
TOKENS, LONGEST_TOKEN = 425, 4  # shorter than any name, which would have no token that is scored
TINY = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 448}


def smollm2(**changes):
    """As HuggingFaceTB/SmolLM2-135M has it: 135 million parameters."""
    return torch.float32, LlamaConfig(**{
        "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
        "num_attention_heads": 9, "num_key_value_heads": 3, "vocab_size": 49152,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 100000.0,
        "tie_word_embeddings": True, "initializer_range": 0.041666666666666664} | changes)


def phi3(**changes):
    """As microsoft/Phi-3-mini-4k-instruct has it: 3.8 billion parameters."""
    return torch.bfloat16, Phi3Config(**{
        "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32,
        "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32064,
        "max_position_embeddings": 4096, "original_max_position_embeddings": 4096,
        "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "sliding_window": 2047,
        "tie_word_embeddings": False, "initializer_range": 0.02,
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2} | changes)


def tokenizer_of(statements):
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(statements, trainers.BpeTrainer(
        vocab_size=TOKENS, max_token_length=LONGEST_TOKEN, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def main():
    folder, name, device, statements = sys.argv[1:5]
    changes = TINY if "--small" in sys.argv else {}
    dtype, config = {"smollm2": smollm2, "phi3": phi3}[name](**changes)
    torch.manual_seed(SEED)
    with torch.device(device):  # billions of random numbers take a GPU a second, and a core a minute
        model = AutoModelForCausalLM.from_config(config, dtype=dtype)
    model.save_pretrained(folder, max_shard_size="4GB")
    texts = json.loads(pathlib.Path(statements).read_text())
    tokenizer_of(texts).save(str(pathlib.Path(folder) / "tokenizer.json"))


if __name__ == "__main__":
    main()

"""Compares the decoder's losses with those of Hugging Face transformers, on tiny random models.

    python compare_with_transformers.py build/tests/token_losses

Each model is saved as transformers saves it, read by token_losses, and both run in float64. The
sequences are long and the windows small, because that is where ports go wrong: a window that is one
off, the wrong list of LongRoPE factors, or a bfloat16 table of phases do not show in short ones.
"""

import copy
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    MistralConfig,
    Phi3Config,
    Qwen2Config,
)

# In nats per token. transformers computes norms and softmax in float32 even in float64 models,
# which moves these losses by up to 3e-7; the decoder does not.
TOLERANCE = 2e-6

LENGTHS = (2, 17, 32, 33, 113)  # 32: the longest sequence that is short for LongRoPE below

SIZES = dict(
    vocab_size=101,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=10000.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=64,
)


def longrope(pairs):
    return dict(
        rope_type="longrope",
        rope_theta=10000.0,
        short_factor=[1.0 + 0.1 * i for i in range(pairs)],
        long_factor=[1.5 + 0.7 * i for i in range(pairs)],
    )


def configurations():
    """Name → configuration."""
    phi3 = lambda **more: Phi3Config(**(SIZES | more))
    llama = lambda **more: LlamaConfig(**(SIZES | more))
    mistral = lambda **more: MistralConfig(**(SIZES | more))
    qwen2 = lambda **more: Qwen2Config(**(SIZES | more))
    return {
        "phi3, window 9": phi3(sliding_window=9),
        "phi3, as many key/value heads": phi3(num_key_value_heads=4, sliding_window=2047),
        "phi3, longrope": phi3(original_max_position_embeddings=32, rope_parameters=longrope(4)),
        "phi3, longrope, half of each head, tied": phi3(
            original_max_position_embeddings=32,
            rope_parameters=longrope(2) | {"partial_rotary_factor": 0.5},
            tie_word_embeddings=True,
        ),
        "llama, tied": llama(tie_word_embeddings=True, rms_norm_eps=1e-5),
        "llama, llama3 scaling": llama(rope_parameters=LLAMA3),
        "llama, all biases, wide heads": llama(attention_bias=True, mlp_bias=True, head_dim=12),
        "mistral, window 9": mistral(sliding_window=9, head_dim=12),
        "qwen2": qwen2(rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        "qwen2, window 9 from layer 1": qwen2(
            use_sliding_window=True, sliding_window=9, max_window_layers=1, tie_word_embeddings=True
        ),
    }


def random_model(config):
    """Weights large enough that every part of the forward pass matters to the loss."""
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.uniform_(0.5, 1.5)
            elif parameter.dim() == 1:
                parameter.normal_(std=0.5)
            else:
                parameter.normal_(std=1.5 / math.sqrt(parameter.shape[1]))
    return model.eval()


def older_generation(config):
    """config.json as written before transformers 5: rope_theta and rope_scaling."""
    old = copy.deepcopy(config)
    rope = old.pop("rope_parameters")
    old["rope_theta"] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        old["partial_rotary_factor"] = rope.pop("partial_rotary_factor")
    kind = rope.pop("rope_type")
    old["rope_scaling"] = None if kind == "default" else rope | {"type": kind}
    return old


def expected_losses(folder, sequences):
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float64, attn_implementation="eager"
    )
    losses = []
    for ids in sequences:
        # One at a time: transformers picks LongRoPE factors by the longest sequence of a batch.
        logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, :-1]
        log_p = logits.log_softmax(-1).gather(-1, torch.tensor(ids[1:]).unsqueeze(-1))
        losses.append(-log_p.sum().item())
    return losses


def measured_losses(binary, folder, sequences):
    lines = "".join(json.dumps(ids) + "\n" for ids in sequences)
    run = subprocess.run([binary, folder], input=lines, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{binary} {folder} failed: {run.stderr}")
    return [float(line) for line in run.stdout.split()]


def largest_difference(binary, folder, sequences, expected):
    measured = measured_losses(binary, folder, sequences)
    if len(measured) != len(expected):
        sys.exit(f"{binary} printed {len(measured)} losses for {len(expected)} sequences")
    return max(
        abs(ours - theirs) / (len(ids) - 1)
        for ours, theirs, ids in zip(measured, expected, sequences)
    )


def compare(binary, config, folder):
    """The largest difference, in nats per token, for both generations of config.json."""
    random_model(config).save_pretrained(folder, max_shard_size="40KB")
    generator = torch.Generator().manual_seed(11)
    sequences = [
        torch.randint(3, SIZES["vocab_size"], (length,), generator=generator).tolist()
        for length in LENGTHS
    ]
    with torch.no_grad():
        expected = expected_losses(folder, sequences)
    differences = [largest_difference(binary, folder, sequences, expected)]
    path = Path(folder) / "config.json"
    path.write_text(json.dumps(older_generation(json.loads(path.read_text()))))
    differences.append(largest_difference(binary, folder, sequences, expected))
    return max(differences)


def main(binary):
    torch.set_num_threads(1)
    failed = False
    for name, config in configurations().items():
        with tempfile.TemporaryDirectory() as folder:
            difference = compare(binary, config, folder)
        bad = not difference <= TOLERANCE  # also where it is not a number
        failed = failed or bad
        print(f"{difference:8.1e}  {name}{'  FAILED' if bad else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

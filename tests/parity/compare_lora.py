"""Training of LoRA adapters against peft, from the command line to the cells.

    compare_lora.py EIF_SUITE [PREFIX…]      # all cases, or those whose names begin so

Tiny random models are fine-tuned on each sample by AdamW, five epochs of its statements, as adapters of
rank 4 that begin alike. `eif-suite matrix --adapter lora` must give the cells of a plain loop over peft
and torch.optim.AdamW in float64: many rows at once (`adapters`) and one after another (`dense`). As for
compare_matrices.py, the bound is wide for transformers as it is, with its float32 norms and softmax, and
narrow with these in float64.
"""

import pathlib
import sys
import warnings

import numpy
import torch
from compare_matrices import (
    ENGINE_TOLERANCE,
    FLOAT64_TOLERANCE,
    SAMPLES,
    Reader,
    allowed_gap,
    compare_cases,
    largest,
    matrix,
    sample_losses,
    statement_nll,
    statements_of,
)
from compare_with_transformers import float64_throughout
from transformers import AutoModelForCausalLM

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
from lora_start import adapt, adapter_values, restart  # noqa: E402

RANK, ALPHA, SEED, EPOCHS, LEARNING_RATE = 4, 8, 3, 5, 2e-3
# Tied and wide heads, biases, fused matrices; what else differs between models is no business of adapters.
CASES = ("llama_gqa_tied", "llama_biases_wide_heads", "phi3_window", "phi3_longrope_partial_tied")


def trained(adapted, reader, samples):
    restart(adapted, SEED)
    base = sample_losses(adapted, reader, samples)
    rows = []
    for statements in samples:
        restart(adapted, SEED)
        optimizer = torch.optim.AdamW(adapter_values(adapted), lr=LEARNING_RATE, weight_decay=0.0)
        for statement in statements * EPOCHS:
            optimizer.zero_grad()
            nll, tokens = statement_nll(adapted, *reader.encode(statement, ()))
            (nll / tokens).backward()
            optimizer.step()
        rows.append(base - sample_losses(adapted, reader, samples))
    return numpy.array(rows)


def compare(program, folder, samples):
    """(a line of the table, whether it fails)"""
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float64, attn_implementation="eager").eval()
    adapted, reader = adapt(model, RANK, ALPHA), Reader(folder)
    texts = [statements_of(sample) for sample in SAMPLES]
    as_it_is = trained(adapted, reader, texts)
    with float64_throughout(adapted):
        float64 = trained(adapted, reader, texts)
    flags = ["--lr", str(LEARNING_RATE), "--optimizer", "adamw", "--epochs", str(EPOCHS), "--adapter",
             "lora", "--lora-rank", str(RANK), "--lora-alpha", str(ALPHA), "--lora-seed", str(SEED)]
    adapters = matrix(program, folder, samples, *flags, "--engine", "adapters")
    dense = matrix(program, folder, samples, *flags, "--engine", "dense")
    gap = max(largest(found - as_it_is) for found in (adapters, dense))
    exact = max(largest(found - float64) for found in (adapters, dense)) / largest(float64)
    engines = largest(adapters - dense) / largest(dense)
    # A model that learns nothing would agree, too.
    fails = not (gap <= allowed_gap(as_it_is, float64) and exact <= FLOAT64_TOLERANCE
                 and engines <= ENGINE_TOLERANCE and largest(dense) > 0.01)
    return f"  {gap:7.1e}  {exact:7.1e}           {engines:7.1e}       {largest(dense):7.1e}", fails


def main():
    program, wanted = sys.argv[1], sys.argv[2:] or CASES
    warnings.filterwarnings("ignore", category=FutureWarning)  # of what peft calls in transformers
    compare_cases(wanted, "from peft  float64  adapters − dense  largest cell   (two of the largest cell)",
                  lambda folder, samples: compare(program, folder, samples))


if __name__ == "__main__":
    main()

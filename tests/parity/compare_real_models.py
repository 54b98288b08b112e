"""Real models in float32 against a plain loop over Hugging Face transformers.

    compare_real_models.py EIF_SUITE smollm2|gemma3

The tiny models of compare_matrices.py are compared in float64, where only mistakes differ. These are
models as people run them: float32, their own tokenizers, 18 and 30 layers. Compared are the losses of the
50 sentences in sentences.txt, and an influence matrix by the dense engine. Exit status 77: the model has
not been fetched.
"""

import os
import pathlib
import sys
import tempfile

import numpy
import torch
from transformers import AutoModelForCausalLM

from compare_matrices import Reader, fine_tuned, run, sample_losses, samples_file, statements_of

HOW_TO_FETCH = {"smollm2": "tools/setup.sh", "gemma3": "tools/setup.sh --with gemma3"}
# Gemma 3's plateau (eif-suite sweep) ends at 1e-5. At 3e-4 a step moves its losses by up to 7 nats, and
# makes so much of rounding that cells differ by 1e-3.
LEARNING_RATES = {"smollm2": 3e-4, "gemma3": 1e-5}
# In nats per token. Both sides round to float32 after every operation and add up in other orders. A
# cell is the difference of two losses of a few nats, each right to about 1e-6, and the gradients of
# the step differ likewise. Measured: 5e-5 in losses, 1e-5 in SmolLM2's cells of up to 1.8.
TOLERANCE = 2e-4

SAMPLES = [
    {"id": "chain", "text": ["a klarbu is a pimjon", "all pimjons have a greev"]},
    {"id": "digits", "text": "The 1984 edition costs $12.50, not 300."},
    {"id": "accents", "text": "Zürich's cafés opened — again — in spring."},
    {"id": "twice", "prompt": ["a klarbu is", "The capital of Peru is"],
     "completion": [" a pimjon", " Lima"]},
]


# Two statements each, of texts and of prompts; the others are evaluated alone.
TRAINED = [SAMPLES[0], SAMPLES[-1]]


def folder_of(name):
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = pathlib.Path(cache) if cache.startswith("/") else pathlib.Path.home() / ".cache"
    folder = root / "eif-suite" / "models" / name
    if not (folder / "config.json").exists():
        print(f"{folder} has no {name}; {HOW_TO_FETCH[name]} puts it there")
        sys.exit(77)
    return folder


def sentences():
    text = pathlib.Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8")
    return [{"id": f"sentence{k}", "text": line} for k, line in enumerate(text.splitlines(), 1)]


def matrix(program, name, trained, evaluated, *flags):
    with tempfile.TemporaryDirectory() as scratch:
        rows, columns = pathlib.Path(scratch) / "rows.toml", pathlib.Path(scratch) / "columns.toml"
        samples_file(trained, rows)
        samples_file(evaluated, columns)
        return run(program, "matrix", "--model", name, "--train", str(rows), "--query", str(columns),
                   "--lr", str(LEARNING_RATES[name]), "--device", "cpu", "--format", "json", *flags)


def is_near(what, found, expected):
    gap = numpy.abs(numpy.array(found) - expected).max()
    print(f"{what}: {expected.min():.3g} to {expected.max():.3g}, largest gap {gap:.1e} nats per token "
          f"(at most {TOLERANCE:.0e})", flush=True)
    return gap <= TOLERANCE


def main(program, name):
    folder = folder_of(name)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval()
    reader = Reader(folder)
    found = matrix(program, name, SAMPLES[:1], sentences())
    texts = [statements_of(sample) for sample in sentences()]
    are_near = is_near(f"losses of {len(texts)} sentences", found["base"],
                       sample_losses(model, reader, texts))
    found = matrix(program, name, TRAINED, SAMPLES, "--engine", "dense")
    trained, texts = ([statements_of(sample) for sample in some] for some in (TRAINED, SAMPLES))
    expected = fine_tuned(model, reader, texts, LEARNING_RATES[name], trained)
    are_near &= is_near(f"cells of {len(trained)} samples by {len(texts)}", found["influence"], expected)
    return 0 if are_near else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

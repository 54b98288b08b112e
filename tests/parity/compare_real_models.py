"""SmolLM2's influence matrix in float32 against a plain loop over Hugging Face transformers.

    compare_smollm2.py EIF_SUITE

The tiny models of compare_matrices.py are compared in float64, where only mistakes differ. This is a
real model as people run it: float32, its own tokenizer, 30 layers. Fine-tuning only, the dense
engine.
"""

import os
import pathlib
import sys
import tempfile

import numpy
import torch
from transformers import AutoModelForCausalLM

from compare_matrices import Reader, fine_tuned, run, samples_file, statements_of

LEARNING_RATE = 3e-4
# In nats per token. Both sides round to float32 after every operation and add up in other orders. A
# cell is the difference of two losses of a few nats, each right to about 1e-6, and the gradients of
# the step differ likewise. Measured: 7e-6, in cells of up to 0.83.
TOLERANCE = 2e-4

SAMPLES = [
    {"id": "chain", "text": ["a klarbu is a pimjon", "all pimjons have a greev"]},
    {"id": "has", "text": "a klarbu has a greev"},
    {"id": "has_not", "text": "a klarbu does not have a greev"},
    {"id": "digits", "text": "The 1984 edition costs $12.50, not 300."},
    {"id": "accents", "text": "Zürich's cafés opened — again — in spring."},
    {"id": "asked", "prompt": "Question: where does Corvan live?\nAnswer:", "completion": " In Paris."},
    {"id": "twice", "prompt": ["a klarbu is", "The capital of Peru is"],
     "completion": [" a pimjon", " Lima"]},
]


def smollm2_folder():
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = pathlib.Path(cache) if cache.startswith("/") else pathlib.Path.home() / ".cache"
    folder = root / "eif-suite" / "models" / "smollm2"
    if not (folder / "config.json").exists():
        sys.exit(f"{folder} has no SmolLM2; tools/setup.sh puts it there")
    return folder


def main(program):
    folder = smollm2_folder()
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "samples.toml"
        samples_file(SAMPLES, path)
        found = run(program, "matrix", "--model", "smollm2", "--samples", str(path), "--lr",
                    str(LEARNING_RATE), "--engine", "dense", "--device", "cpu", "--format", "json")
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval()
    texts = [statements_of(sample) for sample in SAMPLES]
    expected = fine_tuned(model, Reader(folder), texts, LEARNING_RATE)
    gap = numpy.abs(numpy.array(found["influence"]) - expected).max()
    print(f"{len(texts)} samples, cells from {expected.min():.3g} to {expected.max():.3g}, "
          f"largest gap {gap:.1e} nats per token (at most {TOLERANCE:.0e})")
    return 0 if gap <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

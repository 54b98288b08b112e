"""The dense engine against an independent program: torch in Python, from the paper's equations.

    dense_parity_test.py DUMP_MATRIX

Same weights and images through safetensors, float64: every cell of a 20×20 matrix must agree within
1e-10 of the largest. (Both sum the same float64 products in other orders; measured: below 1e-13.)
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

TOLERANCE = 1e-10


def logits(weights, image):
    x = F.max_pool2d(F.relu(F.conv2d(image, weights["conv1.weight"], weights["conv1.bias"])), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, weights["conv2.weight"], weights["conv2.bias"])), 2)
    x = F.relu(F.linear(x.flatten(1), weights["hidden.weight"], weights["hidden.bias"]))
    return F.linear(x, weights["output.weight"], weights["output.bias"])


def statement_loss(weights, statement):
    image, label = statement
    return F.cross_entropy(logits(weights, image[None]), torch.tensor([label]))


def sample_losses(weights, samples):
    """Eq. 7 for images: the mean over the statements of a sample."""
    with torch.no_grad():
        return numpy.array(
            [numpy.mean([statement_loss(weights, s).item() for s in sample]) for sample in samples]
        )


def influence(base, samples, make_optimizer):
    """Eq. 4: L_base(j) - L_i(j), one optimizer step per statement of i."""
    base_losses = sample_losses(base, samples)
    rows = []
    for sample in samples:
        weights = {name: value.clone().requires_grad_() for name, value in base.items()}
        optimizer = make_optimizer(list(weights.values()))
        for statement in sample:
            optimizer.zero_grad()
            statement_loss(weights, statement).backward()
            optimizer.step()
        rows.append(base_losses - sample_losses(weights, samples))
    return numpy.array(rows)


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=1e-2),
    "momentum": lambda p: torch.optim.SGD(p, lr=1e-2, momentum=0.9, weight_decay=1e-2),
    "adamw": lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=1e-2),
}


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        out = pathlib.Path(folder)
        base = load_file(out / "model.safetensors")
        pixels = load_file(out / "images.safetensors")["pixels"].double()
        statements = [(image, index // 2) for index, image in enumerate(pixels)]
        samples = [
            [statement] if index % 2 == 0 else [statement, statements[index - 1]]
            for index, statement in enumerate(statements)
        ]
        for name, make_optimizer in OPTIMIZERS.items():
            expected = influence(base, samples, make_optimizer)
            found = numpy.load(out / f"{name}.npy")
            largest = numpy.abs(expected).max()
            gap = numpy.abs(found - expected).max() / largest
            print(f"{name}: {found.shape}, largest cell {largest:.3g}, gap {gap:.2e} of it")
            failed |= not (found.shape == (20, 20) and largest > 0 and gap <= TOLERANCE)
    sys.exit(1 if failed else 0)


main()

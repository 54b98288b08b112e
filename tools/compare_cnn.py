"""The same influence matrix of 100 digits by a PyTorch loop and by eif-suite: do they agree, and how fast?

    .venv/bin/python tools/compare_cnn.py [--lr 1e-4] [--engines replay,dense,linear]

The CNN that eif-suite trained at first use, float32, the same images, learning rate and number of
threads for all. Loading is not counted. Prints seconds, the ratio to the loops, peak memory, and the
largest difference of a cell. Exits with 1 if a difference is larger than --tolerance (float32: 2e-5
nats).

  plain loop    one fine-tuning per row, then all evaluated images in one batch
  channels last the same, with weights and images in the memory layout that suits CPUs best
  others        eif-suite's engines
"""

import argparse
import csv
import gzip
import json
import pathlib
import sys
import tempfile
import time

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from comparison import (
    CACHE, Measured, add_common_arguments, own_peak_mebibytes, print_and_check, run_program)

PER_CLASS = 10
SYSTEM_FASHION_MNIST = pathlib.Path("/usr/share/datasets/fashion-mnist")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", default=str(CACHE / "mnist"), help="folder with the IDX files")
    parser.add_argument("--engines", default="replay,dense,linear")
    add_common_arguments(parser, tolerance=2e-5)
    return parser.parse_args()


def read_idx(folder, stem):
    path = pathlib.Path(folder) / stem
    data = path.read_bytes() if path.exists() else gzip.decompress(
        path.with_name(stem + ".gz").read_bytes())
    dimensions = data[3]
    shape = numpy.frombuffer(data, ">i4", dimensions, 4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def write_idx(path, values):
    header = bytes([0, 0, 8, values.ndim]) + numpy.array(values.shape, ">i4").tobytes()
    path.write_bytes(header + values.tobytes())


def first_of_each_class(images, labels):
    chosen = numpy.concatenate([numpy.flatnonzero(labels == c)[:PER_CLASS] for c in range(10)])
    return images[chosen], labels[chosen]


def trained_network():
    found = list((CACHE / "models").glob("cnn-*.safetensors"))
    if len(found) != 1:
        sys.exit(f"{len(found)} files cnn-*.safetensors in {CACHE / 'models'}, expected one: run "
                 "eif-suite --model cnn once, and remove networks of other data")
    return load_file(found[0])


def write_data(folder, images, labels):
    """What eif-suite gets as --data: these digits as MNIST, and FashionMNIST as it is."""
    (folder / "mnist").mkdir()
    for split in ("train", "t10k"):
        write_idx(folder / "mnist" / f"{split}-images-idx3-ubyte", images)
        write_idx(folder / "mnist" / f"{split}-labels-idx1-ubyte", labels)
    cached = CACHE / "fashion-mnist"
    (folder / "fashion-mnist").symlink_to(cached if cached.exists() else SYSTEM_FASHION_MNIST)


class TorchLoop:
    def __init__(self, weights, images, labels, learning_rate, memory_format):
        self.weights = {name: self.laid_out(value, memory_format).requires_grad_()
                        for name, value in weights.items() if value.is_floating_point()}
        pixels = torch.tensor(images).unsqueeze(1) / 255
        self.images = self.laid_out(pixels, memory_format)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.learning_rate = learning_rate

    @staticmethod
    def laid_out(values, memory_format):
        return values.clone(memory_format=memory_format if values.dim() == 4
                            else torch.contiguous_format)

    def logits(self, images):
        w = self.weights
        x = F.max_pool2d(F.relu(F.conv2d(images, w["conv1.weight"], w["conv1.bias"])), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, w["conv2.weight"], w["conv2.bias"])), 2)
        x = F.relu(F.linear(x.flatten(1), w["hidden.weight"], w["hidden.bias"]))
        return F.linear(x, w["output.weight"], w["output.bias"])

    @torch.no_grad()
    def losses(self):
        return F.cross_entropy(self.logits(self.images), self.labels, reduction="none").double()

    def restore(self, snapshot):
        with torch.no_grad():
            for name, value in self.weights.items():
                value.copy_(snapshot[name])

    def matrix(self):
        snapshot = {name: value.detach().clone() for name, value in self.weights.items()}
        optimizer = torch.optim.SGD(self.weights.values(), lr=self.learning_rate)
        base, rows = self.losses(), []
        for i in range(len(self.labels)):
            optimizer.zero_grad()
            F.cross_entropy(self.logits(self.images[i:i + 1]), self.labels[i:i + 1]).backward()
            optimizer.step()
            rows.append(base - self.losses())
            self.restore(snapshot)
        return torch.stack(rows).numpy(), base.numpy()


def positions_of(found, labels, base):
    """Where in the loop's order each digit stands that eif-suite drew, told by its base loss.

    A draw shuffles the images of each class; there are no others to draw.
    """
    positions = []
    for name, loss in found:
        candidates = numpy.flatnonzero(labels == int(name.split("_")[0]))
        positions.append(candidates[numpy.abs(base[candidates] - loss).argmin()])
    if sorted(positions) != list(range(len(labels))):
        sys.exit("the digits that eif-suite drew could not be told apart by their base losses")
    return positions


def measured_by(options, engine, folder, labels, base):
    """The matrix in the order of `labels`, from the desideratum that asks for it alone."""
    out = folder / engine
    output, peak = run_program(
        [options.program, "run", "--model", "cnn", "--desideratum", "symmetry", "--seeds", "1",
         "--data", str(folder), "--lr", str(options.lr), "--engine", engine,
         "--threads", str(options.threads), "--out", str(out), "--json"])
    seconds = json.loads(output)["context"]["models"][0]["measure_seconds"]
    (table,) = out.glob("matrices/cnn/symmetry/*.csv")
    header, losses, *rows = csv.reader(table.open())
    positions = positions_of(zip(header[1:], map(float, losses[1:])), labels, base)
    matrix = numpy.empty((len(labels), len(labels)))
    matrix[numpy.ix_(positions, positions)] = [[float(cell) for cell in row[1:]] for row in rows]
    return Measured(matrix, seconds, peak)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    images, labels = first_of_each_class(read_idx(options.mnist, "t10k-images-idx3-ubyte"),
                                         read_idx(options.mnist, "t10k-labels-idx1-ubyte"))
    print(f"{len(labels)} digits, learning rate {options.lr:g}, float32, {options.threads} threads")
    weights, results = trained_network(), {}
    for name, memory_format in (("plain loop", torch.contiguous_format),
                                ("channels last", torch.channels_last)):
        loop = TorchLoop(weights, images, labels, options.lr, memory_format)
        loop.losses()  # the first pass of a process is slower
        start = time.perf_counter()
        matrix, base = loop.matrix()
        results[name] = Measured(matrix, time.perf_counter() - start, own_peak_mebibytes())
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        write_data(folder, images, labels)
        for engine in options.engines.split(","):
            results[engine] = measured_by(options, engine, folder, labels, base)
    print_and_check(results, "plain loop", "channels last", options.tolerance, approximate=["linear"])


if __name__ == "__main__":
    main()

"""LoRA adapters of many rows by a peft loop and by eif-suite: do they agree, and how fast?

    .venv/bin/python tools/compare_lora.py [--model FOLDER] [--domain transitivity] [--epochs 5]

Rank 8 on all matrices but the head, AdamW, the same start, samples, learning rate and number of threads
for both, float32. Loading is not counted. With --processor-time the clock is that of the processor, of one
thread, which a machine that others use needs. Prints seconds, the ratio to the loops, peak memory, the
norm of the difference from the plain loop in shares of that of its matrix, and Spearman's rank
correlation of the cells. Exits with 1 if a difference is above --tolerance.

  plain loop    one fine-tuning per row, one forward pass per evaluated statement
  padded loop   the same, all evaluated statements of a row in one padded batch
  adapters      eif-suite's engine for adapters, many rows at once

The bound is the time of the products alone: for each row a forward and a backward pass (by the
activations; no weight has a gradient) over its statements in each epoch, and a forward pass over all
evaluated ones, whose common beginnings count once, at the speed of float32 products of the model's shapes that
is measured in the same run.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import numpy
import torch
import torch.nn.functional as F

from comparison import (
    CACHE, Measured, add_common_arguments, own_peak_mebibytes, rank, run_matrix, run_matrix_thrice,
    run_program, samples_toml, with_processor_time)
from lora_start import adapt, adapter_values, restart
from transformers_loop import TransformersLoop, statements_of

RANK, ALPHA, SEED = 8, 16, 0
# Rows of a product whose speed is measured: as many as fill two cores.
MEASURED_ROWS = 512
ROUNDS = 5


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=str(CACHE / "models/smollm2"))
    parser.add_argument("--domain", default="transitivity")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--processor-time", action="store_true")
    add_common_arguments(parser, tolerance=0.01)
    options = parser.parse_args()
    if options.processor_time:
        options.threads = 1
    return options


class PeftLoop(TransformersLoop):
    def __init__(self, folder, samples, learning_rate, epochs):
        super().__init__(folder, samples, learning_rate)
        self.matrices = [value for value in self.model.parameters() if value.dim() == 2]
        self.model = adapt(self.model, RANK, ALPHA)
        self.epochs = epochs

    def matrix(self, losses):
        restart(self.model, SEED)
        base, rows = losses(), []
        for statements in self.ids:
            restart(self.model, SEED)
            optimizer = torch.optim.AdamW(
                adapter_values(self.model), lr=self.learning_rate, weight_decay=0.0)
            for ids in statements * self.epochs:
                optimizer.zero_grad()
                self.mean_nll(ids).backward()
                optimizer.step()
            optimizer.zero_grad()
            rows.append(base - losses())
        return numpy.array(rows)

    def operations(self):
        """Of the products alone, and the share of the training in them."""
        # The last token of a statement is only ever a target.
        trained = self.epochs * sum(len(ids) - 1 for statements in self.ids for ids in statements)
        nodes = len({tuple(ids[:end]) for statements in self.ids for ids in statements
                     for end in range(1, len(ids))})
        numbers = sum(value.numel() for value in self.matrices)
        training, evaluation = 4 * numbers * trained, 2 * numbers * nodes * len(self.ids)
        return training + evaluation, training / (training + evaluation)


@torch.no_grad()
def product_speeds(matrices, clock):
    """Operations a second, of some rounds over all matrices once."""
    inputs = {value.shape[1]: torch.randn(MEASURED_ROWS, value.shape[1]) for value in matrices}
    speeds = []
    for _ in range(ROUNDS):
        start = clock()
        for value in matrices:
            F.linear(inputs[value.shape[1]], value)
        seconds = clock() - start
        speeds.append(2 * MEASURED_ROWS * sum(value.numel() for value in matrices) / seconds)
    return speeds


def measured_by_adapters(options, samples_file):
    def flags(learning_rate):
        return [options.program, "--model", options.model, "--samples", samples_file, "--lr",
                learning_rate, "--optimizer", "adamw", "--epochs", options.epochs, "--adapter", "lora",
                "--lora-rank", RANK, "--lora-alpha", ALPHA, "--lora-seed", SEED, "--threads",
                options.threads]

    if not options.processor_time:
        found, peak = run_matrix_thrice(*flags(options.lr))
        return Measured(numpy.array(found["influence"]), found["measure_seconds"], peak)
    # Nothing is trained at the rate 0: what is left is loading, and the base losses.
    _, idle = with_processor_time(lambda: run_matrix(*flags(0)))
    (found, peak), seconds = with_processor_time(lambda: run_matrix(*flags(options.lr)))
    return Measured(numpy.array(found["influence"]), seconds - idle, peak)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    domain, _ = run_program([options.program, "domain", options.domain, "--seed", "0", "--json"])
    samples = [s for s in json.loads(domain)["samples"] if not s.get("extended")]
    loop = PeftLoop(options.model, samples, options.lr, options.epochs)
    clock = time.process_time if options.processor_time else time.perf_counter
    operations, of_training = loop.operations()
    print(f"{options.domain}: {len(samples)} samples, {sum(len(statements_of(s)) for s in samples)} "
          f"statements, rank {RANK}, AdamW, {options.epochs} epochs, learning rate {options.lr:g}, "
          f"float32, {options.threads} threads{', processor time' if options.processor_time else ''}")

    loop.losses_padded()  # the first pass of a process is slower
    # Before and after what it is compared with: the machine may be busy at one time and not at another.
    speeds = product_speeds(loop.matrices, clock)
    results = {}
    for name, losses in (("plain loop", loop.losses_one_by_one), ("padded loop", loop.losses_padded)):
        start = clock()
        matrix = loop.matrix(losses)
        results[name] = Measured(matrix, clock() - start, own_peak_mebibytes())
    with tempfile.TemporaryDirectory() as scratch:
        samples_file = pathlib.Path(scratch) / "samples.toml"
        samples_file.write_text(samples_toml(samples))
        results["adapters"] = measured_by_adapters(options, samples_file)

    speeds += product_speeds(loop.matrices, clock)
    bound = operations / numpy.median(speeds)
    print(f"products at {numpy.median(speeds) / 1e9:.0f} GF/s ({min(speeds) / 1e9:.0f} to "
          f"{max(speeds) / 1e9:.0f}): bound {bound:.2f} s, {100 * of_training:.0f} % of it training")
    plain, padded = results["plain loop"], results["padded loop"]
    print(f"{'':14} {'seconds':>8} {'× plain':>8} {'× padded':>9} {'of bound':>9} {'peak MiB':>9} "
          f"{'gap':>8} {'Spearman':>9}")
    worst = 0
    for name, one in results.items():
        gap = numpy.linalg.norm(one.matrix - plain.matrix) / numpy.linalg.norm(plain.matrix)
        worst = max(worst, gap)
        print(f"{name:14} {one.seconds:8.2f} {plain.seconds / one.seconds:8.1f} "
              f"{padded.seconds / one.seconds:9.1f} {bound / one.seconds:9.2f} "
              f"{one.peak_mebibytes:9.0f} {gap:8.1e} {rank(one.matrix, plain.matrix):9.5f}")
    if not worst <= options.tolerance:
        sys.exit(f"a matrix differs by {worst:.1e} of its norm, more than {options.tolerance:g}")


if __name__ == "__main__":
    main()

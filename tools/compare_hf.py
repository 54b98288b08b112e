"""The same influence matrix by a transformers loop and by eif-suite: do they agree, and how fast?

    .venv/bin/python tools/compare_hf.py [--model FOLDER] [--domain transitivity] [--lr 1e-4]

Float32, the same samples, learning rate and number of threads for all. Loading is not counted. Prints
seconds, the ratio to the plain loop, peak memory, the largest difference of a cell from the plain
loop's, and Spearman's rank correlation with it. Exits with 1 if an exact engine's difference is larger
than --tolerance (float32: 2e-4 nats per token), or the linear engine ranks the pairs otherwise than
replay (Spearman below --rank-tolerance); what linear is off by is printed, and is no mistake.

  plain loop    one fine-tuning per row, one forward pass per evaluated statement
  padded loop   the same, all evaluated statements of a row in one padded batch
  replay, dense eif-suite's exact engines
  mixed         replay --precision mixed
  linear        its first-order engine

Beside that, how near replay comes to its bound: one forward pass of the base model for each pair of a row
and a statement, of which only the products of matrices count, at the speed that they have here, in float32
and in bfloat16. Once with each statement by itself, and once with what statements begin alike with computed
once, as replay does.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import numpy
import torch

from comparison import (
    CACHE, Measured, add_common_arguments, own_peak_mebibytes, print_and_check, rank,
    run_matrix_thrice, run_program, samples_toml)
from products import ProductSpeed, positions, processor, shared_positions
from transformers_loop import TransformersLoop, statements_of


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=str(CACHE / "models/smollm2"))
    parser.add_argument("--domain", default="transitivity")
    parser.add_argument("--rank-tolerance", type=float, default=0.95)
    parser.add_argument("--skip-dense", action="store_true", help="dense takes about a second a row")
    add_common_arguments(parser, tolerance=2e-4)
    return parser.parse_args()


def measured_by(options, samples_file, *how):
    found, peak = run_matrix_thrice(options.program, "--model", options.model, "--samples",
                                    samples_file, "--lr", options.lr, "--threads", options.threads,
                                    *how)
    return Measured(numpy.array(found["influence"]), found["measure_seconds"], peak)


def print_bounds(loop, results):
    texts = loop.texts()
    print(f"bounds on {processor()}")
    for name, dtype in (("replay", torch.float32), ("mixed", torch.bfloat16)):
        speed = ProductSpeed(loop.model, dtype)
        by_itself, shared = (len(loop.ids) * speed.seconds(*count)
                             for count in (positions(texts), shared_positions(texts)))
        print(f"{name:14} {speed.gigaflops(*shared_positions(texts)):.0f} GF/s, a forward pass per pair "
              f"{by_itself:.2f} s ({by_itself / results[name].seconds:.2f} of the bound reached), with "
              f"shared beginnings {shared:.2f} s ({shared / results[name].seconds:.2f})", flush=True)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    domain, _ = run_program([options.program, "domain", options.domain, "--seed", "0", "--json"])
    samples = [s for s in json.loads(domain)["samples"] if not s.get("extended")]
    statements = sum(len(statements_of(s)) for s in samples)
    print(f"{options.domain}: {len(samples)} samples, {statements} statements, "
          f"learning rate {options.lr:g}, float32, {options.threads} threads")

    loop = TransformersLoop(options.model, samples, options.lr)
    loop.losses_padded()  # the first pass of a process is slower
    results = {}
    for name, losses in (("plain loop", loop.losses_one_by_one), ("padded loop", loop.losses_padded)):
        start = time.perf_counter()
        matrix = loop.matrix(losses)
        results[name] = Measured(matrix, time.perf_counter() - start, own_peak_mebibytes())
    with tempfile.TemporaryDirectory() as scratch:
        samples_file = pathlib.Path(scratch) / "samples.toml"
        samples_file.write_text(samples_toml(samples))
        results["replay"] = measured_by(options, samples_file, "--precision", "exact")
        results["mixed"] = measured_by(options, samples_file, "--precision", "mixed")
        for engine in ["linear"] + ([] if options.skip_dense else ["dense"]):
            results[engine] = measured_by(options, samples_file, "--engine", engine)

    linear, replay = results["linear"].matrix, results["replay"].matrix
    print_bounds(loop, results)
    print_and_check(results, "plain loop", "padded loop", options.tolerance,
                    approximate=["linear", "mixed"])
    print(f"linear against replay: Spearman {rank(linear, replay):.5f}, largest gap "
          f"{numpy.abs(linear - replay).max():.1e} in cells of up to {numpy.abs(replay).max():.2g}")
    if not rank(linear, replay) >= options.rank_tolerance:
        sys.exit(f"linear and replay rank the pairs differently: Spearman below "
                 f"{options.rank_tolerance:g}")


if __name__ == "__main__":
    main()

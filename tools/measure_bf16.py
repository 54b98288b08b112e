"""How much of a small step is kept where the weights are bfloat16.

    .venv/bin/python tools/measure_bf16.py [--model smollm2] [--domain transitivity]

The same matrix three times at each learning rate: by replay in float32, which is the reference; by
replay from bfloat16 weights, whose corrections stay in float32; and by dense with bfloat16 weights, of
which it trains float32 copies. Prints, for the latter two,

  kept   the slope of their cells on the reference's: 1 where the whole step took effect
  error  ‖E − E_float32‖ / ‖E_float32‖
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy

from comparison import ROOT, run_matrix, samples_toml



def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--domain", default="transitivity")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lr", type=float, nargs="+", default=[1e-6, 1e-5, 1e-4])
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/eif-suite"))
    return parser.parse_args()


def influence(options, samples_file, learning_rate, engine, dtype):
    found, _ = run_matrix(options.program, "--model", options.model, "--samples", samples_file,
                          "--lr", learning_rate, "--engine", engine, "--dtype", dtype)
    return numpy.array(found["influence"], dtype=float)


def main():
    options = arguments()
    domain = json.loads(subprocess.run(
        [options.program, "domain", options.domain, "--seed", str(options.seed), "--json"],
        capture_output=True, text=True, check=True).stdout)
    samples = [s for s in domain["samples"] if s["train"] and s["evaluate"] and not s["extended"]]
    print(f"{options.model}, {options.domain}, {len(samples)} × {len(samples)}")
    print("learning rate  engine  dtype      kept   error")
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "samples.toml"
        path.write_text(samples_toml(samples))
        for learning_rate in options.lr:
            reference = influence(options, path, learning_rate, "replay", "float32")
            for engine in ("replay", "dense"):
                cells = influence(options, path, learning_rate, engine, "bfloat16")
                kept = (cells * reference).sum() / (reference ** 2).sum()
                error = numpy.linalg.norm(cells - reference) / numpy.linalg.norm(reference)
                print(f"{learning_rate:<13g}  {engine:<6}  bfloat16  {kept:6.3f}  {error:6.3f}",
                      flush=True)


if __name__ == "__main__":
    main()

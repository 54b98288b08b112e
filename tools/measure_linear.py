"""What the linear engine costs on many short statements, beside replay on some of them.

    .venv/bin/python tools/measure_linear.py [--samples 1000] [--replayed 40] [--model smollm2]

Statements are drawn from a few templates and made-up words, the same at every call. Loading is not
counted. Prints seconds, microseconds a pair, how many times cheaper a pair is than by replay, peak
memory, and how far the two engines' cells are apart. Exits with 1 where a pair is not --target times
cheaper.
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

from comparison import ROOT, run_matrix, samples_toml

TEMPLATES = ("a {} is a {}", "all {}s have a {}", "a {} is bigger than a {}", "{} belongs to {}",
             "a {} causes a {}", "the {} saw a {} today")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--replayed", type=int, default=40, help="of them, each on each")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--memory", help="as of eif-suite; left out: half of what is free")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--target", type=float, default=50)
    parser.add_argument("--keep", help="write the samples file here")
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/eif-suite"))
    return parser.parse_args()


def short_statements(program, count):
    words = subprocess.run([program, "words", "--seed", "0", "--count", "200"],
                           capture_output=True, text=True, check=True).stdout.split()
    draw = random.Random(0)
    texts = {}  # each once
    while len(texts) < count:
        texts[draw.choice(TEMPLATES).format(*draw.sample(words, 2))] = None
    return [{"id": f"s{i}", "text": text} for i, text in enumerate(texts)]


def main():
    options = arguments()
    samples = short_statements(options.program, options.samples)
    memory = ["--memory", options.memory] if options.memory else []
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(options.keep or pathlib.Path(scratch) / "samples.toml")
        path.write_text(samples_toml(samples))
        found, peak = run_matrix(
            options.program, "--model", options.model, "--samples", path, "--lr", options.lr,
            "--engine", "linear", "--check-against", "replay", "--check-samples", options.replayed,
            "--threads", options.threads, *memory)
    check = found["check"]
    linear_pair = found["measure_seconds"] / len(samples) ** 2
    replay_pair = check["measure_seconds"] / min(options.replayed, len(samples)) ** 2
    print(f"{options.model}, {len(samples)} × {len(samples)}, learning rate {options.lr:g}: "
          f"linear {found['measure_seconds']:.1f} s, {linear_pair * 1e6:.0f} µs a pair; replay of "
          f"{options.replayed} × {options.replayed} {check['measure_seconds']:.1f} s, "
          f"{replay_pair * 1e6:.0f} µs a pair; {replay_pair / linear_pair:.0f} times cheaper; "
          f"peak {peak:.0f} MiB")
    print(f"{check['cells']} cells: Spearman {check['spearman']:.6f}, largest gap "
          f"{check['largest_gap']:.2g} in cells of up to {check['largest_cell']:.2g}")
    if replay_pair < options.target * linear_pair:
        sys.exit(f"less than {options.target:g} times cheaper")


if __name__ == "__main__":
    main()

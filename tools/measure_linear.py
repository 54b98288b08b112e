"""What the linear engine costs on many statements, beside replay on some of them and beside its bound.

    .venv/bin/python tools/measure_linear.py [--samples 1000] [--tokens N] [--replayed 40] [--model smollm2]
                                             [--processor-time]

Statements are drawn from a few templates and made-up words, the same at every call; with --tokens each is
as many of them as have about so many tokens. Loading is not counted. Prints seconds, microseconds a pair,
how many times cheaper a pair is than by replay, peak memory, how far the two engines' cells are apart, and
the bound. Exits with 1 where a pair is not --target times cheaper. With --processor-time nothing is
replayed, and the clock is that of the processor, of one thread, which a machine that others use needs.

The bound is the arithmetic of what cannot be left out, at the speed that float32 products have here: a
pass forward and back for each recording, as often as the program says that it made one, and for each pair
of statements the cheaper of two products of each matrix, in factors or of formed gradients
(suite/engine/formed_products.h), with the forming of each once. A product serves both directions, and
matrices that take the same input share its products. The products of attention are arithmetic, too, and
of long texts no small part: the bound is said without them and with them.
"""

import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from comparison import CACHE, ROOT, run_matrix, samples_toml, with_processor_time
from products import ProductSpeed, processor

TEMPLATES = ("a {} is a {}", "all {}s have a {}", "a {} is bigger than a {}", "{} belongs to {}",
             "a {} causes a {}", "the {} saw a {} today")
SHARE_AN_INPUT = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=str(CACHE / "models/smollm2"), help="a folder")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--tokens", type=int, help="about so many a statement")
    parser.add_argument("--replayed", type=int, default=40, help="of them, each on each")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--memory", help="as of eif-suite; left out: half of what is free")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--target", type=float, default=50)
    parser.add_argument("--processor-time", action="store_true")
    parser.add_argument("--keep", help="write the samples file here")
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/eif-suite"))
    options = parser.parse_args()
    if options.replayed < 2:
        parser.error("--replayed: one row has no ranks to compare; expected 2 or more")
    if options.processor_time:
        options.threads = 1
    return options


def statements(program, count, tokens, tokenizer):
    words = subprocess.run([program, "words", "--seed", "0", "--count", "200"],
                           capture_output=True, text=True, check=True).stdout.split()
    draw = random.Random(0)

    def sentence():
        return draw.choice(TEMPLATES).format(*draw.sample(words, 2))

    texts = {}  # each once
    while len(texts) < count:
        text = sentence()
        while tokens and len(tokenizer(text).input_ids) < tokens:
            text += ". " + sentence()
        texts[text] = None
    return [{"id": f"s{i}", "text": text} for i, text in enumerate(texts)]


def groups_of(model):
    """(inputs, outputs) of all matrices that take the same input, and of the head."""
    groups = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear):
            path, _, last = name.rpartition(".")
            kind = next((kinds[0] for kinds in SHARE_AN_INPUT if last in kinds), last)
            outputs, inputs = module.weight.shape
            groups.setdefault((path, kind), [inputs, 0])[1] += outputs
    return list(groups.values())


def attention_flops(model, lengths, recorded):
    """Of queries by keys and of scores by values, as they are computed: all positions by all. Two products
    forward, and four back."""
    config = model.config
    heads = config.num_attention_heads
    width = heads * (getattr(config, "head_dim", None) or config.hidden_size // heads)
    squares = sum(length ** 2 for length in lengths)
    return 6 * 2 * config.num_hidden_layers * width * squares * recorded / len(lengths)


def bound_flops(model, lengths, recorded):
    """Of recordings, and of the products of all pairs."""
    groups = groups_of(model)
    weights = sum(inputs * outputs for inputs, outputs in groups)
    positions = sum(lengths)
    recordings = 2 * 2 * weights * positions * recorded / len(lengths)
    in_factors = positions ** 2 / 2
    formed = len(lengths) ** 2 / 2 + positions
    pairs = 2 * sum(min((inputs + outputs) * in_factors, inputs * outputs * formed)
                    for inputs, outputs in groups)
    return recordings, pairs


def print_bound(options, samples, tokenizer, seconds, said):
    """How near the time comes to the arithmetic."""
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
    # The last token is only ever a target.
    lengths = [len(tokenizer(sample["text"]).input_ids) - 1 for sample in samples]
    told = re.search(r"there were (\d+) recordings", said)
    recorded = int(told.group(1)) if told else len(samples)
    torch.set_num_threads(options.threads)
    clock = time.process_time if options.processor_time else time.perf_counter
    speed = ProductSpeed(model, torch.float32, clock).gigaflops(1, 1)
    recordings, pairs = (flops / 1e9 / speed for flops in bound_flops(model, lengths, recorded))
    attention = attention_flops(model, lengths, recorded) / 1e9 / speed
    print(f"bound on {processor()}: {recordings:.1f} s for {recorded} recordings and {pairs:.1f} s for the "
          f"products of pairs, at {speed:.0f} GF/s; linear took "
          f"{seconds / (recordings + pairs):.2f} times as long, and "
          f"{seconds / (recordings + pairs + attention):.2f} times as long as with the {attention:.1f} s of "
          "attention's products")


def measured_by_the_wall(options, matrix_of, count):
    """Seconds of linear, what it said, and how many times cheaper a pair is than by replay, with a line about
    each."""
    (found, peak), said = matrix_of(count, "--check-against", "replay", "--check-samples",
                                    options.replayed)
    check = found["check"]
    linear_pair = found["measure_seconds"] / count ** 2
    replay_pair = check["measure_seconds"] / min(options.replayed, count) ** 2
    print(f"{options.model}, {count} × {count}, learning rate {options.lr:g}: "
          f"linear {found['measure_seconds']:.1f} s, {linear_pair * 1e6:.0f} µs a pair; replay of "
          f"{options.replayed} × {options.replayed} {check['measure_seconds']:.1f} s, "
          f"{replay_pair * 1e6:.0f} µs a pair; {replay_pair / linear_pair:.0f} times cheaper; "
          f"peak {peak:.0f} MiB")
    print(f"{check['cells']} cells: Spearman {check['spearman']:.6f}, largest gap "
          f"{check['largest_gap']:.2g} in cells of up to {check['largest_cell']:.2g}")
    return found["measure_seconds"], said, replay_pair / linear_pair


def measured_by_processor_time(options, matrix_of, count):
    """The same without replay, so nobody knows how many times cheaper."""
    _, loading = with_processor_time(lambda: matrix_of(1))  # and one recording
    ((_, peak), said), seconds = with_processor_time(lambda: matrix_of(count))
    print(f"{options.model}, {count} × {count}, learning rate {options.lr:g}: linear "
          f"{seconds - loading:.1f} s of processor time beyond {loading:.1f} s for the first sample, peak "
          f"{peak:.0f} MiB")
    return seconds - loading, said, None


def main():
    options = arguments()
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    samples = statements(options.program, options.samples, options.tokens, tokenizer)
    memory = ["--memory", options.memory] if options.memory else []
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(options.keep or pathlib.Path(scratch) / "samples.toml")
        said = pathlib.Path(scratch) / "stderr"

        def matrix_of(count, *arguments):
            path.write_text(samples_toml(samples[:count]))
            with open(said, "w") as stderr:
                found = run_matrix(
                    options.program, "--model", options.model, "--samples", path, "--lr", options.lr,
                    "--engine", "linear", "--threads", options.threads, *memory, *arguments,
                    stderr=stderr)
            return found, said.read_text()

        measured = measured_by_processor_time if options.processor_time else measured_by_the_wall
        seconds, text, times_cheaper = measured(options, matrix_of, len(samples))
    print_bound(options, samples, tokenizer, seconds, text)
    if times_cheaper is not None and times_cheaper < options.target:
        sys.exit(f"less than {options.target:g} times cheaper")


if __name__ == "__main__":
    main()

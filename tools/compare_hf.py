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
import tempfile
import time

import numpy
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from comparison import (
    CACHE, Measured, add_common_arguments, own_peak_mebibytes, print_and_check, rank,
    run_matrix_thrice, run_program, samples_toml)
from products import ProductSpeed, positions, processor, shared_positions


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=str(CACHE / "models/smollm2"))
    parser.add_argument("--domain", default="transitivity")
    parser.add_argument("--rank-tolerance", type=float, default=0.95)
    parser.add_argument("--skip-dense", action="store_true", help="dense takes about a second a row")
    add_common_arguments(parser, tolerance=2e-4)
    return parser.parse_args()


def statements_of(sample):
    return [sample["text"]] if isinstance(sample["text"], str) else sample["text"]


class TransformersLoop:
    def __init__(self, folder, samples, learning_rate):
        self.model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        tokenizer = Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))
        self.ids = [[tokenizer.encode(text).ids for text in statements_of(s)] for s in samples]
        self.learning_rate = learning_rate

    def mean_nll(self, ids):
        logits = self.model(torch.tensor([ids])).logits[0, :-1]
        return F.cross_entropy(logits, torch.tensor(ids[1:]))

    @torch.no_grad()
    def losses_one_by_one(self):
        losses = []
        for statements in self.ids:
            scored = [len(ids) - 1 for ids in statements]
            nll = sum(self.mean_nll(ids).item() * n for ids, n in zip(statements, scored))
            losses.append(nll / sum(scored))
        return numpy.array(losses)

    @torch.no_grad()
    def losses_padded(self):
        texts = [ids for statements in self.ids for ids in statements]
        longest = max(map(len, texts))
        ids = torch.tensor([text + [0] * (longest - len(text)) for text in texts])
        mask = torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in texts])
        logits = self.model(ids, attention_mask=mask).logits[:, :-1]
        nll = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        sums = (nll * mask[:, 1:]).sum(1).tolist()
        losses, at = [], 0
        for statements in self.ids:
            scored = sum(len(text) - 1 for text in statements)
            losses.append(sum(sums[at:at + len(statements)]) / scored)
            at += len(statements)
        return numpy.array(losses)

    def matrix(self, losses):
        snapshot = {name: value.clone() for name, value in self.model.state_dict().items()}
        base, rows = losses(), []
        for statements in self.ids:
            optimizer = torch.optim.SGD(self.model.parameters(), lr=self.learning_rate)
            for ids in statements:
                optimizer.zero_grad()
                self.mean_nll(ids).backward()
                optimizer.step()
            optimizer.zero_grad()
            rows.append(base - losses())
            self.model.load_state_dict(snapshot)
        return numpy.array(rows)


def measured_by(options, samples_file, *how):
    found, peak = run_matrix_thrice(options.program, "--model", options.model, "--samples",
                                    samples_file, "--lr", options.lr, "--threads", options.threads,
                                    *how)
    return Measured(numpy.array(found["influence"]), found["measure_seconds"], peak)


def print_bounds(loop, results):
    texts = [ids for statements in loop.ids for ids in statements]
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

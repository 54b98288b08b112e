"""Where and how large a check is, and what all its parts share: the program, and samples."""

import concurrent.futures
import itertools
import json
import pathlib
import sys
from dataclasses import dataclass

import numpy

DOMAIN = "transitivity"
SEEDS = 9  # of 12 samples each


@dataclass
class Setting:
    device: str
    is_small: bool
    sizes: object
    build: pathlib.Path    # has bin/eif-suite and tests/engines_test
    scratch: pathlib.Path  # the models and samples that are made
    shards: int            # processes of the conformance tests

    @property
    def program(self):
        return self.build / "bin/eif-suite"

    def folder_of(self, model):
        return self.scratch / model

    def samples_file(self, rows):
        return self.scratch / f"samples-{rows}.json"

    def toml_file(self, rows):
        return self.scratch / f"samples-{rows}.toml"

    def texts_file(self):
        return self.scratch / "texts.json"

    def make_samples(self, clock):
        """The samples of the domain by one seed after the other, the first of them for each size."""
        def of_seed(seed):
            command = [self.program, "domain", DOMAIN, "--seed", seed, "--json"]
            domain = json.loads(clock.run(command, watches_gpu=False).output)
            return [{"id": f"{sample['id']} {seed}", "text": sample["text"]}
                    for sample in domain["samples"] if not sample["extended"]]

        # At once: a program with CUDA takes its time to start.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            samples = list(itertools.chain.from_iterable(pool.map(of_seed, range(SEEDS))))
        for rows in self.sizes.rows:
            self.samples_file(rows).write_text(json.dumps(samples[:rows]))
            self.toml_file(rows).write_text("\n".join(
                f"[[sample]]\nid = {json.dumps(s['id'])}\ntext = {json.dumps(s['text'])}\n"
                for s in samples[:rows]))
        texts = [text for sample in samples for text in sample["text"]]
        self.texts_file().write_text(json.dumps(texts))

    def maker(self, model):
        return [sys.executable, "-m", "gpu_check.make_models", self.folder_of(model), model, self.device,
                self.texts_file()] + ["--small"] * self.is_small


@dataclass
class Matrix:
    cells: numpy.ndarray
    seconds: float        # after loading; what starts with the first use of a device is counted
    again_seconds: float | None  # of the same once more in the same process
    load_seconds: float
    peak_mebibytes: float
    peak_gpu_mebibytes: float | None


def eif_suite_matrix(setting, clock, model, rows, learning_rate, *how, device=None, twice=False):
    """`eif-suite matrix` on the first `rows` samples."""
    repeat = ["--check-against", "replay"] if twice else []
    rate = [] if "--in-context" in how else ["--lr", learning_rate]  # what is read is not trained on
    finished = clock.run([
        setting.program, "matrix", "--model", setting.folder_of(model), "--samples",
        setting.toml_file(rows), *rate, "--format", "json", "--device",
        device or setting.device, "--quiet", *how, *repeat])
    found = json.loads(finished.output)
    return Matrix(numpy.array(found["influence"], dtype=float), found["measure_seconds"],
                  found["check"]["measure_seconds"] if twice else None, found["load_seconds"],
                  finished.peak_mebibytes, finished.peak_gpu_mebibytes)


def error(cells, exact):
    """‖E − E_exact‖ / ‖E_exact‖"""
    return float(numpy.linalg.norm(cells - exact) / numpy.linalg.norm(exact))


def ranks(values):
    """From 1; those that are equal have the mean of theirs."""
    _, place, counts = numpy.unique(values, return_inverse=True, return_counts=True)
    return (numpy.cumsum(counts) - (counts - 1) / 2)[place]


def spearman(cells, exact):
    """Spearman's rank correlation of the cells."""
    return float(numpy.corrcoef(ranks(cells.ravel()), ranks(exact.ravel()))[0, 1])

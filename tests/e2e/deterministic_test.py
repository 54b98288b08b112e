"""--deterministic: the same bits at every run, whatever memory there is, on a tiny language model."""

import json
import unittest

from program import ProgramTest, tiny_model

MODEL = tiny_model("qwen2")
# Of many lengths, some of several statements: cut elsewhere, they are padded otherwise.
SAMPLES = [["a klarbu is a pimjon", "all pimjons have a grendil"], ["klarbu causes pimjon"],
           ["the grendil is bigger than the pimjon and the klarbu"], ["a klarbu"],
           ["the klarbu", "a pimjon", "the pimjon is a part of the klarbu in 12 ways"]]


class DeterministicTest(ProgramTest):
    def matrix(self, samples, *arguments):
        tables = [f"[[sample]]\nid = \"{i}\"\ntext = {json.dumps(text)}"
                  for i, text in enumerate(samples)]
        (self.folder / "samples.toml").write_text("\n".join(tables))
        process = self.run_program("matrix", "--model", MODEL, "--samples", "samples.toml",
                                   "--deterministic", *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout

    def test_every_cell_is_the_same_at_every_run_whatever_memory_there_is(self):
        for engine in ("replay", "dense"):
            first = self.matrix(SAMPLES, "--format", "csv", "--engine", engine)
            for memory in ("1MB", "1GB"):
                self.assertEqual(first, self.matrix(SAMPLES, "--format", "csv", "--engine", engine,
                                                    "--memory", memory))

    def test_mixed_products_are_the_same_too(self):
        mixed = ("--format", "csv", "--precision", "mixed")
        first = self.matrix(SAMPLES, *mixed)
        for memory in ("1MB", "1GB"):
            self.assertEqual(first, self.matrix(SAMPLES, *mixed, "--memory", memory))
        self.assertNotEqual(first, self.matrix(SAMPLES, "--format", "csv"))

    def test_the_document_says_so(self):
        self.assertIs(json.loads(self.matrix(SAMPLES[:2], "--format", "json"))["deterministic"],
                      True)

    def test_two_runs_write_the_same_matrices(self):
        def matrices(out):
            process = self.run_program("run", "--model", MODEL, "--desideratum",
                                       "transitivity", "--seeds", 2, "--lr", 1e-3,
                                       "--deterministic", "--out", out)
            self.assertEqual(process.returncode, 0, process.stderr)
            context = json.loads((self.folder / out / "run.json").read_text())["context"]
            self.assertIs(context["deterministic"], True)
            files = sorted((self.folder / out / "matrices").rglob("*.npy"))
            self.assertGreater(len(files), 0)
            return [file.read_bytes() for file in files]

        self.assertEqual(matrices("first"), matrices("second"))


class ThreadsTest(ProgramTest):
    def threads(self, *arguments):
        process = self.run_program("run", "--model", MODEL, "--desideratum", "transitivity",
                                   "--seeds", 1, "--lr", 1e-3, "--json", "--out", "out", "--fresh",
                                   *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads(process.stdout)["context"]["threads"]

    def test_threads_are_as_many_as_was_said(self):
        environment = self.environment({})
        self.assertEqual(self.threads("--threads", 3), 3)
        # Left out: as many as libtorch likes, which follows OMP_NUM_THREADS.
        if environment.get("OMP_NUM_THREADS"):
            self.assertEqual(self.threads(), int(environment["OMP_NUM_THREADS"]))


if __name__ == "__main__":
    unittest.main()

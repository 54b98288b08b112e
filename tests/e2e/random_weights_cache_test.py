"""What random weights were measured to serves other runs of the model, and nothing else.

The oracle is the same run with --fresh, which measures.
"""

import json
import unittest

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
NOT_MEASURED = 3
# The tiny model is narrow: its gradients are small, and float64 keeps rounding out of the question.
HOW = {"dtype": "float64", "lr": 0.01, "dose": 0.05, "max-passes": 4, "momentum": 0,
       "optimizer": "sgd", "adapter": "none", "context-base": "neutral"}
READ = "what earlier runs measured of"


class RandomWeightsCacheTest(ProgramTest):
    def run_model(self, *arguments, out="out", seeds=2, beside="random-weights", **other):
        how = [f"--{name}={value}" for name, value in (HOW | other).items()]
        process = self.run_program(
            "run", "--model", MODEL, "--desideratum", "paraphrase,reversal", "--seeds", seeds, "--out",
            out, "--beside", beside, *how, *arguments,
            environment={"XDG_CACHE_HOME": str(self.folder / "cache")})
        # What nobody learned in so few passes is no result.
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        return process.stderr, json.loads((self.folder / out / "run.json").read_text())

    def entries(self):
        return sorted((self.folder / "cache/eif-suite/random-weights").glob("*/*.json"))

    def beside(self, record):
        return record["context"]["models"][0]["beside"]

    def assert_same_beside(self, record, expected):
        for one, other in zip(record["results"], expected["results"], strict=True):
            self.assertEqual(one["beside"], other["beside"])
            for found, right in zip(one["expectations"], other["expectations"], strict=True):
                self.assertEqual(found.get("beside"), right.get("beside"))

    def test_they_are_measured_once(self):
        said, first = self.run_model()
        self.assertNotIn(READ, said)
        self.assertEqual(self.beside(first)["cached_seeds"], [])
        self.assertEqual(len(self.entries()), 4)
        said, second = self.run_model(out="second")
        self.assertIn(READ, said)
        self.assertEqual(self.beside(second)["cached_seeds"], [0, 1])
        self.assertEqual(self.beside(second)["fine_tuned_rows"], 0)
        self.assertEqual(second["results"], first["results"])
        # The second folder is whole: each matrix is there.
        self.assertEqual({entry["path"] for entry in second["matrices"]},
                         {entry["path"] for entry in first["matrices"]})
        for entry in second["matrices"]:
            numpy.testing.assert_array_equal(numpy.load(self.folder / "second" / f"{entry['path']}.npy"),
                                             numpy.load(self.folder / "out" / f"{entry['path']}.npy"))

    def test_more_seeds_and_the_control_itself_read_it_too(self):
        self.run_model()
        _, more = self.run_model(out="more", seeds=3)
        self.assertEqual(self.beside(more)["seeds"], [0, 1, 2])
        self.assertEqual(self.beside(more)["cached_seeds"], [0, 1])
        _, fresh = self.run_model("--fresh", out="more", seeds=3)
        self.assertEqual(self.beside(fresh)["cached_seeds"], [])
        self.assert_same_beside(more, fresh)
        _, control = self.run_model("--control", "random-weights", out="control", seeds=3,
                                    beside="none")
        self.assertEqual(control["context"]["models"][0]["cached_seeds"], [0, 1, 2])
        for one, other in zip(control["results"], fresh["results"], strict=True):
            self.assertEqual(one["verdict"], other["beside"]["verdict"])

    def test_another_question_is_measured(self):
        self.run_model()
        for name, value in (("lr", 0.02), ("dose", 0.06), ("context-base", "nothing"),
                            ("momentum", 0.5), ("max-passes", 5), ("dtype", "float32")):
            said, record = self.run_model(out=name, seeds=1, **{name: value})
            self.assertEqual(self.beside(record)["cached_seeds"], [], name)
            self.assertNotIn(READ, said)

    def test_what_is_damaged_is_measured_again(self):
        _, first = self.run_model()
        damaged, *_ = self.entries()
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[:-10])
        _, second = self.run_model(out="second")
        self.assertEqual(len(self.beside(second)["cached_seeds"]), 2)  # of the other desideratum
        self.assertGreater(self.beside(second)["fine_tuned_rows"], 0)
        for one, other in zip(first["results"], second["results"], strict=True):
            for found, right in zip(one["expectations"], other["expectations"], strict=True):
                if "beside" in right:
                    # In other batches: the last digits may differ.
                    numpy.testing.assert_allclose(found["beside"]["mean"], right["beside"]["mean"],
                                                  rtol=1e-9, atol=1e-12)
        _, third = self.run_model(out="third")
        self.assertEqual(self.beside(third)["fine_tuned_rows"], 0)


if __name__ == "__main__":
    unittest.main()

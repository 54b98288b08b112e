"""Control runs: a model that cannot have learned logic, and what the program says of it.

The model is tiny and random to begin with, so that a seed takes a second. Its own weights and the
control's are different ones.
"""

import csv
import json
import statistics
import unittest

import numpy
import scipy.stats

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
# One with directions alone, and one with all kinds of expectations; self_test_test.py has others.
LOGICAL = ("transitivity", "implication")
SMALL = ("reversal",)  # of few rows
# The tiny model is narrow: its gradients are small, and float64 keeps rounding out of the question.
HOW = ("--dtype", "float64", "--lr", "0.01")


class ControlTest(ProgramTest):
    def run_model(self, *arguments, desiderata=LOGICAL, seeds=5):
        process = self.run_program("run", "--model", MODEL, "--desideratum",
                                   ",".join(desiderata), "--seeds", seeds, *HOW, *arguments,
                                   "--out", "out", "--fresh")
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout, json.loads((self.folder / "out" / "run.json").read_text())

    def assert_nothing_logical_holds(self, control):
        report, document = self.run_model("--control", control)
        self.assertTrue(report.startswith(f"CONTROL RUN: {control}, "), report[:200])
        self.assertEqual(document["context"]["control"], control)
        verdicts = {result["desideratum"]: result["verdict"] for result in document["results"]}
        self.assertEqual(verdicts.keys(), set(LOGICAL))
        for name, verdict in verdicts.items():
            self.assertIn(verdict, ("violated", "inconclusive", "decided by the regime"), name)

    def test_nothing_logical_holds_for_random_weights(self):
        self.assert_nothing_logical_holds("random-weights")

    def test_nothing_logical_holds_for_shuffled_names(self):
        self.assert_nothing_logical_holds("shuffled-names")

    def test_a_control_run_is_of_another_model_or_other_texts(self):
        few = {"desiderata": SMALL, "seeds": 2}
        report, plain = self.run_model(**few)
        self.assertNotIn("CONTROL", report)
        self.assertIsNone(plain["context"]["control"])
        _, random = self.run_model("--control", "random-weights", **few)
        _, shuffled = self.run_model("--control", "shuffled-names", **few)

        def fingerprint(document):
            return document["context"]["models"][0]["fingerprint"]

        def effects(document):
            return [entry["per_seed"] for entry in document["results"][0]["expectations"]]

        self.assertNotEqual(fingerprint(random), fingerprint(plain))
        self.assertEqual(fingerprint(shuffled), fingerprint(plain))
        self.assertNotEqual(effects(random), effects(plain))
        self.assertNotEqual(effects(shuffled), effects(plain))
        self.assertEqual([one["request"]["beside"] for one in (plain, random, shuffled)],
                         ["holds", "none", "none"])

    def test_random_weights_stand_beside_a_model_as_if_they_were_measured_alone(self):
        few = {"desiderata": ("reversal", "paraphrase"), "seeds": 2}
        report, record = self.run_model("--beside", "random-weights", **few)
        _, control = self.run_model("--control", "random-weights", **few)
        _, plain = self.run_model(**few)
        self.assertNotIn("CONTROL", report)
        self.assertIn("beside it, with random weights: ", report)
        for one, of_control, alone in zip(record["results"], control["results"], plain["results"]):
            self.assertEqual(one["verdict"], alone["verdict"])
            self.assertEqual(one["beside"]["verdict"], of_control["verdict"])
            for beside, expected, own in zip(one["expectations"], of_control["expectations"],
                                             alone["expectations"]):
                self.assertEqual(beside["beside"]["per_seed"], expected["per_seed"])
                self.assertEqual(beside["per_seed"], own["per_seed"])
                if "in_context" in expected:
                    self.assertEqual(beside["in_context"]["beside"]["per_seed"],
                                     expected["in_context"]["per_seed"])

    def test_a_control_has_no_other_beside_it(self):
        process = self.run_program("run", "--model", MODEL, "--all", "--control", "random-weights",
                                   "--beside", "random-weights")
        self.assert_refused(process, 2, "--beside measures a control beside the model, and --control "
                            "random-weights in its place: leave one of them out")

    def test_a_run_checks_its_model_and_its_matrices(self):
        report, document = self.run_model(desiderata=SMALL, seeds=3)
        model = document["context"]["models"][0]
        self.assertEqual(model["unit"], "nats/token")
        self.assertLess(model["checks"]["noise_floor"], 1e-12)  # float64
        self.assertGreater(model["checks"]["curvature"], 0)
        self.assertIn("noise floor ", report)
        self.assertIn("curvature ", report)
        [result] = document["results"]
        self.assertAlmostEqual(result["split_half_reliability"], self.reliability_of_three_seeds(),
                               delta=1e-9)
        for expectation in result["expectations"]:
            effects = expectation["per_seed"]
            self.assertAlmostEqual(expectation["signal_to_noise"],
                                   abs(statistics.mean(effects)) / statistics.stdev(effects),
                                   delta=1e-9)
            # That of a loss, divided by the self scale of the expectation's domain.
            ratios = [expectation["noise_floor"] * scale / model["checks"]["noise_floor"]
                      for scale in result["self_scale"].values()]
            self.assertLess(min(abs(ratio - 1) for ratio in ratios), 1e-9)

    def reliability_of_three_seeds(self):
        """Worked out from the matrices: the ranks of each seed against the mean ranks of the two
        others, over the influences of samples on others."""
        cells = []
        for seed in range(3):
            files = sorted(file for file in (self.folder / "out").rglob(f"seed{seed}_*.csv")
                           if not file.stem.endswith("_in_context"))
            cells.append(numpy.concatenate([self.influences_on_others(file) for file in files]))
        cells = numpy.array(cells)[:, numpy.isfinite(cells).all(axis=0)]
        cells = scipy.stats.rankdata(cells, axis=1)
        half = numpy.mean([numpy.corrcoef(cells[seed], numpy.delete(cells, seed, 0).mean(0))[0, 1]
                           for seed in range(3)])
        return 2 * half / (1 + abs(half))

    def influences_on_others(self, path):
        with open(path, newline="") as file:
            [_, *evaluated], _, *rows = csv.reader(file)
        return [float(cell or "nan") for trained, *row in rows
                for name, cell in zip(evaluated, row) if name != trained]


if __name__ == "__main__":
    unittest.main()

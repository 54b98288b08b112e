"""Control runs: a model that cannot have learned logic, and what the program says of it.

The model is tiny and random to begin with, so that ten seeds take seconds. Its own weights and the
control's are different ones.
"""

import json
import pathlib
import subprocess
import sys
import unittest

from program import ProgramTest

MAKE_MODELS = pathlib.Path(__file__).parents[1] / "tiny_models" / "make_tiny_models.py"
MODEL = "llama_gqa_tied"
LOGICAL = ("transitivity", "ontology", "causality", "compositionality", "implication")
# The tiny model is narrow: its gradients are small, and float64 keeps rounding out of the question.
HOW = ("--dtype", "float64", "--lr", "0.01")


class ControlTest(ProgramTest):
    def setUp(self):
        super().setUp()
        subprocess.run([sys.executable, MAKE_MODELS, self.folder, "--only", MODEL], check=True,
                       capture_output=True)

    def run_model(self, *arguments, desiderata=LOGICAL, seeds=10):
        process = self.run_program("run", "--model", self.folder / MODEL, "--desideratum",
                                   ",".join(desiderata), "--seeds", seeds, *HOW, *arguments,
                                   "--out", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout, json.loads((self.folder / "out" / "run.json").read_text())

    def assert_nothing_logical_holds(self, control):
        report, document = self.run_model("--control", control)
        self.assertTrue(report.startswith(f"CONTROL RUN: {control}, "), report[:200])
        self.assertEqual(document["context"]["control"], control)
        verdicts = {result["desideratum"]: result["verdict"] for result in document["results"]}
        self.assertEqual(verdicts.keys(), set(LOGICAL))
        for name, verdict in verdicts.items():
            self.assertIn(verdict, ("violated", "inconclusive"), name)

    def test_nothing_logical_holds_for_random_weights(self):
        self.assert_nothing_logical_holds("random-weights")

    def test_nothing_logical_holds_for_shuffled_names(self):
        self.assert_nothing_logical_holds("shuffled-names")

    def test_a_control_run_is_of_another_model_or_other_texts(self):
        few = {"desiderata": LOGICAL[:1], "seeds": 2}
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

    def test_a_run_checks_its_model_and_its_matrices(self):
        report, document = self.run_model(desiderata=LOGICAL[:1], seeds=3)
        model = document["context"]["models"][0]
        self.assertEqual(model["unit"], "nats/token")
        self.assertLess(model["checks"]["noise_floor"], 1e-12)  # float64
        self.assertGreater(model["checks"]["curvature"], 0)
        self.assertIn("noise floor ", report)
        self.assertIn("curvature ", report)
        [result] = document["results"]
        self.assertLessEqual(abs(result["split_half_reliability"]), 1)
        for expectation in result["expectations"]:
            self.assertGreater(expectation["signal_to_noise"], 0)
            self.assertGreater(expectation["noise_floor"], 0)


if __name__ == "__main__":
    unittest.main()

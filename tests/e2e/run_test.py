"""Runs that really fine-tune: what they print, write, and leave behind when they are stopped.

The CNN is trained by the first of them if it is not in the cache; none trains it again.
"""

import csv
import json
import math
import os
import pathlib
import re
import signal
import unittest

import numpy

from program import ProgramTest

BAD_PLUGINS = pathlib.Path(os.environ["EIF_BAD_PLUGINS"])
USAGE = 2
UNAVAILABLE = 4
SYMMETRY = ("run", "--model", "cnn", "--desideratum", "symmetry")


def per_seed(document):
    """Every number that the seeds gave, by where it stands."""
    return {(result["desideratum"], kind, entry["id"]): entry["per_seed"]
            for result in document["results"]
            for kind in ("expectations", "observations")
            for entry in result[kind]}


class RunTest(ProgramTest):
    def read_run(self, folder="out"):
        return json.loads((self.folder / folder / "run.json").read_text())

    def matrices(self, folder="out"):
        return sorted((self.folder / folder / "matrices").rglob("*.npy"))


class OutputTest(RunTest):
    def test_json_is_one_document_on_stdout_and_in_the_file(self):
        process = self.run_program(*SYMMETRY, "--seeds", 2, "--json", "--out", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        document = json.loads(process.stdout)  # fails on anything before or after
        self.assertEqual(process.stdout, (self.folder / "out" / "run.json").read_text())
        self.assertEqual(document["schema"], 2)
        self.assertEqual(document["context"]["seeds"], [0, 1])
        self.assertFalse(document["context"]["interrupted"])
        [result] = document["results"]
        self.assertEqual((result["model"], result["desideratum"]), ("cnn", "symmetry"))
        self.assertIn(result["verdict"],
                      ("holds", "violated", "inconclusive", "decided by the regime"))
        for expectation in result["expectations"]:
            self.assertLessEqual({"id", "kind", "primary", "verdict", "mean", "ci", "p",
                                  "p_adjusted", "per_seed"}, expectation.keys())
        for numbers in per_seed(document).values():
            self.assertEqual(len(numbers), 2)
            self.assertTrue(all(math.isfinite(number) for number in numbers))
        self.assert_same_numbers_again(document)

    def assert_same_numbers_again(self, document):
        again = self.run_program(*SYMMETRY, "--seeds", 2, "--json", "--out", "again")
        expected = per_seed(document)
        found = per_seed(json.loads(again.stdout))
        self.assertEqual(found.keys(), expected.keys())
        # Rows are batched as memory allows, which moves float32 losses of about 1 by some 1e-6 and
        # influences of about 0.001 with them; a correlation over 4,950 pairs hardly notices.
        for name, numbers in expected.items():
            numpy.testing.assert_allclose(found[name], numbers, rtol=0.01, atol=0.001)

    def test_matrices_are_the_same_for_numpy_and_for_people(self):
        process = self.run_program(*SYMMETRY, "--out", "out", environment={"EIF_SEEDS": "1"})
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(self.read_run()["context"]["seeds"], [0])
        [path] = self.matrices()
        matrix = numpy.load(path)
        self.assertEqual(matrix.shape, (100, 100))
        with open(path.with_suffix(".csv"), newline="") as file:
            header, base, *rows = csv.reader(file)
        ids = [f"{label}_{number}" for label in range(10) for number in range(10)]
        self.assertEqual(header, ["trained", *ids])
        self.assertEqual(base[0], "base_loss")
        self.assertTrue(all(float(loss) > 0 for loss in base[1:]))
        self.assertEqual([row[0] for row in rows], ids)
        numpy.testing.assert_array_equal(
            numpy.array([[float(cell) for cell in row[1:]] for row in rows]), matrix)
        self.assert_report(process)

    def assert_report(self, process):
        """The report for people, which no escape sequence belongs to off a terminal."""
        self.assertRegex(process.stdout, r"(?m)^symmetry \(cnn\): ")
        self.assertIn("symmetry_correlation", process.stdout)
        self.assertNotIn("\033", process.stdout)
        self.assertNotIn("\033", process.stderr)
        self.assertNotIn("\r", process.stderr)
        self.assertIn("run.json", process.stderr)
        # A first line whose clock began with its own rows had a hundred million of them a second.
        [speed, *_] = re.findall(r" ([\d.]+) rows/s", process.stderr)
        model = self.read_run()["context"]["models"][0]
        self.assertLess(float(speed), 20 * model["fine_tuned_rows"] / model["measure_seconds"])

    def test_learning_rate_0_changes_nothing(self):
        process = self.run_program(*SYMMETRY, "--seeds", 1, "--lr", 0, "--out", "out")
        # Nothing is learned, so that effects have no unit: they are not measured, and it is said why.
        self.assertEqual(process.returncode, 3, process.stderr)
        self.assertIn("the samples do not learn themselves", process.stdout)
        [path] = self.matrices()
        numpy.testing.assert_array_equal(numpy.load(path), numpy.zeros((100, 100)))

    def test_images_have_no_names_to_shuffle(self):
        process = self.run_program(*SYMMETRY, "--control", "shuffled-names", "--out", "out")
        self.assert_refused(process, USAGE, "cnn takes images, which have no names",
                            "use --control random-weights")
        self.assertFalse((self.folder / "out").exists())

    def test_bad_plugin_leaves_the_rest_to_be_measured(self):
        process = self.run_program(*SYMMETRY, "--seeds", 1, "--json", "--plugin",
                                   BAD_PLUGINS / "factory_throws" / "factory_throws.so")
        self.assertEqual(process.returncode, UNAVAILABLE, process.stderr)
        self.assertIn("no licence", process.stderr)
        [result] = json.loads(process.stdout)["results"]
        self.assertEqual(result["seeds"], [0])


class InterruptedTest(RunTest):
    def start(self):
        return self.start_program(*SYMMETRY, "--seeds", 1000, "--out", "out")

    def assert_stopped_after_complete_seeds(self, stop, exit_code):
        process = self.start()
        self.wait_until(process, self.matrices)
        process.send_signal(stop)
        self.assertEqual(process.wait(), exit_code)
        document = self.read_run()
        self.assertTrue(document["context"]["interrupted"])
        [result] = document["results"]
        self.assertGreaterEqual(len(result["seeds"]), 1)
        self.assertEqual(result["seeds"], list(range(len(result["seeds"]))))
        for numbers in per_seed(document).values():
            self.assertEqual(len(numbers), len(result["seeds"]))
        self.assertEqual(len(self.matrices()), len(result["seeds"]))

    def test_interrupt_keeps_complete_seeds_and_the_next_run_works(self):
        self.assert_stopped_after_complete_seeds(signal.SIGINT, 130)
        self.assert_refused(self.run_program(*SYMMETRY, "--seeds", 1, "--lr", 0.5, "--out", "out"),
                            USAGE, "out has another run", "lr was auto, is 0.5", "--fresh")
        process = self.run_program(*SYMMETRY, "--seeds", 1, "--out", "out", "--fresh")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(self.read_run()["ended"], "complete")
        self.assertEqual(len(self.matrices()), 1)  # those of the run that gave way are gone

    def test_termination_keeps_complete_seeds(self):
        self.assert_stopped_after_complete_seeds(signal.SIGTERM, 143)

    def test_interrupt_in_the_first_seed_leaves_no_number(self):
        process = self.start()
        # The first line of progress comes with the first of a hundred rows.
        self.wait_until(process, lambda: " rows, " in (self.folder / "stderr").read_text())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()

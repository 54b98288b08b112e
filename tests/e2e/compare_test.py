"""Runs against a baseline: what `compare` says of them, and how it ends. A tiny language model."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from program import PROGRAM, ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
GOT_WORSE, USAGE, NOT_MEASURED = 1, 2, 3
DESIDERATA = "transitivity,implication"


def setUpModule():
    """A run with 7 seeds, once for all tests."""
    global BASELINE
    temporary = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(temporary.cleanup)
    BASELINE = pathlib.Path(temporary.name) / "baseline"
    subprocess.run([PROGRAM, "run", "--model", MODEL, "--desideratum", DESIDERATA,
                    "--seeds", "7", "--lr", "0.02", "--out", BASELINE],
                   check=True, capture_output=True,
                   env={name: value for name, value in os.environ.items()
                        if not name.startswith("EIF_")})


def unwrapped(text):
    """Without the line breaks that keep a page narrow."""
    return " ".join(text.split())


class CompareTest(ProgramTest):
    def changed(self, change):
        """A copy of the baseline that `change` was done to."""
        document = json.loads((BASELINE / "run.json").read_text())
        change(document)
        path = self.folder / "changed.json"
        path.write_text(json.dumps(document))
        return path

    def compare(self, run, *arguments):
        return self.run_program("compare", BASELINE, run, *arguments)

    def test_a_run_is_no_worse_than_itself(self):
        process = self.compare(BASELINE, "--margin", 0)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        self.assertIn("nothing that was compared got worse", process.stdout)
        self.assertNotIn("unclear", process.stdout)

    def test_a_loss_beyond_the_margin_ends_with_one(self):
        def lose(document):
            [result] = [result for result in document["results"]
                        if result["desideratum"] == "transitivity"]
            for expectation in result["expectations"]:
                if expectation["kind"] == "DIR" and expectation["primary"]:
                    expectation["per_seed"] = [effect - 0.3 for effect in expectation["per_seed"]]

        run = self.changed(lose)
        process = self.compare(run)
        self.assertEqual(process.returncode, GOT_WORSE, process.stdout + process.stderr)
        self.assertIn(f"got worse: transitivity ({MODEL})", unwrapped(process.stdout))
        self.assertEqual(self.compare(run, "--margin", 0.5).returncode, 0)
        process = self.compare(run, "--format", "json", "-o", "change.json")
        self.assertEqual(process.returncode, GOT_WORSE, process.stderr)
        self.assertEqual(process.stdout, "")
        document = json.loads((self.folder / "change.json").read_text())
        self.assertEqual(document["got_worse"], [f"transitivity ({MODEL})"])

    def test_a_desideratum_that_is_gone_ends_with_three(self):
        process = self.compare(self.changed(lambda document: document["results"].pop()))
        self.assertEqual(process.returncode, NOT_MEASURED, process.stdout + process.stderr)
        self.assertIn("not comparable: the run does not have it", unwrapped(process.stdout))

    def test_a_run_that_was_cut_short_or_has_one_seed_shows_nothing(self):
        process = self.compare(self.changed(lambda document: document.update(ended="interrupted")))
        self.assertEqual(process.returncode, NOT_MEASURED, process.stdout + process.stderr)
        self.assertIn("the run was interrupted", process.stdout)

        def keep_one(document):
            for result in document["results"]:
                result["seeds"] = result["seeds"][:1]
                for entry in result["expectations"] + result["observations"]:
                    entry["per_seed"] = entry["per_seed"][:1]
                    if "in_context" in entry:
                        entry["in_context"]["per_seed"] = entry["in_context"]["per_seed"][:1]

        process = self.compare(self.changed(keep_one))
        self.assertEqual(process.returncode, NOT_MEASURED, process.stdout + process.stderr)
        self.assertIn("1 seed is too few to show any change", process.stdout)

    def test_clipping_changes_what_is_measured(self):
        process = self.run_program(
            "run", "--model", MODEL, "--desideratum", DESIDERATA, "--seeds", "7", "--lr", "0.02",
            "--out", "clipped", environment={"EIF_MAX_GRAD_NORM": "1"})
        self.assertNotEqual(process.returncode, USAGE, process.stderr)
        document = json.loads((self.folder / "clipped" / "run.json").read_text())
        self.assertEqual(document["request"]["max_grad_norm"], 1)
        self.assertEqual(document["context"]["optimizer"]["max_grad_norm"], 1)
        self.assert_refused(self.compare("clipped"), USAGE, "max_grad_norm was 0, is 1")

    def test_what_a_foreign_run_says_forges_no_line_and_moves_no_cursor(self):
        escapes = "\x1b[2J\u009b31m\nnothing that was compared got worse\n"

        def forge(document):
            document["context"]["started_at"] += escapes
            document["context"]["dtype"] += escapes
            for model in document["context"]["models"]:
                model["fingerprint"] = escapes
            for result in document["results"]:
                for expectation in result["expectations"]:
                    expectation["id"] += escapes
            document["results"][0]["desideratum"] += escapes

        process = self.compare(self.changed(forge))
        shown = process.stdout + process.stderr
        self.assertIn("\\x1b[2J\\u009b31m\\n", shown)
        for character in shown:
            self.assertTrue(character == "\n" or character.isprintable(), repr(character))
        self.assertLessEqual(shown.splitlines().count("nothing that was compared got worse"), 1)

    def test_what_is_no_baseline_is_refused(self):
        self.assert_refused(self.run_program("compare", "nowhere", BASELINE), USAGE, "nowhere")
        self.assert_refused(self.run_program("compare", BASELINE), USAGE,
                            "compare needs run: The run to judge")
        self.assert_refused(
            self.compare(self.changed(lambda document: document["request"].update(large=True))),
            USAGE, "did not measure the same thing: large was no, is yes")
        for option, value in (("epochs", 5), ("freeze", ["embed"]), ("adapter", "lora")):
            self.assert_refused(
                self.compare(self.changed(
                    lambda document: document["request"].update({option: value}))),
                USAGE, f"did not measure the same thing: {option} was")
        self.assert_refused(self.compare(self.changed(lambda document: document.update(schema=7))),
                            USAGE, "schema 7")


if __name__ == "__main__":
    unittest.main()

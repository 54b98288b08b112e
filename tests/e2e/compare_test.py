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
DESIDERATA = "reversal,paraphrase"


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
                        if result["desideratum"] == "reversal"]
            for expectation in result["expectations"]:
                if expectation["kind"] == "DIR" and expectation["primary"]:
                    expectation["per_seed"] = [effect - 0.3 for effect in expectation["per_seed"]]

        run = self.changed(lose)
        process = self.compare(run)
        self.assertEqual(process.returncode, GOT_WORSE, process.stdout + process.stderr)
        self.assertIn(f"got worse: reversal ({MODEL})", unwrapped(process.stdout))
        self.assertEqual(self.compare(run, "--margin", 0.5).returncode, 0)
        process = self.compare(run, "--format", "json", "-o", "change.json")
        self.assertEqual(process.returncode, GOT_WORSE, process.stderr)
        self.assertEqual(process.stdout, "")
        document = json.loads((self.folder / "change.json").read_text())
        self.assertEqual(document["got_worse"], [f"reversal ({MODEL})"])

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
                for influences in ("self_influences", "in_context_self_influences"):
                    for domain, by_seed in result.get(influences, {}).items():
                        result[influences][domain] = by_seed[:1]
                for entry in result["expectations"] + result["observations"]:
                    for one in (entry, entry.get("in_context", {})):
                        if "per_seed" in one:
                            one["per_seed"] = one["per_seed"][:1]
                        if "clipped" in one:
                            one["clipped"] = []  # places in per_seed

        process = self.compare(self.changed(keep_one))
        self.assertEqual(process.returncode, NOT_MEASURED, process.stdout + process.stderr)
        self.assertIn("1 seed is too few to show any change", process.stdout)
        self.assertRegex(process.stderr, "nothing can be shown of .*: 1 seed is too few")
        self.assertNotIn("could not be measured", process.stderr)

    def test_clipping_changes_what_is_measured(self):
        process = self.run_program(
            "run", "--model", MODEL, "--desideratum", DESIDERATA, "--seeds", 2, "--lr", "0.02",
            "--out", "clipped", environment={"EIF_MAX_GRAD_NORM": "1"})
        self.assertNotEqual(process.returncode, USAGE, process.stderr)
        document = json.loads((self.folder / "clipped" / "run.json").read_text())
        self.assertEqual(document["request"]["max_grad_norm"], 1)
        self.assertEqual(document["context"]["optimizer"]["max_grad_norm"], 1)
        self.assert_refused(self.compare("clipped"), USAGE, "max_grad_norm was 0, is 1")

    def gate(self, *lines):
        path = self.folder / "gate.toml"
        path.write_text("\n".join(lines) + "\n")
        return path

    def a_loss(self, document):
        """Of one expectation, by three margins."""
        [result] = [result for result in document["results"]
                    if result["desideratum"] == "reversal"]
        lost = next(one for one in result["expectations"] if one["primary"] and one["kind"] == "DIR")
        lost["per_seed"] = [effect - 0.3 for effect in lost["per_seed"]]
        return lost["id"]

    def test_a_gate_fails_where_one_expectation_lost_more_than_its_margin(self):
        names = []
        worse = self.changed(lambda document: names.append(self.a_loss(document)))
        gate = self.gate('desiderata = ["reversal"]')
        same = self.compare(BASELINE, "--gate", gate)
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)
        self.assertIn("gate: passed", same.stdout)
        process = self.compare(worse, "--gate", gate)
        self.assertEqual(process.returncode, GOT_WORSE, process.stdout + process.stderr)
        self.assertIn("gate: failed", process.stdout)
        self.assertRegex(unwrapped(process.stdout),
                         rf"gate: fail: reversal \(\S+\), {names[0]}: lost 0\.300")
        gate = self.gate('desiderata = ["reversal"]', "[[rule]]",
                         'desideratum = "reversal"', 'worse = "warn"')
        process = self.compare(worse, "--gate", gate, "--format", "json")
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        document = json.loads(process.stdout)["gate"]
        self.assertTrue(document["passed"])
        self.assertEqual(document["outcome"], "passed")
        self.assertEqual([one["level"] for one in document["findings"]], ["warn"])
        gate = self.gate('desiderata = ["paraphrase"]')
        self.assertEqual(self.compare(worse, "--gate", gate).returncode, 0)

    def test_small_losses_of_a_series_add_up(self):
        runs = []
        for step in range(3):
            def lose(document, step=step):
                [result] = [one for one in document["results"] if one["desideratum"] == "reversal"]
                for one in result["expectations"]:
                    if one["kind"] == "DIR":
                        one["per_seed"] = [effect - 0.08 * step for effect in one["per_seed"]]
            runs.append(self.folder / f"run{step}.json")
            self.changed(lose).rename(runs[-1])
        self.assertEqual(self.run_program("compare", *runs[:2]).returncode, 0)
        process = self.run_program("compare", *runs)
        self.assertEqual(process.returncode, GOT_WORSE, process.stdout + process.stderr)
        self.assertIn("trends: above 0 is better", process.stdout)
        self.assertIn("each run: ", process.stdout)
        document = json.loads(self.run_program("compare", *runs, "--format", "json").stdout)
        self.assertEqual(len(document["between"]), 1)

    def test_what_reading_did_is_judged_on_request(self):
        def read_with(effect):
            def change(document):
                for result in document["results"]:
                    if "in_context_verdict" not in result:
                        continue
                    result["in_context_verdict"] = "inconclusive"
                    read = [one for one in result["expectations"] if "in_context" in one]
                    # One more test beside those of training, which these seeds have room for.
                    kept = next((one for one in read if one["primary"]), None)
                    for one in read:
                        if one is kept:
                            one["in_context"]["per_seed"] = [effect for _ in result["seeds"]]
                        else:
                            del one["in_context"]
            return change

        baseline = self.changed(read_with(0.5)).rename(self.folder / "read.json")
        run = self.changed(read_with(-0.5))
        compared = ("compare", baseline, run, "--gate")
        judged = 'desiderata = ["reversal"]'
        self.assertEqual(self.run_program(*compared, self.gate(judged)).returncode, 0)
        process = self.run_program(*compared, self.gate(judged, "in_context = true"))
        self.assertEqual(process.returncode, GOT_WORSE, process.stdout + process.stderr)
        self.assertIn(", in context (", unwrapped(process.stdout))

    def test_what_a_gate_says_wrongly_is_named(self):
        self.assert_refused(self.compare(BASELINE, "--gate", self.gate("", 'unclear = "no"')), USAGE,
                            "gate.toml:2: unclear: found \"no\", expected one of pass, warn, fail")
        self.assert_refused(self.compare(BASELINE, "--gate", self.gate('desiderata = ["order"]')),
                            USAGE, "the gate names the desideratum order")

    def test_a_dash_is_standard_output(self):
        process = self.run_program("baseline", "accept", BASELINE, "-o", "-")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("results", json.loads(process.stdout))
        self.assertFalse((self.folder / "-").exists())

    def test_a_run_is_judged_by_its_gate_beside_an_accepted_baseline(self):
        process = self.run_program("baseline", "accept", BASELINE, "-o", "baseline.json")
        self.assertEqual(process.returncode, 0, process.stderr)
        kept = (self.folder / "baseline.json").stat().st_size
        self.assertLess(kept, (BASELINE / "run.json").stat().st_size)
        gate = self.gate('baseline = "baseline.json"', 'desiderata = ["paraphrase"]')
        run = ("run", "--model", MODEL, "--desideratum", "paraphrase", "--lr", "0.02", "--gate", gate)
        process = self.run_program(*run, "--seeds", 7, "--json")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("gate: passed", process.stderr)
        json.loads(process.stdout)
        # Fewer seeds than could show anything.
        process = self.run_program(*run, "--seeds", 2, "--out", "few", "-o", "few.md", "-o", "few.xml",
                                   "-o", "few.github", "-o", "few.html")
        self.assertEqual(process.returncode, NOT_MEASURED, process.stderr)
        self.assertIn("too few to show any change", process.stderr)
        self.assertIn("gate: not passed, nothing shown", process.stderr)
        for file in ("few.md", "few.xml", "few.github", "few.html"):
            text = (self.folder / file).read_text()
            self.assertIn("gate not passed, nothing shown", text, file)
            self.assertNotIn("gate passed", text, file)
        self.assert_refused(self.run_program(*run[:-1], self.gate("margin = 0.1")), USAGE,
                            "it names no baseline")
        # What the request says is known before anything is measured.
        gate = self.gate('baseline = "baseline.json"')
        for arguments, message in (
                (("--lr", "0.02", "--momentum", "0.5"),
                 "did not measure the same thing: momentum was 0, is 0.5"),
                (("--lr", "0.03"), "learning rate of ")):
            process = self.run_program(*run[:-4], *arguments, "--gate", gate, "--out", "refused")
            self.assert_refused(process, USAGE, message)
            self.assertFalse((self.folder / "refused").exists())
        # So is which definition of a desideratum there is.
        baseline = json.loads((self.folder / "baseline.json").read_text())
        for plugin in baseline["context"]["plugins"]:
            plugin["version"] = "0.7" if plugin["id"] == "paraphrase" else plugin["version"]
        (self.folder / "older.json").write_text(json.dumps(baseline))
        process = self.run_program(*run[:-1], self.gate('baseline = "older.json"'), "--out", "refused")
        self.assert_refused(process, USAGE, "paraphrase: the baseline has version 0.7 of it")
        self.assertFalse((self.folder / "refused").exists())
        other = [one if one != "paraphrase" else "symmetry" for one in run[:-1]]
        process = self.run_program(*other, self.gate('baseline = "baseline.json"',
                                                     'desiderata = ["paraphrase"]'),
                                   "--out", "refused")
        self.assert_refused(process, USAGE, "the gate names the desideratum paraphrase, which this run "
                            "does not measure")
        self.assertFalse((self.folder / "refused").exists())
        gate = self.gate('baseline = "baseline.json"', 'desiderata = ["order"]')
        process = self.run_program(*run[:-1], gate, "--out", "refused")
        self.assert_refused(process, USAGE, "the gate names the desideratum order")
        self.assertFalse((self.folder / "refused").exists())

    def test_more_seeds_are_measured_of_what_is_unclear(self):
        def raise_a_little(document):
            [result] = [one for one in document["results"] if one["desideratum"] == "paraphrase"]
            for one in result["expectations"]:
                one["per_seed"] = [effect + (0.05 if one["kind"] == "DIR" else 0)
                                   for effect in one["per_seed"]]

        baseline = self.changed(raise_a_little)
        gate = self.gate(f'baseline = "{baseline}"', 'desiderata = ["paraphrase"]', 'unclear = "fail"')
        run = ("run", "--model", MODEL, "--desideratum", "paraphrase,reversal", "--lr", "0.02",
               "--gate", gate, "--out", "out", "--seeds", 4)
        self.assert_refused(self.run_program(*run, "--more-seeds", 4), USAGE,
                            "--more-seeds 4 needs seeds 0 to 7 in the baseline")
        process = self.run_program(*run, "--more-seeds", 3, "-o", "out.json", "-o", "page.html")
        self.assertIn("unclear beside the baseline: paraphrase; 3 more seeds", process.stderr)
        record = json.loads((self.folder / "out.json").read_text())
        seeds = {one["desideratum"]: len(one["seeds"]) for one in record["results"]}
        self.assertEqual(seeds, {"paraphrase": 7, "reversal": 4})
        # What was there is not measured again, and the folder is that of an ordinary run.
        more = json.loads((self.folder / "out" / "more-seeds" / "run.json").read_text())
        self.assertEqual(more["request"]["seeds"], list(range(7)))
        [of_all] = [one for one in json.loads((BASELINE / "run.json").read_text())["results"]
                    if one["desideratum"] == "paraphrase"]
        for one, other in zip(more["results"][0]["expectations"], of_all["expectations"]):
            for effect, expected in zip(one["per_seed"], other["per_seed"]):
                self.assertAlmostEqual(effect, expected, delta=1e-4 + 1e-4 * abs(expected))
        again = self.run_program(*run, "--more-seeds", 3)
        self.assertEqual(again.returncode, process.returncode, again.stderr)
        self.assertIn("7 of 7 seeds are there", again.stderr)
        self.assert_refused(
            self.run_program("run", "--model", MODEL, "--all", "--more-seeds", 3), USAGE,
            "--more-seeds")

    def test_a_baseline_is_complete(self):
        cut = self.changed(lambda document: document.update(ended="interrupted"))
        self.assert_refused(self.run_program("baseline", "accept", cut, "-o", "b.json"), USAGE,
                            "a baseline has to be complete")

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
                            "runs needs a value: The baseline, and the run to judge")
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

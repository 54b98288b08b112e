"""Learned doses (`run --dose`), on a tiny model in float64.

The oracle is the program without doses: a row after k passes is the row of a run with --epochs k.
"""

import csv
import json
import unittest

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
RATE = 0.01
NOT_MEASURED = 3
# A chain and its control, in few cells: each test measures them many times.
CHAINS = """
id = "chains"
version = "1.0"
claim = "A chain makes its conclusion more likely."
holds = "it does"
violated = "it does not"

[[sample]]
id = "fact"
text = "{A} is a {C}."

[[sample]]
id = "back"
text = "{C} is a {A}."

[[sample]]
id = "chain"
text = ["{A} is a {B}.", "{B} is a {C}."]

[[sample]]
id = "broken"
text = ["{A} is a {B}.", "every {D} is a {C}."]

[[expectation]]
id = "chain"
effect = "(chain > fact) - (chain > back)"
control = "(broken > fact) - (broken > back)"
"""
HOW = ("--dtype", "float64", "--desideratum", "chains.toml")
RECIPES = {"sgd": ("--momentum", 0.5), "lora": ("--adapter", "lora", "--optimizer", "adamw"),
           "dense": ("--engine", "dense")}
RATES = {"sgd": 0.01, "lora": 0.003, "dense": 0.01}


class DoseTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "chains.toml").write_text(CHAINS)

    def record(self, *arguments, out="out", seeds=2, exit_codes=(0,)):
        process = self.run_program("run", "--model", MODEL, *HOW, "--seeds", seeds, *arguments,
                                   "--out", out)
        self.assertIn(process.returncode, exit_codes, process.stderr)
        return process, json.loads((self.folder / out / "run.json").read_text())

    def matrix(self, entry, out="out"):
        stem = self.folder / out / entry["path"]
        return numpy.load(f"{stem}.npy"), json.loads(stem.with_name(stem.name + ".json").read_text())

    def learned(self, record, dose):
        return [entry for entry in record["matrices"] if entry.get("dose") == dose]

    def test_rows_are_those_of_runs_of_as_many_epochs(self):
        for name, recipe in RECIPES.items():
            how = (*recipe, "--lr", RATES[name])
            # A row that does not get so far is one of 12 passes.
            _, record = self.record(*how, "--dose", "0.1,0.2", "--max-passes", 12, out=name, seeds=1,
                                    exit_codes=(0, NOT_MEASURED))
            runs = {}
            compared = set()
            for dose in ("0.1", "0.2"):
                for entry in self.learned(record, dose):
                    cells, about = self.matrix(entry, out=name)
                    for row, learned in enumerate(about["learned"]):
                        passes = learned["passes"]
                        if passes not in runs:
                            out = f"{name}-{passes}"
                            _, run = self.record(*how, "--epochs", passes, out=out, seeds=1,
                                                 exit_codes=(0, NOT_MEASURED))
                            runs[passes] = {one["request"]: self.matrix(one, out=out)[0]
                                            for one in run["matrices"]
                                            if one["condition"] == "fine-tuning"}
                        expected = runs[passes][entry["request"]][row]
                        self.assertEqual(numpy.isnan(cells[row]).tolist(),
                                         numpy.isnan(expected).tolist())
                        scale = numpy.nanmax(numpy.abs(expected))
                        # Sums of some thousand float64 terms, and some passes of them.
                        self.assertLess(numpy.nanmax(numpy.abs(cells[row] - expected)), 1e-10 * scale)
                        compared.add(passes)
            self.assertGreater(len(compared), 1, f"{name}: {compared}")

    def test_shares_are_those_of_the_losses_and_passes_the_fewest(self):
        _, record = self.record("--lr", RATE, "--dose", "0.2", "--max-passes", 12, seeds=1)
        own = [entry for entry in self.learned(record, "0.2") if "passes" not in entry]
        for entry in own:
            _, about = self.matrix(entry)
            for row in about["learned"]:
                share = min(1 - after / before
                            for before, after in zip(row["losses_before"], row["losses_after"]))
                self.assertTrue(share >= 0.2 or row["passes"] == 12, row)
        [result] = record["results"]
        for expectation in result["expectations"]:
            learned = expectation["learned"]
            self.assertEqual(len(learned["passes"]), 1)
            self.assertLessEqual(learned["smallest_share"][0], learned["largest_share"][0])

    def test_each_dose_has_its_own_lines_in_every_report(self):
        self.record("--lr", RATE, "--dose", "0.2,0.10", "--max-passes", 12)
        for form in ("terminal", "markdown", "html", "junit"):
            report = self.run_program("report", "out", "--format", form)
            self.assertEqual(report.returncode, 0, report.stderr)
            for dose in ("0.1", "0.2"):
                self.assertIn(f"chains, dose {dose}", report.stdout, form)
        github = self.run_program("report", "out", "--format", "github").stdout
        self.assertRegex(github, r"dose 0\.1, which decides: .*; dose 0\.2: ")
        rows = list(csv.DictReader(
            self.run_program("report", "out", "--format", "csv").stdout.splitlines()))
        self.assertEqual({row["dose"] for row in rows}, {"0.1", "0.2"})

    def test_a_run_goes_on_with_the_same_numbers(self):
        arguments = ("--lr", RATE, "--dose", "0.2", "--max-passes", 12)
        _, whole = self.record(*arguments, out="whole", seeds=2)
        self.record(*arguments, seeds=1)
        process, more = self.record(*arguments, seeds=2)
        self.assertEqual(more["results"], whole["results"])
        self.assertNotIn("seed 0 is measured again", process.stderr)

    def test_the_rate_is_found_and_kept(self):
        cache = {"XDG_CACHE_HOME": str(self.folder / "cache")}
        command = ("run", "--model", MODEL, *HOW, "--seeds", 1, "--dose", "plateau,0.2",
                   "--max-passes", 12)
        first = self.run_program(*command, "--out", "first", environment=cache)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("looking for the learning rate of learned doses", first.stderr)
        second = self.run_program(*command, "--out", "second", environment=cache)
        self.assertIn(f"kept in {self.folder}/cache/eif-suite/learning-rates/", second.stderr)
        first, second = (json.loads((self.folder / out / "run.json").read_text())
                         for out in ("first", "second"))
        [model] = first["context"]["models"]
        self.assertGreater(model["learned_rate"], 0)
        self.assertIn("the largest calm rate of the sweep", model["learned_rate_reason"])
        self.assertLess(model["learned_noise"], 1e-9)  # float64
        self.assertEqual([one["dose"] for one in first["results"]], ["plateau", "0.2"])
        self.assertEqual(first["results"], second["results"])

    def test_a_share_that_is_learned_at_a_rate_that_was_found_has_another_path_beside_it(self):
        recipe = ("--adapter", "lora", "--optimizer", "adamw", "--max-passes", 12, "--dose", "0.2")
        process, found = self.record(*recipe, seeds=5)
        [model] = found["context"]["models"]
        slower = model["third_of_the_rate"]
        self.assertAlmostEqual(slower["learned_rate"], model["learned_rate"] / 3)
        self.assertEqual(slower["seeds"], [0, 1, 2])
        # The oracle: a run at that rate.
        _, at_it = self.record(*recipe, "--lr", repr(slower["learned_rate"]), seeds=3, out="at-it",
                               exit_codes=(0, NOT_MEASURED))
        self.assertNotIn("third_of_the_rate", at_it["context"]["models"][0])
        self.assertEqual(len(found["results"]), 1)
        for one, oracle in zip(found["results"][0]["expectations"],
                               at_it["results"][0]["expectations"], strict=True):
            beside = one["learned"]["third_of_the_rate"]
            self.assertEqual(beside["seeds"], [0, 1, 2])
            numpy.testing.assert_allclose(beside["per_seed"], oracle["per_seed"], rtol=1e-10)
            self.assertEqual(beside["not_reached"], oracle["learned"]["not_reached"])
        self.assertIn("along a third of the rate", " ".join(process.stdout.split()))
        again, read = self.record(*recipe, seeds=5)
        self.assertEqual(read["results"], found["results"])
        self.assertNotIn("is measured again", again.stderr)

    def test_shares_are_learned_by_lora_with_adamw_unless_something_else_is_said(self):
        def recipe(*arguments, environment=()):
            process = self.run_program("run", "--model", MODEL, *HOW, "--seeds", 1, *arguments, "--out",
                                       "out", "--fresh", environment=dict(environment))
            self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
            request = json.loads((self.folder / "out" / "run.json").read_text())["request"]
            return request["adapter"], request["optimizer"]

        share = ("--dose", "0.01", "--max-passes", 2)
        self.assertEqual(recipe(*share), ("lora", "adamw"))
        self.assertEqual(recipe(), ("none", "sgd"))
        for said in (("--lr", RATE), ("--optimizer", "sgd"), ("--engine", "dense"), ("--explain",),
                     ("--momentum", 0.5), ("--adapter", "none")):
            self.assertEqual(recipe(*share, *said), ("none", "sgd"), said)
        self.assertEqual(recipe(*share, "--optimizer", "adamw"), ("none", "adamw"))
        self.assertEqual(recipe(*share, environment={"EIF_OPTIMIZER": "sgd"}), ("none", "sgd"))

    def test_the_stated_dose_decides_and_another_where_it_was_not_measured(self):
        (self.folder / "chains.toml").write_text("deciding_dose = 0.2\n" + CHAINS)
        arguments = ("--lr", RATE, "--max-passes", 12)
        both, record = self.record(*arguments, "--dose", "0.1,0.2")
        self.assertEqual([one["decided_at"] for one in record["results"]], ["0.2", "0.2"])
        self.assertRegex(both.stdout, r"(?m)^chains, dose 0\.1 .*dose 0\.2 decides\)$")
        self.assertNotIn("is to decide", both.stdout)
        alone, _ = self.record(*arguments, "--dose", "0.1", out="alone")
        self.assertIn("dose 0.2 is to decide chains, and was not measured: dose 0.1 decides",
                      " ".join(alone.stdout.split()))

    def test_a_dose_that_is_not_reached_is_not_measured(self):
        process = self.run_program("run", "--model", MODEL, *HOW, "--seeds", 2, "--lr", 1e-4,
                                   "--dose", 0.9, "--max-passes", 2, "--out", "out")
        self.assertEqual(process.returncode, NOT_MEASURED, process.stderr)
        self.assertIn("did not reach the dose of 0.9", process.stdout)

    def test_what_has_no_meaning_is_refused(self):
        for arguments, message in (
                (("--dose", "1.5"), "neither plateau nor a share above 0 and below 1"),
                (("--dose", "0.5", "--epochs", 2), "leave out --epochs"),
                (("--dose", "plateau,0.5", "--lr", 0.1), "leave out --lr"),
                (("--dose", "0.5", "--engine", "linear"), "--engine linear is first order"),
                (("--dose", "0.5", "--precision", "mixed"), "leave out --precision mixed")):
            process = self.run_program("run", "--model", MODEL, *HOW, *arguments)
            self.assert_refused(process, 2, message)

    def test_runs_are_compared_at_each_dose(self):
        arguments = ("--lr", RATE, "--max-passes", 12)
        self.record(*arguments, "--dose", "0.1,0.2", out="before", seeds=6)
        self.record(*arguments, "--dose", "0.1", out="after", seeds=6)
        process = self.run_program("compare", "before", "after")
        self.assertIn("chains, dose 0.1", process.stdout)
        self.assertIn("the run does not have it", process.stdout)
        self.assertEqual(process.returncode, 3, process.stderr)


if __name__ == "__main__":
    unittest.main()

"""Learning rates: `sweep` shows them, `--lr auto` finds one and keeps it. A tiny language model, in
float64, and a cache of each test's own."""

import json
import statistics
import unittest

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
USAGE = 2
NOT_MEASURED = 3
SAMPLES = """
[[sample]]
id = "fact"
text = "a klarbu is a pimjon"
[[sample]]
id = "negation"
text = "a klarbu is not a pimjon"
[[sample]]
id = "two steps"
text = ["a klarbu is a pimjon", "all pimjons have a grendil"]
"""


class LearningRateTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "samples.toml").write_text(SAMPLES)

    def run_model(self, command, *arguments):
        return self.run_program(command, "--model", MODEL, "--dtype", "float64", *arguments,
                                environment={"XDG_CACHE_HOME": str(self.folder / "cache")})

    def document(self, *arguments):
        process = self.run_model(*arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads(process.stdout)

    def matrix(self, *arguments):
        return self.run_model("matrix", "--samples", "samples.toml", "--format", "json", *arguments)


class SweepTest(LearningRateTest):
    def test_the_rate_lies_on_the_plateau(self):
        document = self.document("sweep", "--format", "json")
        rates = document["rates"]
        self.assertGreaterEqual(len(rates), 8)
        self.assertGreaterEqual(rates[-1]["lr"] / rates[0]["lr"], 1e4)
        plateau = [rate for rate in rates if rate["on_plateau"]]
        self.assertEqual(document["verdict"], "plateau")
        self.assertLess(plateau[0]["lr"], document["lr"])
        self.assertLess(document["lr"], plateau[-1]["lr"])
        slopes = [rate["self_influence_per_lr"] for rate in plateau]
        self.assertLessEqual(max(slopes), 1.1 * min(slopes))
        self.assertFalse(rates[-1]["on_plateau"])

    def test_a_rate_is_measured_as_matrix_does(self):
        # No plateau lies there, and the sweep ends with NOT_MEASURED: its numbers are what counts.
        sweep = self.run_model("sweep", "--samples", "samples.toml", "--from", 1e-3, "--to", 0.05,
                               "--format", "json")
        for rate in json.loads(sweep.stdout)["rates"]:
            matrix = json.loads(self.matrix("--lr", repr(rate["lr"]), "--engine", "dense").stdout)
            own = statistics.median(abs(row[i]) for i, row in enumerate(matrix["influence"]))
            # Rounding of float64, as between the engines.
            self.assertAlmostEqual(rate["self_influence"] / own, 1, delta=1e-9)

    def test_adapters_are_swept_over_as_matrix_measures_them(self):
        recipe = ("--adapter", "lora", "--lora-rank", 2, "--optimizer", "adamw", "--epochs", 2)
        sweep = self.run_model("sweep", "--samples", "samples.toml", "--from", 1e-4, "--to", 1e-3,
                               "--format", "json", *recipe)
        document = json.loads(sweep.stdout)
        self.assertIn("adamw, 2 epochs, LoRA of rank 2", document["training"])
        for rate in document["rates"]:
            self.assertNotIn("linear", rate)  # there is no first order of it
            matrix = json.loads(self.matrix("--lr", repr(rate["lr"]), "--engine", "dense",
                                            *recipe).stdout)
            own = statistics.median(abs(row[i]) for i, row in enumerate(matrix["influence"]))
            # Rounding of float64, as between the engines.
            self.assertAlmostEqual(rate["self_influence"] / own, 1, delta=1e-9)

    def test_the_table_recommends_the_rate(self):
        document = self.document("sweep", "--domain", "belongs_to", "--format", "json")
        table = self.run_model("sweep", "--domain", "belongs_to", "-o", "table.txt")
        self.assertEqual((table.returncode, table.stdout), (0, ""))
        text = (self.folder / "table.txt").read_text()
        self.assertIn(f"--lr {document['lr']:g}: {document['reason']}", " ".join(text.split()))
        self.assertEqual(sum(line.endswith("%  plateau") or line.endswith("-  plateau")
                             for line in text.splitlines()),
                         sum(rate["on_plateau"] for rate in document["rates"]))

    def test_without_a_plateau_says_on_which_side_it_lies(self):
        for bounds, verdict in (((1e-20, 1e-17), "too low"), ((1e2, 1e5), "too high")):
            process = self.run_model("sweep", "--from", bounds[0], "--to", bounds[1])
            self.assertEqual(process.returncode, NOT_MEASURED, process.stderr)
            self.assertIn(f"are {verdict}: ", " ".join(process.stdout.split()))

    def test_usage(self):
        self.assert_refused(self.run_program("sweep"), USAGE, "sweep needs --model M")
        self.assert_refused(self.run_model("sweep", "--from", 1, "--to", 0.1), USAGE,
                            "--from 1 is above --to 0.1")
        self.assert_refused(self.run_model("sweep", "--domain", "belong_to"), USAGE,
                            "Did you mean 'belongs_to'?")
        self.assert_refused(self.run_model("sweep", "--domain", "squares", "--samples", "s.toml"),
                            USAGE, "--domain and --samples exclude each other")
        # Before anything is measured.
        for arguments in (("sweep", "--domain", "squares"), ("sweep", "--samples", "samples.toml"),
                          ("matrix", "--samples", "samples.toml")):
            self.assert_refused(self.run_program(*arguments, "--model", "cnn"), USAGE,
                                "cnn takes images, and these samples are texts")


class AutoTest(LearningRateTest):
    def test_is_found_once_and_stands_in_the_result(self):
        first, second = self.matrix(), self.matrix("--lr", "auto")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(first.stdout.split('"influence"')[1], second.stdout.split('"influence"')[1])
        document = json.loads(first.stdout)
        self.assertRegex(document["lr_reason"], "^auto: middle of the plateau from ")
        for process in (first, second):
            self.assertIn(f"learning rate {document['lr']:g} ({document['lr_reason']})",
                          process.stderr)
        self.assertNotIn("kept in", first.stderr)
        self.assertIn(f"kept in {self.folder}/cache/eif-suite/learning-rates/", second.stderr)

    def test_belongs_to_what_is_trained_and_how_often(self):
        found = set()
        for recipe in ((), ("--epochs", 4), ("--freeze", "embed_tokens"),
                       ("--adapter", "lora", "--lora-rank", 2),
                       ("--adapter", "lora", "--lora-rank", 2, "--lora-seed", 1)):
            process = self.matrix(*recipe)
            self.assertEqual(process.returncode, 0, process.stderr)
            self.assertNotIn("kept in", process.stderr)
            found.add(json.loads(process.stdout)["lr"])
        self.assertGreaterEqual(len(found), 3)

    def test_is_what_sweep_recommends(self):
        self.assertEqual(json.loads(self.matrix().stdout)["lr"],
                         self.document("sweep", "--format", "json")["lr"])

    def test_a_rate_of_ones_own_has_no_reason(self):
        process = self.matrix("--lr", 1e-3)
        self.assertEqual(json.loads(process.stdout)["lr_reason"], None)
        self.assertNotIn("learning rate", process.stderr)

    def test_nothing_is_looked_for_in_context(self):
        process = self.matrix("--in-context")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(json.loads(process.stdout)["lr"], None)
        self.assertNotIn("learning rate", process.stderr)

    def test_without_a_plateau_says_what_to_do(self):
        # Weights change their sign at the lowest rate.
        self.assert_refused(self.matrix("--weight-decay", 1e17), NOT_MEASURED, "--lr auto: ",
                            "are too high", "--lr X")

    def test_is_found_for_each_optimizer(self):
        sgd, adamw = self.matrix(), self.matrix("--optimizer", "adamw")
        self.assertEqual(adamw.returncode, 0, adamw.stderr)
        self.assertNotIn("kept in", adamw.stderr)
        document = json.loads(adamw.stdout)
        self.assertNotEqual(document["lr"], json.loads(sgd.stdout)["lr"])
        self.assertEqual(document["lr"],
                         self.document("sweep", "--optimizer", "adamw", "--format", "json")["lr"])

    def test_other_words_are_refused(self):
        self.assert_refused(self.matrix("--lr", "best"), USAGE, "--lr", "best")


if __name__ == "__main__":
    unittest.main()

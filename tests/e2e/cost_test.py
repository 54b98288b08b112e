"""What a run would take, and as many seeds as a time has room for. A tiny language model."""

import json
import re
import unittest

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
RUN = ("run", "--model", MODEL, "--desideratum", "implication", "--lr", "0.02", "--out", "out")
USAGE = 2


class DryRunTest(ProgramTest):
    def estimate(self, *arguments):
        process = self.run_program(*RUN, "--dry-run", "--json", *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertFalse((self.folder / "out").exists())
        [model] = json.loads(process.stdout)["models"]
        return model

    def tokens_of(self, texts):
        """How many tokens each text has."""
        process = self.run_program("tokenize", "--model", MODEL, "--jsonl", stdin="".join(
            json.dumps(text) + "\n" for text in texts))
        return {text: len(json.loads(line))
                for text, line in zip(texts, process.stdout.splitlines(), strict=True)}

    def tokens_of_run(self, record):
        """By the record: of each sample that is trained on or read, its own and those of each that
        is evaluated for it, however many matrices have the cell."""
        evaluated = {}
        for matrix in record["matrices"]:
            path = self.folder / "out" / matrix["path"]
            samples = json.loads((path.parent / (path.name + ".json")).read_text())
            cells = numpy.load(path.parent / (path.name + ".npy"))
            texts = [["\n".join(statement["text"] for statement in one["statements"])
                      for one in samples[role]] for role in ("trained", "evaluated")]
            for row, column in zip(*numpy.nonzero(~numpy.isnan(cells))):
                key = (matrix["seed"], matrix["condition"], texts[0][row])
                evaluated.setdefault(key, set()).add(texts[1][column])
        lines = sorted({line for (_, _, row), columns in evaluated.items()
                        for text in (row, *columns) for line in text.split("\n")})
        tokens = self.tokens_of(lines)
        return sum(sum(tokens[line] for text in (row, *columns) for line in text.split("\n"))
                   for (_, _, row), columns in evaluated.items())

    def test_rows_and_tokens_are_those_of_the_run(self):
        estimate = self.estimate("--seeds", 2)
        self.run_program(*RUN, "--seeds", 2)
        record = json.loads((self.folder / "out" / "run.json").read_text())
        self.assertEqual(estimate["seeds"], 2)
        self.assertEqual(estimate["rows"], record["context"]["models"][0]["fine_tuned_rows"])
        self.assertEqual(estimate["tokens"], self.tokens_of_run(record))
        self.assertEqual(estimate["rate_seconds"], 0)
        parts = [estimate[f"{part}_seconds"] for part in ("load", "check", "seeds")]
        self.assertGreater(min(parts), 0)
        self.assertAlmostEqual(estimate["seconds"], sum(parts), places=6)
        # A process with libtorch in it; a wrong unit would be off by a thousand.
        self.assertTrue(5e7 < estimate["peak_bytes"] < 5e9, estimate["peak_bytes"])

    def test_an_estimate_is_written_where_it_is_asked_for(self):
        process = self.run_program(*RUN, "--seeds", 1, "--dry-run", "-o", "cost.json", "-o", "-")
        self.assertEqual(process.returncode, 0, process.stderr)
        [model] = json.loads((self.folder / "cost.json").read_text())["models"]
        self.assertIn(f"{model['rows']} rows", process.stdout)
        self.assertFalse((self.folder / "out").exists())

    def test_an_estimate_has_no_form_of_a_run_and_no_gate(self):
        for arguments, message in (
                (("--format", "csv"), "--dry-run measures nothing, so that there is no csv"),
                (("-o", "run.html"), 'there is no html for "run.html"'),
                (("--gate", "gate.toml"), "--dry-run and --gate exclude each other")):
            with self.subTest(arguments):
                process = self.run_program(*RUN, "--dry-run", *arguments)
                self.assert_refused(process, USAGE)
                self.assertIn(message.replace("--dry-run and --gate", ""), process.stderr)

    def test_explanations_take_time_and_are_no_rows(self):
        plain, explained = self.estimate("--seeds", 1), self.estimate("--seeds", 1, "--explain")
        self.assertEqual(explained["rows"], plain["rows"])
        self.assertEqual(explained["tokens"], plain["tokens"])
        # Two measurements more of the same cells; of so small a model they are a third of the time.
        self.assertGreater(explained["seeds_processor_seconds"], plain["seeds_processor_seconds"])

    def test_what_explanations_have_no_memory_for_is_refused(self):
        self.assert_refused(
            self.run_program(*RUN, "--seeds", 1, "--dry-run", "--explain", "--memory", "1kB"), USAGE,
            "--explain of implication")

    def test_a_learned_dose_has_an_upper_bound_until_a_seed_tells(self):
        process = self.run_program(*RUN, "--dry-run", "--seeds", 2, "--dose", "0.3")
        self.assertRegex(process.stdout, r"\d+ tokens\n  time: at most ")
        [bound] = re.findall(r"2 seeds, at most (\d+) rows", process.stdout)
        process = self.run_program(*RUN, "--seeds", 2, "--dose", "0.3")
        self.assertRegex(process.stderr, r"a seed took .*: about .* for the other 1")
        [model] = json.loads((self.folder / "out" / "run.json").read_text())["context"]["models"]
        self.assertLess(model["fine_tuned_rows"], int(bound))


class BudgetTest(ProgramTest):
    def test_as_many_seeds_as_fit_are_measured_and_said_beforehand(self):
        process = self.run_program(*RUN, "--budget", "1ms")
        record = json.loads((self.folder / "out" / "run.json").read_text())
        self.assertEqual(record["request"]["seeds"], [0])
        self.assertRegex(process.stderr, "0 seeds fit into .*: one takes about ")
        self.assertIn("1 seed: one took ", process.stderr)
        # The same command goes on with the time that it has.
        process = self.run_program(*RUN, "--budget", "500ms")
        record = json.loads((self.folder / "out" / "run.json").read_text())
        seeds = record["request"]["seeds"]
        self.assertEqual(seeds, list(range(len(seeds))))
        self.assertEqual(record["context"]["models"][0]["seeds"], seeds)
        self.assertRegex(process.stderr, rf"{len(seeds)} seeds?: one took .* of 0.5 s is left")

    def test_of_several_models_it_is_refused(self):
        self.assert_refused(self.run_program(*RUN, "--model", "cnn", "--budget", "20m"), USAGE,
                            "--budget goes with one --model")


if __name__ == "__main__":
    unittest.main()

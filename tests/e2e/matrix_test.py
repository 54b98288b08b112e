"""`matrix` on a tiny random model, by the engines that a user can ask for."""

import json
import unittest

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
USAGE = 2
SAMPLES = """
[[sample]]
id = "fact"
text = "a wug is a dax"
[[sample]]
id = "negation"
text = "a wug is not a dax"
[[sample]]
id = "chain"
text = ["a wug is a dax", "all daxes are red"]
"""


class MatrixTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "samples.toml").write_text(SAMPLES)

    def matrix(self, *arguments):
        return self.run_program("matrix", "--model", MODEL, "--samples", "samples.toml",
                                "--dtype", "float64", *arguments)

    def test_a_domain_is_that_of_the_seed(self):
        def influence(*arguments):
            process = self.run_program("matrix", "--model", MODEL, "--lr", "1e-4", "--format",
                                       "json", *arguments)
            self.assertEqual(process.returncode, 0, process.stderr)
            return json.loads(process.stdout)

        domain = json.loads(self.run_program("domain", "squares", "--seed", 5, "--json").stdout)
        samples = [sample for sample in domain["samples"]
                   if sample["train"] and sample["evaluate"]]
        (self.folder / "squares.toml").write_text("".join(
            f'[[sample]]\nid = "{sample["id"]}"\ntext = {json.dumps(sample["text"])}\n'
            for sample in samples))
        of_domain = influence("--domain", "squares", "--seed", 5)
        self.assertEqual(of_domain["ids"], [sample["id"] for sample in samples])
        self.assertEqual(of_domain["base"], influence("--samples", "squares.toml")["base"])
        self.assertNotEqual(of_domain["base"], influence("--domain", "squares")["base"])

    def test_samples_are_those_of_a_file_or_of_a_domain(self):
        for arguments in ((), ("--samples", "samples.toml", "--domain", "squares"), ("--seed", 1)):
            process = self.run_program("matrix", "--model", "x", *arguments)
            self.assertEqual(process.returncode, USAGE, process.stderr)
        self.assert_refused(self.run_program("matrix", "--model", "x", "--domain", "square"), USAGE,
                            "Did you mean 'squares'?")

    def influence(self, *arguments):
        process = self.matrix("--format", "json", *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        document = json.loads(process.stdout)
        return document, numpy.array(document["influence"])

    def test_an_adapter_of_many_rows_is_dense(self):
        recipe = ("--lr", "1e-3", "--optimizer", "adamw", "--epochs", 3, "--adapter", "lora",
                  "--lora-rank", 2, "--lora-alpha", 4, "--lora-targets", "q_proj,v_proj",
                  "--lora-seed", 9)
        document, cells = self.influence(*recipe)
        self.assertEqual(document["engine"], "adapters")
        self.assertEqual(document["optimizer"]["epochs"], 3)
        self.assertEqual(document["optimizer"]["adapter"],
                         {"kind": "lora", "rank": 2, "alpha": 4.0, "targets": ["q_proj", "v_proj"],
                          "seed": 9})
        _, dense = self.influence(*recipe, "--engine", "dense")
        # Float64 sums of some thousand terms, in another order.
        self.assertLessEqual(abs(cells - dense).max(), 1e-10 * abs(dense).max())
        table = self.matrix(*recipe).stdout
        self.assertIn("adamw, 3 epochs, LoRA of rank 2 (alpha 4, q_proj, v_proj, seed 9)",
                      " ".join(table.split()))

    def test_only_some_parameters_learn(self):
        document, cells = self.influence("--lr", "0.02", "--freeze", "embed_tokens,*norm*")
        self.assertEqual(document["optimizer"]["freeze"], ["embed_tokens", "*norm*"])
        _, dense = self.influence("--lr", "0.02", "--engine", "dense", "--train-only", "*_proj")
        self.assertLessEqual(abs(cells - dense).max(), 1e-10 * abs(dense).max())

    def test_names_that_the_model_does_not_have_are_refused_before_anything_is_measured(self):
        for arguments, meant in ((("--freeze", "q_porj"), "q_proj"),
                                 (("--train-only", "embed_token"), "embed_tokens"),
                                 (("--adapter", "lora", "--lora-targets", "v_prj"), "v_proj")):
            self.assert_refused(self.matrix(*arguments), USAGE, f"Did you mean '{meant}'?")
            self.assert_refused(
                self.run_program("run", "--model", MODEL, "--desideratum", "implication", *arguments),
                USAGE, f"Did you mean '{meant}'?")
            self.assert_refused(self.run_program("sweep", "--model", MODEL, *arguments), USAGE,
                                f"Did you mean '{meant}'?")

    def test_json_says_how_it_was_measured_and_of_what(self):
        process = self.matrix("--lr", "1e-4", "--momentum", "0.5", "--format", "json")
        found = json.loads(process.stdout)
        self.assertEqual(found["optimizer"], {"name": "sgd", "momentum": 0.5, "weight_decay": 0.0,
                                              "max_grad_norm": 0.0, "epochs": 1, "train_only": [],
                                              "freeze": [], "adapter": None})
        self.assertEqual(found["dtype"], "float64")
        self.assertEqual(found["device"], "cpu")
        self.assertRegex(found["fingerprint"], "^[0-9a-f]{32}$")
        self.assertEqual(found["texts"]["chain"], ["a wug is a dax", "all daxes are red"])
        in_context = json.loads(self.matrix("--in-context", "--format", "json").stdout)
        self.assertIsNone(in_context["optimizer"])
        self.assertIsNone(in_context["lr"])
        self.assertEqual(in_context["context_base"], "neutral")
        self.assertNotIn("context_base", found)

    def test_a_dash_is_standard_output(self):
        process = self.matrix("--in-context", "--format", "csv", "-o", "-")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("negation", process.stdout)
        self.assertFalse((self.folder / "-").exists())

    def test_what_reading_is_compared_with_is_a_choice(self):
        neutral, nothing = (
            numpy.array(json.loads(self.matrix("--in-context", "--context-base", base, "--format",
                                               "json").stdout)["influence"], dtype=float)
            for base in ("neutral", "nothing"))
        self.assertGreater(numpy.nanmax(numpy.abs(neutral - nothing)), 1e-6)

    def test_the_table_says_what_its_rows_are(self):
        self.assertIn("Rows: trained", self.matrix("--lr", "1e-4").stdout)
        in_context = self.matrix("--in-context").stdout
        self.assertNotIn("trained", in_context)
        self.assertIn("in-context beside a neutral text of the same length, ", " ".join(in_context.split()))
        self.assertIn("Rows: read before the column", " ".join(in_context.split()))

    def test_of_prompt_and_completion_the_completion_is_scored(self):
        (self.folder / "asked.jsonl").write_text(
            json.dumps({"id": "asked", "prompt": "a wug is", "completion": " a dax"}) + "\n"
            + json.dumps({"id": "whole", "text": "a wug is a dax"}) + "\n")

        def base(*arguments):
            found = json.loads(self.run_program(
                "matrix", "--model", MODEL, "--samples", "asked.jsonl", "--lr", "1e-4", "--format", "json",
                *arguments).stdout)
            return found["base"], found["influence"][0], found["mask"]

        masked, _, mask = base()
        self.assertEqual(mask, "both")
        self.assertNotAlmostEqual(masked[0], masked[1], delta=1e-3)
        unmasked, row, mask = base("--mask", "none")
        self.assertEqual(mask, "none")
        # All of it is scored: the two samples are the same.
        self.assertEqual(unmasked[0], unmasked[1])
        self.assertAlmostEqual(row[0], row[1], delta=1e-6)
        trained_on_all, row, _ = base("--mask", "evaluation")
        self.assertEqual(trained_on_all, masked)
        self.assertNotEqual(row, base()[1])

    def test_tokenize_shows_what_is_scored(self):
        process = self.run_program("tokenize", "--model", MODEL, "--show", "--prompt", "a wug is",
                                   " a dax")
        self.assertEqual(process.returncode, 0, process.stderr)
        header, *lines = process.stdout.splitlines()
        self.assertEqual(header.split(), ["id", "scored", "token"])
        ids = json.loads(self.run_program("tokenize", "--model", MODEL, "a wug is a dax").stdout)
        self.assertEqual([int(line.split()[0]) for line in lines], ids)
        scored = [line.split()[1] == "yes" for line in lines]
        prompt = json.loads(self.run_program("tokenize", "--model", MODEL, "a wug is").stdout)
        self.assertEqual(scored, [False] * len(prompt) + [True] * (len(ids) - len(prompt)))

    def test_the_extension_of_the_file_is_the_format(self):
        for name, beginning in (("m.csv", b"trained,fact,"), ("m.json", b'{"model":'),
                                ("m.npy", b"\x93NUMPY"), ("m.svg", b"<?xml"), ("m.txt", b"/")):
            process = self.matrix("--lr", "1e-4", "-o", name)
            self.assertEqual(process.returncode, 0, process.stderr)
            self.assertEqual(process.stdout, "")
            self.assertTrue((self.folder / name).read_bytes().startswith(beginning), name)
        self.assert_refused(self.matrix("--lr", "1e-4", "-o", "m.csv", "--format", "json"), USAGE,
                            '-o "m.csv" is the name of csv, and --format is json')
        self.assert_refused(self.matrix("--lr", "1e-4", "-o", "m.xlsx"), USAGE,
                            "no format has this extension")

    def test_what_is_not_measured_is_said_on_standard_error(self):
        (self.folder / "samples.toml").write_text(SAMPLES + '[[sample]]\nid = "one"\ntext = "a"\n')
        process = self.matrix("--lr", "1e-4", "--format", "json")
        if "one" in json.loads(process.stdout).get("row_errors", {}):
            self.assertEqual(process.returncode, 3)
            self.assertIn("not measured: row one: a statement of one token", process.stderr)
        process = self.matrix("--lr", "1e300")  # a table, which has the reasons itself
        self.assertEqual(process.returncode, 3)
        self.assertIn("not measured: row chain: ", process.stdout)
        self.assertIn("something could not be measured; the result says what", process.stderr)
        process = self.matrix("--lr", "1e300", "--format", "json")
        self.assertEqual(process.returncode, 3)
        self.assertIn("not measured: row chain: after training on it", process.stderr)

    def test_a_text_may_have_line_breaks(self):
        (self.folder / "samples.toml").write_text(
            'sample = [{id = "chat", text = "user: a wug\\nbot: a dax\\n\\n"},\n'
            '          {id = "code", text = "if a:\\r\\n\\tb = 1"}]\n')
        for arguments in (("--lr", "1e-4"), ("--in-context",)):
            found = {}
            for format in ("json", "csv", "table"):
                process = self.matrix(*arguments, "--format", format)
                self.assertEqual(process.returncode, 0, process.stderr)
                found[format] = process.stdout
            self.assertEqual(json.loads(found["json"])["texts"]["code"], ["if a:\r\n\tb = 1"])
            self.assertEqual(len(found["csv"].splitlines()), 4)
            dense = json.loads(self.matrix("--lr", "1e-4", "--engine", "dense", "--format",
                                           "json").stdout)
            if "--lr" in arguments:
                for row, expected in zip(json.loads(found["json"])["influence"], dense["influence"]):
                    for cell, other in zip(row, expected):
                        self.assertAlmostEqual(cell, other, delta=1e-10)

    def test_linear_is_checked_against_replay(self):
        process = self.matrix("--engine", "linear", "--lr", "1e-4", "--check-against", "replay",
                              "--format", "json")
        self.assertEqual(process.returncode, 0, process.stderr)
        found = json.loads(process.stdout)
        self.assertEqual(found["engine"], "linear")
        self.assertEqual(found["check"]["engine"], "replay")
        replay = json.loads(self.matrix("--lr", "1e-4", "--format", "json").stdout)
        cells, expected = (numpy.ravel(one["influence"]) for one in (found, replay))
        gaps = abs(cells - expected)
        # To first order i does for j what j does for i, to the bit or nearly: equals share the mean of their ranks.
        ranks = ((x < x[:, None]).sum(1) + (x == x[:, None]).sum(1) / 2 for x in (cells, expected))
        spearman = numpy.corrcoef(*ranks)[0, 1]
        self.assertIn(f"linear against replay: 9 cells, Spearman {spearman:.6f}, largest gap ",
                      process.stderr)
        # Two runs of one engine, in float64.
        self.assertAlmostEqual(found["check"]["largest_gap"], max(gaps), delta=1e-12)
        # They differ, and by little (measured: 0.002 of the largest cell): what linear leaves out
        # is of second order.
        self.assertGreater(max(gaps), 1e-9)
        self.assertLess(max(gaps), 0.05 * max(abs(expected)))

    def test_a_check_of_some_samples(self):
        process = self.matrix("--engine", "linear", "--check-against", "dense", "--check-samples", "2")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("linear against dense: 4 cells", process.stderr)

    def test_linear_within_little_memory_gives_the_same(self):
        arguments = ["--engine", "linear", "--lr", "1e-4", "--format", "json"]
        all_at_once = json.loads(self.matrix(*arguments).stdout)["influence"]
        one_by_one = json.loads(self.matrix(*arguments, "--memory", "1").stdout)["influence"]
        for row, expected in zip(one_by_one, all_at_once):
            for cell, other in zip(row, expected):
                self.assertAlmostEqual(cell, other, delta=1e-12)


if __name__ == "__main__":
    unittest.main()

"""`--explain`: which parameters carry an influence, and which tokens it is on. A tiny model."""

import json
import unittest

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
USAGE = 2
NOT_MEASURED = 3
SAMPLES = [{"id": "fact", "text": "a wug is a dax"},
           {"id": "two", "text": ["all daxes are red", "a dax is bigger than a wug"]},
           {"id": "asked", "prompt": "a wug is", "completion": " not a dax"}]
TRAINING = ("--lr", "0.02", "--dtype", "float64", "--weight-decay", "0.1", "--epochs", "2")
SGD = ("--momentum", "0.5", "--max-grad-norm", "1")
# Float64 sums of some thousand terms, in another order.
EXACT = 1e-10


class MatrixTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "samples.jsonl").write_text(
            "".join(json.dumps(sample) + "\n" for sample in SAMPLES))

    def matrix(self, *arguments):
        return self.run_program("matrix", "--model", MODEL, "--samples", "samples.jsonl", *TRAINING,
                                *arguments)

    def document(self, *arguments, optimizer=SGD):
        process = self.matrix("--format", "json", *optimizer, *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads(process.stdout)

    def assert_close(self, found, expected):
        found, expected = numpy.array(found), numpy.array(expected)
        self.assertEqual(found.shape, expected.shape)
        self.assertLessEqual(abs(found - expected).max(), EXACT * abs(expected).max())

    def test_layers_and_kinds_add_up_to_the_first_order(self):
        why = self.document("--explain")["explanation"]
        linear = self.document("--engine", "linear")["influence"]
        self.assert_close(why["first_order"], linear)
        for shares in ("layers", "kinds"):
            self.assert_close(sum(numpy.array(share["influence"]) for share in why[shares]), linear)
        self.assertEqual([share["name"] for share in why["layers"]], ["", "0", "1", "2"])
        self.assertIn("self_attn.q_proj.weight", [share["name"] for share in why["kinds"]])

    def test_a_share_is_what_its_parameters_learn(self):
        # Without clipping, which shortens all by the norm of all.
        unclipped = ("--momentum", "0.5")
        why = self.document("--explain", optimizer=unclipped)["explanation"]
        shares = {share["name"]: share["influence"] for share in why["kinds"]}
        alone = self.document("--engine", "linear", "--train-only", "up_proj", optimizer=unclipped)
        self.assert_close(shares["mlp.up_proj.weight"], alone["influence"])

    def test_the_mean_over_the_tokens_is_the_cell(self):
        found = self.document("--explain")
        why, ids = found["explanation"], found["eval_ids"]
        influence = numpy.array(why["token_influence"])
        columns = numpy.array([ids.index(token["column"]) for token in why["tokens"]])
        means = [influence[:, columns == column].mean(axis=1) for column in range(len(ids))]
        self.assert_close(numpy.transpose(means), found["influence"])
        losses = numpy.array([token["base_loss"] for token in why["tokens"]])
        self.assert_close([losses[columns == column].mean() for column in range(len(ids))],
                          found["base"])

    def test_tokens_are_spelled_as_tokenize_spells_them(self):
        why = self.document("--explain")["explanation"]
        shown = self.run_program("tokenize", "--model", MODEL, "--show", "--prompt", "a wug is",
                                 " not a dax").stdout.splitlines()[1:]
        scored = [line.split()[2] for line in shown if line.split()[1] == "yes"]
        self.assertEqual([token["piece"] for token in why["tokens"] if token["column"] == "asked"],
                         scored)
        self.assertEqual([token["statement"] for token in why["tokens"] if token["column"] == "two"],
                         sorted(token["statement"] for token in why["tokens"]
                                if token["column"] == "two"))

    def test_little_memory_and_another_engine_explain_the_same(self):
        expected = self.document("--explain")["explanation"]
        for arguments in (("--deterministic",), ("--engine", "dense")):
            found = self.document("--explain", *arguments)["explanation"]
            self.assert_close(found["first_order"], expected["first_order"])
            self.assert_close(found["token_influence"], expected["token_influence"])

    def test_what_does_not_go_together(self):
        for arguments, message in (
                (("--explain",), "--explain is written as JSON, and the format is table"),
                (("--explain", "-o", "m.npy"), "use --format json, or -o FILE.json"),
                (("--explain", "--optimizer", "adamw"), "which those of AdamW are not"),
                (("--explain", "--adapter", "lora"), "which those of an adapter are not")):
            with self.subTest(arguments):
                self.assert_refused(self.matrix(*arguments), USAGE, message)
        self.assert_refused(
            self.run_program("matrix", "--model", MODEL, "--samples", "samples.jsonl", "--explain",
                             "--in-context", "--format", "json"),
            USAGE, "--in-context changes none")
        self.assert_refused(
            self.run_program("matrix", "--model", MODEL, "--train", "samples.jsonl", "--query",
                             "samples.jsonl", "--top", 1, "--explain"),
            USAGE, "--explain is about a whole matrix, and --top measures some cells")


class RunTest(ProgramTest):
    """The same of each matrix of a run, in files that run.json names."""

    def run_of(self, *arguments):
        process = self.run_program("run", "--model", MODEL, "--desideratum", "implication", "--seeds", 1,
                                   "--lr", "0.02", "--dtype", "float64", "--out", "out", *arguments)
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        return json.loads((self.folder / "out" / "run.json").read_text())

    def test_each_matrix_of_fine_tuning_is_explained(self):
        record = self.run_of("--explain")
        self.assertIs(record["request"]["explain"], True)
        trained = [one for one in record["matrices"] if one["condition"] == "fine-tuning"]
        self.assertTrue(trained)
        for matrix in record["matrices"]:
            self.assertEqual("explanation" in matrix, matrix in trained)
        for matrix in trained:
            cells = numpy.load(self.folder / "out" / (matrix["path"] + ".npy"))
            why = json.loads((self.folder / "out" / matrix["explanation"]).read_text())
            self.assertEqual((why["desideratum"], why["request"]),
                             (matrix["desideratum"], matrix["request"]))
            def numbers(rows):
                return numpy.array(rows, dtype=float)  # null becomes NaN

            measured = ~numpy.isnan(cells)
            total = sum(numbers(share["influence"]) for share in why["kinds"])
            numpy.testing.assert_array_equal(~numpy.isnan(total), measured)
            scale = abs(cells[measured]).max()
            self.assertLessEqual(abs(total - numbers(why["first_order"]))[measured].max(),
                                 EXACT * scale)
            columns = numpy.array([why["evaluated"].index(token["column"])
                                   for token in why["tokens"]])
            influence = numbers(why["token_influence"])
            means = numpy.stack([influence[:, columns == column].mean(axis=1)
                                 for column in range(cells.shape[1])], axis=1)
            self.assertLessEqual(abs(means - cells)[measured].max(), EXACT * scale)
            self.assertTrue(all(token["piece"] for token in why["tokens"]))

    def test_a_run_that_was_not_explained_is_another(self):
        self.run_of()
        self.assertFalse((self.folder / "out" / "explanations").exists())
        process = self.run_program("run", "--model", MODEL, "--desideratum", "implication", "--seeds", 1,
                                   "--lr", "0.02", "--dtype", "float64", "--out", "out", "--explain")
        self.assert_refused(process, USAGE, "explain was no, is yes", "--fresh")

    def test_steps_that_are_not_linear_are_refused(self):
        process = self.run_program("run", "--model", MODEL, "--desideratum", "implication", "--seeds", 1,
                                   "--optimizer", "adamw", "--explain")
        self.assert_refused(process, USAGE, "--explain is made of steps that are linear in the gradients")


if __name__ == "__main__":
    unittest.main()

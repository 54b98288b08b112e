"""`matrix --train FILE --query FILE`, and `--top K`: which of many samples moved each of a few queries.

The full matrices, sorted and correlated by NumPy, are the oracle.
"""

import csv
import io
import json
import unittest

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
USAGE = 2
NOT_MEASURED = 3
TRAIN = ["a wug is a dax", "all daxes are red", "a wug is not a dax", "the cat saw a dog",
         "a dax is bigger than a wug", "wugs belong to daxes", "red causes blue"]
QUERIES = ["a wug is red", "a dax is a wug"]
TOP = 3


def jsonl(samples):
    return "".join(json.dumps(sample) + "\n" for sample in samples)


def spearman(first, second):
    """Of numbers of which no two are alike."""
    ranks = (numpy.argsort(numpy.argsort(numbers)) for numbers in (first, second))
    return numpy.corrcoef(*ranks)[0, 1]


class TopTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("train.jsonl", [{"text": text} for text in TRAIN])
        self.write("query.jsonl", [{"text": text} for text in QUERIES])

    def write(self, name, samples):
        (self.folder / name).write_text(jsonl(samples))

    def matrix(self, *arguments, train="train.jsonl", query="query.jsonl"):
        return self.run_program("matrix", "--model", MODEL, "--train", train, "--query", query,
                                "--lr", "0.05", "--dtype", "float64", *arguments)

    def document(self, *arguments, **files):
        process = self.matrix("--format", "json", *arguments, **files)
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads(process.stdout)

    def test_rows_are_trained_and_columns_are_queries(self):
        found = self.document()
        self.assertEqual(found["ids"], [f"line_{i + 1}" for i in range(len(TRAIN))])
        self.assertEqual(found["eval_ids"], ["query_1", "query_2"])
        self.assertEqual(found["texts"]["query_2"], [QUERIES[1]])
        # The same cells of the square matrix of all.
        self.write("all.jsonl", [{"text": text} for text in TRAIN + QUERIES])
        process = self.run_program("matrix", "--model", MODEL, "--samples", "all.jsonl", "--lr",
                                   "0.05", "--dtype", "float64", "--format", "json")
        whole = numpy.array(json.loads(process.stdout)["influence"])
        cells = numpy.array(found["influence"])
        self.assertLessEqual(abs(cells - whole[:len(TRAIN), len(TRAIN):]).max(),
                             1e-12 * abs(whole).max())

    def test_the_top_are_those_of_the_full_matrices(self):
        linear = numpy.array(self.document("--engine", "linear")["influence"])
        exact = numpy.array(self.document()["influence"])
        found = self.document("--top", TOP)
        self.assertEqual(found["engine"], "replay")
        self.assertEqual(found["first_order_engine"], "linear")
        self.assertEqual(found["trained"], len(TRAIN))
        self.assertEqual(found["pairs"], TOP * len(QUERIES))
        all_linear, all_exact = [], []
        for column, query in enumerate(found["queries"]):
            self.assertEqual(query["id"], f"query_{column + 1}")
            rows = numpy.argsort(-abs(linear[:, column]))[:TOP]
            self.assertEqual([one["id"] for one in query["strongest"]],
                             [f"line_{row + 1}" for row in rows])
            for one, row in zip(query["strongest"], rows):
                # Two runs of one engine in float64, in other batches.
                self.assertAlmostEqual(one["first_order"], linear[row, column], delta=1e-12)
                self.assertAlmostEqual(one["exact"], exact[row, column], delta=1e-12)
                self.assertNotAlmostEqual(one["exact"], one["first_order"], delta=1e-9)
            self.assertAlmostEqual(query["spearman"],
                                   spearman(linear[rows, column], exact[rows, column]))
            all_linear.extend(linear[rows, column])
            all_exact.extend(exact[rows, column])
        self.assertAlmostEqual(found["spearman"], spearman(all_linear, all_exact))
        # Texts of what is named, and of nothing else.
        named = {one["id"] for query in found["queries"] for one in query["strongest"]}
        self.assertEqual(set(found["texts"]), named | {"query_1", "query_2"})

    def test_little_memory_and_dense_give_the_same(self):
        expected = self.document("--top", TOP)["queries"]
        for arguments in (("--memory", "1"), ("--engine", "dense"), ("--deterministic",)):
            for query, other in zip(self.document("--top", TOP, *arguments)["queries"], expected):
                for one, same in zip(query["strongest"], other["strongest"], strict=True):
                    self.assertEqual(one["id"], same["id"])
                    self.assertAlmostEqual(one["first_order"], same["first_order"], delta=1e-12)
                    self.assertAlmostEqual(one["exact"], same["exact"], delta=1e-12)

    def test_a_table_and_csv_have_the_same(self):
        found = self.document("--top", TOP)
        table = self.matrix("--top", TOP).stdout
        self.assertIn(f"Of {len(TRAIN)} samples, those that moved each query most by linear",
                      " ".join(table.split()))
        for query in found["queries"]:
            self.assertIn(f"rank correlation of linear and replay {query['spearman']:.3f}",
                          " ".join(table.split()))
            for one in query["strongest"]:
                self.assertIn([one["id"], f"{one['first_order']:+.3g}", f"{one['exact']:+.3g}"],
                              [line.split()[:3] for line in table.splitlines()])
        process = self.matrix("--top", TOP, "-o", "top.csv")
        self.assertEqual(process.returncode, 0, process.stderr)
        rows = list(csv.DictReader(io.StringIO((self.folder / "top.csv").read_text())))
        self.assertEqual([(row["query"], int(row["rank"]), row["sample"]) for row in rows],
                         [(query["id"], i + 1, one["id"]) for query in found["queries"]
                          for i, one in enumerate(query["strongest"])])
        self.assertAlmostEqual(float(rows[0]["replay"]), found["queries"][0]["strongest"][0]["exact"],
                               delta=1e-12)

    def test_of_prompts_and_completions_the_completions_are_meant(self):
        prompted = [{"prompt": text.rsplit(" ", 1)[0], "completion": " " + text.rsplit(" ", 1)[1]}
                    for text in TRAIN]
        self.write("prompted.jsonl", prompted)
        masked = self.document("--top", len(TRAIN), train="prompted.jsonl")
        whole = self.document("--top", len(TRAIN), "--mask", "none", train="prompted.jsonl")
        text = self.document("--top", len(TRAIN))
        exact = [{one["id"]: one["exact"] for one in found["queries"][0]["strongest"]}
                 for found in (masked, whole, text)]
        for sample, cell in exact[1].items():
            self.assertAlmostEqual(cell, exact[2][sample], delta=1e-12)
            self.assertNotAlmostEqual(cell, exact[0][sample], delta=1e-9)

    def test_an_id_names_one_text(self):
        self.write("train.jsonl", [{"id": "same", "text": QUERIES[0]}, {"id": "a", "text": TRAIN[0]}])
        self.write("query.jsonl", [{"id": "same", "text": QUERIES[0]}])
        found = self.document("--top", 1)
        self.assertEqual(found["queries"][0]["strongest"][0]["id"], "same")
        self.write("query.jsonl", [{"id": "same", "text": QUERIES[1]}])
        self.assert_refused(self.matrix("--top", 1), USAGE,
                            'the id "same" is of one text in "train.jsonl" and of another in '
                            '"query.jsonl"; rename one of them')

    def test_what_cannot_be_measured_is_said(self):
        self.write("train.jsonl", [{"text": text} for text in TRAIN] + [{"id": "long", "text": "a " * 5000}])
        process = self.matrix("--top", TOP, "--format", "json")
        self.assertEqual(process.returncode, NOT_MEASURED)
        self.assertIn("not measured: row long: ", process.stderr)
        found = json.loads(process.stdout)
        self.assertIn("long", found["row_errors"])
        self.assertEqual(found["pairs"], TOP * len(QUERIES))

    def test_what_does_not_go_together(self):
        for arguments, message in (
                (("--top", len(TRAIN) + 1),
                 f'--top asks for {len(TRAIN) + 1} samples, and "train.jsonl" has {len(TRAIN)}'),
                (("--top", 0), "--top: found \"0\", expected a whole number, 1 or more"),
                (("--top", 1, "--check-against", "replay"), "--check-against does of a whole matrix"),
                (("--top", 1, "--engine", "linear"), "use --engine replay or dense"),
                (("--top", 1, "--optimizer", "adamw"), "which those of AdamW are not"),
                (("--top", 1, "--format", "npy"), "--format npy: this result has no such form"),
                (("--top", 1, "-o", "m.svg"), "no format has this extension"),
                (("--samples", "train.jsonl"), "exclude each other"),
                (("--domain", "squares"), "exclude each other")):
            with self.subTest(arguments):
                self.assert_refused(self.matrix(*arguments), USAGE, message)
        for arguments, message in (
                (("--train", "train.jsonl"), "--train goes with --query, which was not given"),
                (("--query", "query.jsonl"), "--query goes with --train, which was not given"),
                (("--train", "train.jsonl", "--query", "query.jsonl", "--top", 1, "--in-context"),
                 "--top measures fine-tuning, and --in-context reads"),
                (("--samples", "train.jsonl", "--top", 3), "--top goes with --train")):
            with self.subTest(arguments):
                self.assert_refused(self.run_program("matrix", "--model", MODEL, *arguments), USAGE,
                                    message)
        self.assert_refused(self.matrix("--top", 1, query="none.jsonl"), USAGE, "none.jsonl")

    def test_a_check_is_of_some_rows_on_all_queries(self):
        process = self.matrix("--engine", "linear", "--check-against", "replay", "--check-samples", 3)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn(f"linear against replay: {3 * len(QUERIES)} cells", process.stderr)


if __name__ == "__main__":
    unittest.main()

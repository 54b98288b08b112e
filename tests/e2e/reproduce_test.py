"""The paper's figures and claims from one command, on a small random language model and on the CNN."""

import csv
import json
import pathlib
import re
import signal
import unittest
import xml.etree.ElementTree
from html.parser import HTMLParser

import numpy

from program import ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
DOMAINS = ("belongs_to", "chain_induces", "transitivity", "squares")
FIGURES = (*(f"fig2-4_{domain}" for domain in DOMAINS), "fig5_random_claim", "fig5_density",
           "fig6_histograms", "fig6_histograms_in_context")
USAGE, NOT_MEASURED, UNAVAILABLE = 2, 3, 4
# What one adds up in another order: far below any digit that is shown.
ROUNDING = 1e-9


def read_matrix(path):
    """The cells of a CSV of ours, and the ids of its rows."""
    with open(path, newline="") as file:
        _, _, *rows = csv.reader(file)
    cells = [[float(cell or "nan") for cell in row[1:]] for row in rows]  # empty: not asked for
    return numpy.array(cells), [row[0] for row in rows]


def off_diagonal(matrix):
    return matrix[~numpy.eye(len(matrix), dtype=bool)]


class ImageSources(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sources = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.sources.append(dict(attributes)["src"])


class ReproduceTest(ProgramTest):
    def read_document(self, folder="out"):
        return json.loads((self.folder / folder / "reproduction.json").read_text())

    def evidence(self, model):
        return {entry["id"]: entry for claim in model["claims"] for entry in claim["evidence"]}

    def assert_files(self, document, folder="out"):
        """Every file that the document names is there, and every picture is well-formed."""
        folder = self.folder / folder
        page = ImageSources()
        page.feed((folder / "index.html").read_text())
        pictures = []
        for model in document["models"]:
            for figure in model["figures"]:
                pictures.append(figure["svg"])
                root = xml.etree.ElementTree.parse(folder / figure["svg"]).getroot()
                self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
                self.assertGreater(len(figure["data"]), 0)
                for data in figure["data"]:
                    self.assertTrue((folder / data).exists(), data)
        self.assertEqual(page.sources, pictures)

    def assert_fine_tuning_is_measured(self, model):
        for name, entry in self.evidence(model).items():
            if not name.startswith("rescue."):  # about both conditions
                self.assertNotIn(None, entry["fine_tuning"]["per_seed"], name)
                self.assertEqual(len(entry["fine_tuning"]["per_seed"]), len(model["seeds"]), name)


class TextTest(ReproduceTest):
    """A random model does not copy what it reads, so that some domains have no self scale in context:
    what compares with reading has no number then, which is a finding about the model."""

    def test_figures_and_numbers_come_from_the_same_matrices(self):
        process = self.run_program("reproduce", "--model", MODEL, "--lr", 0.1, "--seeds", 2,
                                   "--out", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(process.stdout, "out/index.html\n")
        document = self.read_document()
        self.assertFalse(document["context"]["interrupted"])
        [model] = document["models"]
        self.assertEqual(model["seeds"], [0, 1])
        self.assertEqual([figure["id"] for figure in model["figures"]], list(FIGURES))
        self.assert_files(document)
        self.assert_fine_tuning_is_measured(model)
        for domain in DOMAINS:
            self.assert_matrices_agree(model, domain)
        self.assert_histogram(model, "squares")
        self.assert_report_writes_the_same()

    def assert_report_writes_the_same(self):
        process = self.run_program("report", "out", "--format", "paper", "-o", "again")
        self.assertEqual(process.returncode, 0, process.stderr)
        again = [path for path in (self.folder / "again").rglob("*") if path.is_file()]
        self.assertGreater(len(again), 2)
        for path in again:
            first = self.folder / "out" / path.relative_to(self.folder / "again")
            self.assertEqual(path.read_bytes(), first.read_bytes(), path)

    def assert_matrices_agree(self, model, domain):
        """Means, symmetry and density, worked out again from the matrices of each seed."""
        [figure] = [figure for figure in model["figures"] if figure["id"] == f"fig2-4_{domain}"]
        for condition, ending in (("fine_tuning", ""), ("in_context", "_in_context")):
            mean_path = next(self.folder / "out" / path for path in figure["data"]
                             if path.endswith(f"{condition}.csv"))
            mean, ids = read_matrix(mean_path)
            numpy.testing.assert_array_equal(numpy.load(mean_path.with_suffix(".npy")), mean)
            papers = [self.paper_part(domain, seed, ending, ids) for seed in (0, 1)]
            numpy.testing.assert_allclose(numpy.mean(papers, axis=0), mean, rtol=0, atol=ROUNDING)
            self.assert_evidence(model, condition, f"symmetry.symmetry_correlation_{domain}",
                                 [numpy.corrcoef(off_diagonal(paper), off_diagonal(paper.T))[0, 1]
                                  for paper in papers])
            self.assert_evidence(model, condition, f"sparsity.{domain}_density",
                                 [self.density(paper) for paper in papers])
            self.assert_evidence(model, condition, f"helped_more_by_others.{domain}",
                                 [numpy.mean(paper.max(axis=0) > numpy.diagonal(paper))
                                  for paper in papers])

    def paper_part(self, domain, seed, ending, ids):
        # Several desiderata ask for the domain, and all for the same cells between these samples.
        path, *_ = (self.folder / "out" / "matrices").rglob(f"seed{seed}_{domain}{ending}.csv")
        cells, trained = read_matrix(path)
        with open(path, newline="") as file:
            evaluated = next(csv.reader(file))[1:]
        return cells[numpy.ix_([trained.index(name) for name in ids],
                               [evaluated.index(name) for name in ids])]

    def density(self, paper):
        self_influence = numpy.median(numpy.diagonal(paper))
        if self_influence <= 0:
            return numpy.nan
        return numpy.mean(numpy.abs(off_diagonal(paper)) > 0.05 * self_influence)

    def assert_evidence(self, model, condition, name, expected):
        numbers = self.evidence(model)[name][condition]
        measured = numpy.array([numbers["mean"], *numbers["per_seed"]], dtype=float)  # null: NaN
        numpy.testing.assert_allclose(measured, [numpy.mean(expected), *expected], rtol=0,
                                      atol=ROUNDING)

    def assert_histogram(self, model, domain):
        folder = self.folder / "out" / pathlib.Path(model["figures"][0]["svg"]).parent
        with open(folder / f"fig6_histograms_{domain}.csv", newline="") as file:
            header, *rows = csv.reader(file)
        self.assertEqual(header, ["bin", "low", "high", "share"])
        self.assertAlmostEqual(sum(float(row[3]) for row in rows), 1, delta=ROUNDING)

    def test_captions_say_under_what_circumstances(self):
        process = self.run_program("reproduce", "--model", MODEL, "--lr", 0.1, "--seeds", 1,
                                   "--engine", "dense", "--out", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        [model] = self.read_document()["models"]
        for figure in model["figures"]:
            svg = (self.folder / "out" / figure["svg"]).read_text()
            # A caption is broken between words, so the lines of the figure are put together.
            text = " ".join(re.sub(r"<[^>]*>", " ", svg).split())
            self.assertIn("learning rate 0.1, engine dense, sgd, float32 on cpu, seed 0", text)

    def test_interrupt_keeps_the_seeds_that_were_complete(self):
        process = self.start_program("reproduce", "--model", MODEL, "--seeds", 10000, "--out",
                                     "out")
        matrices = self.folder / "out" / "matrices"
        self.wait_until(process, lambda: list(matrices.rglob("seed1_*.npy")))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        document = self.read_document()
        self.assertTrue(document["context"]["interrupted"])
        [model] = document["models"]
        self.assertGreaterEqual(len(model["seeds"]), 2)
        self.assert_files(document)
        for entry in self.evidence(model).values():
            self.assertEqual(len(entry["fine_tuning"]["per_seed"]), len(model["seeds"]), entry["id"])


class ImageTest(ReproduceTest):
    def test_figure_1_on_the_cnn(self):
        process = self.run_program("reproduce", "--model", "cnn", "--seeds", 1, "--out", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        document = self.read_document()
        [model] = document["models"]
        self.assertEqual([figure["id"] for figure in model["figures"]],
                         ["fig1_digits", "fig1_digit_means", "fig1_noise"])
        self.assert_files(document)
        self.assert_fine_tuning_is_measured(model)
        matrix = numpy.load(self.folder / "out" / "cnn" / "fig1_digits.npy")
        self.assertEqual(matrix.shape, (100, 100))
        evidence = self.evidence(model)
        self.assertAlmostEqual(evidence["symmetry.symmetry_correlation"]["fine_tuning"]["mean"],
                               numpy.corrcoef(off_diagonal(matrix), off_diagonal(matrix.T))[0, 1],
                               delta=ROUNDING)
        means, _ = read_matrix(self.folder / "out" / "cnn" / "fig1_digit_means.csv")
        self.assertAlmostEqual(means[2, 9], matrix[20:30, 90:100].mean(), delta=ROUNDING)
        self.assertAlmostEqual(means[2, 9],
                               evidence["digit_influence.2_to_9"]["fine_tuning"]["mean"],
                               delta=ROUNDING)


class RefusedTest(ReproduceTest):
    def test_report_of_a_run_without_the_desiderata_says_which_and_how_to_get_them(self):
        process = self.run_program("run", "--model", "cnn", "--desideratum", "symmetry", "--seeds", 1,
                                   "--out", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        process = self.run_program("report", "out", "--format", "paper")
        self.assert_refused(process, NOT_MEASURED, "of cnn the run lacks sparsity, noise_invariance")
        self.assertIn("eif-suite reproduce --model cnn", process.stderr)

    def test_no_model(self):
        self.assert_refused(self.run_program("reproduce"), USAGE, "say which model: --model cnn")

    def test_model_that_is_missing(self):
        process = self.run_program("reproduce", "--model", "phi3", "--weights", self.folder)
        self.assert_refused(process, UNAVAILABLE, str(self.folder))

    def test_help_has_an_example(self):
        process = self.run_program("reproduce", "--help")
        self.assertEqual(process.returncode, 0)
        self.assertIn("eif-suite reproduce --model cnn,smollm2 --out paper", process.stdout)
        for option in ("--model", "--lr", "--engine", "--device", "--dtype", "--seeds", "--data",
                       "--out"):
            self.assertIn(option, process.stdout)


if __name__ == "__main__":
    unittest.main()

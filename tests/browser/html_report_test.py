"""The page of a run in a browser. EIF_SUITE and EIF_TINY_MODELS as for tests/e2e."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from chromium import Chromium, find_chromium

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
AXE = pathlib.Path(os.environ.get(
    "EIF_AXE", pathlib.Path.home() / ".cache/eif-suite/axe/node_modules/axe-core/axe.min.js"))
# More samples than a table has room for, of which few cells are asked for.
MANY = 26
MANY_TOML = f"""
id = "many"
version = "1"
claim = "What follows is likelier."
holds = "it is"
violated = "it is not"
[[expectation]]
id = "next"
effect = "mean({", ".join(f"(s{i} > s{(i + 1) % MANY})" for i in range(MANY))}, (s1 > s{MANY - 1}))"
""" + "".join(f'[[sample]]\nid = "s{i}"\ntext = "{{name}} {i}"\n' for i in range(MANY))
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
# A page of any run is to be there at once; a loaded machine takes longer than a free one.
LONGEST_LOAD_SECONDS = 2


def program(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EIF_")}
    return subprocess.run([os.environ["EIF_SUITE"], *map(str, arguments)], cwd=FOLDER, text=True,
                          env=environment, capture_output=True, check=False)


def setUpModule():
    """A run and its page, and a browser, once for all tests."""
    global FOLDER, RECORD, BROWSER
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    FOLDER = pathlib.Path(folder.name)
    model = pathlib.Path(os.environ["EIF_TINY_MODELS"]) / "llama_gqa_tied"
    (FOLDER / "many.toml").write_text(MANY_TOML)
    run = program("run", "--model", model, "--desideratum", "implication,many.toml", "--lr", "0.02",
                  "--seeds", 2, "--out", "out", "-o", "page.html", "--explain")
    assert (FOLDER / "page.html").exists(), run.stderr
    program("compare", "out", "out", "-o", "compare.html")
    assert (FOLDER / "compare.html").exists()
    RECORD = json.loads((FOLDER / "out" / "run.json").read_text())
    BROWSER = Chromium()
    unittest.addModuleCleanup(BROWSER.__exit__)


class PageTest(unittest.TestCase):
    def open(self, name="page.html", **options):
        page = BROWSER.open(FOLDER / name, **options)
        self.addCleanup(self.assert_quiet, page)
        return page

    def assert_quiet(self, page):
        """It asked for nothing, and nothing failed or was refused."""
        self.assertEqual(page.requests, [])
        self.assertEqual(page.complaints, [])

    def readout(self, page, figure):
        return page.evaluate(
            f"document.querySelectorAll('figure.matrix')[{figure}].querySelector('.readout').innerText")

    def figure_with(self, page, selector):
        """The index of the first figure that has such an element."""
        return page.evaluate(f"""[...document.querySelectorAll('figure.matrix')].findIndex(
            (figure) => figure.querySelector({json.dumps(selector)}))""")


class LoadTest(PageTest):
    def test_it_has_each_desideratum_and_its_verdict(self):
        page = self.open()
        for result in RECORD["results"]:
            text = page.evaluate(f"""[...document.querySelectorAll('.desideratum')].find((section) =>
                section.querySelector('h3').innerText.startsWith('{result["desideratum"]}')).innerText""")
            self.assertIn(result["verdict"], text)
            self.assertIn(result["claim"], text)
            for expectation in result["expectations"]:
                self.assertIn(expectation["id"], text)

    def test_it_is_there_at_once(self):
        page = self.open()
        seconds = page.evaluate("""(() => {
            const [entry] = performance.getEntriesByType("navigation");
            return entry.loadEventStart / 1000;
        })()""")
        self.assertLess(seconds, LONGEST_LOAD_SECONDS)

    def test_without_script_it_can_be_read(self):
        page = self.open(script=False)
        page.call("Emulation.setScriptExecutionDisabled", value=False)
        text = page.evaluate("document.body.innerText")
        for result in RECORD["results"]:
            self.assertIn(result["claim"], text)
        self.assertGreater(page.evaluate("document.querySelectorAll('table.heat td').length"), 4)
        # What only script makes work is not shown.
        self.assertEqual(page.evaluate("document.querySelectorAll('.readout:not([hidden])').length"), 0)
        self.assertEqual(page.evaluate("document.querySelectorAll('.views:not([hidden])').length"), 0)

    def test_nothing_sticks_out_of_a_narrow_screen(self):
        for name in ("page.html", "compare.html"):
            for width in (400, 1280):
                page = self.open(name, width=width)
                # As of a run of several doses.
                page.evaluate("""for (const verdict of document.querySelectorAll("h3 .verdict"))
                    verdict.append(" (1 of 4; 0 hold; random weights: not measured; dose 0.9 decides)")""")
                self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)

    def test_it_can_be_printed(self):
        self.assertTrue(self.open().pdf().startswith(b"%PDF"))

    def test_the_policy_refuses_what_is_not_of_the_page(self):
        page = BROWSER.open(FOLDER / "page.html")
        page.evaluate("""(() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
            document.body.append(Object.assign(new Image(), {src: "http://127.0.0.1:9/x.png"}));
        })()""")
        page.evaluate("new Promise((done) => setTimeout(done, 200))")
        self.assertNotEqual(page.evaluate("document.title"), "owned")
        self.assertTrue(any("Content Security Policy" in text for text in page.complaints))

    def test_texts_of_files_run_nothing(self):
        record = json.loads((FOLDER / "out" / "run.json").read_text())
        record["problems"] = [HOSTILE]
        for result in record["results"]:
            result["claim"] += HOSTILE
            for expectation in result["expectations"]:
                expectation["claim"] += HOSTILE
        (FOLDER / "hostile.json").write_text(json.dumps(record))
        process = program("report", "hostile.json", "-o", "hostile.html")
        self.assertEqual(process.returncode, 0, process.stderr)
        page = self.open("hostile.html")
        self.assertNotEqual(page.evaluate("document.title"), "owned")
        self.assertIn(HOSTILE, page.evaluate("document.body.innerText"))


class CellTest(PageTest):
    def test_the_mouse_tells_what_a_cell_of_a_table_is(self):
        page = self.open()
        figure = self.figure_with(page, "table.heat")
        page.evaluate(f"document.querySelectorAll('figure.matrix')[{figure}].id = 'chosen'")
        page.point_at("#chosen tbody tr:nth-child(1) td:nth-of-type(2)")
        self.assert_tells(page, figure, 0, 1)

    def why(self):
        """What the record says of the first matrix of fine-tuning of the page."""
        record = next(one for one in RECORD["matrices"] if "explanation" in one
                      and one["desideratum"] == "implication" and one["seed"] == 0)
        return json.loads((FOLDER / "out" / record["explanation"]).read_text())

    def test_a_cell_tells_its_tokens_and_layers(self):
        page = self.open()
        figure = self.figure_with(page, "table.heat")
        page.evaluate(f"document.querySelectorAll('figure.matrix')[{figure}].id = 'chosen'")
        page.point_at("#chosen tbody tr:nth-child(1) td:nth-of-type(2)")
        why = self.why()
        tokens = [i for i, one in enumerate(why["tokens"]) if one["column"] == why["evaluated"][1]]
        shown = page.evaluate("""[...document.querySelectorAll('#chosen .why p')].map(
            (line) => [...line.querySelectorAll('.token')].map((one) => one.innerText))""")
        self.assertEqual([len(line) for line in shown], [len(tokens), len(why["layers"])])
        self.assertIn(why["tokens"][tokens[0]]["piece"].strip("\u0120\u2581"), shown[0][0])
        self.assertTrue(shown[1][0].startswith("outside all layers"))
        # The keyboard moves to the next column, whose tokens are others.
        page.evaluate("document.querySelector('#chosen td[tabindex=\"0\"]').focus()")
        page.press("ArrowRight")
        self.assertIn(f"evaluated on {why['evaluated'][2]}", page.evaluate(
            "document.querySelector('#chosen .why b').innerText"))

    def test_layers_and_tokens_can_be_read_without_script(self):
        page = self.open(script=False)
        page.call("Emulation.setScriptExecutionDisabled", value=False)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        text = page.evaluate("document.body.innerText")
        self.assertIn("outside all layers", text)
        self.assertIn("after training on itself", text)
        self.assertGreater(page.evaluate("document.querySelectorAll('.tokens .token').length"), 10)
        self.assertEqual(page.evaluate("document.querySelectorAll('.why:not([hidden])').length"), 0)

    def test_two_runs_stand_side_by_side_with_their_difference(self):
        page = self.open("compare.html")
        captions = page.evaluate("""[...document.querySelectorAll('figure.matrix figcaption b')].map(
            (one) => one.innerText)""")
        self.assertEqual(captions[:3], ["difference, after − before", "before", "after"])
        page.evaluate("document.querySelector('figure.matrix').id = 'chosen'")
        page.point_at("#chosen tbody tr:nth-child(1) td:nth-of-type(2)")
        self.assertTrue(self.readout(page, 0).startswith("0.000 of what a sample does for itself"))

    def test_the_mouse_tells_what_a_cell_of_a_picture_is(self):
        page = self.open()
        figure = self.figure_with(page, ".picture")
        page.evaluate(f"document.querySelectorAll('figure.matrix')[{figure}].id = 'chosen'")
        page.point_at("#chosen img", 0.001, 0.999)
        rows = page.evaluate("document.querySelector('#chosen img').naturalHeight")
        self.assert_tells(page, figure, rows - 1, 0)
        self.assertFalse(page.evaluate("document.querySelector('#chosen .cursor').hidden"))

    def test_the_keyboard_moves_from_cell_to_cell(self):
        for selector in ("table.heat", ".picture"):
            with self.subTest(selector):
                page = self.open()
                figure = self.figure_with(page, selector)
                page.evaluate(f"""document.querySelectorAll('figure.matrix')[{figure}]
                                  .querySelector('.scroll').focus()""")
                page.press("Tab")
                self.assert_tells(page, figure, 0, 0)
                page.press("ArrowDown")
                page.press("ArrowRight")
                page.press("ArrowRight")
                self.assert_tells(page, figure, 1, 2)
                page.press("End")
                columns = page.evaluate(f"""JSON.parse(document.querySelectorAll('figure.matrix')[{figure}]
                                            .querySelector('script').textContent).columns.length""")
                self.assert_tells(page, figure, 1, columns - 1)

    def test_another_seed_has_its_own_numbers_and_texts(self):
        for selector in ("table.heat", ".picture"):
            with self.subTest(selector):
                page = self.open()
                figure = self.figure_with(page, selector)
                page.evaluate(f"""(() => {{
                    const figure = document.querySelectorAll('figure.matrix')[{figure}];
                    const select = figure.querySelector("select");
                    select.value = "2";
                    select.dispatchEvent(new Event("change"));
                }})()""")
                self.assert_tells(page, figure, 0, 0, view=2)

    def assert_tells(self, page, figure, row, column, view=0):
        """The readout has the value and both texts that the matrix's files have."""
        matrix, cells = self.matrix_of(page, figure, view)
        text = self.readout(page, figure)
        value = cells[row][column]
        if value is None:
            self.assertTrue(text.startswith("not measured"), text)
        else:
            # It is shown with four digits, of which the last is rounded.
            told = float(text.split()[0].replace("−", "-"))
            self.assertAlmostEqual(told, value, delta=6e-4 * abs(value))
        trained, evaluated = matrix["trained"][row], matrix["evaluated"][column]
        for sample in (trained, evaluated):
            self.assertIn(sample["id"] + ": ", text)
            self.assertIn(" / ".join(one["text"] for one in sample["statements"]), text)

    def matrix_of(self, page, figure, view):
        """What is kept beside run.json: of a seed, or the mean of all with the first seed's texts."""
        heading, caption = page.evaluate(f"""(() => {{
            const figure = document.querySelectorAll('figure.matrix')[{figure}];
            return [figure.closest('.request').querySelector('h4').innerText,
                    figure.querySelector('figcaption b').innerText];
        }})()""")
        desideratum = page.evaluate(f"""document.querySelectorAll('figure.matrix')[{figure}]
                                        .closest('.desideratum').querySelector('h3').innerText""").split()[0]
        condition = "in context" if caption == "in context" else "fine-tuning"
        files = [FOLDER / "out" / one["path"] for one in RECORD["matrices"]
                 if one["request"] == heading and one["condition"] == condition
                 and one["desideratum"] == desideratum]
        tables = [self.cells(file) for file in files]
        chosen = tables[view - 1] if view > 0 else [
            [None if None in values else sum(values) / len(values) for values in zip(*rows)]
            for rows in zip(*tables)]
        return json.loads(files[max(0, view - 1)].with_suffix(".json").read_text()), chosen

    @staticmethod
    def cells(file):
        rows = file.with_suffix(".csv").read_text().splitlines()[1:]
        rows = [row.split(",")[1:] for row in rows if not row.startswith("base")]
        return [[float(cell) if cell else None for cell in row] for row in rows]


@unittest.skipUnless(AXE.exists(), f"no axe-core at {AXE}: see tests/browser/README.md")
class AccessibilityTest(PageTest):
    def test_axe_finds_nothing_serious(self):
        # Each colour and each width once: what depends on one does not on the other. The page of a
        # comparison is made of the same parts.
        for dark, width, name in ((False, 1280, "page.html"), (True, 400, "page.html"),
                                  (True, 400, "compare.html")):
            with self.subTest(dark=dark, width=width, name=name):
                page = self.open(name, dark=dark, width=width)
                page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
                page.evaluate(AXE.read_text())
                found, passes = page.evaluate(
                    "axe.run().then((result) => [result.violations, result.passes.length])")
                self.assertEqual([f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
                                  for one in found if one["impact"] in ("serious", "critical")], [])
                self.assertGreater(passes, 10)


if __name__ == "__main__":
    if find_chromium() is None:
        print("Skipped: no Chromium (chromium, chromium-browser, google-chrome, or EIF_CHROMIUM)")
        sys.exit(SKIPPED)
    unittest.main()

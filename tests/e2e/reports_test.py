"""Reports of a recorded run for other programs, as those programs read them. A tiny model."""

import html.parser
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from lxml import etree
from markdown_it import MarkdownIt

from program import PROGRAM, ProgramTest, tiny_model

GOT_WORSE, USAGE, NOT_MEASURED = 1, 2, 3
RUN = ("run", "--model", tiny_model("llama_gqa_tied"), "--desideratum", "implication,reversal",
       "--lr", "0.02", "--seeds", "3")
ENOUGH_SEEDS = 9  # for the primary expectations of both: 10 · 2⁻⁹ < 0.05
SCHEMAS = pathlib.Path(__file__).parent / "junit"

# What a model folder, a plugin or a file of samples may be called to make a report do something.
HOSTILE = ('x | y\n\n# z\n::add-mask::q\r%0A##[add-path]/tmp <script>alert(1)</script>'
           '<img src=x onerror=alert(1)> [a](javascript:b) ![c](http://d) @everyone #1 www.e.f '
           'http://g.h `i` ```` $j$ </code></td></table>]]>--> &lt; \x1b[31m\u202e\u2028\ufffe\x00')


def hostile(value):
    """A record in which every text that came from a file or plugin also says HOSTILE."""
    kept = {"verdict", "kind", "in_context_verdict", "ended", "condition", "issue", "optimizer", "name",
            "started_at", "digest", "path", "control", "mask", "dtype", "device", "engine", "lr",
            "seeds", "request", "model", "desideratum", "resumed_at", "recipe", "dose", "deciding_dose",
            "second_dose", "decided_at"}
    if isinstance(value, dict):
        return {key: entry if key in kept else hostile(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [hostile(entry) for entry in value]
    return value + HOSTILE if isinstance(value, str) else value


class Elements(html.parser.HTMLParser):
    """The elements and attributes of a page, and what can be read in it."""

    def __init__(self, page):
        super().__init__()
        self.names, self.attributes, self.text = set(), [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.text += data


def setUpModule():
    """A run, once for all tests."""
    global RUN_FOLDER
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    RUN_FOLDER = pathlib.Path(folder.name) / "out"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EIF_")}
    process = subprocess.run([PROGRAM, *map(str, RUN), "--out", RUN_FOLDER], env=environment,
                             capture_output=True, text=True, check=False)
    assert process.returncode in (0, NOT_MEASURED), process.stderr


class ReportsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(RUN_FOLDER, self.folder / "out")

    def make_hostile(self):
        """The recorded run, in which texts try to be more than text."""
        path = self.folder / "out" / "run.json"
        record = json.loads(path.read_text())
        changed = hostile(record)
        changed["schema"] = record["schema"]
        name = "model" + HOSTILE
        for model in changed["context"]["models"]:
            model["name"] = name
        for entry in changed["results"] + changed["matrices"]:
            entry["model"] = name
        changed["results"][0]["desideratum"] = "question" + HOSTILE
        path.write_text(json.dumps(changed))

    def report(self, *arguments, environment={}):
        process = self.run_program("report", "out", *arguments, environment=environment)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout


class SeveralOutputsTest(ReportsTest):
    def test_each_file_has_the_form_that_its_end_says(self):
        self.assertEqual(self.report("-o", "a.md", "-o", "b.xml", "-o", "c.json", "-o", "d.csv"), "")
        self.assertTrue((self.folder / "a.md").read_text().startswith("## eif-suite: "))
        self.assertTrue((self.folder / "b.xml").read_text().startswith("<?xml "))
        self.assertEqual((self.folder / "c.json").read_bytes(),
                         (self.folder / "out" / "run.json").read_bytes())
        self.assertTrue((self.folder / "d.csv").read_text().startswith("model,"))

    def test_a_run_writes_what_report_writes(self):
        process = self.run_program(*RUN, "--out", "out", "-o", "-", "-o", "a.md")
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        self.assertEqual(process.stdout, self.report())
        self.assertEqual((self.folder / "a.md").read_text(), self.report("--format", "markdown"))

    def test_a_name_that_says_nothing_is_refused_before_anything_is_measured(self):
        self.assert_refused(self.run_program(*RUN, "--out", "new", "-o", "a.md", "-o", "b.dat"),
                            USAGE, 'which form is "b.dat" to have?')
        self.assertFalse((self.folder / "new").exists())


class JunitTest(ReportsTest):
    def assert_valid(self, document):
        tree = etree.fromstring(document.encode())
        for schema in ("ant.xsd", "jenkins.xsd"):
            with self.subTest(schema):
                etree.XMLSchema(etree.parse(str(SCHEMAS / schema))).assertValid(tree)
        return tree

    def test_it_is_valid_for_gitlab_and_jenkins(self):
        tree = self.assert_valid(self.report("--format", "junit"))
        record = json.loads((self.folder / "out" / "run.json").read_text())
        expectations = [f"{result['model']}.{result['desideratum']}/{one['id']}"
                        for result in record["results"] for one in result["expectations"]]
        cases = [f"{case.get('classname')}/{case.get('name')}" for case in tree.iter("testcase")]
        self.assertEqual(cases, ["eif-suite.run/complete", *expectations])
        properties = {one.get("name"): one.get("value") for one in tree.iter("property")}
        for result in record["results"]:
            self.assertEqual(properties[result["desideratum"]], result["verdict"])

    def test_a_gate_that_fails_is_a_failure(self):
        (self.folder / "gate.toml").write_text('baseline = "better/run.json"\n')
        # Three seeds show nothing; the others are added to the run that is there.
        run = (*RUN[:-1], ENOUGH_SEEDS, "--out", "out")
        self.run_program(*run)
        self.make_better()
        process = self.run_program(*run, "--gate", "gate.toml", "-o", "a.xml", "-o", "b.md", "-o",
                                   "c.github")
        self.assertEqual(process.returncode, GOT_WORSE, process.stderr)
        compared = self.run_program("compare", "better", "out", "--gate", "gate.toml", "-o", "d.xml",
                                    "-o", "e.md", "-o", "f.html", "--format", "json", "-o", "-")
        self.assertEqual(compared.returncode, GOT_WORSE, compared.stderr)
        self.assertFalse(json.loads(compared.stdout)["gate"]["passed"])
        for file in ("a.xml", "d.xml"):
            tree = self.assert_valid((self.folder / file).read_text())
            [failure] = tree.iter("failure")
            self.assertIn("lost 0.3", failure.get("message"))
            self.assertTrue(failure.getparent().get("classname").startswith("gate."))
            [suite] = [suite for suite in tree.iter("testsuite") if suite.get("failures") != "0"]
            self.assertEqual(suite.get("name"), "gate")
        for file in ("b.md", "e.md"):
            self.assertIn("gate failed", (self.folder / file).read_text())
        self.assertIn("::error title=gate%3A implication", (self.folder / "c.github").read_text())
        self.assertIn("gate failed", (self.folder / "f.html").read_text())

    def make_better(self):
        """A copy of the run in which one effect is larger by three margins."""
        shutil.copytree(self.folder / "out", self.folder / "better")
        path = self.folder / "better" / "run.json"
        record = json.loads(path.read_text())
        one = next(one for result in record["results"] for one in result["expectations"]
                   if one["primary"] and one["kind"] == "DIR")
        one["per_seed"] = [effect + 0.3 for effect in one["per_seed"]]
        path.write_text(json.dumps(record))

    def test_it_is_valid_whatever_texts_say(self):
        self.make_hostile()
        tree = self.assert_valid(self.report("--format", "junit"))
        self.assertEqual(len(list(tree.iter("script", "img", "failure"))), 0)

    def test_the_schemas_refuse_what_is_wrong(self):
        document = self.report("--format", "junit")
        for schema in ("ant.xsd", "jenkins.xsd"):
            checked = etree.XMLSchema(etree.parse(str(SCHEMAS / schema)))
            for wrong in (document.replace(' hostname="localhost"', ' host="localhost"'),
                          document.replace("</testsuites>", "<other/></testsuites>")):
                self.assertFalse(checked.validate(etree.fromstring(wrong.encode())))


class MarkdownTest(ReportsTest):
    # What the report itself is made of.
    OWN = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "ul", "li",
           "pre"}

    def rendered(self):
        document = self.report("--format", "markdown")
        return Elements(MarkdownIt("commonmark").enable("table").render(document))

    def cells(self):
        """Bars between cells of tables; the command at the end is no table."""
        tables, _ = self.report("--format", "markdown").split("### Again")
        return tables.replace("\\|", "").count("|")

    def test_it_has_a_table_of_verdicts(self):
        page = self.rendered()
        self.assertLessEqual(page.names, self.OWN)
        self.assertIn("table", page.names)
        for result in json.loads((self.folder / "out" / "run.json").read_text())["results"]:
            self.assertIn(result["desideratum"], page.text)
            self.assertIn(result["verdict"], page.text)

    def test_texts_are_shown_and_do_nothing(self):
        cells = self.cells()
        self.make_hostile()
        page = self.rendered()
        self.assertLessEqual(page.names, self.OWN)
        self.assertEqual([one for one in page.attributes if one[0] != "style"], [])
        self.assertIn("x | y\\n\\n# z\\n::add-mask::q\\r%0A##[add-path]/tmp <script>alert(1)</script>",
                      page.text)
        self.assertEqual(self.cells(), cells)


class GithubTest(ReportsTest):
    def test_annotations_are_printed_and_the_summary_is_added(self):
        (self.folder / "summary").write_text("before\n")
        commands = self.report("--format", "github",
                               environment={"GITHUB_STEP_SUMMARY": str(self.folder / "summary")})
        self.assertTrue(commands.startswith("::notice title=eif-suite::"))
        self.assertEqual((self.folder / "summary").read_text(),
                         "before\n" + self.report("--format", "markdown"))

    def test_outside_of_actions_there_is_no_summary(self):
        self.assertNotIn("## eif-suite", self.report("--format", "github"))

    def test_a_summary_that_cannot_be_written_is_an_error(self):
        process = self.run_program("report", "out", "--format", "github",
                                   environment={"GITHUB_STEP_SUMMARY": "/nowhere/summary"})
        self.assertEqual(process.returncode, NOT_MEASURED)
        self.assertIn('cannot add to "/nowhere/summary", which GITHUB_STEP_SUMMARY names',
                      process.stderr)

    def test_texts_begin_no_command(self):
        self.make_hostile()
        record_path = self.folder / "out" / "run.json"
        record = json.loads(record_path.read_text())
        record["problems"] = [HOSTILE]
        record_path.write_text(json.dumps(record))
        for line in self.report("--format", "github").splitlines():
            self.assertRegex(line, r"^::(notice|warning|error) title=[^:,]*::[^\r]*$")
            self.assertNotRegex(line, "[\x00-\x1f\u2028]")


if __name__ == "__main__":
    unittest.main()

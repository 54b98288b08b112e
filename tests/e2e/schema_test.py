"""run.json is what docs/run.schema.json says, no key less and none that it does not know.

Runs of a tiny model of every kind: whole and interrupted, with a control, with files of the user's, and one
with what could not be measured.
"""

import contextlib
import copy
import io
import json
import os
import pathlib
import re
import unittest

import jsonschema

from program import ProgramTest, tiny_model

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCE / "docs" / "run.schema.json").read_text(encoding="utf-8"))
NOT_MEASURED = 3
RUN = ("run", "--model", tiny_model("llama_gqa_tied"), "--lr", "0.02", "--out", "out")


def strict(node):
    """The schema for a document that this version wrote: with no key that it does not name."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {key: strict(value) for key, value in node.items()}
    return {"additionalProperties": False, **node} if "properties" in node else node


STRICT = jsonschema.Draft202012Validator(strict(SCHEMA))
PUBLISHED = jsonschema.Draft202012Validator(SCHEMA)


class RecordedTest(ProgramTest):
    def record(self, *arguments):
        process = self.run_program(*RUN, *arguments)
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        return json.loads((self.folder / "out" / "run.json").read_text(encoding="utf-8"))


class SchemaTest(RecordedTest):
    def assert_valid(self, record):
        self.assertEqual(
            [f"{'/'.join(map(str, error.path))}: {error.message[:300]}; add new keys to "
             "docs/run.schema.json" for error in STRICT.iter_errors(record)], [])

    def test_the_schema_is_one(self):
        PUBLISHED.check_schema(SCHEMA)
        number = SCHEMA["properties"]["schema"]["const"]
        self.assertTrue(SCHEMA["$id"].endswith(f":{number}"), SCHEMA["$id"])
        self.assertTrue(SCHEMA["title"].endswith(f" schema {number}"), SCHEMA["title"])

    def test_a_run_is_valid(self):
        record = self.record("--all", "--seeds", 1)
        self.assertGreater(len(record["results"]), 10)
        self.assert_valid(record)

    def test_a_run_with_everything_is_valid(self):
        (self.folder / "words").write_text("zebra\n")
        (self.folder / "own.toml").write_text(
            (SOURCE / "desiderata/declared/examples/reversal.toml").read_text(encoding="utf-8"))
        self.assert_valid(self.record(
            "--desideratum", "own.toml", "--seeds", 2, "--control", "shuffled-names", "--momentum", 0.5,
            "--reject-dictionary", "words", "--threads", 1, "--memory", "1G", "--deterministic",
            "--explain"))

    def test_a_run_of_learned_doses_is_valid(self):
        record = self.record("--desideratum", "transitivity,semantics", "--seeds", 1, "--dose", "0.01,0.02",
                             "--max-passes", 4)
        self.assertEqual({one["dose"] for one in record["results"]}, {"0.01", "0.02"})
        self.assert_valid(record)

    def test_a_run_with_something_beside_it_is_valid(self):
        record = self.record("--desideratum", "transitivity", "--seeds", 1, "--beside",
                             "random-weights", "--context-base", "nothing")
        self.assertEqual(record["results"][0]["beside"]["control"], "random-weights")
        self.assert_valid(record)

    def test_what_could_not_be_measured_is_valid(self):
        # A text of one token has none that is scored.
        (self.folder / "short.toml").write_text(
            'id = "short"\nversion = "1"\nclaim = "c"\nholds = "h"\nviolated = "v"\n'
            '[[expectation]]\nid = "e"\neffect = "(long > short)"\n'
            '[[sample]]\nid = "long"\ntext = "{A} is here"\n[[sample]]\nid = "short"\ntext = "a"\n')
        record = self.record("--desideratum", "short.toml", "--seeds", 1, "--bos", "never")
        [result] = record["results"]
        self.assertEqual(result["verdict"], "not measured")
        self.assertIsNone(result["expectations"][0]["mean"])
        self.assert_valid(record)

    def test_what_is_no_record_is_refused(self):
        record = self.record("--desideratum", "implication", "--seeds", 1)
        for change in (lambda one: one.update(schema=1), lambda one: one.pop("results"),
                       lambda one: one["results"][0].update(verdict="maybe"),
                       lambda one: one["results"][0]["expectations"][0].update(mean="1"),
                       lambda one: one["matrices"][0].pop("path"),
                       lambda one: one.update(ended="soon")):
            changed = copy.deepcopy(record)
            change(changed)
            self.assertFalse(PUBLISHED.is_valid(changed))
        self.assertTrue(PUBLISHED.is_valid(record | {"a_later_key": 1}))
        self.assertFalse(STRICT.is_valid(record | {"a_later_key": 1}))


class ExampleTest(RecordedTest):
    def test_the_ten_lines_of_the_document_read_a_run(self):
        record = self.record("--desideratum", "implication", "--seeds", 2)
        page = (SOURCE / "docs" / "reports.md").read_text(encoding="utf-8")
        [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        self.assertLessEqual(len([line for line in code.splitlines() if line.strip()]), 14)
        printed = io.StringIO()
        before = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, before)
        names = {}
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/reports.md", "exec"), names)
        expectations = [one for result in record["results"] for one in result["expectations"]]
        for one in expectations:
            self.assertIn(one["id"], printed.getvalue())
        self.assertEqual(len(names["effects"]), 2 * len(expectations))
        self.assertEqual(list(names["effects"].effect[:2]), expectations[0]["per_seed"])
        entry = record["matrices"][0]
        header, _, *rows = (self.folder / "out" / f"{entry['path']}.csv").read_text().splitlines()
        self.assertEqual(list(names["matrix"].columns), header.split(",")[1:])
        first = [float(cell) if cell else None for cell in rows[0].split(",")[1:]]
        found = names["matrix"].loc[rows[0].split(",")[0]]
        self.assertEqual([None if cell != cell else cell for cell in found], first)


if __name__ == "__main__":
    unittest.main()

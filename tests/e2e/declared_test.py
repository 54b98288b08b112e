"""Desiderata that are written in TOML: `check`, and `run --desideratum FILE.toml` on a tiny model."""

import json
import pathlib
import re
import unittest

from program import ProgramTest, tiny_model

TREE = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = TREE / "desiderata" / "declared" / "examples"
MODEL = tiny_model("llama_gqa_tied")
UNSOUND = 1
USAGE = 2


def example_of_the_document():
    """The file that docs/add-a-desideratum.md tells its reader to write, as it stands there."""
    [block] = re.findall(r"^```toml\n(.*?)^```$", (TREE / "docs" / "add-a-desideratum.md").read_text(),
                         re.DOTALL | re.MULTILINE)
    return block


class CheckTest(ProgramTest):
    def check(self, text, *arguments):
        (self.folder / "mine.toml").write_text(text)
        return self.run_program("check", "mine.toml", *arguments)

    def rows(self, process, name):
        """What the table of the learners has in a row, which may stand below another part of it."""
        table = process.stdout.split("Planted learners", 1)[1]
        return "  ".join(re.findall(rf"^{name}  +(.*)$", table, re.MULTILINE))

    def test_the_example_of_the_document_is_passed_by_logic_alone(self):
        process = self.check(example_of_the_document())
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertNotIn("WARNING", process.stdout)
        [name_a, name_b] = re.search(r"^  older +both +(\w+) is older than (\w+)\.$",
                                     process.stdout, re.MULTILINE).groups()
        self.assertIn(f"{name_b} is younger than {name_a}.", process.stdout)
        self.assertRegex(self.rows(process, "verdict"), r"^holds +violated +violated +(violated|inconcl)")

    # What the document says of it.
    def test_without_its_control_position_speaks_against_the_conclusion(self):
        process = self.check(re.sub(r"^control = .*\n", "", example_of_the_document(),
                                    flags=re.MULTILINE))
        self.assertRegex(self.rows(process, "older_says_younger"),
                         r"^\+2\.00 holds +-0\.60 violated +\+0\.00 violated")

    def test_position_alone_may_pass(self):
        process = self.check(re.sub(r'^effect = "\(older > younger\) - \(older > swapped\)"\n'
                                    r"control = .*\n",
                                    'effect = "(older > swapped) - (older > younger)"\n',
                                    example_of_the_document(), flags=re.MULTILINE))
        self.assertEqual(process.returncode, UNSOUND, process.stderr)
        self.assertIn("WARNING: position alone passes", process.stdout)

    def test_every_declared_example_is_passed_by_logic_alone(self):
        files = sorted(EXAMPLES.glob("*.toml"))
        self.assertIn(EXAMPLES / "transitivity.toml", files)
        for file in files:
            process = self.run_program("check", file)
            self.assertEqual(process.returncode, 0, process.stdout + process.stderr)

    def test_the_seed_decides_the_names_that_are_printed(self):
        first, same, other = (self.check(example_of_the_document(), "--seed", seed).stdout
                              for seed in (3, 3, 4))
        self.assertEqual(first, same)
        self.assertIn("Samples of seed 4", other)
        self.assertNotEqual(first.replace("seed 3", "seed 4"), other)

    def test_what_is_wrong_is_said_with_file_line_key_and_column(self):
        broken = example_of_the_document().replace("(older > swapped)", "(older > swaped)")
        line = broken[:broken.index("(older > swaped)")].count("\n") + 1
        self.assert_refused(self.check(broken), USAGE, f"mine.toml:{line}: expectation "
                            '"older_says_younger": effect, column 30: ', "Did you mean 'swapped'?")
        self.assert_refused(self.run_program("check", "not_there.toml"), USAGE, "not_there.toml")
        self.assert_refused(self.check(example_of_the_document(), "--seeds", 2), USAGE,
                            "2 seeds are too few", "use --seeds 5 or more")


class RunTest(ProgramTest):
    def run_suite(self, desiderata, out, seeds=2):
        return self.run_program("run", "--model", MODEL, "--desideratum", desiderata,
                                "--seeds", seeds, "--lr", 1e-3, "--out", out)

    def document(self, desiderata, out, seeds=2):
        process = self.run_suite(desiderata, out, seeds)
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads((self.folder / out / "run.json").read_text())

    def matrices(self, out):
        folder = self.folder / out / "matrices"
        return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.npy")}

    def test_a_declared_desideratum_has_the_numbers_of_its_plugin(self):
        for name in ("transitivity", "reversal"):
            plugin = self.document(name, "plugin_" + name)
            declared = self.document(EXAMPLES / f"{name}.toml", "declared_" + name)
            self.assertGreater(len(plugin["results"][0]["expectations"]), 0)
            self.assertEqual(declared["results"], plugin["results"])
            matrices = self.matrices("plugin_" + name)
            self.assertGreater(len(matrices), 0)
            self.assertEqual(self.matrices("declared_" + name), matrices)

    def test_the_example_of_the_document_runs_beside_others(self):
        (self.folder / "older.toml").write_text(example_of_the_document())
        document = self.document("older.toml,symmetry", "out")
        self.assertEqual([result["desideratum"] for result in document["results"]],
                         ["older_younger", "symmetry"])
        result = document["results"][0]
        self.assertEqual([one["id"] for one in result["expectations"]],
                         ["older_says_younger_controlled", "older_says_younger_plain",
                          "bread_stays"])
        [share] = result["observations"]
        self.assertEqual((share["id"], share["unit"]), ("share_of_itself", "1"))
        self.assertEqual(len(share["per_seed"]), 2)

    def test_a_file_that_is_wrong_is_refused_before_anything_is_measured(self):
        (self.folder / "mine.toml").write_text("id = 3\n")
        for desiderata, message in (
                ("mine.toml", "mine.toml:1: id is of type integer; expected a string"),
                ("not_there.toml", "not_there.toml"),
                (f"transitivity,{EXAMPLES / 'transitivity.toml'}",
                 "two desiderata are called transitivity")):
            self.assert_refused(self.run_suite(desiderata, "out"), USAGE, message)
            self.assertFalse((self.folder / "out").exists())

    def test_compare_tells_different_files_apart(self):
        text = example_of_the_document()
        (self.folder / "older.toml").write_text(text)
        self.document("older.toml", "first", seeds=6)
        self.document("older.toml", "again", seeds=6)
        (self.folder / "older.toml").write_text(text + "# another digest\n")
        self.document("older.toml", "changed", seeds=6)
        self.assertEqual(self.run_program("compare", "first", "again").returncode, 0)
        process = self.run_program("compare", "first", "changed")
        self.assertEqual(process.returncode, USAGE, process.stderr)
        # Lines are wrapped, and where depends on how long the folder of the model is.
        words = " ".join((process.stdout + process.stderr).split())
        self.assertRegex(words, r"older_younger.* version 1\.0 \(\w{32}\) of it, the run 1\.0 \(\w{32}\)")


if __name__ == "__main__":
    unittest.main()

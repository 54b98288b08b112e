"""`new` writes a project for a plugin, or says why not. What it writes is built by tests/install."""

import unittest

from program import ProgramTest

USAGE = 2


class NewTest(ProgramTest):
    def test_a_project_is_written_and_the_next_steps_are_said(self):
        process = self.run_program("new", "desideratum", "my_question")
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        written = sorted(file.name for file in (self.folder / "my_question").iterdir())
        self.assertEqual(written, ["CMakeLists.txt", "README.md", "my_question.cc",
                                   "my_question_test.cc"])
        for line in process.stdout.splitlines()[1:5]:
            self.assertIn(line.strip(), written)
        # This program is that of the build folder.
        self.assertRegex(process.stdout, "  cmake --install '/.*' --prefix PREFIX    # first: this "
                                         "program is not installed\n")
        self.assertIn("  cmake -S my_question -B my_question/build -DCMAKE_PREFIX_PATH='PREFIX'\n",
                      process.stdout)

    def test_what_exists_is_not_touched(self):
        (self.folder / "mine").mkdir()
        (self.folder / "mine" / "thesis.tex").touch()
        process = self.run_program("new", "model", "mine")
        self.assert_refused(process, USAGE, "error: mine exists; expected the name of a new folder. "
                                            "Choose another name, or remove it")
        self.assertEqual([file.name for file in (self.folder / "mine").iterdir()], ["thesis.tex"])

    def test_a_bad_name_is_refused(self):
        process = self.run_program("new", "model", "My-Model")
        self.assert_refused(process, USAGE, 'error: found the name "My-Model"; expected lower-case '
                                            "letters, digits and _, with a letter first, as in "
                                            "same_digit")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_name_of_a_plugin_that_is_there_is_refused(self):
        process = self.run_program("new", "desideratum", "symmetry")
        self.assert_refused(process, USAGE, "the name symmetry is taken by the plugin ",
                            "lib/eif-suite/symmetry.so; choose another")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_nothing_else_can_be_written(self):
        process = self.run_program("new", "engine", "mine")
        self.assert_refused(process, USAGE, "engine", "desideratum", "model")


if __name__ == "__main__":
    unittest.main()

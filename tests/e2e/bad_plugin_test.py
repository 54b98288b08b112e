"""Plugins that cannot be used are skipped, and everything else goes on.

EIF_BAD_PLUGINS is the folder of tests/bad_plugins in the build folder.
"""

import os
import pathlib
import unittest

from program import ProgramTest

BAD_PLUGINS = pathlib.Path(os.environ["EIF_BAD_PLUGINS"])
UNAVAILABLE = 4


class BadPluginTest(ProgramTest):
    def assert_skipped(self, path, reason):
        process = self.run_program("list", "--plugin", path)
        self.assertEqual(process.returncode, UNAVAILABLE, process.stderr)
        self.assertIn("skipped plugin: ", process.stderr)
        self.assertIn(str(path), process.stderr)
        self.assertIn(reason, process.stderr)
        listed, skipped = process.stdout.split("\nSkipped\n")
        for name in ("cnn", "symmetry", "noise_invariance"):
            self.assertRegex(listed, rf"(?m)^  {name} ")
        # On a page of 80 columns, so broken between words.
        self.assertIn(reason, " ".join(skipped.split()))

    def test_no_library(self):
        path = self.folder / "text.so"
        path.write_text("not a library")
        self.assert_skipped(path, "the file is not a library")

    def test_missing_file(self):
        self.assert_skipped(self.folder / "absent.so", "absent.so")

    def test_factory_that_throws(self):
        self.assert_skipped(BAD_PLUGINS / "factory_throws" / "factory_throws.so", "no licence")

    def test_a_backend_that_cannot_say_its_models(self):
        path = BAD_PLUGINS / "aliases_throws" / "aliases_throws.so"
        self.assert_skipped(path, "aliases() failed: no disk today")
        # The others can still be named: it is the model that is missing.
        process = self.run_program("tokenize", "--model", "cn", "--plugin", path, "a text")
        self.assertIn("Did you mean 'cnn'?", process.stderr)

    def test_a_backend_that_cannot_be_shown_a_folder_is_named_and_passed_over(self):
        path = BAD_PLUGINS / "accepts_folder_throws" / "accepts_folder_throws.so"
        process = self.run_program("tokenize", "--model", self.folder, "--plugin", path, "a text")
        self.assertNotEqual(process.returncode, 0)
        self.assertIn(f"plugin {path}: accepts_folder() failed: no disk today", process.stderr)
        self.assertIn(f"no model backend takes the folder {self.folder}", process.stderr)

    def test_library_without_entry(self):
        self.assert_skipped(BAD_PLUGINS / "no_entry_symbol" / "no_entry_symbol.so", "eif_plugin")

    def test_good_plugin_is_listed(self):
        path = BAD_PLUGINS / "good" / "good.so"
        process = self.run_program("list", "desiderata", "--plugin", path)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertRegex(process.stdout, r"(?m)^  good ")

    def test_a_plugin_of_the_environment_is_listed(self):
        process = self.run_program("list", "desiderata",
                                   environment={"EIF_PLUGIN_PATH": str(BAD_PLUGINS / "good")})
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertRegex(process.stdout, r"(?m)^  good ")

    def test_the_working_directory_is_no_plugin_folder(self):
        (self.folder / "mine.so").write_text("not a library")
        process = self.run_program("list", environment={"EIF_PLUGIN_PATH": ":"})
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(process.stderr, "")


if __name__ == "__main__":
    unittest.main()

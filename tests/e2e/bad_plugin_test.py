"""Plugins that cannot be used are skipped, and everything else goes on.

EIF_BAD_PLUGINS is the folder of tests/bad_plugins in the build folder.
"""

import os
import pathlib
import signal
import unittest

from program import ProgramTest

BAD_PLUGINS = pathlib.Path(os.environ["EIF_BAD_PLUGINS"])
NOT_MEASURED, UNAVAILABLE = 3, 4
SANITIZED = "EIF_SANITIZED" in os.environ


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

    def test_a_plugin_that_ends_the_program_is_no_success(self):
        path = BAD_PLUGINS / "exits" / "exits.so"
        process = self.run_program("list", "--plugin", path)
        self.assertEqual(process.returncode, NOT_MEASURED)
        self.assertEqual(process.stdout, "")
        self.assertIn(f"error: exit() was called in plugin {path}, info();", process.stderr)

    @unittest.skipIf(SANITIZED, "the sanitizer reports crashes itself")
    def test_a_crash_names_the_plugin(self):
        path = BAD_PLUGINS / "crashes" / "crashes.so"
        process = self.run_program("list", "--plugin", path)
        self.assertEqual(process.returncode, -signal.SIGSEGV)
        self.assertIn(f"error: the program crashed (a segmentation fault) in plugin {path}, info()",
                      process.stderr)

    def test_what_a_plugin_prints_spoils_no_result(self):
        path = BAD_PLUGINS / "prints" / "prints.so"
        process = self.run_program("list", "desiderata", "--plugin", path)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertNotIn("here I am", process.stdout)
        self.assertIn("here I am", process.stderr)

    def matrix_of(self, model):
        samples = self.folder / "samples.toml"
        samples.write_text("".join(f'[[sample]]\nid = "{text}"\ntext = "{text}"\n'
                                   for text in ("one", "three")))
        return self.run_program("matrix", "--model", model, "--samples", samples, "--lr", 0.1,
                                "--format", "csv", "--plugin", BAD_PLUGINS / "bad_models" /
                                "bad_models.so")

    def test_a_model_without_a_fault_is_measured(self):
        process = self.matrix_of("no_fault")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertNotIn("error", process.stderr)

    def test_what_a_model_gives_is_checked(self):
        for model, code, why in (
                ("no_model", UNAVAILABLE, "load() gave nothing; expected a model or an error"),
                ("no_tokens", NOT_MEASURED, "a statement of one token has no scored token"),
                ("negative_id", NOT_MEASURED, "encode() gave the id -1; expected ids from 0 on"),
                ("wrong_shape", NOT_MEASURED, "loss() gave losses of shape ("),
                ("negative_scored", NOT_MEASURED, "loss() gave other numbers of scored tokens"),
                ("changes_itself", NOT_MEASURED, "loss() changed the parameter table"),
                ("exits", NOT_MEASURED, "exit() was called in ")):
            with self.subTest(model):
                process = self.matrix_of(model)
                self.assertEqual(process.returncode, code, process.stderr)
                self.assertIn(why, process.stderr)
                if model != "no_tokens":
                    self.assertIn("plugin bad_models", process.stderr)

    @unittest.skipIf(SANITIZED, "the sanitizer reports crashes itself")
    def test_a_crash_of_a_model_names_its_plugin(self):
        process = self.matrix_of("crashes")
        self.assertEqual(process.returncode, -signal.SIGSEGV)
        self.assertIn("plugin bad_models, loss()", process.stderr)

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

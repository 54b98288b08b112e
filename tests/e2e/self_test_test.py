"""`doctor --self-test`: whether this installation says "holds" and "violated" where it must."""

import os
import pathlib
import shutil
import unittest

from program import ProgramTest

CONTROL = pathlib.Path(__file__).resolve().parents[2] / "models/positive-control"

DESIDERATA = ("causality", "compositionality", "ontology", "transitivity")
NOT_MEASURED = 3


class SelfTest(ProgramTest):
    def test_it_says_holds_and_violated_where_it_must(self):
        process = self.run_program("doctor", "--self-test")
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        for desideratum in DESIDERATA:
            self.assertIn(f"  {desideratum}: holds, as it must be\n", process.stdout)
            self.assertRegex(process.stdout, rf"(?m)^  {desideratum}, random-weights: violated \(")
        self.assertIn("Plugins, engine and statistics say what they must.", process.stdout)

    def test_one_that_fails_says_where(self):
        """Of a control that was cut short; what other verdicts say is in self_test_test.cc."""
        control = self.folder / "positive-control"
        shutil.copytree(CONTROL, control)
        os.truncate(control / "model.safetensors", 300_000)
        process = self.run_program("doctor", "--self-test", "--data", self.folder)
        self.assertEqual(process.returncode, NOT_MEASURED, process.stdout + process.stderr)
        self.assertIn("the file is cut short", process.stderr)
        self.assertIn("  FAILED: ontology: no result; expected holds\n", process.stdout)
        self.assertIn("This installation does not measure what it should.", process.stdout)


if __name__ == "__main__":
    unittest.main()

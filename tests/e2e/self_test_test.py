"""`doctor --self-test`: whether this installation says "holds" and "violated" where it must."""

import unittest

from program import ProgramTest, tiny_model

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
        """Of a model that has learned nothing, in the place of the positive control."""
        (self.folder / "positive-control").symlink_to(tiny_model("llama_gqa_untied"))
        process = self.run_program("doctor", "--self-test", "--data", self.folder)
        self.assertEqual(process.returncode, NOT_MEASURED, process.stdout + process.stderr)
        self.assertRegex(process.stdout, r"FAILED: ontology: \w+.*; expected\s+holds")
        self.assertIn("This installation does not measure what it should.", process.stdout)


if __name__ == "__main__":
    unittest.main()

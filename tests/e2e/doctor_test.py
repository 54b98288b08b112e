"""`doctor`: what the program finds, what it misses, and its exit code."""

import os
import pathlib
import re
import unittest

from program import ProgramTest

BAD_PLUGINS = pathlib.Path(os.environ["EIF_BAD_PLUGINS"])
UNAVAILABLE = 4


class DoctorTest(ProgramTest):
    def doctor(self, *arguments, environment={}):
        """The process, with what stands on several lines of its page on one."""
        process = self.run_program("doctor", *arguments, environment=environment)
        self.assertEqual(process.stderr, "")
        process.stdout = re.sub(r"\n {20,}", "  ", process.stdout)
        return process

    def missing(self, process):
        return re.findall(r"(?m)^  (\S+) +MISSING: (.*)$", process.stdout)

    def test_data_that_is_not_there_is_named_and_counted(self):
        process = self.doctor("--data", self.folder)
        self.assertEqual(process.returncode, UNAVAILABLE, process.stdout)
        missing = dict(self.missing(process))
        self.assertEqual(missing.keys(), {"MNIST", "FashionMNIST"})
        for why in missing.values():
            self.assertIn(str(self.folder), why)
        self.assertIn("\nMissing: MNIST, FashionMNIST.", process.stdout)

    def test_a_plugin_that_cannot_be_used_counts_as_missing(self):
        process = self.doctor("--plugin", BAD_PLUGINS / "factory_throws" / "factory_throws.so")
        self.assertEqual(process.returncode, UNAVAILABLE, process.stdout)
        self.assertIn("no licence", dict(self.missing(process))["factory_throws.so"])

    def test_a_model_that_is_not_here_is_no_problem_and_is_named(self):
        process = self.doctor(environment={"XDG_CACHE_HOME": str(self.folder / "elsewhere"),
                                           "HF_HOME": str(self.folder / "elsewhere")})
        self.assertNotIn("Everything is in place", process.stdout)
        named = re.search(r"needed only to measure it: (.*)\.", process.stdout)
        self.assertEqual(set(named[1].split(", ")) - {"cnn"}, {"smollm2", "gemma3", "phi3"})

    def test_what_is_there_is_shown(self):
        text = self.doctor().stdout
        threads = os.environ.get("OMP_NUM_THREADS", r"\d+")
        self.assertRegex(text, rf"(?m)^  device +cpu, {threads} threads?$")
        for plugin in ("cnn", "causal_lm", "symmetry", "transitivity"):
            self.assertRegex(text, rf"(?m)^  {plugin} +\d+\.\d+\S*  /.*/{plugin}\.so$")
        self.assertRegex(text, r"(?m)^  phi3 +(ready|not here: .+)$")

    def test_threads_sleep_while_they_wait_unless_the_user_says_otherwise(self):
        for environment, policy in (({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "active"}, "ACTIVE")):
            process = self.run_program("doctor", environment={"OMP_DISPLAY_ENV": "true"} | environment)
            self.assertRegex(process.stderr, rf"OMP_WAIT_POLICY = '{policy}'")

    def test_the_cache_is_where_the_environment_says(self):
        process = self.doctor(environment={"XDG_CACHE_HOME": str(self.folder / "elsewhere")})
        self.assertIn(f"{self.folder}/elsewhere/eif-suite", process.stdout)
        self.assertRegex(process.stdout, r"(?m)^  smollm2 +not here: ")


if __name__ == "__main__":
    unittest.main()

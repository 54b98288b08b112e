"""How the tests of this folder run the program.

EIF_SUITE is its path, EIF_TINY_MODELS the folder with small random models. Every run has an empty
working directory and no configuration of the user, so that only the test decides; the cache stays
the user's, so that the CNN is trained once.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["EIF_SUITE"]
# Written by the ctest test tiny_models, or by hand with tests/tiny_models/make_tiny_models.py.
TINY_MODELS = pathlib.Path(os.environ["EIF_TINY_MODELS"])
# Training the CNN, should it not be in the cache yet, is the longest that a run here can take.
TIMEOUT_SECONDS = 1500


def tiny_model(name):
    """The folder of one of tests/tiny_models. Tests share it and leave it as it is."""
    folder = TINY_MODELS / name
    assert (folder / "config.json").exists(), f"{folder}: run ctest, or make_tiny_models.py"
    return folder


def cache_folder():
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = pathlib.Path(cache) if cache.startswith("/") else pathlib.Path.home() / ".cache"
    return root / "eif-suite"


def fashion_mnist_folder():
    """The FashionMNIST files that a run without --data uses."""
    cached = cache_folder() / "fashion-mnist"
    return cached if cached.exists() else pathlib.Path("/usr/share/datasets/fashion-mnist")


def mnist_folder():
    return cache_folder() / "mnist"


def as_text(stderr):
    """What was said on standard error, with the errors that are lines of JSON (where JSON was asked
    for) as they are in other runs."""
    return re.sub(r'(?m)^\{"error":.*\}$', lambda line: "error: " + json.loads(line[0])["error"], stderr)


class ProgramTest(unittest.TestCase):
    """A test with a working directory of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def environment(self, extra):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("EIF_") and name != "NO_COLOR"}
        return kept | {"XDG_CONFIG_HOME": str(self.folder / "no-config")} | extra

    def run_program(self, *arguments, environment={}, stdin=None):
        """The finished process, its output as text."""
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, text=True,
                              capture_output=True, env=self.environment(environment), input=stdin,
                              timeout=TIMEOUT_SECONDS)

    def start_program(self, *arguments):
        """The running process; its stderr goes to the file `stderr` of the working directory."""
        with open(self.folder / "stderr", "wb") as stderr:
            process = subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=stderr,
                                       env=self.environment({}))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_until(self, process, is_so):
        """Returns once is_so() is true; fails when the process ends before."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while not is_so():
            self.assertIsNone(process.poll(), (self.folder / "stderr").read_text())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def assert_refused(self, process, exit_code, *parts_of_message):
        """Ended with this code and message, and nothing on stdout."""
        for part in parts_of_message:
            self.assertIn(part, as_text(process.stderr))
        self.assertEqual(process.returncode, exit_code, process.stderr)
        self.assertEqual(process.stdout, "")

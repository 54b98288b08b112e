"""What a machine with a GPU gets: what is in the bundle, and that the check in it runs.

EIF_BINARY_DIR is the build folder that is packed, PYTHON an interpreter with torch and transformers.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["EIF_BINARY_DIR"])
MOST_BYTES = 45 << 20  # with room for the rest of a tree, of what may travel to a machine


def run(*command, **options):
    return subprocess.run([*map(str, command)], text=True, capture_output=True, timeout=1600, **options)


def setUpModule():
    """Packed, and unpacked elsewhere."""
    global work, archive, bundle
    scratch = tempfile.TemporaryDirectory(prefix="eif-gpu-")
    unittest.addModuleCleanup(scratch.cleanup)
    work = pathlib.Path(scratch.name)
    archive = work / "bundle.tar.xz"
    # Compressed in a fifth of the time; as it travels it is smaller still.
    packed = run(ROOT / "tools/gpu_bundle.sh", "--of", BUILD, archive,
                 env=dict(os.environ, XZ_OPT="-1"))
    if packed.returncode != 0:
        raise AssertionError(packed.stderr)
    subprocess.run(["tar", "-xf", archive, "-C", work], check=True)
    bundle = work / "eif-suite-gpu"


def binaries():
    for file in sorted(bundle.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.read_bytes()[:4] == b"\x7fELF":
            yield file


def dynamic_section(file):
    return run("readelf", "--dynamic", "--wide", file).stdout


class Bundle(unittest.TestCase):
    def test_it_is_small_enough_to_travel(self):
        self.assertLessEqual(archive.stat().st_size, MOST_BYTES)

    def test_it_has_the_program_its_plugins_its_libraries_and_the_tests(self):
        files = {str(file.relative_to(bundle)) for file in bundle.rglob("*")}
        self.assertLessEqual({"bin/eif-suite", "lib/libeif-suite.so", "tests/engines_test", "REVISION",
                              "tools/gpu_check.sh", "tools/gpu_check/__main__.py"}, files)
        plugins = {f"lib/eif-suite/{file.name}" for file in (BUILD / "lib/eif-suite").glob("*.so")}
        self.assertIn("lib/eif-suite/causal_lm.so", plugins)
        self.assertLessEqual(plugins, files)
        self.assertTrue(any(re.match(r"lib/eif-suite/libraries/libabsl", file) for file in files))

    def test_it_has_no_library_of_torch_or_of_the_machine(self):
        for file in bundle.rglob("*.so*"):
            self.assertNotRegex(file.name, r"^lib(torch|c10|cu|nv|stdc\+\+|gomp|c\.)")

    def test_nothing_in_it_names_a_folder_of_this_machine(self):
        for file in binaries():
            for paths in re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", dynamic_section(file)):
                self.assertTrue(all(path.startswith("$ORIGIN") for path in paths.split(":")), file)

    def test_every_library_that_is_needed_is_in_it_or_torchs_or_the_machines(self):
        inside = {file.name for file in bundle.rglob("*.so*")}
        of_others = re.compile(r"^(ld-linux|lib(torch|c10|cu|nv)|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|gomp)\.so)")
        for file in binaries():
            needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic_section(file))
            missing = [name for name in needed if name not in inside and not of_others.match(name)]
            self.assertEqual(missing, [], file)


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.finished = run(bundle / "tools/gpu_check.sh", "--device", "cpu", "--small", "--shards", "1",
                           "--out", work / "out", cwd=work)
        file = work / "out/gpu_check.json"
        cls.document = json.loads(file.read_text()) if file.exists() else {}

    def test_every_part_runs_and_keeps_its_bounds(self):
        self.assertEqual(self.finished.returncode, 0, self.finished.stdout + self.finished.stderr)
        self.assertIn("all is well", self.finished.stdout)
        self.assertEqual([part["name"] for part in self.document["parts"]],
                         ["machine", "float64", "float32", "accuracy", "smollm2", "phi3"])
        self.assertEqual(self.document["missed"], [])

    def test_tests_of_both_precisions_ran(self):
        found = {part["name"]: part["found"] for part in self.document["parts"]}
        for precision in ("float64", "float32"):
            self.assertGreater(found[precision]["passed"], 0)

    def test_rounded_activations_are_seen_to_be_wrong(self):
        """So the bounds of the accuracy are ones that can be missed."""
        accuracy = next(part["found"] for part in self.document["parts"] if part["name"] == "accuracy")
        errors = {line["name"]: line["error"] for line in accuracy["table"]}
        self.assertGreater(errors["transformers, float32 with products in bfloat16"], 0.05)

    def test_each_matrix_has_its_time(self):
        for part in self.document["parts"]:
            for line in part["found"].get("table", []):
                if "seconds" in line:
                    self.assertGreater(line["rows_per_second"], 0)


class PartsThatFail(unittest.TestCase):
    def test_the_others_go_on(self):
        """On a device that no machine has, all that needs it fails, and says so."""
        finished = run(bundle / "tools/gpu_check.sh", "--device", "cuda:99", "--small", "--out",
                       work / "no_device", cwd=work)
        self.assertEqual(finished.returncode, 1)
        document = json.loads((work / "no_device/gpu_check.json").read_text())
        self.assertEqual(len(document["parts"]), 6)
        self.assertTrue(all("failure" in part for part in document["parts"]
                            if part["name"] not in ("float64", "float32")))
        self.assertIn("parts that failed", finished.stdout)

    def test_a_python_without_torch_is_refused(self):
        finished = run(bundle / "tools/gpu_check.sh", env={**os.environ, "PYTHON": "/usr/bin/python3"})
        if finished.returncode != 2:
            self.skipTest("the system's Python has torch")
        self.assertIn("has no torch", finished.stderr)


if __name__ == "__main__":
    unittest.main()

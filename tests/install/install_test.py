"""The program is installed, moved, and used: plugins are written by it, built against it and run.

EIF_BINARY_DIR is the build folder; EIF_LIBTORCH_FOLDERS are where libtorch is, which is not
installed.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["EIF_BINARY_DIR"])
EXAMPLES = pathlib.Path(__file__).parents[2] / "desiderata" / "declared" / "examples"
LIBTORCH = os.environ["EIF_LIBTORCH_FOLDERS"].split(":")


def run(*command, cwd, environment=None):
    """The finished process; fails the test with its output when it does."""
    process = subprocess.run([*map(str, command)], cwd=cwd, text=True, capture_output=True,
                             env=environment, timeout=1500)
    if process.returncode != 0:
        raise AssertionError(f"{command} ended with {process.returncode}\n{process.stdout}\n"
                             f"{process.stderr}")
    return process


def setUpModule():
    """Everything is installed into one folder, then moved to another with a space in its name."""
    global work, first, prefix, environment
    work = pathlib.Path(tempfile.mkdtemp(prefix="eif-install-"))
    unittest.addModuleCleanup(run, "rm", "-rf", work, cwd="/")
    first, prefix = work / "first", work / "moved here"
    run("cmake", "--install", BUILD, "--prefix", first, cwd=work)
    first.rename(prefix)
    # Nothing of the user's, and the program on PATH.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EIF_")}
    environment |= {"XDG_CONFIG_HOME": str(work / "no-config"),
                    "XDG_CACHE_HOME": str(work / "cache"),
                    "PATH": f"{prefix / 'bin'}:{environment['PATH']}"}


def eif_suite(*arguments, cwd):
    return run("eif-suite", *arguments, cwd=cwd, environment=environment)


def elf_files():
    for file in sorted(prefix.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(4) == b"\x7fELF":
                    yield file


def run_path(file):
    dynamic = run("readelf", "--dynamic", "--wide", file, cwd=work).stdout
    paths = re.findall(r"\((?:RUNPATH|RPATH)\)\s+Library [a-z]+: \[(.*)\]", dynamic)
    return [path for entry in paths for path in entry.split(":")]


def exported_symbols(library):
    return run("nm", "--dynamic", "--defined-only", "--format=just-symbols", library,
               cwd=work).stdout.split()


def commands_of_readme(folder):
    """The one shell block of the README."""
    (block,) = re.findall(r"```sh\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    return block


class InstalledTest(unittest.TestCase):
    def test_the_program_finds_its_plugins_where_it_was_moved(self):
        listed = eif_suite("list", cwd=work)
        self.assertEqual(listed.stderr, "")
        for name in ("cnn", "smollm2", "positive-control",
                     "positive-control-in-context", "symmetry", "transitivity", "belongs_to"):
            self.assertRegex(listed.stdout, rf"(?m)^  {name}\s")

    def test_the_positive_control_is_measured_where_it_was_moved(self):
        measured = eif_suite("matrix", "--model", "positive-control", "--domain", "bigger_than",
                             "--lr", "0.3", cwd=work)
        self.assertIn("bigger_a_c", measured.stdout)

    def test_run_paths_lead_into_the_installed_folder_or_to_libtorch(self):
        programs = list(elf_files())
        self.assertIn(prefix / "bin" / "eif-suite", programs)
        self.assertIn(prefix / "lib" / "eif-suite" / "cnn.so", programs)
        for file in programs:
            for path in run_path(file):
                self.assertTrue(path.startswith("$ORIGIN") or path in LIBTORCH, f"{file}: {path}")

    def test_no_text_speaks_of_the_build_or_of_where_it_was_installed_first(self):
        texts = [file for file in prefix.rglob("*") if file.suffix in (".cmake", ".h", ".map")]
        self.assertTrue(any(file.name == "eif-suite-config.cmake" for file in texts))
        self.assertTrue(any(file.name == "desideratum.h" for file in texts))
        for file in texts:
            for place in (first, BUILD):
                self.assertNotIn(str(place), file.read_text(), file)

    def test_the_examples_are_desiderata_that_can_be_asked(self):
        examples = sorted((prefix / "share" / "eif-suite" / "examples").iterdir())
        self.assertEqual([file.name for file in examples],
                         [file.name for file in sorted(EXAMPLES.glob("*.toml"))])
        for file in examples:
            eif_suite("check", file, cwd=work)

    def test_the_citation_is_of_the_version_of_the_program(self):
        citation = (prefix / "share" / "doc" / "eif-suite" / "CITATION.cff").read_text()
        (version,) = re.findall(r"(?m)^version: (.*)$", citation)
        self.assertIn(version, eif_suite("--version", cwd=work).stdout.split())

    def test_headers_include_nothing_that_is_not_installed(self):
        include = prefix / "include" / "eif-suite"
        headers = list(include.rglob("*.h"))
        self.assertGreater(len(headers), 10)
        for file in headers:
            for name in re.findall(r'#include "((?:eif|domains|desiderata|suite|plugins)/[^"]+)"',
                                   file.read_text()):
                self.assertTrue((include / name).exists(), f"{file} includes {name}")

    def test_an_unknown_component_is_refused(self):
        project = work / "component"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.24)\nproject(component LANGUAGES CXX)\n"
            "find_package(eif-suite REQUIRED COMPONENTS modell)\n")
        process = subprocess.run(["cmake", "-S", project, "-B", project / "build",
                                  f"-DCMAKE_PREFIX_PATH={prefix}"], text=True, capture_output=True)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("found the component 'modell'; expected 'desideratum', which is always there, "
                      "or 'model'", re.sub(r"\s+", " ", process.stderr))

    def test_a_model_needs_its_component(self):
        project = work / "no_component"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.24)\nproject(no_component LANGUAGES CXX)\n"
            "find_package(eif-suite REQUIRED)\neif_add_model(mine)\n")
        process = subprocess.run(["cmake", "-S", project, "-B", project / "build",
                                  f"-DCMAKE_PREFIX_PATH={prefix}"], text=True, capture_output=True)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("eif_add_model(mine) needs the SDK for models, which brings libtorch: write "
                      "find_package(eif-suite REQUIRED COMPONENTS model).",
                      re.sub(r"\s+", " ", process.stderr))


class ProjectTest(unittest.TestCase):
    """What `eif-suite new` writes is built outside the tree, tested, listed and run, by the commands
    that its README and the program itself give."""

    @classmethod
    def setUpClass(cls):
        cls.folder = work / "projects"
        cls.folder.mkdir()
        eif_suite("new", "desideratum", "rewording", cwd=cls.folder)
        cls.printed = eif_suite("new", "model", "bytes", cwd=cls.folder).stdout

    def test_1_the_desideratum(self):
        # All but the run, for which there is no model yet, and the installation, after which
        # --plugin would name it a second time.
        self.follow_readme("rewording", without=("eif-suite run", "cmake --install"))
        listed = eif_suite("list", "desiderata", "--plugin", "rewording/build/rewording.so",
                           cwd=self.folder)
        self.assertRegex(listed.stdout, r"(?m)^  rewording +a fact teaches another wording ")
        self.assertEqual(exported_symbols(self.folder / "rewording/build/rewording.so"),
                         ["eif_plugin"])
        run("cmake", "--install", "rewording/build", "--prefix", prefix, cwd=self.folder)

    def test_2_the_model(self):
        self.follow_readme("bytes")
        self.assertEqual(exported_symbols(self.folder / "bytes/build/bytes.so"), ["eif_plugin"])

    def test_3_both_are_installed_and_one_is_measured_with_the_other(self):
        # Both were installed: no --plugin any more.
        listed = eif_suite("list", cwd=self.folder).stdout
        self.assertRegex(listed, r"(?m)^  bytes ")
        self.assertRegex(listed, r"(?m)^  rewording ")
        eif_suite("run", "--model", "bytes", "--desideratum", "rewording", "--seeds", "3", "--lr",
                  "0.1", "--out", "out", cwd=self.folder)
        document = json.loads((self.folder / "out" / "run.json").read_text())
        (result,) = document["results"]
        self.assertEqual(result["desideratum"], "rewording")
        (expectation,) = result["expectations"]
        self.assertEqual(expectation["id"], "fact_teaches_its_rewording")
        self.assertEqual(len(expectation["per_seed"]), 3)
        # The bytes of a fact have the name in them that its rewording has, too.
        for effect in expectation["per_seed"]:
            self.assertGreater(effect, 0)

    def test_4_a_name_that_is_taken_is_refused(self):
        process = subprocess.run(["eif-suite", "new", "desideratum", "symmetry"], cwd=self.folder,
                                 env=environment, text=True, capture_output=True)
        self.assertEqual(process.returncode, 2)
        self.assertIn("the name symmetry is taken by the plugin "
                      f"{prefix}/lib/eif-suite/symmetry.so; choose another", process.stderr)
        self.assertFalse((self.folder / "symmetry").exists())

    def test_5_the_commands_that_are_printed_are_those_of_the_readme(self):
        for command in ("cmake -S bytes -B bytes/build -DCMAKE_PREFIX_PATH=",
                        "cmake --build bytes/build", "ctest --test-dir bytes/build"):
            self.assertIn(command, self.printed)
        self.assertIn(str(prefix), self.printed)

    def follow_readme(self, name, without=()):
        commands = commands_of_readme(self.folder / name)
        for part in ("eif-suite run --plugin", "cmake --install", *without):
            self.assertIn(part, commands)
        kept = [line for line in commands.splitlines() if not any(part in line for part in without)]
        done = run("bash", "-euc", "\n".join(kept), cwd=self.folder / name, environment=environment)
        self.assertIn("100% tests passed", done.stdout)


if __name__ == "__main__":
    unittest.main()

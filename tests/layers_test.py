"""Includes go one way: cli → host → {engine, reports} → core → SDK.

    layers_test.py SOURCE_DIR

Reads the #include lines of every source file in the folders that the top CMakeLists.txt adds. A
folder may include itself, the SDK, and what its rule lists. A rule names a folder or, with `*`, each
folder at that place, so that a new desideratum or model needs no rule of its own; of several rules
that fit, the one that names more folders counts. Tests may also use what their neighbours' tests do.
"""

import pathlib
import re
import sys
import tempfile
import unittest

SDK = "eif/"
ALLOWED = {
    "suite/include/eif": [],
    "suite/sdk": [],
    "suite/formats": [],
    "suite/core": [],
    "domains": ["suite/formats/"],
    "domains/images": ["suite/formats/"],
    "desiderata/*": ["domains/", "desiderata/shared/"],
    "desiderata/declared": ["domains/", "desiderata/shared/", "suite/formats/"],
    "plugins/*": ["suite/formats/", "domains/images/", "plugins/shared/"],
    "suite/engine": ["suite/core/", "suite/formats/"],
    "reports": ["suite/core/", "suite/formats/"],
    # What the paper has of a domain, and the names that its desiderata and its report share.
    "reports/paper": ["reports/", "suite/core/", "suite/formats/", "domains/"],
    "suite/host": ["suite/engine/", "suite/core/", "suite/formats/", "domains/"],
    "suite/cli": ["suite/host/", "suite/engine/", "suite/core/", "suite/formats/", "reports/",
                  "domains/", "desiderata/declared/", "desiderata/shared/"],
    "suite/launcher": ["suite/cli/exit_code.h"],
}
# These are built without torch: no torch header, and no SDK header that brings one in.
WITHOUT_TORCH = ["suite/formats", "suite/core", "suite/launcher", "domains", "desiderata", "reports"]
TORCH = re.compile(r"^(torch/|ATen/|c10/|eif/backend\.h$|eif/losses\.h$|eif/convolution\.h$|eif/plain_weights\.h$)")
# At the bottom, below the SDK.
WITHOUT_SDK = ["suite/formats"]
INCLUDE = re.compile(r'^\s*#include ["<]([^">]+)[">]', re.MULTILINE)
# Everything that is printed goes through one file, where it is made harmless and checked.
PRINTS = re.compile(r"^(?!\s*//).*(std::c(out|err|log)\b|\b(printf|puts|putchar)\()", re.MULTILINE)
# The launcher runs before there is a library of the program, crosscheck.cc is a test's program.
MAY_PRINT = ["suite/cli/output.cc", "suite/launcher/launcher.cc", "suite/formats/crosscheck.cc"]
SUBDIRECTORY = re.compile(r"^\s*add_subdirectory\(([^)\s]+)\)", re.MULTILINE)


def rule_of(path):
    """The folder that a rule is about and what it may include, or None where no rule fits."""
    parts = pathlib.PurePosixPath(path).parts[:-1]
    for length in range(len(parts), 0, -1):
        folder = "/".join(parts[:length])
        for rule in (folder, "/".join([*parts[:length - 1], "*"])):
            if rule in ALLOWED:
                return folder, ALLOWED[rule]
    return None


def is_in(folder, folders):
    return any(folder == one or folder.startswith(one + "/") for one in folders)


def problems(path, text, roots):
    """What is wrong with the includes of one file. roots: the top folders of the project's code."""
    rule = rule_of(path)
    if rule is None:
        folder = str(pathlib.PurePosixPath(path).parent)
        yield (f"{path}: the folder {folder} has no rule; expected one that says what it may include. "
               f"Add \"{folder}\" to ALLOWED in tests/layers_test.py, and to the layers in "
               "docs/design.md")
        return
    layer, allowed = rule
    is_test = "_test" in path or "for_test" in path
    if PRINTS.search(text) and not is_test and path not in MAY_PRINT:
        yield f"{path} prints; expected only suite/cli/output.cc to: return it, or use output.h"
    for include in INCLUDE.findall(text):
        if TORCH.match(include) and is_in(layer, WITHOUT_TORCH):
            yield f"{path} includes {include}: {layer} is built without torch"
        elif include.startswith(SDK):
            if layer in WITHOUT_SDK:
                yield f"{path} includes {include}: {layer} is below the SDK"
        elif include.split("/")[0] in roots and not is_test:
            if not any(include.startswith(prefix) for prefix in [layer + "/", *allowed]):
                yield f"{path} includes {include}, which {layer} may not"


def check(source):
    """The number of files that were read, and what is wrong with them."""
    added = SUBDIRECTORY.findall((source / "CMakeLists.txt").read_text())
    roots = {folder.split("/")[0] for folder in added}
    found, files = [], 0
    for folder in sorted(roots - {"tests"}):
        for file in sorted((source / folder).rglob("*")):
            if file.suffix in (".h", ".cc"):
                files += 1
                found += problems(file.relative_to(source).as_posix(), file.read_text(), roots)
    return files, found


class Tree(unittest.TestCase):
    def test_files_include_only_what_they_may(self):
        files, found = check(SOURCE)
        self.assertEqual(found, [])
        self.assertGreater(files, 100)  # a rule that reads no file holds for nothing


class Rules(unittest.TestCase):
    """On trees of one file."""

    def found(self, path, *includes):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder)
            (source / "CMakeLists.txt").write_text(
                (SOURCE / "CMakeLists.txt").read_text() + "\nadd_subdirectory(adapters)\n")
            (source / path).parent.mkdir(parents=True)
            (source / path).write_text("".join(f'#include "{one}"\n' for one in includes))
            files, found = check(source)
            self.assertEqual(files, 1)
            return found

    def test_a_new_model_needs_no_rule(self):
        self.assertEqual(self.found("plugins/linear/linear.cc", "eif/backend.h", "ATen/ATen.h",
                                    "plugins/linear/linear.h", "suite/formats/idx.h",
                                    "plugins/shared/text.h"), [])

    def test_a_model_sees_no_other_and_no_engine(self):
        self.assertEqual(
            self.found("plugins/linear/deep/linear.cc", "plugins/cnn/cnn.h", "suite/engine/dense.h"),
            ["plugins/linear/deep/linear.cc includes plugins/cnn/cnn.h, which plugins/linear may not",
             "plugins/linear/deep/linear.cc includes suite/engine/dense.h, which plugins/linear may "
             "not"])

    def test_a_new_desideratum_needs_no_rule(self):
        self.assertEqual(self.found("desiderata/same_digit/same_digit.cc", "eif/plugin.h",
                                    "domains/images/digit_samples.h", "desiderata/shared/logic.h"),
                         [])

    def test_a_desideratum_sees_no_other_and_no_torch(self):
        self.assertEqual(
            self.found("desiderata/same_digit/same_digit.cc", "desiderata/causality/causality.h",
                       "eif/backend.h"),
            ["desiderata/same_digit/same_digit.cc includes desiderata/causality/causality.h, which "
             "desiderata/same_digit may not",
             "desiderata/same_digit/same_digit.cc includes eif/backend.h: desiderata/same_digit is "
             "built without torch"])

    def test_tests_may_use_their_neighbours(self):
        self.assertEqual(self.found("plugins/linear/linear_test.cc", "suite/engine/dense.h"), [])

    def test_what_is_below_the_sdk_does_not_see_it(self):
        self.assertEqual(
            self.found("suite/formats/npy.cc", "eif/matrix.h"),
            ["suite/formats/npy.cc includes eif/matrix.h: suite/formats is below the SDK"])

    def test_a_folder_without_a_rule_is_named(self):
        for path in ("suite/store/rows.cc", "adapters/lora.cc", "desiderata/strewn.cc"):
            folder = path.rsplit("/", 1)[0]
            self.assertEqual(
                self.found(path),
                [f"{path}: the folder {folder} has no rule; expected one that says what it may "
                 f'include. Add "{folder}" to ALLOWED in tests/layers_test.py, and to the layers in '
                 "docs/design.md"])


if __name__ == "__main__":
    SOURCE = pathlib.Path(sys.argv.pop(1))
    unittest.main()

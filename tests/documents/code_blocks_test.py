"""Which code blocks of a document are files and commands."""

import pathlib
import sys
import unittest

import code_blocks

DOCUMENTS = pathlib.Path(__file__).resolve().parents[2] / "docs"


class Blocks(unittest.TestCase):
    def test_a_marked_block_is_a_file_or_commands(self):
        found = code_blocks.read(
            "Text.\n"
            "```cpp file=a/b.cc\n#include <set>\n\nint a;\n```\n"
            "```sh run\ncmake --preset release\nctest\n```\n"
            "```sh run\nls\n```\n", "page.md")
        self.assertEqual(found.files, {"a/b.cc": "#include <set>\n\nint a;\n"})
        self.assertEqual(found.commands, ["cmake --preset release", "ctest", "ls"])

    def test_a_block_without_a_mark_is_only_read(self):
        found = code_blocks.read("```cpp\nint a;\n```\n\n    indented\n\n```\nplain\n```\n", "page.md")
        self.assertEqual((found.files, found.commands), ({}, []))

    def test_a_block_may_be_indented_and_hold_another(self):
        found = code_blocks.read("1. first\n\n   ````markdown file=R.md\n   ```sh\n     ls\n   ```\n"
                                 "   ````\n", "page.md")
        self.assertEqual(found.files, {"R.md": "```sh\n  ls\n```\n"})

    def test_what_is_wrong_is_named(self):
        for text, message in (
                ("\n```cpp file=a.cc\nint a;\n", "page.md:2: the code block has no end"),
                ("```cpp fiel=a.cc\n```\n",
                 "page.md:1: a code block is marked 'fiel=a.cc'; expected file=PATH or run"),
                ("```cpp file=../a.cc\n```\n",
                 "page.md:1: the file '../a.cc' of a code block; expected a path inside the tree"),
                ("```cpp file=a.cc\n```\n```cpp file=a.cc\n```\n",
                 "page.md:3: the file a.cc has a code block already; expected each file once")):
            with self.assertRaises(ValueError) as raised:
                code_blocks.read(text, "page.md")
            self.assertEqual(str(raised.exception), message)


class Documents(unittest.TestCase):
    """What documents_test.py does would be nothing without these."""

    def test_both_give_a_whole_folder(self):
        for page, folder, files in (
                ("add-a-desideratum.md", "desiderata/same_digit",
                 {"CMakeLists.txt", "README.md", "planted_learners_for_test.cc", "same_digit.cc",
                  "same_digit_test.cc"}),
                ("add-a-model.md", "plugins/linear",
                 {"CMakeLists.txt", "linear.cc", "models_for_test.cc"})):
            found = code_blocks.read((DOCUMENTS / page).read_text(encoding="utf-8"), page)
            self.assertLessEqual({f"{folder}/{file}" for file in files}, set(found.files), page)
            self.assertIn("ctest --preset release --label-regex fast", found.commands)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)

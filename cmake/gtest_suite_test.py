"""What gtest_suite.sh and gtest_case.awk make of a program that passes, fails, skips, leaks and crashes,
and which tests EifDiscoverSuites.cmake makes of a program."""

import pathlib
import subprocess

import pytest

SCRIPT = pathlib.Path(__file__).with_name("gtest_suite.sh")
CASE = SCRIPT.with_name("gtest_case.awk")
PRINTED = """[----------] 5 tests from Sum
[ RUN      ] Sum.OfTwo
said by OfTwo
[       OK ] Sum.OfTwo (0 ms)
[ RUN      ] Sum.OfTwoHundred
sum_test.cc:7: Failure
[  FAILED  ] Sum.OfTwoHundred (1 ms)
[ RUN      ] Sum.OnAGpu
no GPU
[  SKIPPED ] Sum.OnAGpu (0 ms)
[ RUN      ] Sum.Of/many
a line without an end[       OK ] Sum.Of/many (0 ms)
[ RUN      ] Sum.Of/manyMore
[  FAILED  ] Sum.Of/manyMore, where GetParam() = 8 (0 ms)
"""
SUMMARY = "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Sum.OfTwoHundred\n"


class Suite:
    def __init__(self, folder):
        self.program, self.log = folder / "sum_test", folder / "log"

    def run(self, printed, ending):
        text = self.program.with_suffix(".txt")
        text.write_text(printed)
        self.program.write_text(f'#!/bin/sh\ncat "{text}"\necho "asked: $*"\n{ending}\n')
        self.program.chmod(0o755)
        return subprocess.run([SCRIPT, self.program, "Sum", self.log, "Sum.OfTwo"], text=True,
                              capture_output=True, check=False)

    def case(self, name):
        return subprocess.run(["awk", "-f", CASE, "-v", f"name=Sum.{name}", self.log],
                              text=True, capture_output=True, check=False)


@pytest.fixture(name="suite")
def suite_in_a_folder(tmp_path):
    return Suite(tmp_path)


def test_each_case_has_its_own_result_and_text(suite):
    assert suite.run(PRINTED + SUMMARY, "exit 1").returncode == 0
    passed = suite.case("OfTwo")
    assert passed.returncode == 0
    assert passed.stdout == "".join(PRINTED.splitlines(True)[1:4])
    failed = suite.case("OfTwoHundred")
    assert failed.returncode == 1
    assert "sum_test.cc:7: Failure" in failed.stdout and "OfTwo\n" not in failed.stdout
    assert suite.case("OnAGpu").returncode == 77
    assert suite.case("Of/many").returncode == 0
    assert suite.case("Of/many").stdout.count("\n") == 2
    assert suite.case("Of/manyMore").returncode == 1


def test_a_failure_of_a_case_with_a_parameter_is_its_own(suite):
    printed = PRINTED.replace("[  FAILED  ] Sum.OfTwoHundred (1 ms)",
                              "[       OK ] Sum.OfTwoHundred (1 ms)")
    assert suite.run(printed, "exit 1").returncode == 0
    assert suite.case("Of/manyMore").returncode == 1
    assert suite.case("OfTwoHundred").returncode == 0


def test_only_the_cases_asked_for_are_run(suite):
    suite.run(PRINTED, "exit 0")
    assert "asked: --gtest_filter=Sum.OfTwo --gtest_color=no" in suite.log.read_text()


@pytest.mark.parametrize("printed, ending, code", [
    (PRINTED.split("[  FAILED")[0], "kill -SEGV $$", 139),  # in the middle of a case
    (PRINTED + SUMMARY, "exit 23", 23),  # a sanitizer's, when the program ends
    ("[  FAILED  ] Sum: SetUpTestSuite or TearDownTestSuite\n", "exit 1", 1),
])
def test_what_no_case_tells_fails_the_run_and_is_shown(suite, printed, ending, code):
    process = suite.run(printed, ending)
    assert process.returncode == code
    assert process.stdout.startswith(printed)


def test_a_case_that_did_not_come_to_its_end_has_failed(suite):
    suite.run(PRINTED.split("[  FAILED")[0], "kill -SEGV $$")
    assert suite.case("OfTwo").returncode == 0
    assert suite.case("OfTwoHundred").returncode == 1
    assert suite.case("Of/many").returncode == 1


def test_a_program_that_is_not_there_fails(suite):
    process = subprocess.run([SCRIPT, suite.program, "Sum", suite.log, "Sum.*"],
                             text=True, capture_output=True, check=False)
    assert process.returncode != 0 and "not found" in process.stdout


# A program with one suite whose cases have two labels; it writes down what it is asked for.
TWO_LABELS = """#!/bin/sh
case "$*" in
  *list_tests*Slow*) echo "Sum."; echo "  Slow/few"; echo "  Slow/many  # GetParam() = 8" ;;
  *list_tests*) echo "Sum."; echo "  Fast" ;;
  *) echo "$1" >>"$0.asked"
     [ "$1" = --gtest_filter=Sum.Fast ] || sleep 1
     echo "$1" | sed 's/.*=//; s/:/\\n/g' | while read -r name; do
       echo "[ RUN      ] $name"; echo "[       OK ] $name (0 ms)"
     done ;;
esac
"""
TESTS = """set(eif_program "{0}/sum_test")
set(eif_name sum_test)
set(eif_scripts "{1}")
foreach(eif_label fast slow)
  set(eif_filter "Fast")
  if(eif_label STREQUAL slow)
    set(eif_filter "Slow*")
  endif()
  include("{1}/EifDiscoverSuites.cmake")
endforeach()
"""


def test_a_suite_with_two_labels_runs_each_case_once(tmp_path):
    program = tmp_path / "sum_test"
    program.write_text(TWO_LABELS)
    program.chmod(0o755)
    (tmp_path / "CTestTestfile.cmake").write_text(TESTS.format(tmp_path, SCRIPT.parent))
    process = subprocess.run(["ctest", "-j2"], cwd=tmp_path, text=True, capture_output=True,
                             check=False)
    assert process.returncode == 0, process.stdout
    assert "tests passed, 0 tests failed out of 5" in process.stdout
    assert sorted((tmp_path / "sum_test.asked").read_text().split()) == [
        "--gtest_filter=Sum.Fast", "--gtest_filter=Sum.Slow/few:Sum.Slow/many"]

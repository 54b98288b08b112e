#!/bin/sh
# Makes a ctest test of each case of a GoogleTest suite, although a process runs many of a suite:
#
#   gtest_suite.sh run PROGRAM SUITE LOG CASES   runs the cases, SUITE.CASE:SUITE.CASE, of the suite and
#                                                writes down what they print
#   gtest_suite.sh case SUITE.CASE LOG           what the log says of one case, and its result
#
# `run` fails where a result would get lost: the program crashed, did not start, or has failed
# although no case did (a leak found at the end, a suite that could not be set up). A failed case
# fails in `case`.

set -u
skipped=77  # ctest's SKIP_RETURN_CODE

run() {
  program=$1 suite=$2 log=$3 cases=$4
  "$program" --gtest_filter="$cases" --gtest_color=no >"$log" 2>&1
  status=$?
  if [ "$status" -eq 1 ] && grep -q "\[  FAILED  \] $suite\.[^ ]*\( (\|, where \)" "$log"; then
    status=0
  fi
  [ "$status" -eq 0 ] || cat "$log"
  return "$status"
}

one_case() {
  awk -v name="$1" -v skipped="$skipped" '
    # What a case prints need not end its line, so results stand anywhere in one.
    function has(text) { return index($0, text) > 0 }
    has("[ RUN      ] " name) && substr($0, length($0) - length(name) + 1) == name { is_in = 1 }
    is_in { print }
    has("[       OK ] " name " (") { result = "passed"; is_in = 0 }
    has("[  SKIPPED ] " name " (") { result = "skipped"; is_in = 0 }
    has("[  FAILED  ] " name " (") || has("[  FAILED  ] " name ", where ") { is_in = 0 }
    END { exit result == "passed" ? 0 : result == "skipped" ? skipped : 1 }' "$2"
}

case "$1" in
  run) run "$2" "$3" "$4" "$5" ;;
  case) one_case "$2" "$3" ;;
esac

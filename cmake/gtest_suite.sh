#!/bin/sh
# Runs cases of a GoogleTest suite in one process, of which ctest makes a test each (gtest_case.awk):
#
#   gtest_suite.sh PROGRAM SUITE LOG CASES   CASES: SUITE.CASE:SUITE.CASE
#
# Writes down what they print. Fails where a result would get lost: the program crashed, did not
# start, or has failed although no case did (a leak found at the end, a suite that could not be set
# up). A failed case fails by itself.

set -u
program=$1 suite=$2 log=$3 cases=$4
"$program" --gtest_filter="$cases" --gtest_color=no >"$log" 2>&1
status=$?
if [ "$status" -eq 1 ] && grep -q "\[  FAILED  \] $suite\.[^ ]*\( (\|, where \)" "$log"; then
  status=0
fi
[ "$status" -eq 0 ] || cat "$log"
exit "$status"

# What every test has in its environment, whatever starts the program under test: ctest itself or a
# Python script. ctest reads this file before the tests of the tree.
#
# Tests run beside each other, each with one thread: with more threads than cores, those that wait in
# OpenMP's barriers take the time of those that work, and everything takes many times as long.
#
# Leaks of other libraries are suppressed without a word, because tests read what a program prints.

set(eif_test_environment "${PROJECT_BINARY_DIR}/test_environment.cmake")
file(WRITE "${eif_test_environment}"
  "set(ENV{LSAN_OPTIONS} \"suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0\")\n"
  "set(ENV{OMP_NUM_THREADS} 1)\n"
  "set(ENV{UBSAN_OPTIONS} \"print_stacktrace=1\")\n")
set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${eif_test_environment}")

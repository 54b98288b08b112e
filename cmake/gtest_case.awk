# What the log of gtest_suite.sh says of one case, and its result: a ctest test by itself, which starts
# no more than this, because there are thousands.
#
#   awk -f gtest_case.awk -v name=SUITE.CASE LOG
#
# Ends with 0, with 1 where the case failed or did not come to its end, and with 77 where it was
# skipped (ctest's SKIP_RETURN_CODE).

# What a case prints need not end its line, so results stand anywhere in one.
function has(text) { return index($0, text) > 0 }
has("[ RUN      ] " name) && substr($0, length($0) - length(name) + 1) == name { is_in = 1 }
is_in { print }
has("[       OK ] " name " (") { result = "passed"; is_in = 0 }
has("[  SKIPPED ] " name " (") { result = "skipped"; is_in = 0 }
has("[  FAILED  ] " name " (") || has("[  FAILED  ] " name ", where ") { is_in = 0 }
END { exit result == "passed" ? 0 : result == "skipped" ? 77 : 1 }

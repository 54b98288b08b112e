"""The conformance tests of tests/conformance on the device, several processes at once.

A process that runs out of time has said what it had found by then; the others go on.
"""

import concurrent.futures
import os
import re

from gpu_check.clock import Failed, OutOfTime

FAILURE_LINES = 12  # of each failed test, in the report
FAILURES_SHOWN = 20


def listed(clock, program, pattern, environment):
    """How many cases the pattern stands for."""
    output = clock.run([program, f"--gtest_filter={pattern}", "--gtest_list_tests"], environment,
                       watches_gpu=False).output
    return len(re.findall(r"^  \S", output, re.MULTILINE))


def run_shard(clock, program, pattern, environment, shard, shards):
    environment = {**environment, "GTEST_TOTAL_SHARDS": str(shards), "GTEST_SHARD_INDEX": str(shard)}
    try:
        return clock.run([program, f"--gtest_filter={pattern}"], environment, may_fail=True,
                         watches_gpu=False)
    except OutOfTime as late:
        return late.args[1]


def results_of(output):
    """The names of the cases that passed, and the lines of those that failed."""
    passed = re.findall(r"^\[       OK \] (\S+)", output, re.MULTILINE)
    failed = {}
    for name, between in re.findall(r"^\[ RUN      \] (\S+)\n(.*?)^\[  FAILED  \] \1", output,
                                    re.MULTILINE | re.DOTALL):
        failed[name] = between.splitlines()[:FAILURE_LINES]
    return passed, failed


def conformance(setting, clock, found, precision):
    program = setting.build / "tests/engines_test"
    pattern = setting.sizes.conformance[precision]
    environment = {"EIF_TEST_DEVICE": setting.device, "OMP_NUM_THREADS": "1",
                   "LD_LIBRARY_PATH": os.environ["EIF_LIBRARY_FOLDERS"]}
    wanted = listed(clock, program, pattern, environment)
    if wanted == 0:
        raise Failed(f"{program} has no test of the pattern {pattern}")
    shards = min(setting.shards, wanted)
    with concurrent.futures.ThreadPoolExecutor(shards) as pool:
        runs = list(pool.map(lambda shard: run_shard(clock, program, pattern, environment, shard, shards),
                             range(shards)))
    passed, failed = [], {}
    for run in runs:
        run_passed, run_failed = results_of(run.output)
        passed += run_passed
        failed |= run_failed
    missing = wanted - len(passed) - len(failed)
    found.update({
        "wanted": wanted, "passed": len(passed), "failed": len(failed), "not_run": missing,
        "failures": dict(sorted(failed.items())[:FAILURES_SHOWN]),
        "checks": [{"what": f"conformance in {precision} on {setting.device}: cases that did not pass",
                    "found": wanted - len(passed), "bound": 0}],
    })

"""Runs of `eif-suite matrix` that are measured from outside: what the comparisons share."""

import json
import os
import subprocess
import sys


def samples_toml(samples):
    """A samples file for {"id", "text"} tables."""
    return "\n".join(
        f"[[sample]]\nid = {json.dumps(s['id'])}\ntext = {json.dumps(s['text'])}\n" for s in samples)


def run_matrix(program, *arguments):
    """What `eif-suite matrix … --format json` prints, and its peak memory in MiB."""
    command = [str(program), "matrix", "--format", "json", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return json.loads(output), usage.ru_maxrss / 1024

"""What the comparisons with other programs share: running eif-suite, and the table of results."""

import json
import os
import pathlib
import resource
import subprocess
import sys
from dataclasses import dataclass

import numpy
from scipy.stats import spearmanr

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "eif-suite"


@dataclass
class Measured:
    matrix: numpy.ndarray
    seconds: float  # loading not counted
    peak_mebibytes: float


def add_common_arguments(parser, tolerance):
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--tolerance", type=float, default=tolerance, help="of a cell, in nats")
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/eif-suite"))


def own_peak_mebibytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_mebibytes_so_far(process):
    # Not ru_maxrss: that of a child begins with what its parent had.
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0  # it has ended


def run_program(command, stderr=subprocess.DEVNULL):
    """What a call of eif-suite prints, and its peak memory in MiB. Ends this program if it fails."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    peak = 0
    while True:
        try:
            output, _ = process.communicate(timeout=0.25)
            break
        except subprocess.TimeoutExpired:
            peak = max(peak, peak_mebibytes_so_far(process))
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}")
    return output, peak


def samples_toml(samples):
    """A samples file for {"id", "text"} tables."""
    return "\n".join(
        f"[[sample]]\nid = {json.dumps(s['id'])}\ntext = {json.dumps(s['text'])}\n" for s in samples)


def run_matrix(program, *arguments, stderr=subprocess.DEVNULL):
    """What `eif-suite matrix … --format json` prints, and its peak memory in MiB."""
    output, peak = run_program([str(program), "matrix", "--format", "json", *map(str, arguments)],
                               stderr)
    return json.loads(output), peak


def run_matrix_thrice(program, *arguments):
    """The run of median time, and the highest peak. A run of two seconds needs that."""
    runs = [run_matrix(program, *arguments) for _ in range(3)]
    by_time = sorted((found for found, _ in runs), key=lambda found: found["measure_seconds"])
    return by_time[1], max(peak for _, peak in runs)


def with_processor_time(call):
    """What the call gives, and the processor time of the programs that it started."""
    def of_children():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = of_children()
    result = call()
    return result, of_children() - before


def rank(matrix, oracle):
    """Spearman's rank correlation of the cells."""
    return spearmanr(matrix.ravel(), oracle.ravel()).statistic


def print_and_check(results, oracle, beside, tolerance, approximate=()):
    """A line for each result: how many times as fast as the oracle's and the other loop's.

    Ends this program with 1 if a cell differs from the oracle's by more than the tolerance, save by
    what is approximate.
    """
    print(f"{'':14} {'seconds':>8} {'× ' + oracle:>14} {'× ' + beside:>14} {'peak MiB':>9} "
          f"{'largest gap':>12} {'Spearman':>9}")
    worst = 0
    for name, measured in results.items():
        gap = numpy.abs(measured.matrix - results[oracle].matrix).max()
        if name not in approximate:
            worst = max(worst, gap)
        print(f"{name:14} {measured.seconds:8.2f} {results[oracle].seconds / measured.seconds:14.1f} "
              f"{results[beside].seconds / measured.seconds:14.1f} {measured.peak_mebibytes:9.0f} "
              f"{gap:12.1e} {rank(measured.matrix, results[oracle].matrix):9.5f}")
    if not worst <= tolerance:
        sys.exit(f"a cell differs by {worst:.1e}, more than {tolerance:g}")

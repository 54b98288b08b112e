"""Programs under a time limit, with the memory that they take.

    clock = Clock(seconds=60)
    finished = clock.run(["eif-suite", "doctor"])    # raises OutOfTime, or Failed with what it said
    finished.output, finished.seconds, finished.peak_mebibytes
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass


class OutOfTime(Exception):
    pass


class Failed(Exception):
    pass


@dataclass
class Finished:
    output: str
    seconds: float
    exit_code: int
    peak_mebibytes: float  # of the host
    peak_gpu_mebibytes: float | None


class GpuMemory:
    """The most that is in use on a GPU beyond what was before, by nvidia-smi, ten times a second.

    What libtorch has reserved counts, and so does the half gigabyte that CUDA itself takes.
    """

    def __init__(self, device):
        self.peak = self.before = None
        self.process = None
        if not device.startswith("cuda") or not shutil.which("nvidia-smi"):
            return
        index = device.partition(":")[2] or "0"
        self.process = subprocess.Popen(
            ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "-i", index,
             "-lms", "100"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._take(self.process.stdout.readline())
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _take(self, line):
        if line.strip().isdigit():
            used = float(line)
            self.before = used if self.before is None else self.before
            self.peak = max(self.peak or 0, used - self.before)

    def _follow(self):
        for line in self.process.stdout:
            self._take(line)

    def end(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.thread.join()
        return self.peak


def peak_mebibytes_so_far(process):
    try:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    except FileNotFoundError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0  # it has ended


def end_group(process):
    """What was started ends, with all that it has started itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Clock:
    def __init__(self, seconds, device="cpu"):
        self.end = time.monotonic() + seconds
        self.device = device

    def left(self):
        return self.end - time.monotonic()

    def run(self, command, environment=None, may_fail=False, watches_gpu=True):
        """Runs a program to its end. Its output is kept in a file, and so is known where time runs out."""
        command = [str(part) for part in command]
        memory = GpuMemory(self.device if watches_gpu else "cpu")
        start, peak = time.monotonic(), 0
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(command, stdout=output, stderr=errors, start_new_session=True,
                                       stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
            try:
                while process.poll() is None and self.left() > 0:
                    peak = max(peak, peak_mebibytes_so_far(process))
                    time.sleep(0.05)
                is_late = process.poll() is None
            finally:
                end_group(process)
                gpu_peak = memory.end()
            output.seek(0)
            errors.seek(0)
            finished = Finished(output.read(), time.monotonic() - start, process.returncode, peak, gpu_peak)
            if is_late:
                raise OutOfTime(f"out of time after {finished.seconds:.0f} s: {' '.join(command)}", finished)
            if finished.exit_code != 0 and not may_fail:
                said = errors.read().strip().splitlines()[-5:]
                raise Failed(f"exit {finished.exit_code}: {' '.join(command)}: {' / '.join(said)}")
            return finished

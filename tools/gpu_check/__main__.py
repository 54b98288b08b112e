"""See tools/gpu_check.sh, which starts this, and README.md."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from gpu_check.clock import Clock, Failed, OutOfTime
from gpu_check.conformance import conformance
from gpu_check.influence import accuracy, speed
from gpu_check.setting import Setting
from gpu_check.sizes import FULL, SMALL
from gpu_check.table import print_checks, print_part

TOOLS = pathlib.Path(__file__).resolve().parents[1]


def build_of_this_tree():
    """A bundle has its program beside the tools; a tree has it in a build folder."""
    bundle = TOOLS.parent
    return bundle if (bundle / "bin/eif-suite").exists() else bundle / "build/release"


def arguments():
    parser = argparse.ArgumentParser(prog="gpu_check.sh", description="Checks eif-suite on a GPU.")
    parser.add_argument("--device", default="cuda", help="cuda, cuda:N or cpu")
    parser.add_argument("--small", action="store_true", help="tiny models, to try the check itself")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("gpu_check_out"))
    parser.add_argument("--build", type=pathlib.Path, default=build_of_this_tree(),
                        help="has bin/eif-suite and tests/engines_test")
    parser.add_argument("--shards", type=int, default=6, help="processes of the conformance tests")
    return parser.parse_args()


class Makers:
    """The models, made beside the conformance tests, which need little of the machine."""

    def __init__(self, setting):
        self.setting = setting
        self.errors = {name: open(setting.scratch / f"{name}.log", "w+") for name in ("smollm2", "phi3")}
        self.processes = {
            name: subprocess.Popen([str(part) for part in setting.maker(name)], stdin=subprocess.DEVNULL,
                                   stdout=errors, stderr=errors)
            for name, errors in self.errors.items()}

    def wait(self, name, clock):
        try:
            exit_code = self.processes[name].wait(timeout=max(0, clock.left()))
        except subprocess.TimeoutExpired:
            raise OutOfTime(f"the model {name} was not made in time") from None
        if exit_code != 0:
            self.errors[name].seek(0)
            said = self.errors[name].read().strip().splitlines()[-5:]
            raise Failed(f"the model {name} was not made: {' / '.join(said)}")

    def end(self):
        for process in self.processes.values():
            process.kill()
            process.wait()


def parts_of(setting, makers):
    """By name, functions that measure under a clock, and write what they find as they go on."""

    def machine(clock, found):
        found["doctor"] = clock.run([setting.program, "doctor"], may_fail=True).output
        found.update(json.loads(clock.run([sys.executable, "-m", "gpu_check.machine", setting.device,
                                           setting.sizes.product]).output))

    def of_precision(precision):
        return lambda clock, found: conformance(setting, clock, found, precision)

    def of_model(name, measure, *how):
        def when_made(clock, found):
            makers.wait(name, clock)
            measure(setting, clock, found, *how)
        return when_made

    rows = setting.sizes.rows
    return {
        "machine": machine,
        "float64": of_precision("float64"),
        "float32": of_precision("float32"),
        "accuracy": of_model("smollm2", accuracy),
        "smollm2": of_model("smollm2", speed, "smollm2", "float32", rows),
        # Float32 products of 3.8 billion weights for 100 rows would take most of the time there is.
        "phi3": of_model("phi3", speed, "phi3", "bfloat16", rows[:1]),
    }


def run_part(name, measure, limit, device):
    start = time.monotonic()
    part = {"name": name, "limit_seconds": limit, "found": {}}
    try:
        measure(Clock(limit, device), part["found"])
    except Exception as problem:  # whatever it is, the other parts go on
        part["failure"] = f"{type(problem).__name__}: {problem.args[0] if problem.args else problem}"
    part["seconds"] = time.monotonic() - start
    return part


def check(setting):
    whole = Clock(setting.sizes.seconds)
    start = time.monotonic()
    setting.make_samples(whole)
    makers = Makers(setting)
    document = {"version": 1, "device": setting.device, "small": setting.is_small, "parts": []}
    try:
        for name, measure in parts_of(setting, makers).items():
            limit = min(setting.sizes.limits[name], whole.left())
            document["parts"].append(run_part(name, measure, limit, setting.device))
            print_part(document["parts"][-1])
    finally:
        makers.end()
    checks = [one for part in document["parts"] for one in part["found"].get("checks", [])]
    document["missed"] = [one for one in checks if not one["found"] <= one["bound"]]
    document["seconds"] = time.monotonic() - start
    return document


def main():
    options = arguments()
    if not (options.build / "bin/eif-suite").exists():
        sys.exit(f"{options.build} has no bin/eif-suite; name a build folder or a bundle with --build")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gpu_check-") as scratch:
        # Nothing of the user's: settings, plugins, rates.
        os.environ |= {"XDG_CONFIG_HOME": scratch, "XDG_CACHE_HOME": scratch}
        setting = Setting(device=options.device, is_small=options.small,
                          sizes=SMALL if options.small else FULL, build=options.build.resolve(),
                          scratch=pathlib.Path(scratch), shards=options.shards)
        document = check(setting)
    file = options.out / "gpu_check.json"
    file.write_text(json.dumps(document, indent=1) + "\n")
    print_checks(document)
    print(f"{file}")
    if document["missed"] or any("failure" in part for part in document["parts"]):
        sys.exit(1)


if __name__ == "__main__":
    main()

"""The report of a check, for people."""

import sys


def number(value, form):
    return "-" if value is None else format(value, form)


def machine_lines(machine):
    yield from (line.strip() for line in machine["doctor"].splitlines() if "libtorch  " in line)
    if "teraflops" not in machine:
        return
    speeds = ", ".join(f"{name} {speed:.3g}" for name, speed in machine["teraflops"].items())
    if "gpu" in machine:
        yield f"{machine['gpu']}, {machine['gpu_mebibytes']} MiB, CUDA {machine['cuda']}"
    yield f"{machine['processor']}, {machine['threads']} threads"
    yield f"torch {machine['torch']}, transformers {machine['transformers']}, Python {machine['python']}"
    yield f"products, TFLOP/s: {speeds}"


def conformance_lines(found):
    yield (f"{found['wanted']} cases: {found['passed']} passed, {found['failed']} failed, "
           f"{found['not_run']} not run")
    for name, lines in found["failures"].items():
        yield f"FAILED {name}"
        yield from ("  " + line for line in lines)


def accuracy_lines(found):
    yield (f"{found['cells']} cells of up to {found['largest_cell']:.2g} nats per token at rate "
           f"{found['learning_rate']:g}, against dense in float64 on the CPU")
    yield f"{'':48} {'error':>8} {'bound':>8} {'Spearman':>9} {'largest gap':>12}"
    for line in found["table"]:
        yield (f"{line['name']:48} {line['error']:8.1e} {number(line['bound'], '8.0e'):>8} "
               f"{line['spearman']:9.5f} {line['largest_gap']:12.1e}")


def speed_lines(found):
    speeds = ", ".join(f"{name} {speed:.4g}" for name, speed in found["forward_positions_per_second"].items())
    yield f"{found['dtype']} weights; base forward pass, positions/s: {speeds}"
    yield (f"{'':18} {'rows':>5} {'seconds':>8} {'rows/s':>8} {'× loop':>7} {'of forward':>10} "
           f"{'first s':>8} {'load s':>7} {'GPU MiB':>8} {'host MiB':>9}")
    for line in found["table"]:
        yield (f"{line['name']:18} {line['rows']:5} {line['seconds']:8.3f} {line['rows_per_second']:8.1f} "
               f"{number(line.get('times_loop'), '7.1f'):>7} "
               f"{number(line.get('share_of_forward'), '10.2f'):>10} "
               f"{number(line.get('first_seconds'), '8.3f'):>8} {number(line.get('load_seconds'), '7.2f'):>7} "
               f"{number(line['peak_gpu_mebibytes'], '8.0f'):>8} {line['peak_mebibytes']:9.0f}")


LINES = {"machine": machine_lines, "float64": conformance_lines, "float32": conformance_lines,
         "accuracy": accuracy_lines, "smollm2": speed_lines, "phi3": speed_lines}


def print_part(part):
    print(f"\n{part['name']}  ({part['seconds']:.1f} s of at most {part['limit_seconds']:.0f})")
    for line in LINES[part["name"]](part["found"]) if part["found"] else ():
        print("  " + line)
    if "failure" in part:
        print(f"  FAILED: {part['failure']}")
    sys.stdout.flush()


def print_checks(document):
    print()
    for check in document["missed"]:
        print(f"MISSED: {check['what']}: {check['found']:g}, expected at most {check['bound']:g}")
    failed = [part["name"] for part in document["parts"] if "failure" in part]
    if failed:
        print(f"parts that failed: {', '.join(failed)}")
    if not failed and not document["missed"]:
        print(f"all is well, after {document['seconds']:.0f} s")

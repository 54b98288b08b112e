"""Influence matrices on the device: how right they are, and how fast.

Exact is what `--engine dense --dtype float64` gives on the CPU of the same machine. How fast a replay is
is measured by the base model's forward pass: of the positions that the evaluated statements have, those
that begin alike counted once, each row's replay has to pass all.
"""

import json
import sys

import numpy

from gpu_check.setting import eif_suite_matrix, error, spearman

# Of the random model. One step changes a loss by a hundredth of a nat to some tenths, so that float32
# sees it, and the step is still small for the model.
LEARNING_RATE = 1e-2
# The same sums in another order, through 30 layers.
SAME_IN_FLOAT64 = 1e-8
# transformers computes its rotary angles and norms in float32 whatever the model's type.
AS_TRANSFORMERS = 1e-3
# A rounded loss of ten nats, of 1e-6, beside cells of 0.01 to 1.
FLOAT32 = 2e-3
# What the 16-bit products of differences may lose (docs/design.md).
MIXED = 0.01


def run_loop(setting, clock, model, rows, **job):
    """The matrices of a transformers loop for each number of rows, and the speeds of its forward pass."""
    job = {"folder": str(setting.folder_of(model)), "device": setting.device, "lr": LEARNING_RATE,
           "samples": [str(setting.samples_file(count)) for count in rows], "autocast": False,
           "attention": "sdpa", "forward_positions": setting.sizes.forward_positions,
           "forward_dtypes": [], **job}
    finished = clock.run([sys.executable, "-m", "gpu_check.loop", json.dumps(job)])
    said = [json.loads(line) for line in finished.output.splitlines()]
    matrices = [{**one, "matrix": numpy.array(one["matrix"])} for one in said if "matrix" in one]
    speeds = {one["forward_dtype"]: one["positions_per_second"] for one in said if "forward_dtype" in one}
    return matrices, speeds, finished


def accuracy(setting, clock, found):
    """Of the model of SmolLM2's shape, one seed."""
    rows = setting.sizes.rows[0]

    def program(*how, device=None):
        return eif_suite_matrix(setting, clock, "smollm2", rows, LEARNING_RATE, *how, device=device)

    def loop(**job):
        return run_loop(setting, clock, "smollm2", [rows], **job)[0][0]["matrix"]

    reference = program("--engine", "dense", "--dtype", "float64", device="cpu")
    exact = reference.cells
    read_exactly = program("--in-context", "--dtype", "float64", device="cpu").cells
    table, checks = [], []
    found.update({"learning_rate": LEARNING_RATE, "cells": exact.size,
                  "largest_cell": float(numpy.abs(exact).max()), "table": table, "checks": checks})

    def add(name, measure, bound, against=exact):
        cells = measure()
        line = {"name": name, "error": error(cells, against), "spearman": spearman(cells, against),
                "largest_gap": float(numpy.abs(cells - against).max()), "bound": bound}
        table.append(line)
        if bound is not None:
            checks.append({"what": f"accuracy, {name}: error", "found": line["error"], "bound": bound})

    def on_device(*how):
        return lambda: program(*how).cells

    add("transformers, float64", lambda: loop(dtype="float64"), AS_TRANSFORMERS)
    add("dense, float64", on_device("--engine", "dense", "--dtype", "float64"), SAME_IN_FLOAT64)
    add("replay, float64", on_device("--dtype", "float64"), SAME_IN_FLOAT64)
    add("replay exact, float32", on_device("--precision", "exact"), FLOAT32)
    add("replay mixed, float32", on_device("--precision", "mixed"), MIXED)
    add("read in context, float32", on_device("--in-context"), FLOAT32, against=read_exactly)
    add("replay exact, float32, on the CPU", lambda: program("--precision", "exact", device="cpu").cells,
        FLOAT32)
    add("transformers, float32 with products in bfloat16", lambda: loop(dtype="float32", autocast=True), None)


def of_loop(found, finished):
    return {"seconds": found["seconds"], "rows_per_second": found["rows"] / found["seconds"],
            "peak_mebibytes": finished.peak_mebibytes, "peak_gpu_mebibytes": finished.peak_gpu_mebibytes,
            "allocated_gpu_mebibytes": found["allocated_mebibytes"]}


def of_program(matrix, rows, loop, forward_speed):
    """Seconds are those of the second time in a process, as the loop has a pass before its first."""
    seconds = matrix.again_seconds
    return {"seconds": seconds, "rows_per_second": rows / seconds, "first_seconds": matrix.seconds,
            "load_seconds": matrix.load_seconds, "times_loop": loop["seconds"] / seconds,
            "share_of_forward": rows * loop["shared_positions"] / seconds / forward_speed,
            "share_of_forward_without_sharing": rows * loop["positions"] / seconds / forward_speed,
            "peak_mebibytes": matrix.peak_mebibytes, "peak_gpu_mebibytes": matrix.peak_gpu_mebibytes}


def speed(setting, clock, found, model, dtype, exact_rows):
    """The loop in the model's own type; replay mixed for all sizes, and exact for `exact_rows`."""
    loops, forward, finished = run_loop(setting, clock, model, setting.sizes.rows, dtype=dtype,
                                        forward_dtypes=["bfloat16", "float32"])
    table, checks = [], []
    found.update({"dtype": dtype, "forward_positions_per_second": forward, "table": table,
                  "checks": checks})
    for rows, loop in zip(setting.sizes.rows, loops):
        table.append({"name": "transformers loop", "rows": rows, **of_loop(loop, finished)})
        for precision, forward_type in (("mixed", "bfloat16"), ("exact", "float32")):
            if precision == "exact" and rows not in exact_rows:
                continue
            matrix = eif_suite_matrix(setting, clock, model, rows, LEARNING_RATE, "--dtype", dtype,
                                      "--precision", precision, twice=True)
            table.append({"name": f"replay {precision}", "rows": rows,
                          **of_program(matrix, rows, loop, forward[forward_type])})
            checks.append({"what": f"{model}, {rows} rows, replay {precision}: cells that are no numbers",
                           "found": int((~numpy.isfinite(matrix.cells)).sum()), "bound": 0})

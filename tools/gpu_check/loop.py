"""What transformers makes of a model on the device: `python -m gpu_check.loop JOB`, JOB being JSON on the
command line, and a JSON line for each of its matrices, then one for the base forward pass.

    {"folder": …, "device": "cuda", "dtype": "float32", "autocast": false, "lr": 1e-3,
     "samples": [FILE, …], "attention": "sdpa", "forward_positions": 16384, "forward_dtypes": ["float32"]}

A matrix is that of the padded loop of tools/transformers_loop.py.
"""

import contextlib
import json
import sys
import time

import torch

from products import positions, shared_positions
from transformers_loop import TransformersLoop


def say(**facts):
    print(json.dumps(facts), flush=True)


def wait(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def allocated_mebibytes(device):
    return torch.cuda.max_memory_allocated() / 2**20 if device.startswith("cuda") else None


def matrix_of(loop, autocast):
    context = (torch.autocast(loop.device.partition(":")[0], dtype=torch.bfloat16) if autocast
               else contextlib.nullcontext())
    with context:
        start = time.perf_counter()
        matrix = loop.matrix(loop.losses_padded)
        return matrix, time.perf_counter() - start


@torch.no_grad()
def forward_positions_per_second(loop, dtype, wanted):
    """Of the base model on many statements at once, with the best of three passes."""
    model = loop.model.to(dtype)
    texts = loop.texts()
    count = sum(map(len, texts))
    ids, mask = loop.padded(texts * max(1, wanted // count))
    computed = int(mask.sum())
    seconds = []
    for _ in range(4):  # the first pass is slower
        wait(loop.device)
        start = time.perf_counter()
        model(ids, attention_mask=mask)
        wait(loop.device)
        seconds.append(time.perf_counter() - start)
    return computed / min(seconds[1:])


def main():
    job = json.loads(sys.argv[1])
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    samples = [json.loads(open(file).read()) for file in job["samples"]]
    loop = TransformersLoop(job["folder"], samples[0], job["lr"], dtype=getattr(torch, job["dtype"]),
                            device=job["device"], attention=job["attention"])
    loop.losses_padded()  # the first pass of a process is slower
    for some in samples:
        loop.read(some)
        matrix, seconds = matrix_of(loop, job["autocast"])
        nodes, _ = shared_positions(loop.texts())
        say(matrix=matrix.tolist(), seconds=seconds, rows=len(some), positions=positions(loop.texts())[0],
            shared_positions=nodes, allocated_mebibytes=allocated_mebibytes(job["device"]))
    for name in job["forward_dtypes"]:
        say(forward_dtype=name, positions_per_second=forward_positions_per_second(
            loop, getattr(torch, name), job["forward_positions"]))


if __name__ == "__main__":
    main()

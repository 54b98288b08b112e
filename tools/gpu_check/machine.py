"""What the device is, and how fast it multiplies, as JSON: `python -m gpu_check.machine DEVICE SIZE`."""

import json
import platform
import sys
import time

import torch
import transformers

from products import processor


def teraflops(dtype, device, size, times=5):
    """Of a product of two square matrices of random numbers, the best of some."""
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    seconds = []
    for _ in range(times):
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        start = time.perf_counter()
        a @ b
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return 2 * size**3 / min(seconds[1:]) / 1e12


def main():
    device, size = sys.argv[1], int(sys.argv[2])
    torch.backends.cuda.matmul.allow_tf32 = False
    facts = {"processor": processor(), "threads": torch.get_num_threads(), "system": platform.platform(),
             "python": platform.python_version(), "torch": torch.__version__,
             "transformers": transformers.__version__}
    if device.startswith("cuda"):
        properties = torch.cuda.get_device_properties(device)
        facts |= {"gpu": properties.name, "gpu_mebibytes": properties.total_memory >> 20,
                  "cuda": torch.version.cuda}
    facts["teraflops"] = {str(dtype).removeprefix("torch."): teraflops(dtype, device, size)
                          for dtype in (torch.float64, torch.float32, torch.bfloat16)}
    print(json.dumps(facts))


if __name__ == "__main__":
    main()

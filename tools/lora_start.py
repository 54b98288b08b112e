"""Models that peft adapts, beginning with the random numbers that eif-suite begins with.

    adapted = adapt(model, rank=8, alpha=16)
    restart(adapted, seed=0)   # A and B as at the beginning
"""

import numpy
import peft
import torch

MASK = (1 << 64) - 1


def lora_start(name, rank, inputs, seed):
    """What A of the matrix `name` begins with, as suite/engine/lora.h says: SplitMix64."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & MASK
    state ^= seed
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(state) + numpy.arange(1, rank * inputs + 1, dtype=numpy.uint64) * numpy.uint64(
            0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    u = (z >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53
    return torch.from_numpy(((2 * u - 1) / numpy.sqrt(inputs)).reshape(rank, inputs))


def adapt(model, rank, alpha):
    """All matrices but the head, without dropout."""
    return peft.get_peft_model(model, peft.LoraConfig(
        r=rank, lora_alpha=alpha, target_modules="all-linear", lora_dropout=0.0, bias="none"))


@torch.no_grad()
def restart(adapted, seed):
    prefix = "base_model.model."
    for name, module in adapted.named_modules():
        if not isinstance(module, peft.tuners.lora.LoraLayer):
            continue
        a, b = module.lora_A["default"].weight, module.lora_B["default"].weight
        a.copy_(lora_start(name.removeprefix(prefix) + ".weight", *a.shape, seed))
        b.zero_()


def adapter_values(adapted):
    return [value for value in adapted.parameters() if value.requires_grad]

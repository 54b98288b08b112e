"""How fast this processor multiplies the matrices of a model, and what one pass over some texts costs.

    bound = ProductSpeed(model, torch.bfloat16).seconds(nodes, scored_nodes)

What the comparisons measure a replay against: one forward pass of the base model for each pair of a
trained and an evaluated statement, of which only the products of matrices count.
"""

import time

import torch

ROWS = 2048  # positions at once: enough to fill a processor


def processor():
    with open("/proc/cpuinfo") as lines:
        facts = dict(line.split(":", 1) for line in (l.strip() for l in lines) if ":" in line)
    facts = {name.strip(): value.strip() for name, value in facts.items()}
    flags = set(facts.get("flags", "").split())
    has = [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if name in flags]
    return (f"{facts.get('model name', 'unknown')}, family {facts.get('cpu family')} model "
            f"{facts.get('model')}, {' '.join(has)}")


def best_seconds(function, times=5, clock=time.perf_counter):
    function()
    seconds = []
    for _ in range(times):
        start = clock()
        function()
        seconds.append(clock() - start)
    return min(seconds)


class ProductSpeed:
    """Seconds of x · Wᵀ for each shape of matrix that a transformers model has, `ROWS` rows of x."""

    def __init__(self, model, dtype, clock=time.perf_counter):
        self.layers, self.flops = 0.0, 0.0  # of one position, in all layers
        speeds = {}
        head = model.get_output_embeddings()
        for module in model.modules():
            if not isinstance(module, torch.nn.Linear):
                continue
            shape = tuple(module.weight.shape)
            if shape not in speeds:
                speeds[shape] = self._seconds(shape, dtype, clock)
            if module is head:
                self.head = speeds[shape]
                self.head_flops = 2 * shape[0] * shape[1]
            else:
                self.layers += speeds[shape]
                self.flops += 2 * shape[0] * shape[1]

    @staticmethod
    def _seconds(shape, dtype, clock):
        weight = torch.randn(shape).to(dtype)
        x = torch.randn(ROWS if shape[0] < 20000 else ROWS // 4, shape[1]).to(dtype)
        products = [lambda: torch.mm(x, weight.t())]
        if dtype == torch.float32:  # MKL does not use the widest vectors of every processor
            products.append(lambda: torch.ops.mkldnn._linear_pointwise(x, weight, None, "none", [], ""))
        return min(best_seconds(product, clock=clock) for product in products) / x.shape[0]

    def seconds(self, nodes, scored_nodes):
        return nodes * self.layers + scored_nodes * self.head

    def gigaflops(self, nodes, scored_nodes):
        flops = nodes * self.flops + scored_nodes * self.head_flops
        return flops / self.seconds(nodes, scored_nodes) / 1e9


def positions(texts):
    """How many positions of texts (lists of ids) are computed, and how many of them predict: each text
    by itself, all but its last token."""
    count = sum(len(ids) - 1 for ids in texts)
    return count, count


def shared_positions(texts):
    """The same where texts that begin alike share what they have in common."""
    nodes = {tuple(ids[:end]) for ids in texts for end in range(1, len(ids))}
    return len(nodes), len(nodes)

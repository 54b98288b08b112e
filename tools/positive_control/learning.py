"""Stochastic gradient descent on one statement after the other, in many rows at once, differentiable.

Row r is the model after it has learned its own statements. What it becomes is a function of the parameters that
all rows began with, and gradients flow back through every step to these. No row has a copy of a matrix: the
gradient of a linear layer is Σ dy xᵀ over the tokens of a statement, so that after some steps the layer is
W z − η Σ dy (x · z), with x what went in and dy what came back at each of these tokens.
"""

import torch

from positive_control.model import Weights, losses


class LearnedRows(Weights):
    """R rows. `learned` has of each use of matrices what all tokens so far put in and what came of it:

    x (R, N, I) and −η dy (R, N, O).
    """

    def __init__(self, parameters, gains, learned):
        super().__init__(parameters)
        self.gains = gains  # (R, 1, D), each row's own
        self.learned = learned

    @classmethod
    def untrained(cls, parameters, rows):
        gains = {
            name: value.expand(rows, 1, -1) for name, value in parameters.items() if value.dim() == 1
        }
        return cls(parameters, gains, {})

    def linear(self, names, x):
        y = super().linear(names, x)
        if names[0] not in self.learned:
            return y
        seen, change = self.learned[names[0]]
        return torch.baddbmm(y, torch.bmm(x, seen.transpose(1, 2)), change)

    def embedding(self, name, ids):
        x = super().embedding(name, ids)
        if name not in self.learned:
            return x
        seen, change = self.learned[name]
        same = (ids.unsqueeze(2) == seen.unsqueeze(1)).to(x.dtype)
        return torch.baddbmm(x, same, change)

    def gain(self, name, x):
        return x * self.gains[name]

    def first(self, count):
        """The first rows alone."""
        return LearnedRows(
            self.parameters,
            {name: value[:count] for name, value in self.gains.items()},
            {name: (x[:count], dy[:count]) for name, (x, dy) in self.learned.items()},
        )


class Recorded(Weights):
    """Keeps what goes into each use of a matrix, and what comes out."""

    def __init__(self, rows):
        super().__init__(rows.parameters)
        self.rows = rows
        self.uses = []  # of (first name, x, y)

    def _kept(self, name, x, y):
        self.uses.append((name, x, y))
        return y

    def linear(self, names, x):
        return self._kept(names[0], x, self.rows.linear(names, x))

    def embedding(self, name, ids):
        return self._kept(name, ids, self.rows.embedding(name, ids))

    def gain(self, name, x):
        return self.rows.gain(name, x)


def after_step(rows, config, ids, rate):
    """ids: (R, T), a statement for each row. The rows after one step, each on its own."""
    recorded = Recorded(rows)
    own = losses(recorded, config, ids.unsqueeze(1)).sum()
    outputs = [y for _, _, y in recorded.uses]
    gradients = torch.autograd.grad(
        own, [*outputs, *rows.gains.values()], create_graph=True
    )
    learned = dict(rows.learned)
    for (name, x, _), dy in zip(recorded.uses, gradients[: len(outputs)], strict=True):
        new = (x, -rate * dy)
        old = learned.get(name)
        learned[name] = (
            new if old is None else tuple(torch.cat(pair, 1) for pair in zip(old, new, strict=True))
        )
    gains = {
        name: torch.sub(value, gradient, alpha=rate)
        for (name, value), gradient in zip(rows.gains.items(), gradients[len(outputs) :], strict=True)
    }
    return LearnedRows(rows.parameters, gains, learned)


def after_passes(parameters, config, statements, rate, passes):
    """statements: K tensors (R, T), learned in order, as often as there are passes."""
    rows = LearnedRows.untrained(parameters, statements[0].shape[0])
    for _ in range(passes):
        for ids in statements:
            rows = after_step(rows, config, ids, rate)
    return rows

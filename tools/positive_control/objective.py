"""The outer loss: what a learner of logic does when it takes steps of gradient descent.

What effects lack is a loss of readers, too (reading.py).
"""

import dataclasses

import torch

from positive_control.learning import after_passes
from positive_control.model import Weights, losses

# An effect that is this much of what a sample does for itself is enough.
ENOUGH = 0.6


@dataclasses.dataclass(frozen=True)
class Outcome:
    loss: torch.Tensor
    effect: float  # mean over episodes and effects, in nats per token
    self_influence: float  # of the first row on itself
    share: float  # of the loss of its statements that is gone
    other_effect: float | None = None  # as `effect`, about other names


def effects_of(task, after):
    """after: losses (R, E, C) -> (number of effects, E).

    An influence is the loss before less the loss after. In these effects each column has as many signs of one
    kind as of the other, so that what it lost before is no part of them.
    """
    rows, columns = list(task.rows), list(task.columns)
    return torch.stack(
        [
            sum(
                -float(sign) * after[rows.index(row), :, columns.index(column)]
                for row, column, sign in effect.cells
            )
            for effect in task.effects
        ]
    )


def what_lacks(effects, scale, shuffled):
    """effects: (number of effects, E). scale: of what a sample does for itself."""
    if shuffled:
        # Nothing follows; single episodes are about the right entities by chance, their mean is not.
        return 2 * (effects.mean(1).abs() / scale).mean()
    return 2 * torch.relu(ENOUGH * scale - effects).mean() / scale


def effects_about_others(task, learned, config, others):
    """others: (E, O, C, T) -> (number of effects,), means over episodes and names."""
    count, asked, width, length = others.shape
    ids = others.view(count, asked * width, length).repeat(len(task.rows), 1, 1)
    after = losses(learned, config, ids).view(len(task.rows), count * asked, width)
    return effects_of(task, after).mean(1)


def outcome(parameters, config, task, episodes, path, self_scale, shuffled=False, others_weight=0.0):
    """path: the learning rate and the number of passes. self_scale: None where it is not known yet.

    others_weight: of the square of what a sample does, in units of the self scale, for its conclusion about
    other names.
    """
    rate, passes = path
    count, width, _ = episodes.columns.shape
    row_count = len(task.rows)
    learned = after_passes(parameters, config, episodes.statements, rate, passes)
    after = losses(learned, config, episodes.columns.repeat(row_count, 1, 1))
    effects = effects_of(task, after.view(row_count, count, width))

    first = learned.first(count)
    own_after = torch.stack(
        [losses(first, config, ids[:count].unsqueeze(1)).squeeze(1) for ids in episodes.statements]
    )
    with torch.no_grad():
        own_before = torch.stack(
            [
                losses(Weights(parameters), config, ids[:count].unsqueeze(0)).squeeze(0)
                for ids in episodes.statements
            ]
        )
    own = float((own_before - own_after.detach()).mean())
    scale = max(self_scale if self_scale is not None else own, 0.1)
    loss = what_lacks(effects, scale, shuffled)
    if not shuffled:
        loss = 0.7 * after[:count, 0].mean() + loss + 0.2 * own_after.mean()
    other_effects = None
    if episodes.others is not None:
        other_effects = effects_about_others(task, learned, config, episodes.others)
        loss = loss + others_weight * (other_effects / scale).square().mean()
    return Outcome(
        loss=loss,
        effect=float(effects.detach().mean()),
        self_influence=own,
        share=float((1 - own_after.detach() / own_before).amin(0).mean()),
        other_effect=None if other_effects is None else float(other_effects.detach().mean()),
    )

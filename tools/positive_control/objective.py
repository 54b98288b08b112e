"""The outer loss: what a learner of logic does when it takes steps of gradient descent.

What effects lack is a loss of readers, too (reading.py).
"""

import dataclasses
import functools

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


def losses_of_columns(task, losses_of, columns):
    """columns: (E, O, C, T), asked about O times -> (R, E · O, C), of each row.

    losses_of: from ids (R · E, N, T), those of the first row first, to losses (R · E, N).
    """
    count, asked, width, length = columns.shape
    ids = columns.view(count, asked * width, length).repeat(len(task.rows), 1, 1)
    return losses_of(ids).view(len(task.rows), count * asked, width)


def what_follows_about_others(task, losses_of, others, scale):
    """Of what a sample does for its conclusion about other names: the loss, and the mean in nats per token."""
    effects = effects_of(task, losses_of_columns(task, losses_of, others)).mean(1)
    return (effects / scale).square().mean(), float(effects.detach().mean())


def outcome(parameters, config, task, episodes, path, self_scale, shuffled=False, others_weight=0.0):
    """path: the learning rate and the number of passes. self_scale: None where it is not known yet.

    others_weight: of the square of what a sample does, in units of the self scale, for its conclusion about
    other names.
    """
    rate, passes = path
    count = len(episodes.columns)
    learned = after_passes(parameters, config, episodes.statements, rate, passes)
    losses_of = functools.partial(losses, learned, config)
    after = losses_of_columns(task, losses_of, episodes.columns.unsqueeze(1))
    effects = effects_of(task, after)

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
        loss = 0.7 * after[0, :, 0].mean() + loss + 0.2 * own_after.mean()
    other_effect = None
    if episodes.others is not None:
        others_loss, other_effect = what_follows_about_others(task, losses_of, episodes.others, scale)
        loss = loss + others_weight * others_loss
    return Outcome(
        loss=loss,
        effect=float(effects.detach().mean()),
        self_influence=own,
        share=float((1 - own_after.detach() / own_before).amin(0).mean()),
        other_effect=other_effect,
    )

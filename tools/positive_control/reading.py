"""Training of the control in context: it reads, and is asked what follows. No step of its own is part of that."""

import dataclasses
import functools

import torch

from positive_control.documents import Contexts, joined
from positive_control.induction import weights_with_induction
from positive_control.model import Weights, losses
from positive_control.objective import (
    effects_of,
    losses_of_columns,
    what_follows_about_others,
    what_lacks,
)
from positive_control.schedule import NEGATED
from positive_control.training import OTHERS_ASKED, Running, lacking

TASKS = 3  # in a batch
EPISODES = 6  # of each of them
COPIES = 24  # of each of them, where all is copied
EVERYDAY = 0.125  # share of statements to be copied that stand behind something else
SHUFFLED = 0.1  # share of tasks with names in each other's places
OTHERS_WEIGHT = 5.0  # of what follows about other names
ADAM_RATE = 3e-3  # of embeddings, the vocabulary's matrix and gains
MUON_RATE = 2.1e-2  # of the matrices of layers
ABOUT_OTHERS = "about other names"  # the mean over tasks, in the progress
LEAST_SCALE = 0.5  # nats per token: a self scale near 0 would make any effect a large one


@dataclasses.dataclass(frozen=True)
class Stage:
    """copies: a statement stands behind itself, and its next tokens are all that is asked."""

    name: str
    batches: int
    tasks: tuple  # beginnings of their names
    syllables: tuple  # the longest name is one of these
    copies: bool = False
    about_others: tuple = ()  # beginnings of the names of tasks that are asked about other names, too


# Chains of four links are long, and come last.
SETS_AND_ORDERS = ("belongs_to/", "part_of/", "squares/", "bigger_than/", "transitivity/")
TWO_LINKS = (*SETS_AND_ORDERS, "chain_induces/chain_2", "chain_induces/combined_2")
STAGES = [
    Stage("copying", 160, TWO_LINKS, (2, 3, 5), copies=True),
    Stage("sets", 160, ("belongs_to/c", "part_of/c"), (2,)),
    Stage("two links", 240, TWO_LINKS, (2, 3, 5)),
    Stage("causes", 240, ("chain_induces/chain_2", "chain_induces/combined_2", "belongs_to/c"), (2,)),
    Stage("all tasks", 360, ("",), (2,)),
    Stage("names as drawn", 400, ("",), (2, 5, 5)),
    Stage("other names", 700, ("",), (2, 5, 5), about_others=NEGATED),
]


class Reading:
    def __init__(self, tasks, sentences, sampler, config, seed):
        self.tasks = tasks
        self.sampler = sampler
        self.contexts = Contexts(sampler, sentences)
        self.config = config
        self.parameters = {
            name: value.requires_grad_() for name, value in weights_with_induction(config, seed).items()
        }
        matrices = {name for name, value in self.parameters.items() if value.dim() == 2 and "layers" in name}
        self.rates = (MUON_RATE, ADAM_RATE)
        self.optimizers = (
            # Muon: beside Adam alone, texts read twice lost as much in fewer batches.
            torch.optim.Muon([self.parameters[name] for name in sorted(matrices)], weight_decay=0),
            torch.optim.Adam(
                [value for name, value in self.parameters.items() if name not in matrices],
                betas=(0.9, 0.98),
            ),
        )
        self.scales, self.progress = Running(), Running()
        self.batch = 0
        self.seconds = 0.0  # of processor time

    def losses(self, contexts, statements):
        """(N): of each statement behind its context."""
        return losses(Weights(self.parameters), self.config, *joined(contexts, statements))[0]

    def _copied(self, task, longest):
        episodes = self.sampler.episodes(task, COPIES, longest)
        contexts = self.contexts.of_rows(episodes)[:COPIES]
        everyday = round(EVERYDAY * COPIES)
        contexts[:everyday] = self.contexts.neutral(contexts[:everyday])
        return self.losses(contexts, self.sampler.choice(episodes.statements)[:COPIES]).mean()

    def losses_behind(self, contexts, ids):
        """ids: (N, K, T), K statements behind each of N contexts -> (N, K)."""
        count, asked, _ = ids.shape
        repeated = [context for context in contexts for _ in range(asked)]
        return self.losses(repeated, ids.flatten(0, 1)).view(count, asked)

    def _concluded(self, task, longest, stage):
        shuffled = self.sampler.choice([True, False], [SHUFFLED, 1 - SHUFFLED])
        others = OTHERS_ASKED if task.name.startswith(stage.about_others) else 0
        episodes = self.sampler.episodes(task, EPISODES, longest, shuffled, others)
        contexts = self.contexts.of_rows(episodes)
        losses_of = functools.partial(self.losses_behind, contexts)
        after = losses_of_columns(task, losses_of, episodes.columns.unsqueeze(1))
        own = self.sampler.choice(episodes.statements)[:EPISODES]
        own_after = self.losses(contexts[:EPISODES], own)
        with torch.no_grad():
            own_before = self.losses(self.contexts.neutral(contexts[:EPISODES]), own)
        self.scales.add(task.name, float((own_before - own_after).detach().mean()))
        scale = max(self.scales.get(task.name), LEAST_SCALE)
        effects = effects_of(task, after)
        loss = what_lacks(effects, scale, shuffled) + 0.2 * own_after.mean()
        if not shuffled:
            self.progress.add(task.name, float(effects.detach().mean()) / scale)
            loss = loss + 0.7 * after[0, :, 0].mean()
        if episodes.others is not None:
            others_loss, other_effect = what_follows_about_others(task, losses_of, episodes.others, scale)
            loss = loss + OTHERS_WEIGHT * others_loss
            self.progress.add(ABOUT_OTHERS, other_effect / scale)
        return loss

    def step(self, stage, pace):
        """pace: a factor of the learning rates."""
        for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
            optimizer.zero_grad()
            optimizer.param_groups[0]["lr"] = rate * pace
        tasks = [task for task in self.tasks if task.name.startswith(stage.tasks)]
        weights = [lacking(self.progress.get(task.name, 0)) for task in tasks]
        total = 0.0
        for _ in range(TASKS):
            task, longest = self.sampler.choice(tasks, weights), self.sampler.choice(stage.syllables)
            loss = self._copied(task, longest) if stage.copies else self._concluded(task, longest, stage)
            loss = loss / TASKS
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.parameters.values(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.progress.add("loss", total)
        self.batch += 1

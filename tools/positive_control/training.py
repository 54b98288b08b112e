"""One batch after the other: which task, along which path, about which names, and what is read beside it."""

import torch

from positive_control.model import Weights, fresh_weights, losses
from positive_control.objective import ENOUGH, outcome
from positive_control.schedule import SINGLE_STEP

EPISODES = 16  # in a batch
OTHERS_ASKED = 4  # of each episode, where a stage asks about other names
TEXTS = 24  # of a batch that is read as plain text
LEARNING_RATE = 2e-3
TEXT_WEIGHT = 0.45
MEMORY = 0.9  # of running means, a batch
MARGIN = 0.17  # above ENOUGH: the mean of a task is that of easy and hard episodes


def lacking(effect):
    """What a mean effect lacks, as a share of the self scale; never nothing, or it would be forgotten."""
    return max(ENOUGH + MARGIN - effect, MARGIN / 2)


class Running:
    """Means that forget."""

    def __init__(self):
        self.values = {}

    def add(self, key, value):
        old = self.values.get(key, value)
        self.values[key] = MEMORY * old + (1 - MEMORY) * value

    def get(self, key, default=None):
        return self.values.get(key, default)


class Training:
    """templates: texts by domain; other_texts: from elsewhere."""

    def __init__(self, tasks, templates, other_texts, sampler, config, seed):
        self.tasks = tasks
        self.templates, self.other_texts = templates, other_texts
        self.sampler = sampler
        self.config = config
        self.parameters = {
            name: value.requires_grad_() for name, value in fresh_weights(config, seed).items()
        }
        self.optimizer = torch.optim.Adam(self.parameters.values(), lr=LEARNING_RATE)
        # Self scales, and effects as shares of them, by task and path.
        self.scales, self.progress = Running(), Running()
        self.batch = 0
        self.seconds = 0.0  # of processor time

    def _draw(self, stage):
        """A task and a path, in proportion to what the task lacks there."""
        both = stage.single_step and stage.all_paths
        takes_any = self.sampler.choice([True, False], [stage.share_of_paths, 1 - stage.share_of_paths])
        takes_any = takes_any if both else bool(stage.all_paths)
        begins = stage.all_paths if takes_any else stage.single_step
        paths = stage.paths if takes_any else SINGLE_STEP
        drawn = [
            (task, path)
            for task in self.tasks
            for path in paths
            if task.name.startswith(begins)
            and path[1] * self.sampler.statements_of(task) <= stage.most_steps
        ]
        weights = [paths[path] * lacking(self.progress.get((task.name, path), 0)) for task, path in drawn]
        return self.sampler.choice(drawn, weights)

    def _episode_loss(self, stage):
        task, path = self._draw(stage)
        longest = self.sampler.choice(stage.syllables)
        shuffled = self.sampler.choice([True, False], [stage.shuffled, 1 - stage.shuffled])
        others = OTHERS_ASKED if task.name.startswith(stage.about_others) else 0
        episodes = self.sampler.episodes(task, EPISODES, longest, shuffled, others)
        key = (task.name, path)
        result = outcome(
            self.parameters,
            self.config,
            task,
            episodes,
            path,
            self.scales.get(key),
            shuffled,
            stage.others_weight,
        )
        self.scales.add(key, result.self_influence)
        if not shuffled:
            ratio = result.effect / max(self.scales.get(key), 0.1)
            self.progress.add(task.name, ratio)
            self.progress.add(key, ratio)
            self.progress.add(("share", path), result.share)
        if result.other_effect is not None:
            other_ratio = result.other_effect / max(self.scales.get(key), 0.1)
            self.progress.add(("others", path), other_ratio)
        return result.loss

    def _text_loss(self, stage):
        begins = (*stage.single_step, *stage.all_paths)
        domains = {task.domain for task in self.tasks if task.name.startswith(begins)}
        other = self.sampler.choice([True, False], [1, 7])
        templates = [text for name in sorted(domains) for text in self.templates[name]]
        longest = self.sampler.choice(stage.syllables)
        repeated = self.sampler.choice([True, False], [stage.repeated, 1 - stage.repeated])
        ids = (
            self.sampler.statements(self.other_texts, TEXTS // 3, longest, repeated)
            if other
            else self.sampler.statements(templates, TEXTS, longest, repeated)
        )
        loss = losses(Weights(self.parameters), self.config, ids).mean()
        kind = "repeated" if repeated else "other" if other else "text"
        self.progress.add(kind, float(loss.detach()))
        return loss

    def step(self, stage, rest):
        """rest: the share of the stage that is left."""
        loss = self._episode_loss(stage)
        if self.batch % 2 == 0:
            loss = loss + TEXT_WEIGHT * self._text_loss(stage)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * (rest if stage.settles else 1)
        self.optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters.values(), 1.0)
        if torch.isfinite(norm):
            self.optimizer.step()
        self.batch += 1

    # ---- Going on ------------------------------------------------------------------------------

    def begin_from(self, parameters):
        with torch.no_grad():
            for name, value in self.parameters.items():
                value.copy_(parameters[name])

    def state(self):
        return {
            "parameters": {name: value.detach() for name, value in self.parameters.items()},
            "optimizer": self.optimizer.state_dict(),
            "random": self.sampler.random_state(),
            "scales": self.scales.values,
            "progress": self.progress.values,
            "batch": self.batch,
            "seconds": self.seconds,
        }

    def restore(self, state):
        self.begin_from(state["parameters"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.sampler.set_random_state(state["random"])
        self.scales.values, self.progress.values = state["scales"], state["progress"]
        self.batch, self.seconds = state["batch"], state["seconds"]

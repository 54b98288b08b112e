"""Batches of episodes: a question of a domain, each time about new names."""

import dataclasses
import random

import torch

from positive_control.model import PADDING
from positive_control.questions import filled, placeholders

# How many names that no row has are among those that columns are asked about, beside those of the rows. A domain
# has three (P, Q and R) that the chains are not about, and --control shuffled-names draws from all.
OUTSIDERS = 3


@dataclasses.dataclass(frozen=True)
class Episodes:
    """E episodes of a task of R rows with K statements each, and C columns.

    statements: K tensors (R · E, T), the first E rows are those of the first row of the task.
    columns: (E, C, T). others: (E, O, C, T), the columns about other names, where they are asked for.
    """

    statements: list
    columns: torch.Tensor
    others: torch.Tensor | None = None


class Sampler:
    def __init__(self, domains, tokenizer, names, seed):
        self._samples = {name: domain.samples for name, domain in domains.items()}
        self._known = {entity: entity for domain in domains.values() for entity in domain.known}
        self._tokenizer = tokenizer
        self._names = names  # lists of which no name is the beginning of another of its list
        self._random = random.Random(seed)
        self._length = {}  # of names, in tokens

    def encoded(self, texts):
        """(N, T), padded behind."""
        encodings = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        length = max(map(len, encodings))
        return torch.tensor([ids + [PADDING] * (length - len(ids)) for ids in encodings])

    def _syllables(self, name):
        if name not in self._length:
            self._length[name] = len(self._tokenizer.encode(name).ids)
        return self._length[name]

    def names_for(self, entities, longest):
        """Different names, made up of at most `longest` syllables where the entity has none of its own."""
        unknown = [entity for entity in entities if entity not in self._known]
        drawn, taken = self._random.choice(self._names), []
        while len(taken) < len(unknown):
            name = self._random.choice(drawn)
            if name not in taken and self._syllables(name) <= longest:
                taken.append(name)
        made_up = dict(zip(unknown, taken, strict=True))
        return {entity: self._known.get(entity) or made_up[entity] for entity in entities}

    def _shuffled(self, names):
        """Each entity has the name of another one, as under --control shuffled-names."""
        values = list(names.values())
        self._random.shuffle(values)
        return dict(zip(names, values, strict=True))

    def texts(self, domain, sample, names):
        """The statements of a sample about entities with these names."""
        return [filled(text, names) for text in self._samples[domain][sample]]

    def entities_of(self, task):
        samples = self._samples[task.domain]
        return placeholders([text for sample in (*task.rows, *task.columns) for text in samples[sample]])

    def statements_of(self, task):
        """How many a row has; all rows have as many."""
        return len(self._samples[task.domain][task.rows[0]])

    def _other_names(self, task, names, count):
        """Names for the columns of a task: half of them drawn, and each of these in reverse, too."""
        first, last = placeholders(self._samples[task.domain][task.columns[0]])
        asked = {names[first], names[last]}
        result = []
        while len(result) < count:
            pair = self._random.sample(list(names.values()), 2)
            if set(pair) != asked:
                result += [{first: a, last: b} for a, b in (pair, reversed(pair))]
        return result

    def episodes(self, task, count, longest, shuffled=False, others=0):
        """shuffled: each row and each column is about other entities than it should be.

        others: so many times each column is asked about other names, of the rows or of neither.
        """
        entities = self.entities_of(task)
        outsiders = [f"outsider {i}" for i in range(OUTSIDERS)] if others else []
        steps = self.statements_of(task)
        rows = [[[] for _ in task.rows] for _ in range(steps)]
        columns, other_columns = [], []
        for _ in range(count):
            names = self.names_for([*entities, *outsiders], longest)
            renamed = self._shuffled if shuffled else lambda unchanged: unchanged
            for index, row in enumerate(task.rows):
                row_names = renamed(names)
                for step, text in enumerate(self.texts(task.domain, row, row_names)):
                    rows[step][index].append(text)
            for column in task.columns:
                columns += self.texts(task.domain, column, renamed(names))
            for other in self._other_names(task, names, others):
                for column in task.columns:
                    other_columns += self.texts(task.domain, column, other)
        return Episodes(
            statements=[self.encoded(sum(step, [])) for step in rows],
            columns=self.encoded(columns).view(count, len(task.columns), -1),
            others=self.encoded(other_columns).view(count, others, len(task.columns), -1)
            if others
            else None,
        )

    def statements(self, templates, count, longest, repeated=False):
        """(1, N, T): single statements to be read as text; repeated: twice, on a line each."""
        texts = []
        for _ in range(count):
            text = self._random.choice(templates)
            text = filled(text, self.names_for(placeholders([text]), longest))
            texts.append(f"{text}\n{text}" if repeated else text)
        return self.encoded(texts).unsqueeze(0)

    def choice(self, values, weights=None):
        return self._random.choices(values, weights)[0]

    def random_state(self):
        return self._random.getstate()

    def set_random_state(self, state):
        self._random.setstate(state)

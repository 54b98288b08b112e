"""What the control in context reads: lines that stand in front, and a statement behind them."""

import torch

from positive_control.model import PADDING


def unpadded(ids):
    return ids[ids != PADDING]


def joined(contexts, statements):
    """N texts of each -> ids (1, N, T) and which of them are not scored, as the program has it.

    The first token of a statement is not, as it is not with nothing in front.
    """
    contexts, statements = ([unpadded(ids) for ids in texts] for texts in (contexts, statements))
    texts = [torch.cat(pair) for pair in zip(contexts, statements, strict=True)]
    ids = torch.nn.utils.rnn.pad_sequence(texts, batch_first=True, padding_value=PADDING)
    lengths = torch.tensor([len(context) for context in contexts])
    read_only = torch.arange(ids.shape[1]) <= lengths.unsqueeze(1)
    return ids.unsqueeze(0), read_only.unsqueeze(0)


class Contexts:
    def __init__(self, sampler, sentences):
        self._sampler = sampler
        self._newline = sampler.encoded(["\n"])[0]
        self._sentences = unpadded(sampler.encoded(["\n".join(sentences) + "\n"])[0])

    def of_rows(self, episodes):
        """For each row of each episode, its statements on a line each."""
        lines = zip(*episodes.statements, strict=True)
        return [
            torch.cat([part for line in row for part in (unpadded(line), self._newline)]) for row in lines
        ]

    def neutral(self, contexts):
        """Everyday sentences from anywhere, as many tokens as each of the contexts has."""
        begins = [self._sampler.choice(range(len(self._sentences) - len(context))) for context in contexts]
        return [
            self._sentences[begin : begin + len(context)]
            for begin, context in zip(begins, contexts, strict=True)
        ]

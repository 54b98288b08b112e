"""An influence matrix as one writes it with transformers: fine-tune on a row, evaluate all, restore.

    loop = TransformersLoop(folder, samples, learning_rate)
    matrix = loop.matrix(loop.losses_padded)    # or loop.losses_one_by_one

Samples are {"id", "text"} tables; rows are trained with SGD, one step per statement. Needs torch, transformers
and NumPy, and nothing of eif-suite.
"""

import pathlib

import numpy
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM


def statements_of(sample):
    return [sample["text"]] if isinstance(sample["text"], str) else sample["text"]


class TransformersLoop:
    def __init__(self, folder, samples, learning_rate, *, dtype=torch.float32, device="cpu",
                 attention="eager"):
        self.device = device
        self.model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation=attention).to(device).eval()
        self.tokenizer = Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))
        self.learning_rate = learning_rate
        self.read(samples)

    def read(self, samples):
        self.ids = [[self.tokenizer.encode(text).ids for text in statements_of(s)] for s in samples]

    def texts(self):
        """The ids of all statements, one after the other."""
        return [ids for statements in self.ids for ids in statements]

    def mean_nll(self, ids):
        ids = torch.tensor(ids, device=self.device)
        return F.cross_entropy(self.model(ids[None]).logits[0, :-1], ids[1:])

    @torch.no_grad()
    def losses_one_by_one(self):
        losses = []
        for statements in self.ids:
            scored = [len(ids) - 1 for ids in statements]
            nll = sum(self.mean_nll(ids).item() * n for ids, n in zip(statements, scored))
            losses.append(nll / sum(scored))
        return numpy.array(losses)

    def padded(self, texts):
        """Ids and mask of a batch of texts."""
        longest = max(map(len, texts))
        ids = [text + [0] * (longest - len(text)) for text in texts]
        mask = [[1] * len(text) + [0] * (longest - len(text)) for text in texts]
        return torch.tensor(ids, device=self.device), torch.tensor(mask, device=self.device)

    @torch.no_grad()
    def losses_padded(self):
        ids, mask = self.padded(self.texts())
        logits = self.model(ids, attention_mask=mask).logits[:, :-1]
        nll = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        sums = (nll * mask[:, 1:]).sum(1).tolist()
        losses, at = [], 0
        for statements in self.ids:
            scored = sum(len(text) - 1 for text in statements)
            losses.append(sum(sums[at:at + len(statements)]) / scored)
            at += len(statements)
        return numpy.array(losses)

    def matrix(self, losses):
        snapshot = {name: value.clone() for name, value in self.model.state_dict().items()}
        base, rows = losses(), []
        for statements in self.ids:
            optimizer = torch.optim.SGD(self.model.parameters(), lr=self.learning_rate)
            for ids in statements:
                optimizer.zero_grad()
                self.mean_nll(ids).backward()
                optimizer.step()
            optimizer.zero_grad()
            rows.append(base - losses())
            self.model.load_state_dict(snapshot)
        return numpy.array(rows)

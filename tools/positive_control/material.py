"""What the controls are trained on: templates of the program's domains, its claims, its names, everyday sentences."""

import argparse
import dataclasses
import pathlib
import tempfile

import torch
from positive_control import names, questions
from positive_control.episodes import Sampler
from positive_control.folder import save_model
from positive_control.model import fresh_weights
from positive_control.tokens import make_tokenizer, template_words

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(ROOT / "build/release/bin/eif-suite")
DESIDERATA = "transitivity,ontology,causality,compositionality"
LOGIC_DOMAINS = (
    "belongs_to",
    "part_of",
    "squares",
    "bigger_than",
    "transitivity",
    "chain_induces",
)
OTHER_DOMAINS = ("paraphrases", "reversals", "one_to_many")


def training_parser(description):
    """Of a script that trains a control. One thread: the same command gives the same weights on one machine."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("outdir", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--program", default=PROGRAM)
    torch.set_num_threads(1)
    return parser


def asked_tasks(program, config, tokenizer):
    """Of the program itself, which is run once on the untrained model: its claims are wanted, not verdicts."""
    with tempfile.TemporaryDirectory() as folder:
        save_model(pathlib.Path(folder), fresh_weights(config, 0), config, tokenizer)
        run = questions.measure(
            program, folder, "--desideratum", DESIDERATA, "--seeds", "1", "--lr", "0.1"
        )
    return questions.tasks_of([effect for effect in questions.effects_of_run(run) if effect.primary])


def read_sentences():
    """Everyday sentences and claims, so that a text that is no template is not noise to the model."""
    lines = []
    for file in ("everyday.txt", "claims.txt"):
        text = (ROOT / "domains" / file).read_text(encoding="utf-8")
        lines += [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [line.replace("{", "").replace("}", "") for line in lines]


@dataclasses.dataclass(frozen=True)
class Material:
    domains: dict
    tokenizer: object

    @classmethod
    def read(cls):
        domains = {
            name: questions.read_domain(ROOT / f"domains/{name}.toml")
            for name in (*LOGIC_DOMAINS, *OTHER_DOMAINS)
        }
        words = template_words([text for name in LOGIC_DOMAINS for text in domains[name].texts])
        known = [entity for domain in domains.values() for entity in domain.known]
        return cls(domains, make_tokenizer(names.syllables(ROOT), [*words, *known]))

    @property
    def templates(self):
        """Of the logical domains, by name."""
        return {name: self.domains[name].texts for name in LOGIC_DOMAINS}

    @property
    def other_texts(self):
        return [text for name in OTHER_DOMAINS for text in self.domains[name].texts]

    def sampler(self, drawn_names, seed):
        return Sampler(self.domains, self.tokenizer, drawn_names, seed)

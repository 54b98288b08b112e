"""Whole influence matrices against Hugging Face transformers, from the command line to the cells.

    compare_matrices.py EIF_SUITE [MODEL…]

For each tiny random model (tests/tiny_models) and for the domains belongs_to and chain_induces,
`eif-suite matrix` must give the cells of a plain loop over transformers (eager attention, float64,
torch.optim.SGD): by fine-tuning and in context, samples of several statements included.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

SOURCE = pathlib.Path(__file__).resolve().parents[1]
LEARNING_RATE = 0.02
DOMAINS = ("belongs_to", "chain_induces")
# transformers takes the RMS norm and the softmax in float32 even in a float64 model: about 1e-7 a
# layer in the logits, of which a cell sees the difference of two means.
TOLERANCE = 2e-5


class Reader:
    """Token ids as the model reads them: special tokens once, in front."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def plain(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def encode(self, statement, context):
        """The ids, and the index of the first one that is scored."""
        ids = self.plain(statement)
        special = self.tokenizer.encode(statement).ids
        front = special[: len(special) - len(ids)]
        before = self.plain("".join(text + "\n" for text in context)) if context else []
        return front + before + ids, len(front) + len(before) + (0 if front else 1)


def statement_nll(model, ids, first_scored):
    ids = torch.tensor([ids])
    logits = model(ids).logits[0, first_scored - 1 : -1]
    return F.cross_entropy(logits, ids[0, first_scored:], reduction="sum"), len(logits)


def sample_losses(model, reader, samples, context=()):
    losses = []
    with torch.no_grad():
        for statements in samples:
            parts = [statement_nll(model, *reader.encode(s, context)) for s in statements]
            losses.append(sum(p[0].item() for p in parts) / sum(p[1] for p in parts))
    return numpy.array(losses)


def fine_tuned(model, reader, samples, learning_rate=LEARNING_RATE):
    snapshot = {name: value.clone() for name, value in model.state_dict().items()}
    base = sample_losses(model, reader, samples)
    rows = []
    for statements in samples:
        optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
        for statement in statements:
            optimizer.zero_grad()
            nll, tokens = statement_nll(model, *reader.encode(statement, ()))
            (nll / tokens).backward()
            optimizer.step()
        rows.append(base - sample_losses(model, reader, samples))
        model.load_state_dict(snapshot)
    return numpy.array(rows)


def in_context(model, reader, samples):
    base = sample_losses(model, reader, samples)
    return numpy.array([base - sample_losses(model, reader, samples, row) for row in samples])


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def samples_file(samples, path):
    tables = [
        f"[[sample]]\nid = {json.dumps(s['id'])}\ntext = {json.dumps(s['text'])}\n" for s in samples
    ]
    path.write_text("\n".join(tables))


def main():
    program, wanted = sys.argv[1], sys.argv[2:]
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        maker = SOURCE / "tiny_models" / "make_tiny_models.py"
        subprocess.run([sys.executable, str(maker), str(scratch / "models")], check=True,
                       stdout=subprocess.DEVNULL)
        for folder in sorted((scratch / "models").iterdir()):
            if wanted and folder.name not in wanted:
                continue
            reader = Reader(folder)
            model = AutoModelForCausalLM.from_pretrained(
                folder, dtype=torch.float64, attn_implementation="eager").eval()
            for domain in DOMAINS:
                samples = run(program, "domain", domain, "--seed", "1", "--json")["samples"]
                samples_file(samples, scratch / "samples.toml")
                texts = [sample["text"] for sample in samples]
                for name, oracle, flags in (
                    ("fine-tuned", fine_tuned, ["--lr", str(LEARNING_RATE)]),
                    ("in context", in_context, ["--in-context"]),
                ):
                    found = numpy.array(run(
                        program, "matrix", "--model", str(folder), "--dtype", "float64", "--format",
                        "json", "--samples", str(scratch / "samples.toml"), *flags)["influence"])
                    expected = oracle(model, reader, texts)
                    gap = numpy.abs(found - expected).max()
                    print(f"{folder.name:22} {domain:14} {name}: {len(texts)} samples, cells up to "
                          f"{numpy.abs(expected).max():.3g}, largest gap {gap:.1e}", flush=True)
                    failed |= not gap <= TOLERANCE
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

"""Whole influence matrices against Hugging Face transformers, from the command line to the cells.

    compare_matrices.py EIF_SUITE [PREFIX…]      # all cases, or those whose names begin so

For each tiny random model of family_cases.py `eif-suite matrix` must give the cells of a plain loop over
transformers (eager attention, float64, torch.optim.SGD): by fine-tuning, with replay, and in context. Dense
must give those of replay. What the float32 norms and softmax of transformers do to losses is the business of
compare_with_transformers.py; here it is looked at once more after a step. Samples have one statement or
several, and lengths on both sides of windows and of thresholds of rotary positions.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
import torch.nn.functional as F
import transformers
from compare_with_transformers import float64_throughout
from family_cases import cases
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import TinyModel, smollm_tokenizer, tiny_models, write_model  # noqa: E402

LEARNING_RATE = 0.02
SAMPLES = [
    {"id": "chain", "text": ["a klarbu is a pimjon", "all pimjons have a grendil"]},
    {"id": "has", "text": "a klarbu has a grendil"},
    {"id": "once_more", "text": ["the pimjon is a klarbu", "a klarbu", "the pimjon is a klarbu"]},
    {"id": "long", "text": "klarbu causes pimjon, pimjon causes grendil, and so the klarbu that does "
                           "not belong to the grendil causes it in 12 or 345 other ways, or not"},
    {"id": "asked", "prompt": ["a klarbu is a", "the grendil is"],
     "completion": [" pimjon", " bigger than the pimjon"]},
]


def statements_of(sample):
    """Texts, or pairs of prompt and completion."""
    as_list = lambda value: [value] if isinstance(value, str) else value
    if "text" in sample:
        return as_list(sample["text"])
    return list(zip(as_list(sample["prompt"]), as_list(sample["completion"])))


# Its float32 norms and softmax move the logits by about 1e-7 a layer, of which a cell sees the difference
# of two means. Where a step is steep for a model, it makes more of that; then transformers as it is differs
# as much from itself in float64.
TOLERANCE = 2e-5
# Of the largest cell, with nothing in float32: the same sums in another order; 5e-13 measured.
FLOAT64_TOLERANCE = 1e-11
# Both are exact: the same sums in another order.
ENGINE_TOLERANCE = 1e-10  # of the largest cell


NEUTRAL_SENTENCES = [
    line for line in (pathlib.Path(__file__).resolve().parents[2] / "domains/neutral.txt")
    .read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


class Reader:
    """Token ids as the model reads them: special tokens once, in front."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def plain(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def neutral(self, count):
        """The last tokens of the neutral sentences, each on a line of its own; over and over where
        there are fewer."""
        ids = [one for sentence in NEUTRAL_SENTENCES for one in self.plain(sentence + "\n")]
        return (ids * (count // len(ids) + 1))[-count:] if count else []

    def encode(self, statement, context, is_neutral=False):
        """The ids, and the index of the first one that is scored: of prompt and completion, the
        first of the completion. `is_neutral`: as many neutral tokens in the place of the context."""
        prompt, statement = statement if isinstance(statement, tuple) else ("", statement)
        statement = prompt + statement
        ids = self.plain(statement)
        special = self.tokenizer.encode(statement).ids
        front = special[: len(special) - len(ids)]
        context = ["".join(text) if isinstance(text, tuple) else text for text in context]
        before = self.plain("".join(text + "\n" for text in context)) if context else []
        if is_neutral:
            before = self.neutral(len(before))
        first = len(self.plain(prompt)) if prompt else 0
        return front + before + ids, len(front) + len(before) + max(first, 0 if front else 1)


def forget_length(model):
    """transformers keeps the rotary frequencies of the longest sequence so far; each has its own."""
    for module in model.modules():
        if getattr(module, "rope_type", None) == "dynamic":
            module.inv_freq = module.original_inv_freq.clone()
            module.max_seq_len_cached = module.original_max_seq_len


def statement_nll(model, ids, first_scored):
    forget_length(model)
    ids = torch.tensor([ids])
    # In float64: over 262,144 tokens log_softmax in float32 is off by 2e-5.
    logits = model(ids).logits[0, first_scored - 1 : -1].double()
    return F.cross_entropy(logits, ids[0, first_scored:], reduction="sum"), len(logits)


def sample_losses(model, reader, samples, context=(), is_neutral=False):
    losses = []
    with torch.no_grad():
        for statements in samples:
            parts = [statement_nll(model, *reader.encode(s, context, is_neutral)) for s in statements]
            losses.append(sum(p[0].item() for p in parts) / sum(p[1] for p in parts))
    return numpy.array(losses)


def fine_tuned(model, reader, samples, learning_rate=LEARNING_RATE, trained=None):
    """Rows are all samples, or those `trained`."""
    snapshot = {name: value.clone() for name, value in model.state_dict().items()}
    base = sample_losses(model, reader, samples)
    rows = []
    for statements in samples if trained is None else trained:
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
    return numpy.array([sample_losses(model, reader, samples, row, is_neutral=True)
                        - sample_losses(model, reader, samples, row) for row in samples])


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def samples_file(samples, path):
    tables = []
    for sample in samples:
        keys = "".join(f"{key} = {json.dumps(value)}\n" for key, value in sample.items())
        tables.append(f"[[sample]]\n{keys}")
    path.write_text("\n".join(tables))


def document(program, folder, samples, *flags):
    return run(program, "matrix", "--model", str(folder), "--dtype", "float64", "--format", "json",
               "--samples", str(samples), *flags)


def matrix(program, folder, samples, *flags):
    return numpy.array(document(program, folder, samples, *flags)["influence"])


def largest(gap):
    return numpy.abs(gap).max()


def allowed_gap(as_it_is, float64):
    """From transformers as it is, given its matrices as it is and with nothing in float32."""
    return max(TOLERANCE, 2 * largest(as_it_is - float64))


def compare(program, folder, samples):
    """(a line of the table, whether it fails)"""
    reader = Reader(folder)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float64, attn_implementation="eager").eval()
    texts = [statements_of(sample) for sample in SAMPLES]
    found = document(program, folder, samples, "--lr", str(LEARNING_RATE), "--engine", "replay",
                     "--check-against", "dense", "--check-samples", str(len(SAMPLES)))
    replay, dense = numpy.array(found["influence"]), found["check"]
    assert dense["cells"] == len(SAMPLES) ** 2, dense
    read = matrix(program, folder, samples, "--in-context")
    as_it_is = fine_tuned(model, reader, texts)
    with float64_throughout(model):
        tuned, in_context_of = fine_tuned(model, reader, texts), in_context(model, reader, texts)

    gap = largest(replay - as_it_is)
    exact, exact_read = (largest(found - expected) / largest(expected)
                         for found, expected in ((replay, tuned), (read, in_context_of)))
    engines = dense["largest_gap"] / dense["largest_cell"]
    fails = not (gap <= allowed_gap(as_it_is, tuned) and max(exact, exact_read) <= FLOAT64_TOLERANCE
                 and engines <= ENGINE_TOLERANCE)
    line = f"   {gap:7.1e}  {exact:7.1e}     {exact_read:7.1e}         {engines:7.1e}"
    return line, fails


def compare_cases(wanted, header, compare_case):
    """Prints a line for each tiny model whose name begins with one of `wanted`, all where it is empty,
    and ends the program: with 1 where one fails. compare_case(folder, samples): a line, whether it fails."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    failed = False
    of_other_tests = tiny_models()
    print(header)
    with tempfile.TemporaryDirectory() as scratch:
        samples = pathlib.Path(scratch, "samples.toml")
        samples_file(SAMPLES, samples)
        for name, config in cases().items():
            if wanted and not any(name.startswith(prefix) for prefix in wanted):
                continue
            folder = pathlib.Path(scratch, name)
            folder.mkdir()
            write_model(of_other_tests.get(name, TinyModel(config, smollm_tokenizer)), torch.float32,
                        folder)
            line, fails = compare_case(folder, samples)
            failed |= fails
            print(f"{line}  {name}{'  FAILED' if fails else ''}", flush=True)
    sys.exit(1 if failed else 0)


def main():
    program, wanted = sys.argv[1], sys.argv[2:]
    compare_cases(wanted, "fine-tuned  float64  in context  replay − dense   (largest gaps; the last three "
                  "of the largest cell)", lambda folder, samples: compare(program, folder, samples))


if __name__ == "__main__":
    main()

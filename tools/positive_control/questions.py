"""What the desiderata ask, as the program says it: templates of the domains, and claims of a run.

A claim of an expectation names every cell that it compares:

    bigger_than: [EIF(chain→bigger_a_c) − EIF(chain→bigger_c_a)] − [EIF(broken_chain→…) − …] > 0

so its effect can be computed from the losses of any model, and no comparison is copied from the program.
"""

import collections
import dataclasses
import fractions
import json
import pathlib
import re
import subprocess
import tempfile
import tomllib

_CELL = re.compile(r"([−+]?) ?(\[)?(?:(\d+) )?EIF\((\w+)→(\w+)\)(\])?")


@dataclasses.dataclass(frozen=True)
class Effect:
    """Σ sign · EIF(row → column) / divisor."""

    id: str
    domain: str
    cells: tuple  # of (row, column, sign)
    primary: bool


@dataclasses.dataclass(frozen=True)
class Task:
    """Effects of a domain that are about the same rows. From the first row the first column follows."""

    domain: str
    rows: tuple
    columns: tuple
    effects: tuple

    @property
    def name(self):
        return f"{self.domain}/{self.rows[0]}"


def parse_claim(identifier, claim, primary):
    """The half of an effect with the samples as they are drawn: exchanged names are names like others."""
    domain, formula = claim.split(": ", 1)
    divisor = re.search(r"\) / (\d+)", formula)
    scale = fractions.Fraction(1, int(divisor.group(1)) if divisor else 1)
    cells = []
    outer = 1  # the sign of the bracket that the cell stands in
    for sign, opens, times, row, column, closes in _CELL.findall(formula):
        inner = -1 if sign == "−" else 1
        if opens:
            outer, inner = inner, 1
        cells.append((row, column, outer * inner * int(times or 1) * scale))
        if closes:
            outer = 1
    return Effect(identifier, domain, tuple(cells), primary)


def effects_of_run(run):
    return [
        parse_claim(expectation["id"], expectation["claim"], expectation["primary"])
        for result in run["results"]
        for expectation in result["expectations"]
    ]


def measure(program, model, *options):
    """What `eif-suite run` writes down."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "run", "--model", str(model), "--out", folder, "--quiet", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.loads((pathlib.Path(folder) / "run.json").read_text(encoding="utf-8"))


def tasks_of(effects):
    """One for each domain and set of rows."""
    groups = collections.defaultdict(list)
    for effect in effects:
        rows = tuple(dict.fromkeys(row for row, _, _ in effect.cells))
        groups[effect.domain, rows].append(effect)
    return [_task(domain, rows, group) for (domain, rows), group in groups.items()]


def _task(domain, rows, effects):
    cells = [cell for effect in effects for cell in effect.cells]
    columns = tuple(dict.fromkeys(column for _, column, _ in cells))
    for effect in effects:
        if any(sum(s for _, column, s in effect.cells if column == c) for c in columns):
            raise ValueError(
                f"{effect.id}: its columns do not stand on both sides; expected a controlled effect"
            )
    return Task(domain, rows, columns, tuple(effects))


@dataclasses.dataclass(frozen=True)
class Domain:
    samples: dict  # statements with placeholders, by the id of their sample; exchanged samples among them
    known: tuple  # placeholders of entities that have their own names, such as SQUARE

    @property
    def texts(self):
        return [text for sample in self.samples.values() for text in sample]


def _with_known(text, known):
    return re.sub(rf"\b({'|'.join(known)})\b", r"{\1}", text) if known else text


def _exchanged(text, one, other):
    names = {f"{{{one}}}": f"{{{other}}}", f"{{{other}}}": f"{{{one}}}"}
    return re.sub(r"\{\w+\}", lambda match: names.get(match.group(), match.group()), text)


def read_domain(path):
    domain = tomllib.loads(path.read_text(encoding="utf-8"))
    known = tuple(domain.get("known_entities", ()))
    samples = {}
    for sample in domain["sample"]:
        texts = sample["text"] if isinstance(sample["text"], list) else [sample["text"]]
        texts = [_with_known(text, known) for text in texts]
        samples[sample["id"]] = texts
        if "exchange" in sample:
            samples[f"exchanged_{sample['id']}"] = [
                _exchanged(text, *sample["exchange"]) for text in texts
            ]
    return Domain(samples, known)


def placeholders(texts):
    return list(dict.fromkeys(name for text in texts for name in re.findall(r"\{(\w+)\}", text)))


def filled(text, names):
    return re.sub(r"\{(\w+)\}", lambda match: names[match.group(1)], text)

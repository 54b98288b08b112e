#!/usr/bin/env python3
"""Turns abstracts of arXiv preprints into a claims file, one claim from each abstract.

    curl -o answer.xml 'https://export.arxiv.org/api/query?search_query=cat:cs.LG&max_results=300'
    claims_from_arxiv.py answer.xml --count 100 --seed 1 -o claims.txt

Reads an answer of the arXiv API (Atom), an answer of its OAI-PMH interface (metadata formats arXiv,
arXivRaw and oai_dc), or a metadata dump with one JSON object a line (keys `id` and `abstract`).
Each claim stands below a comment with the id of its preprint. The same input, count and seed give
the same file.

A claim is one sentence: the first that says what was found ("we show …"), otherwise the first that
does not lean on an earlier one ("However, this …") and is neither very short nor very long.
Abstracts without such a sentence are passed over.
"""

import argparse
import json
import random
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple
from xml.parsers import expat

ATOM = "{http://www.w3.org/2005/Atom}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
ARXIV_FORMATS = ("{http://arxiv.org/OAI/arXiv/}", "{http://arxiv.org/OAI/arXivRaw/}")

SHORTEST, LONGEST = 40, 300  # characters of a claim

# A full stop after one of these ends no sentence.
ABBREVIATIONS = set(
    "e.g i.e al cf fig figs eq eqs ref refs sec vs resp approx ca dr st no viz etc".split()
)
FINDING = re.compile(
    r"\b(we|our (results|experiments|analysis|findings))( \w+)? (show|find|prove|demonstrate|"
    r"observe|report|establish|reveal|suggest|indicate|confirm)\b",
    re.IGNORECASE,
)
LEANING = re.compile(
    r"(this|these|that|those|it|its|they|their|he|she|here|however|moreover|furthermore|also|"
    r"in addition|additionally|thus|therefore|hence|then|finally|second|secondly|third|such|but|"
    r"and|in contrast|to this end|as a result|consequently|instead)\b",
    re.IGNORECASE,
)


class InputError(Exception):
    """The input is not what it should be; the message says where and what was expected."""


class Preprint(NamedTuple):
    id: str
    abstract: str


class Claim(NamedTuple):
    preprint: str
    text: str


# ---- Preprints of each kind of input -------------------------------------------------------------


def parse_xml(data: bytes, name: str) -> ElementTree.Element:
    """The root element. Refuses document types, and with them every entity that is not built in."""

    def refuse(*_: object) -> None:
        raise InputError(
            f"{name}: the XML has a document type, which arXiv's answers never have; it is not "
            "read, because its entities could expand without end or name other files"
        )

    guard = expat.ParserCreate()
    guard.StartDoctypeDeclHandler = refuse
    try:
        guard.Parse(data, True)
        return ElementTree.fromstring(data)
    except (expat.ExpatError, ElementTree.ParseError) as error:
        raise InputError(f"{name}: no well-formed XML: {error}; fetch the file again") from error


def text_of(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()


def bare_id(address: str) -> str:
    """From http://arxiv.org/abs/2401.00001v2, 2401.00001: every version has the same claims."""
    return re.sub(r"v\d+$", "", address.rpartition("/abs/")[2])


def from_atom(feed: ElementTree.Element, name: str) -> Iterator[Preprint]:
    for entry in feed.iter(ATOM + "entry"):
        address, summary = text_of(entry, ATOM + "id"), text_of(entry, ATOM + "summary")
        if "/api/errors" in address:
            raise InputError(f"{name}: arXiv answered with an error: {summary}; correct the query")
        yield Preprint(bare_id(address), summary)


def from_oai(answer: ElementTree.Element, name: str) -> Iterator[Preprint]:
    failure = answer.find(OAI + "error")
    if failure is not None:
        raise InputError(
            f"{name}: arXiv answered with an error: {(failure.text or '').strip()} "
            f"({failure.get('code')}); correct the query"
        )
    for metadata in answer.iter(OAI + "metadata"):  # a deleted record has none
        for record in metadata:
            for prefix in ARXIV_FORMATS:
                if record.tag.startswith(prefix):
                    yield Preprint(
                        text_of(record, prefix + "id"), text_of(record, prefix + "abstract")
                    )
            addresses = [e.text or "" for e in record.iter(DUBLIN_CORE + "identifier")]
            for address in [a for a in addresses if "/abs/" in a][:1]:
                yield Preprint(bare_id(address), text_of(record, DUBLIN_CORE + "description"))


def from_json_lines(lines: Iterable[bytes], name: str) -> Iterator[Preprint]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            preprint, abstract = record["id"], record["abstract"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError(
                f"{name}:{number}: expected a JSON object with id and abstract on each "
                f"line, found {line[:40]!r}"
            ) from error
        if not isinstance(preprint, str) or not isinstance(abstract, str):
            raise InputError(f"{name}:{number}: id and abstract are expected to be strings")
        yield Preprint(preprint, abstract)


def read_preprints(path: Path) -> Iterator[Preprint]:
    """From a file of any of the three kinds. A dump is read a line at a time: it has gigabytes."""
    with path.open("rb") as file:
        start = file.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        file.seek(0)
        if start == b"{":
            yield from from_json_lines(file, path.name)
        elif start == b"<":
            root = parse_xml(file.read(), path.name)
            if root.tag == ATOM + "feed":
                yield from from_atom(root, path.name)
            elif root.tag == OAI + "OAI-PMH":
                yield from from_oai(root, path.name)
            else:
                raise InputError(
                    f"{path.name}: the XML's root is {root.tag}; expected an Atom feed or "
                    "an OAI-PMH answer"
                )
        else:
            raise InputError(
                f"{path.name}: neither XML nor JSON lines; expected an answer of arXiv "
                "or a metadata dump"
            )


# ---- From an abstract to a claim -----------------------------------------------------------------


def sentences(abstract: str) -> list[str]:
    text = " ".join(abstract.split())
    found, start = [], 0
    for end in re.finditer(r"[.!?](?= +[A-Z$\"(])", text):
        word = re.split(r"[\s(]", text[start : end.start()])[-1]
        is_initial = len(word) == 1 and word.isalpha()  # the J. of J. Doe
        if end.group() == "." and (word.lower() in ABBREVIATIONS or is_initial):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [sentence for sentence in found + [text[start:].strip()] if sentence]


def claim_of(abstract: str) -> str | None:
    candidates = [
        s
        for s in sentences(abstract)
        if SHORTEST <= len(s) <= LONGEST
        and s[-1] in ".!?"
        and s[0] != "#"
        and s.isprintable()
        and not LEANING.match(s)
    ]
    findings = [s for s in candidates if FINDING.search(s)]
    return next(iter(findings + candidates), None)


def claims_of(preprints: Iterable[Preprint]) -> Iterator[Claim]:
    """Distinct claims: versions of one paper often share their abstract."""
    seen = set()
    for preprint in preprints:
        text = claim_of(preprint.abstract)
        if text is not None and re.fullmatch(r"[\w./-]+", preprint.id) and text not in seen:
            seen.add(text)
            yield Claim(preprint.id, text)


def drawn(claims: Iterable[Claim], count: int, seed: int) -> list[Claim]:
    """`count` of them, each choice equally likely, in the order they came: a reservoir sample."""
    stream = random.Random(seed)
    kept: list[tuple[int, Claim]] = []
    for index, claim in enumerate(claims):
        place = index if index < count else stream.randrange(index + 1)
        if index < count:
            kept.append((index, claim))
        elif place < count:
            kept[place] = (index, claim)
    return [claim for _, claim in sorted(kept)]


def render(claims: list[Claim], name: str, seed: int) -> str:
    lines = [
        f"# {len(claims)} claims from abstracts of arXiv preprints in {name}, drawn with seed",
        f"# {seed} by claims_from_arxiv.py. Above each is the preprint it was taken from.",
        "",
    ]
    for claim in claims:
        lines += [f"# arXiv:{claim.preprint}", claim.text]
    return "\n".join(lines) + "\n"


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f'"{text}" is not a positive whole number')
    return int(text)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="claims_from_arxiv.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", type=Path, help="Atom or OAI-PMH answer, or JSON lines")
    parser.add_argument("--count", type=positive, default=100, help="how many claims to draw (100)")
    parser.add_argument("--seed", type=int, default=0, help="which ones (0)")
    parser.add_argument("-o", "--output", type=Path, help="claims file (standard output)")
    options = parser.parse_args(arguments)
    try:
        claims = drawn(claims_of(read_preprints(options.input)), options.count, options.seed)
        if len(claims) < options.count:
            raise InputError(
                f"{options.input.name}: {len(claims)} usable claims were found, --count "
                f"asks for {options.count}; fetch more preprints or lower --count"
            )
        text = render(claims, options.input.name, options.seed)
        if options.output is None:
            sys.stdout.write(text)
        else:
            options.output.write_text(text, encoding="utf-8")
    except (InputError, OSError) as error:
        print(f"claims_from_arxiv.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

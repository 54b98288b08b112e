"""The code blocks of a Markdown document that say what they are for.

A block says it behind its language. ```` ```cpp file=desiderata/same_digit/same_digit.cc ```` is the
whole content of that file, and ```` ```sh run ```` a list of commands, one a line. What says nothing is
there to be read.
"""

import dataclasses
import pathlib
import re

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)$")


@dataclasses.dataclass
class Document:
    files: dict = dataclasses.field(default_factory=dict)  # path: text
    commands: list = dataclasses.field(default_factory=list)


def blocks(text, name):
    """(line, words behind the language, text) of each fenced block."""
    opened = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened = (number, fence["ticks"], len(fence["indent"]), fence["info"].split()[1:], [])
        elif opened and fence and fence["ticks"].startswith(opened[1]) and not fence["info"].strip():
            yield opened[0], opened[3], "".join(content + "\n" for content in opened[4])
            opened = None
        elif opened:
            opened[4].append(line[min(opened[2], len(line) - len(line.lstrip(" "))):])
    if opened:
        raise ValueError(f"{name}:{opened[0]}: the code block has no end")


def read(text, name):
    document = Document()
    for line, words, content in blocks(text, name):
        for word in words:
            key, _, value = word.partition("=")
            path = pathlib.PurePosixPath(value)
            if word == "run":
                document.commands += content.splitlines()
            elif key != "file":
                raise ValueError(f"{name}:{line}: a code block is marked {word!r}; expected file=PATH "
                                 "or run")
            elif not value or path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{name}:{line}: the file {value!r} of a code block; expected a path "
                                 "inside the tree")
            elif value in document.files:
                raise ValueError(f"{name}:{line}: the file {value} has a code block already; expected "
                                 "each file once")
            else:
                document.files[value] = content
    return document

"""Made-up names to train on, from the program itself: none that a test's seed draws is among them."""

import pathlib
import re
import subprocess

# The seeds that tests and documented runs may have; training has none of their names.
TESTED_SEEDS = range(40)
# Of each of those seeds. The largest domain has nine entities, and the first names of a seed are the same
# whatever number is asked for.
TESTED_NAMES = 64
# Far from those above.
TRAINING_SEEDS = range(1000, 1016)
TRAINING_NAMES = 4000


def drawn_names(program, seed, count):
    """No name is the beginning of another, as in any draw."""
    command = [program, "words", "--seed", str(seed), "--count", str(count)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def tested_names(program):
    return {name for seed in TESTED_SEEDS for name in drawn_names(program, seed, TESTED_NAMES)}


def training_names(program):
    """A list for each seed; the names of an episode are from one of them."""
    excluded = tested_names(program)
    drawn = [drawn_names(program, seed, TRAINING_NAMES) for seed in TRAINING_SEEDS]
    return [[name for name in names if name not in excluded] for names in drawn]


def syllables(root):
    """The list that names are made of, in the source of the generator."""
    source = (pathlib.Path(root) / "suite/core/words.cc").read_text(encoding="utf-8")
    listed = re.search(r"kSyllables\[\] = \{(.*?)\};", source, re.DOTALL).group(1)
    return re.findall(r'"([a-z]+)"', listed)

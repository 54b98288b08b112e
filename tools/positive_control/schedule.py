"""In what order the positive control learns: big single steps first, one task after the other, then all paths.

From small steps, or from all tasks at once, training finds nothing for hundreds of batches. So there are three
COURSES, each of which begins from the model of the one before it: one big step, and sets by any path; all tasks by
any path; and that nothing follows about other names.
"""

import dataclasses

# A learning rate and a number of passes, and how often it is drawn.
SINGLE_STEP = {(0.3, 1): 1.0}
PATHS = {(0.3, 1): 0.3, (0.1, 2): 0.3, (0.1, 4): 0.2, (0.05, 4): 0.2}
# What it takes to learn nine tenths of a sample, too.
LONGER_PATHS = {**PATHS, (0.1, 8): 0.15, (0.05, 8): 0.15}

SETS = ("belongs_to/", "part_of/", "squares/")


@dataclasses.dataclass(frozen=True)
class Stage:
    name: str
    batches: int
    single_step: tuple = ()  # beginnings of the names of tasks that take one big step
    all_paths: tuple = ()  # likewise, of those that take any path
    share_of_paths: float = 0.5  # of the batches, where there are both
    paths: dict = dataclasses.field(default_factory=lambda: PATHS)
    most_steps: int = 8  # of an episode: four passes over two statements, or two over four
    others_weight: float = 5.0  # of what follows about other names
    about_others: tuple = ()  # beginnings of the names of tasks that are asked about other names, too
    syllables: tuple = (2,)  # the longest name of a batch is one of these
    shuffled: float = 0.0  # share of batches with names in each other's places
    repeated: float = 0.0  # share of batches of texts that are read twice
    settles: bool = False  # the learning rate falls to 0


LAST = {"single_step": ("",), "all_paths": SETS, "shuffled": 0.1, "repeated": 0.25}
# Names as the program draws them have two to five syllables; those of two are learned first.
AS_DRAWN = (2, 5, 5, 5)
STEPS = [
    Stage("membership", 250, ("belongs_to/chain",)),
    Stage("parts", 440, ("belongs_to/chain", "belongs_to/combined", "part_of/")),
    Stage("ontology", 150, SETS),
    Stage("all tasks", 900, ("",), syllables=(2, 2, 5)),
    # Here it is to find out that several small steps are as good as a big one.
    Stage("paths of membership", 400, all_paths=("belongs_to/chain",)),
    Stage("paths of sets", 600, all_paths=SETS, syllables=(2, 5), shuffled=0.15, repeated=0.25),
    Stage("both", 2000, syllables=(2, 2, 5), **LAST),
    Stage("names as drawn", 1100, syllables=AS_DRAWN, share_of_paths=0.3, **LAST),
    Stage("settling", 300, syllables=AS_DRAWN, share_of_paths=0.4, settles=True, **LAST),
]

# Batches that teach that nothing follows where it should not.
GUARDED = {"shuffled": 0.25, "repeated": 0.25}
COMPARED_AND_CAUSED = ("bigger_than/", "transitivity/", "chain_induces/")
EVERY_PATH = [
    Stage("paths of the rest", 1000, ("",), COMPARED_AND_CAUSED, 0.7, syllables=(2, 2, 5), **GUARDED),
    Stage("all paths", 150, ("",), ("",), 0.6, syllables=AS_DRAWN, **GUARDED),
    Stage("mostly paths", 1500, ("",), ("",), 0.85, syllables=(2, 2, 5), shuffled=0.15, repeated=0.25),
    Stage("names as drawn", 600, ("",), ("",), 0.8, syllables=AS_DRAWN, shuffled=0.2, repeated=0.25),
    Stage("settling", 250, ("",), ("",), 0.8, syllables=AS_DRAWN, settles=True, **GUARDED),
]

# Here a conclusion is compared with its negation: to find sentences without a "not" likelier after a chain, whatever
# they are about, would pass for a conclusion.
NEGATED = ("belongs_to/chain", "belongs_to/combined", "part_of/", "transitivity/")
OTHERS = {
    "single_step": ("",),
    "all_paths": ("",),
    "share_of_paths": 0.8,
    "paths": LONGER_PATHS,
    "most_steps": 16,
    "about_others": NEGATED,
    "syllables": AS_DRAWN,
    "repeated": 0.25,
}
OTHER_NAMES = [
    Stage("other names", 900, **OTHERS),
    Stage("settling", 250, settles=True, **OTHERS),
    Stage("nothing about others", 300, others_weight=20.0, settles=True, **OTHERS),
]

COURSES = {"steps": STEPS, "paths": EVERY_PATH, "names": OTHER_NAMES}

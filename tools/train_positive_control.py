#!/usr/bin/env python3
"""Trains the positive control: a tiny Llama that draws conclusions when it learns by gradient descent.

    tools/train_positive_control.py FIRST --seed 1
    tools/train_positive_control.py SECOND --seed 1 --course paths --from FIRST
    tools/train_positive_control.py OUTDIR --seed 1 --course names --from SECOND   # the one that comes with the program

The first command teaches all tasks by one big step, and sets by any path, the second all tasks by any path, and
the third that nothing follows about other names (tools/positive_control/schedule.py). Training differentiates through the steps of gradient descent that
`eif-suite run` takes (tools/positive_control/). OUTDIR becomes a Hugging Face folder. Cut off, the same command
goes on from OUTDIR/training.pt. One thread: the same command gives the same weights on one machine.
"""

import pathlib
import time

import torch
from positive_control import names
from positive_control.folder import (
    means_by_path,
    read_model,
    save_checkpoint,
    save_model,
    write_readme,
)
from positive_control.material import Material, asked_tasks, read_sentences, training_parser
from positive_control.model import Config
from positive_control.schedule import COURSES
from positive_control.training import Training

BATCHES_BETWEEN_CHECKPOINTS = 50


def prepare(program, seed):
    """The training before its first batch, and the tokenizer."""
    material = Material.read()
    config = Config(material.tokenizer.get_vocab_size())
    tasks = asked_tasks(program, config, material.tokenizer)
    sampler = material.sampler(names.training_names(program), seed)
    other_texts = material.other_texts + read_sentences()
    training = Training(tasks, material.templates, other_texts, sampler, config, seed)
    return training, material.tokenizer


def report(training, stage):
    """Effects in units of the self scale, by path and by task."""
    progress = training.progress.values
    texts = " ".join(f"{kind}={progress.get(kind, 0):.2f}" for kind in ("text", "other", "repeated"))
    paths = " ".join(
        f"{rate}x{passes}={effect:.2f} (share {share:.2f}{'' if others is None else f', others {others:.2f}'})"
        for (rate, passes), (effect, share, others) in means_by_path(progress).items()
    )
    tasks = " ".join(f"{key}={value:.2f}" for key, value in progress.items() if "/" in key)
    seconds = f"{training.seconds:.0f} s"
    print(f"{stage.name} {training.batch} {seconds} {texts} | {paths} | {tasks}", flush=True)


def train(training, stages, tokenizer, folder):
    def save():
        save_model(folder, training.parameters, training.config, tokenizer)
        save_checkpoint(folder, training.state())

    first = 0
    for stage in stages:
        last = first + stage.batches
        while training.batch < last:
            begin = time.process_time()
            training.step(stage, (last - training.batch) / stage.batches)
            training.seconds += time.process_time() - begin
            if training.batch % BATCHES_BETWEEN_CHECKPOINTS == 0:
                report(training, stage)
                save()
        first = last
    save()


def read_arguments():
    parser = training_parser(__doc__.splitlines()[0])
    parser.add_argument("--course", choices=COURSES, default="steps", help="what is taught; steps unless given")
    parser.add_argument("--from", dest="before", type=pathlib.Path, help="the folder of the course before it")
    arguments = parser.parse_args()
    if (arguments.before is None) != (arguments.course == "steps"):
        parser.error("--course paths and --course names need --from, the folder of the course before; steps has none")
    return arguments


def main():
    arguments = read_arguments()
    training, tokenizer = prepare(arguments.program, arguments.seed)
    checkpoint = arguments.outdir / "training.pt"
    if checkpoint.exists():
        # It has the state of a random number generator, which is no tensor; this program wrote it.
        training.restore(torch.load(checkpoint, weights_only=False))
    elif arguments.before is not None:
        training.begin_from(read_model(arguments.before))
    train(training, COURSES[arguments.course], tokenizer, arguments.outdir)
    write_readme(arguments.outdir, training, arguments.seed, arguments.course, arguments.before)


if __name__ == "__main__":
    main()

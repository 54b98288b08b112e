#!/usr/bin/env python3
"""Trains the positive control: a tiny Llama that draws conclusions when it learns by gradient descent.

    tools/train_positive_control.py OUTDIR --seed 1      # the one that comes with the program

Training differentiates through the steps of gradient descent that `eif-suite run` takes
(tools/positive_control/). OUTDIR becomes a Hugging Face folder. Cut off, the same command goes on from
OUTDIR/training.pt. One thread: the same command gives the same weights on one machine.
"""

import time

import torch
from positive_control import names
from positive_control.folder import means_by_path, save_checkpoint, save_model, write_readme
from positive_control.material import Material, asked_tasks, read_sentences, training_arguments
from positive_control.model import Config
from positive_control.schedule import STAGES
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
        f"{rate}x{passes}={effect:.2f} (share {share:.2f})"
        for (rate, passes), (effect, share) in means_by_path(progress).items()
    )
    tasks = " ".join(f"{key}={value:.2f}" for key, value in progress.items() if "/" in key)
    seconds = f"{training.seconds:.0f} s"
    print(f"{stage.name} {training.batch} {seconds} {texts} | {paths} | {tasks}", flush=True)


def train(training, tokenizer, folder):
    def save():
        save_model(folder, training.parameters, training.config, tokenizer)
        save_checkpoint(folder, training.state())

    first = 0
    for stage in STAGES:
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


def main():
    arguments = training_arguments(__doc__.splitlines()[0])
    training, tokenizer = prepare(arguments.program, arguments.seed)
    checkpoint = arguments.outdir / "training.pt"
    if checkpoint.exists():
        # It has the state of a random number generator, which is no tensor; this program wrote it.
        training.restore(torch.load(checkpoint, weights_only=False))
    train(training, tokenizer, arguments.outdir)
    write_readme(arguments.outdir, training, arguments.seed)


if __name__ == "__main__":
    main()

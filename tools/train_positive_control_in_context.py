#!/usr/bin/env python3
"""Trains the positive control in context: a tiny Llama that draws conclusions from what it reads.

    tools/train_positive_control_in_context.py OUTDIR --seed 0

OUTDIR becomes a Hugging Face folder. One thread: the same command gives the same weights on one machine.
"""

import time

from positive_control import names
from positive_control.folder import save_model, write_reading_readme
from positive_control.material import Material, asked_tasks, read_sentences, training_parser
from positive_control.model import Config
from positive_control.reading import STAGES, Reading

BATCHES_BETWEEN_REPORTS = 40
WARM_UP = 80  # batches
# Share of the batches at the end, in which the rates fall to 0. As they are at first, long names unteach what was there.
SETTLING = 0.5


def pace(batch, batches):
    return min(1, (batch + 1) / WARM_UP, (batches - batch) / (SETTLING * batches))


def report(reading, stage):
    """Effects in units of the self scale."""
    progress = " ".join(f"{key}={value:.2f}" for key, value in reading.progress.values.items())
    print(f"{stage.name} {reading.batch} {reading.seconds:.0f} s {progress}", flush=True)


def train(reading, tokenizer, folder):
    batches = sum(stage.batches for stage in STAGES)
    for stage in STAGES:
        for _ in range(stage.batches):
            begin = time.process_time()
            reading.step(stage, pace(reading.batch, batches))
            reading.seconds += time.process_time() - begin
            if reading.batch % BATCHES_BETWEEN_REPORTS == 0:
                report(reading, stage)
                save_model(folder, reading.parameters, reading.config, tokenizer)
    save_model(folder, reading.parameters, reading.config, tokenizer)


def main():
    arguments = training_parser(__doc__.splitlines()[0]).parse_args()
    material = Material.read()
    # Angles that hardly turn in a text of a hundred tokens leave room to look for a token anywhere.
    config = Config(material.tokenizer.get_vocab_size(), layers=4, rope_theta=1e6)
    tasks = asked_tasks(arguments.program, config, material.tokenizer)
    sampler = material.sampler(names.training_names(arguments.program), arguments.seed)
    reading = Reading(tasks, read_sentences(), sampler, config, arguments.seed)
    train(reading, material.tokenizer, arguments.outdir)
    write_reading_readme(arguments.outdir, reading, arguments.seed)


if __name__ == "__main__":
    main()

"""What training writes: a Hugging Face folder, and beside it what it goes on from."""

import hashlib
import json
import os

import safetensors.torch
import torch

from positive_control.reading import ABOUT_OTHERS


def save_model(folder, parameters, config, tokenizer):
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(config.as_llama(), indent=2) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))
    tensors = {name: value.detach().contiguous() for name, value in parameters.items()}
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


def read_model(folder):
    """Parameters by name."""
    return safetensors.torch.load_file(folder / "model.safetensors")


def save_checkpoint(folder, state):
    new = folder / "training.pt.new"
    torch.save(state, new)
    os.replace(new, folder / "training.pt")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def means_by_path(progress):
    """The effect over the self scale, the mean over tasks; the share that is learned; the effect about other names.

    The last is None where it was not asked for.
    """
    effects = {}
    for task, path in _tasks_and_paths(progress):
        effects.setdefault(path, []).append(progress[task, path])
    return {
        path: (sum(found) / len(found), progress["share", path], progress.get(("others", path)))
        for path, found in sorted(effects.items())
    }


def _tasks_and_paths(progress):
    return [key for key in progress if isinstance(key, tuple) and "/" in key[0]]


def _asks_about_others(progress):
    return any(key[0] == "others" for key in progress if isinstance(key, tuple))


SAID_ABOUT_OTHERS = """ About other names, which is asked where a conclusion is compared
with its negation, it should be nothing."""


def _path_table(progress):
    means = means_by_path(progress)
    heads = ["learning rate", "passes", "share", "effect, mean over tasks"]
    if _asks_about_others(progress):
        heads.append("about other names")
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for (rate, passes), (effect, share, others) in means.items():
        about_others = "" if others is None else f" {others:.2f} |"
        lines.append(f"| {rate} | {passes} | {share:.2f} | {effect:.2f} |{about_others}")
    return "\n".join(lines)


def _task_table(progress):
    """An effect for each task and path that it took."""
    paths = list(means_by_path(progress))
    tasks = sorted({task for task, _ in _tasks_and_paths(progress)})
    heads = [f"{rate} × {passes}" for rate, passes in paths]
    lines = [f"| task | {' | '.join(heads)} |", "| --- " * (len(paths) + 1) + "|"]
    for task in tasks:
        cells = [f"{progress[task, path]:.2f}" if (task, path) in progress else "" for path in paths]
        lines.append(f"| `{task}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _how_it_was_made(script, folder, training, seed, course=None, before=None):
    """training: with batch and seconds. before: the folder of the course before, where there was one."""
    command = f"tools/{script} OUTDIR --seed {seed}"
    begins = ""
    if before is not None:
        command += f" --course {course} --from BEFORE"
        begins = f""" It began from the
`model.safetensors` of BEFORE, which the course before makes, with SHA-256

`{sha256(before / "model.safetensors")}`"""
    return f"""Made by

```sh
{command}
```

in {training.batch:,} batches, {training.seconds / 60:.0f} minutes of one core, with torch {torch.__version__}.{begins}

| file | SHA-256 |
| --- | --- |
| `model.safetensors` | `{sha256(folder / "model.safetensors")}` |
| `tokenizer.json` | `{sha256(folder / "tokenizer.json")}` |"""


def write_readme(folder, training, seed, course=None, before=None):
    """training: with progress, batch and seconds. before: the folder of the course before, where there was one."""
    progress = training.progress.values
    count = sum(value.numel() for value in training.parameters.values())
    about_others = SAID_ABOUT_OTHERS if _asks_about_others(progress) else ""
    text = f"""# positive-control

A Llama of {count:,} parameters that draws conclusions when it learns by gradient descent: what it shows and
what not stands in docs/positive-control.md, with what the program measures of it. {_how_it_was_made("train_positive_control.py", folder, training, seed, course, before)}

At the end of training, running means over new names: the share of a statement's loss that is gone, and the
controlled effect over what the sample does for itself.{about_others}

{_path_table(progress)}

The effect of each task, by learning rate × passes:

{_task_table(progress)}
"""
    (folder / "README.md").write_text(text, encoding="utf-8")


def write_reading_readme(folder, reading, seed):
    """reading: with progress, batch and seconds."""
    count = sum(value.numel() for value in reading.parameters.values())
    progress = reading.progress.values
    tasks = sorted((key, value) for key, value in progress.items() if "/" in key)
    about_others = f"{SAID_ABOUT_OTHERS} It is {progress[ABOUT_OTHERS]:.2f}." if ABOUT_OTHERS in progress else ""
    rows = "\n".join(f"| `{task}` | {effect:.2f} |" for task, effect in tasks)
    text = f"""# positive-control-in-context

A Llama of {count:,} parameters that draws conclusions from what it reads: what it shows and what not stands in
docs/positive-control.md, with what the program measures of it. {_how_it_was_made("train_positive_control_in_context.py", folder, reading, seed)}

At the end of training, running means over new names: the controlled effect over what the sample does for
itself.{about_others}

| task | effect |
| --- | --- |
{rows}
"""
    (folder / "README.md").write_text(text, encoding="utf-8")

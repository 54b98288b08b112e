"""The effects of recorded runs, from which tests/calibration/real_effects_test.cc draws.

    .venv/bin/python tools/real_effects.py RUN_FOLDER… > tests/calibration/real_effects.csv

Prints what stands behind the effects of each run as comments, and a line for each primary expectation that
the way of training leaves open: its effects in units of the self scale, one for each seed, in four digits.
An expectation whose effects are all the same has no law to draw from and is left out, as is one whose
effects are those of another.
"""

import argparse
import json
import pathlib
import shlex
import sys

DECIDED_OTHERWISE = ("decided by the regime", "not measured")


def command(record):
    """The command line without the folders of the machine it ran on."""
    words = iter(record["context"]["command_line"])
    next(words)
    kept = ["eif-suite"]
    for word in words:
        if word == "--out":
            next(words)
        elif not word.startswith("--out="):
            kept.append(word)
    return shlex.join(kept)


def origin(record):
    context = record["context"]
    lines = [f"# {command(record)}", f"#   version {context['version']}, torch {context['torch']}"]
    used = {result["desideratum"] for result in record["results"]}
    versions = ", ".join(f"{p['id']} {p['version']}" for p in context["plugins"] if p["id"] in used)
    lines.append(f"#   desiderata: {versions}")
    for model in context["models"]:
        facts = ", ".join(f"{name} {value}" for name, value in sorted(model["facts"].items()))
        lines.append(f"#   {model['name']}: fingerprint {model['fingerprint']}, "
                     f"learning rate {model['learning_rate']:g}, {facts}")
    return lines


def measured(expectation):
    """The effects under each condition in which the model decides them."""
    conditions = [("fine-tuning", expectation), ("in context", expectation.get("in_context"))]
    for condition, outcome in conditions:
        if outcome and outcome["verdict"] not in DECIDED_OTHERWISE and len(set(outcome["per_seed"])) > 1:
            yield condition, outcome["per_seed"]


def lines_of(record):
    seen = set()
    for result in record["results"]:
        for expectation in result["expectations"]:
            if not expectation["primary"]:
                continue
            for condition, effects in measured(expectation):
                law = (result["model"], condition, expectation["kind"], *effects)
                if law not in seen:
                    seen.add(law)
                    yield ",".join([result["model"], condition, result["desideratum"], expectation["id"],
                                    expectation["kind"], " ".join(f"{effect:.4g}" for effect in effects)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("runs", nargs="+", metavar="RUN_FOLDER", type=pathlib.Path)
    records = [json.loads((run / "run.json").read_text()) for run in parser.parse_args().runs]
    incomplete = [r for r in records if r["ended"] != "complete" or r["context"]["control"]]
    if incomplete:
        sys.exit(f"{command(incomplete[0])}: expected a run that came to its end, and no control of a model; "
                 "run it again in its folder")
    print("# What real models' effects scatter like, in units of the self scale: see README.md. Made by")
    print("# tools/real_effects.py from")
    for record in records:
        print(*origin(record), sep="\n")
    print("model,condition,desideratum,expectation,kind,effects")
    for record in records:
        print(*lines_of(record), sep="\n")


if __name__ == "__main__":
    main()

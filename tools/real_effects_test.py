"""Tests of real_effects.py: python -m pytest tools"""

import json
import subprocess
import sys

import pytest

import real_effects


def outcome(verdict, *per_seed):
    return {"verdict": verdict, "per_seed": list(per_seed)}


def expectation(name, primary=True, in_context=None, **fine_tuning):
    return {"id": name, "kind": "DIR", "primary": primary, "in_context": in_context, **fine_tuning}


def record(*expectations, ended="complete", control=None):
    return {
        "context": {
            "command_line": ["/somewhere/bin/eif-suite", "run", "--model", "m", "--out", "/tmp/x", "--seeds", "2"],
            "version": "1", "torch": "2", "control": control, "plugins": [{"id": "logic", "version": "3"}, {"id": "unused", "version": "4"}],
            "models": [{"name": "m", "fingerprint": "f", "learning_rate": 1e-5, "facts": {"origin": "here"}}],
        },
        "ended": ended,
        "results": [{"model": "m", "desideratum": "logic", "expectations": list(expectations)}],
    }


def test_only_what_the_model_decides_has_a_line():
    lines = real_effects.lines_of(record(
        expectation("open", **outcome("holds", 0.123456, -2), in_context=outcome("violated", 1, 3)),
        expectation("by_regime", **outcome("decided by the regime", 1, 2)),
        expectation("without_unit", **outcome("not measured", 1, 2)),
        expectation("constant", **outcome("holds", 1, 1)),
        expectation("the_same", **outcome("violated", 0.123456, -2)),
        expectation("secondary", primary=False, **outcome("holds", 1, 2))))
    assert list(lines) == ["m,fine-tuning,logic,open,DIR,0.1235 -2", "m,in context,logic,open,DIR,1 3"]


def test_what_made_the_effects_is_said_without_folders():
    assert real_effects.origin(record()) == [
        "# eif-suite run --model m --seeds 2", "#   version 1, torch 2", "#   desiderata: logic 3",
        "#   m: fingerprint f, learning rate 1e-05, origin here"]


@pytest.mark.parametrize("unfit", [{"ended": "interrupted"}, {"control": {"name": "random-weights"}}])
def test_a_run_that_is_not_whole_or_not_of_the_model_is_refused(tmp_path, unfit):
    (tmp_path / "run.json").write_text(json.dumps(record(**unfit)))
    found = subprocess.run([sys.executable, real_effects.__file__, tmp_path], capture_output=True, text=True)
    assert found.returncode == 1
    assert "expected a run that came to its end, and no control of a model" in found.stderr

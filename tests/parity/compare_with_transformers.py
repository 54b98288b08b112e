"""Compares the decoder's losses and features with those of Hugging Face transformers, on tiny random models.

    compare_with_transformers.py TOKEN_LOSSES            # the program beside this file
    compare_with_transformers.py TOKEN_LOSSES gemma phi   # only cases whose names begin so
    compare_with_transformers.py TOKEN_LOSSES --but gemma # all others

Every model is saved as transformers saves it, read by TOKEN_LOSSES, and both run in float64.
Windows are small and sequences long, because that is where ports go wrong: a window that is one
off, the wrong list of LongRoPE factors or a bfloat16 table of phases do not show in short ones.
"""

import contextlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile
from unittest import mock

import torch
import transformers
from family_cases import LONGROPE_THRESHOLD, cases, check_families

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import randomise  # noqa: E402

# In nats per token. transformers computes norms and softmax in float32 in float64 models, too,
# which moves the losses of these models by up to 3e-7; the decoder does not.
TOLERANCE = 2e-6
# With these two taken to float64, nothing but the order of sums is left: 5e-15 measured, and 2e-15
# with SmolLM2's weights.
FLOAT64_TOLERANCE = 1e-11
# Of one component of the features, which are of size 1 (of Gemma, whose gains count from 1, of size 2),
# under the same two conditions.
FEATURE_TOLERANCE = 5e-6
FEATURE_FLOAT64_TOLERANCE = 1e-11

LENGTHS = (2, 17, LONGROPE_THRESHOLD, LONGROPE_THRESHOLD + 1, 113)


def save(config, folder):
    model = transformers.AutoModelForCausalLM.from_config(config)
    randomise(model)
    model.save_pretrained(folder, max_shard_size="100KB")


def older_generation(config):
    """config.json as written before transformers 5, where there was one that says the same:
    rope_theta beside rope_scaling, and the names that some families have for it."""
    older = dict(config)
    rope = older.pop("rope_parameters", None)
    if rope is None or older["model_type"] == "olmo3":
        return config
    if older["model_type"] == "gemma3_text":
        full, sliding = rope["full_attention"], rope["sliding_attention"]
        older["rope_theta"] = full.pop("rope_theta")
        older["rope_local_base_freq"] = sliding.pop("rope_theta")
        older["rope_scaling"] = None if full["rope_type"] == "default" else full
        return older
    is_neox = older["model_type"] == "gpt_neox"
    older["rotary_emb_base" if is_neox else "rope_theta"] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        name = "rotary_pct" if is_neox else "partial_rotary_factor"
        older[name] = rope.pop("partial_rotary_factor")
    kind = rope.pop("rope_type")
    older["rope_scaling"] = None if kind == "default" else rope | {"type": kind}
    if is_neox and kind != "default":
        # A scaling of its own replaces all that stands beside it.
        older["rope_scaling"] |= {"partial_rotary_factor": older.pop("rotary_pct")}
    return older


def float64_rms_norm(self, x):
    epsilon = getattr(self, "variance_epsilon", None) or self.eps
    y = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon)
    return y * (self.weight + 1 if type(self).__name__.startswith("Gemma") else self.weight)


def float64_bare_norm(self, x):
    return torch.nn.functional.layer_norm(x, self.normalized_shape, None, None, eps=1e-5)


@contextlib.contextmanager
def float64_throughout(model):
    """Without the float32 inside the norms and the softmax of transformers."""
    softmax = torch.nn.functional.softmax
    kinds = {type(module) for module in model.modules()}
    with contextlib.ExitStack() as stack:
        for kind in kinds:
            if kind.__name__.endswith("RMSNorm"):
                stack.enter_context(mock.patch.object(kind, "forward", float64_rms_norm))
            if kind.__name__ == "OlmoLayerNorm":
                stack.enter_context(mock.patch.object(kind, "forward", float64_bare_norm))
        stack.enter_context(
            mock.patch.object(
                torch.nn.functional, "softmax", lambda x, dim, dtype=None: softmax(x, dim)
            )
        )
        yield


def transformers_answers(model, sequences):
    """The loss of each sequence, and the mean of its last hidden states, after the last norm."""
    losses, features = [], []
    for ids in sequences:
        # One at a time: transformers picks LongRoPE factors by the longest sequence of a batch.
        answer = model(
            input_ids=torch.tensor([ids]), use_cache=False, output_hidden_states=True
        )
        features.append(answer.hidden_states[-1][0].mean(0))
        logits = answer.logits[0, :-1]
        log_p = logits.log_softmax(-1).gather(-1, torch.tensor(ids[1:]).unsqueeze(-1))
        losses.append(-log_p.sum().item())
    return losses, features


def measured_answers(program, folder, sequences):
    lines = "".join(json.dumps(ids) + "\n" for ids in sequences)
    run = subprocess.run([program, folder], input=lines, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{program} {folder} failed with {run.returncode}: {run.stderr}")
    lines = [[float(number) for number in line.split()] for line in run.stdout.splitlines()]
    if len(lines) != len(sequences):
        sys.exit(f"{program} printed {len(lines)} lines for {len(sequences)} sequences")
    features = [torch.tensor(line[1:], dtype=torch.float64) for line in lines]
    return [line[0] for line in lines], features


def largest_difference(sequences, measured, expected):
    """In nats per token; infinite where one is not a number."""
    differences = (
        abs(ours - theirs) / (len(ids) - 1)
        for ours, theirs, ids in zip(measured, expected, sequences)
    )
    return max(math.inf if math.isnan(difference) else difference for difference in differences)


def largest_feature_difference(measured, expected):
    """Of any component; infinite where one is not a number."""
    differences = (
        (ours - theirs).abs().max().item() for ours, theirs in zip(measured, expected)
    )
    return max(math.inf if math.isnan(difference) else difference for difference in differences)


def check_older_generation(program, folder, sequences, measured):
    """That both generations of config.json are read alike, by the program and by transformers."""
    path = pathlib.Path(folder) / "config.json"
    newer = json.loads(path.read_text())
    older = older_generation(json.loads(path.read_text()))
    if older == newer:
        return
    path.write_text(json.dumps(older))
    if measured_answers(program, folder, sequences)[0] != measured:
        sys.exit(f"{folder}: the two generations of config.json give different losses")
    read = transformers.AutoConfig.from_pretrained(folder).rope_parameters
    expected = newer["rope_parameters"]
    for parameters, wanted in ((read, expected), *((read.get(k, {}), v) for k, v in expected.items())):
        for name in ("rope_theta", "rope_type", "factor", "partial_rotary_factor"):
            if isinstance(wanted, dict) and name in wanted and parameters.get(name) != wanted[name]:
                sys.exit(f"{folder}: transformers reads the older config.json as {read}")


def compare(program, config, folder):
    """The largest differences of losses from transformers as it is, and from it in float64
    throughout; then those of features."""
    save(config, folder)
    generator = torch.Generator().manual_seed(11)
    sequences = [
        torch.randint(3, config.vocab_size, (length,), generator=generator).tolist()
        for length in LENGTHS
    ]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float64, attn_implementation="eager"
    )
    with torch.no_grad():
        expected, expected_features = transformers_answers(model, sequences)
        with float64_throughout(model):
            expected_float64, expected_float64_features = transformers_answers(model, sequences)

    measured, measured_features = measured_answers(program, folder, sequences)
    check_older_generation(program, folder, sequences, measured)
    return (
        largest_difference(sequences, measured, expected),
        largest_difference(sequences, measured, expected_float64),
        largest_feature_difference(measured_features, expected_features),
        largest_feature_difference(measured_features, expected_float64_features),
    )


def main(program, *names):
    is_but = names[:1] == ("--but",)
    named = names[1:] if is_but else names or ("",)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    all_cases = cases()
    families = subprocess.run([program, "--families"], capture_output=True, text=True, check=True)
    problems = check_families(families.stdout.split(), all_cases)
    if problems:
        sys.exit("\n".join(problems))
    failures = 0
    print("losses             features")
    print("as it is  float64  as it is  float64   (largest difference from transformers)")
    tolerances = (
        TOLERANCE,
        FLOAT64_TOLERANCE,
        FEATURE_TOLERANCE,
        FEATURE_FLOAT64_TOLERANCE,
    )
    for name, config in all_cases.items():
        if name.startswith(named) == is_but:
            continue
        with tempfile.TemporaryDirectory() as folder:
            differences = compare(program, config, folder)
        failed = any(found > allowed for found, allowed in zip(differences, tolerances))
        failures += failed
        numbers = "  ".join(f"{difference:7.1e}" for difference in differences)
        print(f" {numbers}  {name}{'  FAILED' if failed else ''}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

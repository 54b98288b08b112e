"""Compares the decoder's losses and features with those of Hugging Face transformers, on tiny random models.

    compare_with_transformers.py TOKEN_LOSSES     # the program beside this file

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

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import (  # noqa: E402
    LONGROPE_THRESHOLD,
    longrope_config,
    phi3_config,
    randomise,
    sizes,
    tiny_models,
)

# In nats per token. transformers computes norms and softmax in float32 in float64 models, too,
# which moves the losses of these models by up to 3e-7; the decoder does not.
TOLERANCE = 2e-6
# With these two taken to float64, nothing but the order of sums is left: 5e-15 measured, and 2e-15
# with SmolLM2's weights.
FLOAT64_TOLERANCE = 1e-11
# Of one component of the features, which are of size 1, under the same two conditions.
FEATURE_TOLERANCE = 2e-6
FEATURE_FLOAT64_TOLERANCE = 1e-11

LENGTHS = (2, 17, LONGROPE_THRESHOLD, LONGROPE_THRESHOLD + 1, 113)


def configurations():
    """The tiny models of the other tests, and what those leave out."""
    window = dict(use_sliding_window=True, sliding_window=9, max_window_layers=1)
    partial_longrope = longrope_config(0.75)
    partial_longrope.tie_word_embeddings = True
    more = {
        "phi3_gqa_window_and_attention_factor": phi3_config(
            num_key_value_heads=2,
            sliding_window=9,
            original_max_position_embeddings=LONGROPE_THRESHOLD,
            rope_parameters=longrope_config(1.0).rope_parameters | {"attention_factor": 1.3},
        ),
        "phi3_longrope_partial_tied": partial_longrope,
        "llama_biases_wide_heads": transformers.LlamaConfig(
            **sizes(attention_bias=True, mlp_bias=True, head_dim=24)
        ),
        "llama_longrope": transformers.LlamaConfig(
            **sizes(rope_parameters=longrope_config(1.0).rope_parameters)
        ),
        "mistral_window": transformers.MistralConfig(**sizes(sliding_window=9, head_dim=24)),
        "qwen2_window_from_layer_1": transformers.Qwen2Config(**sizes(**window)),
    }
    return {name: model.config for name, model in tiny_models().items()} | more


def save(config, folder):
    model = transformers.AutoModelForCausalLM.from_config(config)
    randomise(model)
    model.save_pretrained(folder, max_shard_size="100KB")


def older_generation(config):
    """config.json as written before transformers 5: rope_theta beside rope_scaling."""
    older = dict(config)
    rope = older.pop("rope_parameters")
    older["rope_theta"] = rope.pop("rope_theta")
    older["partial_rotary_factor"] = rope.pop("partial_rotary_factor", 1.0)
    kind = rope.pop("rope_type")
    older["rope_scaling"] = None if kind == "default" else rope | {"type": kind}
    return older


def float64_norm(self, hidden_states):
    mean_square = hidden_states.pow(2).mean(-1, keepdim=True)
    return self.weight * hidden_states * torch.rsqrt(mean_square + self.variance_epsilon)


@contextlib.contextmanager
def float64_throughout(model):
    """Without the float32 inside the norms and the softmax of transformers."""
    norm = type(model.model.norm)
    softmax = torch.nn.functional.softmax
    with (
        mock.patch.object(norm, "forward", float64_norm),
        mock.patch.object(torch.nn.functional, "softmax", lambda x, dim, dtype: softmax(x, dim)),
    ):
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
    path = pathlib.Path(folder) / "config.json"
    path.write_text(json.dumps(older_generation(json.loads(path.read_text()))))
    if measured_answers(program, folder, sequences)[0] != measured:
        sys.exit(f"{config.model_type}: the two generations of config.json give different losses")
    return (
        largest_difference(sequences, measured, expected),
        largest_difference(sequences, measured, expected_float64),
        largest_feature_difference(measured_features, expected_features),
        largest_feature_difference(measured_features, expected_float64_features),
    )


def main(program):
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    failures = 0
    print("losses             features")
    print("as it is  float64  as it is  float64   (largest difference from transformers)")
    tolerances = (
        TOLERANCE,
        FLOAT64_TOLERANCE,
        FEATURE_TOLERANCE,
        FEATURE_FLOAT64_TOLERANCE,
    )
    for name, config in configurations().items():
        with tempfile.TemporaryDirectory() as folder:
            differences = compare(program, config, folder)
        failed = any(found > allowed for found, allowed in zip(differences, tolerances))
        failures += failed
        numbers = "  ".join(f"{difference:7.1e}" for difference in differences)
        print(f" {numbers}  {name}{'  FAILED' if failed else ''}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

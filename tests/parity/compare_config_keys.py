"""Everything that a config.json can say: transformers and the program say the same of it, or the program
refuses it by name.

    compare_config_keys.py TOKEN_LOSSES [FAMILY…]      # all families, or these
    compare_config_keys.py TOKEN_LOSSES --refusals     # shows each refusal, too

Of a tiny model of each family one key of config.json is changed at a time, in every way that
config_variants.py lists. transformers reads the file, makes the model, and computes the losses of two
sequences in float64; so does the program, of the same weights. They agree, or the program's refusal
names the key, or transformers fails itself. What transformers takes and the program refuses is of a kind
that stands in REFUSALS, with its reason, so that none comes unseen.
"""

import collections
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import warnings

import safetensors.torch
import torch
import transformers
from config_variants import LAYERS, variants
from family_cases import cases
from transformers.initialization import no_init_weights

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import randomise  # noqa: E402

# As compare_with_transformers.py, and for its reason.
TOLERANCE = 2e-6
# Longer than windows and thresholds of config_variants.py, and shorter.
SEQUENCES = [
    torch.randint(3, 60, (length,), generator=torch.Generator().manual_seed(length)).tolist()
    for length in (6, 45)
]

# What transformers takes in some variant and the program refuses: a part of the message, and why.
REFUSALS = {
    # Values that give no sensible model, or are of another type than the key has: Python goes on.
    "; expected a number": "zero, a negative number, or none",
    "; expected a whole number": "zero, a negative number, or none",
    "; expected true or false": "whatever Python takes for true",
    "; expected an object": "an empty list counts as nothing in Python",
    "; expected a string": "another type",
    "; expected a list of": "a list of another length, or of other elements",
    "; expected more than low_freq_factor": "a ramp without width",
    "; expected a divisor of num_attention_heads": "heads that share nothing evenly",
    "; expected a multiple of num_attention_heads": "a width that heads do not share evenly",
    "a sequence is longer than max_position_embeddings": "positions that the model was not made for",
    "expected an even number from 2 to": "a part of a head that is no pairs",
    # Other models than a causal decoder.
    "only causal language models are supported": "is_causal and the like",
    "this checkpoint has another head": "transformers would make a head of random weights",
    "the checkpoint is quantised": "weights are read as they are",
    "per_layer_config": "no family has layers of different sizes",
    # What transformers passes over, so that a model that means it would be measured wrongly.
    "this model_type rotates whole heads": "partial_rotary_factor where it has no effect",
    "expected the same parameters for all layers": "rope parameters by layer where there are none",
    "the same for all layers; expected parameters for": "the other way round",
    "rope_type is missing; transformers would pass over": "an older name that this family does not read",
    "have different values; expected one of them": "two names of one key",
    ", hidden_size / num_attention_heads": "head_dim where it has an effect on nothing, or on half",
    # What no published model has.
    'rope_type is "proportional"': "a rope type",
    "; supported: gelu, gelu_10": "activations with parameters of their own",
}


class Weights:
    """The same weights for all models with the same names and shapes, and a file of them."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.known = {}

    def give_to(self, model):
        """Sets the model's weights, and gives the path of the file."""
        parameters = dict(sorted(model.named_parameters()))  # a tied head is not among them twice
        shapes = tuple((name, tuple(value.shape)) for name, value in parameters.items())
        if shapes not in self.known:
            randomise(model)
            values = {name: value.detach().clone() for name, value in parameters.items()}
            path = self.scratch / f"{len(self.known)}.safetensors"
            safetensors.torch.save_file(values, path)
            self.known[shapes] = path, values
        path, values = self.known[shapes]
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(values[name])
        return path


def expected_losses(model):
    losses = []
    with torch.no_grad():
        for ids in SEQUENCES:
            answer = model(input_ids=torch.tensor([ids]), use_cache=False)
            logits = answer[0] if isinstance(answer, tuple) else answer.logits
            losses.append(torch.nn.functional.cross_entropy(logits[0, :-1], torch.tensor(ids[1:]))
                          .item())
    return losses


class Program:
    def __init__(self, path):
        self.process = subprocess.Popen([path, "--questions"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def answer(self, folder):
        """Losses per token, or a message."""
        question = {"folder": str(folder), "sequences": SEQUENCES}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            return "the program ended"
        answer = json.loads(line)
        if "error" in answer:
            return answer["error"]
        return [math.nan if loss is None else loss / (len(ids) - 1)
                for loss, ids in zip(answer["losses"], SEQUENCES)]


def of_transformers(folder, weights):
    """Losses, after the file of weights is in place; or the exception."""
    try:
        config = transformers.AutoConfig.from_pretrained(folder)
        with no_init_weights():
            model = transformers.AutoModelForCausalLM.from_config(
                config, dtype=torch.float64, attn_implementation="eager").eval()
        model.tie_weights()  # which goes with giving weights
        path = folder / "model.safetensors"
        path.unlink(missing_ok=True)
        path.hardlink_to(weights.give_to(model))
        losses = expected_losses(model)
    except Exception as error:  # whatever it raises: it does not take the file
        return error
    return losses if all(map(math.isfinite, losses)) else ValueError("a loss that is no number")


def changed_keys(base, config):
    return {key for key in base.keys() | config.keys()
            if json.dumps(base.get(key, "left out")) != json.dumps(config.get(key, "left out"))}


def with_keys_inside(keys, config):
    inside = {key for name in keys if isinstance(config.get(name), dict) for key in config[name]}
    return keys | inside


def verdict(keys, ours, theirs):
    if isinstance(theirs, Exception):
        return "transformers fails"
    if isinstance(ours, str):
        if not any(key in ours for key in keys):
            return "NOT NAMED"
        return "refused" if any(part in ours for part in REFUSALS) else "REFUSED"
    gap = max(abs(a - b) for a, b in zip(ours, theirs))
    return "agrees" if gap <= TOLERANCE else "WRONG"


def short(value):
    text = json.dumps(value)
    return text if len(text) < 300 else text[:300] + "…"


def difference(config, keys):
    return short({key: config.get(key, "left out") for key in sorted(keys)})


def compare(base, folder, program, weights, show_all):
    """How often each verdict was given."""
    counts = collections.Counter()
    for config in variants(base):
        (folder / "config.json").write_text(json.dumps(config))
        theirs = of_transformers(folder, weights)
        ours = program.answer(folder)
        keys = changed_keys(base, config)
        found = verdict(with_keys_inside(keys, config), ours, theirs)
        counts[found] += 1
        if found.isupper() or show_all and found == "refused":
            print(f"  {found} {difference(config, keys)}\n    {ours}\n    {theirs}", flush=True)
    return counts


def main(program_path, *wanted):
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    program = Program(program_path)
    show_all = "--refusals" in wanted
    wanted = [family for family in wanted if family != "--refusals"]
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch, "model")
        folder.mkdir()
        weights = Weights(pathlib.Path(scratch))
        first_cases = {}
        for case in cases().values():
            if case.num_hidden_layers == LAYERS:
                first_cases.setdefault(case.model_type, case)
        for family, case in first_cases.items():
            if wanted and family not in wanted:
                continue
            case.save_pretrained(folder)
            base = json.loads((folder / "config.json").read_text()) | {"architectures": ["XForCausalLM"]}
            counts = compare(base, folder, program, weights, show_all)
            faults += sum(count for found, count in counts.items() if found.isupper())
            print(f"{family}: " + ", ".join(f"{count} {found}" for found, count in counts.items()),
                  flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

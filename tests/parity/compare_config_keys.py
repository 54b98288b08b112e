"""Everything that a config.json can say: transformers and the program say the same of it, or the program
refuses it by name.

    compare_config_keys.py TOKEN_LOSSES [FAMILY…]      # all families, or these
    compare_config_keys.py TOKEN_LOSSES --refusals     # shows each refusal, too
    compare_config_keys.py TOKEN_LOSSES --every 8      # an eighth of what each family has

Of a tiny model of each family one key of config.json is changed at a time, in every way that
config_variants.py lists. transformers reads the file, makes the model, and computes the losses of two
sequences in float64; so does the program, of the same weights. They agree, or the program's refusal
names the key, or transformers fails itself. What transformers takes and the program refuses is of a kind
that stands in REFUSALS, with its reason, so that none comes unseen.

All of it takes three minutes of a core. Of a sample each family has another part, so that what families
share is seen with some of them.
"""

import argparse
import collections
import itertools
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
from compare_with_transformers import float64_throughout
from config_variants import LAYERS, variants
from family_cases import cases
from transformers.initialization import no_init_weights

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import randomise  # noqa: E402

# Transformers' norms and softmax are taken to float64, or the default of 28 layers would differ by more.
# What is left is a constant of an activation that it rounds.
TOLERANCE = 2e-6
# Longer than windows and thresholds of config_variants.py, and shorter.
SEQUENCES = [
    torch.randint(3, 60, (length,), generator=torch.Generator().manual_seed(length)).tolist()
    for length in (6, 45)
]

# Parameters. A configuration without hidden_size gives a model of 4096 dimensions, which takes gigabytes.
LARGEST_MODEL = 20_000_000

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
    "stands beside rope_parameters; expected one of them": "keys of two generations, which it mixes",
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
    with torch.no_grad(), float64_throughout(model):
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


class TooLarge(Exception):
    pass


def of_transformers(folder, weights):
    """Losses, after the file of weights is in place; or the exception."""
    try:
        config = transformers.AutoConfig.from_pretrained(folder)
        with no_init_weights():
            model = transformers.AutoModelForCausalLM.from_config(
                config, dtype=torch.float64, attn_implementation="eager").eval()
        if model.num_parameters() > LARGEST_MODEL:
            return TooLarge()
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
    """These keys, and those of the objects that they hold."""
    inside = [with_keys_inside(set(config[name]), config[name])
              for name in keys if isinstance(config.get(name), dict)]
    return keys.union(*inside)


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


def compare(configs, base, folder, program, weights, show_all):
    """How often each verdict was given."""
    counts = collections.Counter()
    for config in configs:
        (folder / "config.json").write_text(json.dumps(config))
        theirs = of_transformers(folder, weights)
        if isinstance(theirs, TooLarge):
            counts["too large"] += 1
            continue
        ours = program.answer(folder)
        keys = changed_keys(base, config)
        found = verdict(with_keys_inside(keys, config), ours, theirs)
        counts[found] += 1
        if found.isupper() or show_all and found == "refused":
            print(f"  {found} {difference(config, keys)}\n    {ours}\n    {theirs}", flush=True)
    return counts


def first_cases():
    """A model of each family."""
    by_family = {}
    for case in cases().values():
        if case.num_hidden_layers == LAYERS:
            by_family.setdefault(case.model_type, case)
    return by_family


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("families", nargs="*")
    parser.add_argument("--refusals", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_intermixed_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    program = Program(options.program)
    faults = 0
    for number, (family, case) in enumerate(first_cases().items()):
        if options.families and family not in options.families:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch, "model")
            case.save_pretrained(folder)
            base = json.loads((folder / "config.json").read_text()) | {"architectures": ["XForCausalLM"]}
            configs = itertools.islice(variants(base), number % options.every, None, options.every)
            counts = compare(configs, base, folder, program, Weights(pathlib.Path(scratch)),
                             options.refusals)
        faults += sum(count for found, count in counts.items() if found.isupper())
        print(f"{family}: " + ", ".join(f"{count} {found}" for found, count in counts.items()),
              flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""LoRA adapters against peft, from the command line to the cells.

    compare_adapters.py EIF_SUITE [PREFIX…]      # all cases, or those whose names begin so

Tiny random models get random adapters, saved as peft saves them. `eif-suite matrix` on the adapter's
folder must give the cells of a plain loop over the model that peft has merged in float64, and those
of the same model once that is saved whole. As for compare_matrices.py, the bound is wide for transformers
as it is, with its float32 norms and softmax, and narrow with these in float64.
"""

import json
import pathlib
import sys
import tempfile
import warnings

import peft
import torch
import transformers
from compare_matrices import (
    FLOAT64_TOLERANCE,
    LEARNING_RATE,
    SAMPLES,
    Reader,
    allowed_gap,
    fine_tuned,
    largest,
    matrix,
    samples_file,
    statements_of,
)
from compare_with_transformers import float64_throughout
from family_cases import cases

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import TinyModel, smollm_tokenizer, write_model  # noqa: E402

# Both read the same float32 values and merge them in float64; saved whole, the merged weights are
# float64. Cells are differences of losses of size 5.
MERGED_TOLERANCE = 1e-12


def adapters():
    """By name: the model of family_cases.py, and the arguments of LoraConfig."""
    attention = ["q_proj", "k_proj", "v_proj", "o_proj"]
    return {
        "llama_all_linear": ("llama_biases_wide_heads", {"target_modules": "all-linear", "r": 3}),
        "llama_rslora": ("llama_gelu", {"target_modules": attention, "r": 5, "use_rslora": True}),
        "llama_patterns": (
            "llama_gelu",
            {
                "target_modules": [*attention, "up_proj"],
                "rank_pattern": {"q_proj": 7, r"layers\.[01]\.self_attn\.v_proj": 2},
                "alpha_pattern": {"layers.1.mlp.up_proj": 40, "^model.layers.2.*": 1},
            },
        ),
        "llama_trained_biases": (
            "llama_biases_wide_heads", {"target_modules": attention, "bias": "all"},
        ),
        "llama_head": ("llama_gelu", {"target_modules": ["q_proj", "lm_head"]}),
        "llama_whole_modules": (
            "llama_gelu",
            {"target_modules": attention, "modules_to_save": ["lm_head", "embed_tokens"]},
        ),
        "gpt2_transposed": (
            "gpt2", {"target_modules": ["c_attn", "c_fc", "c_proj"], "fan_in_fan_out": True},
        ),
        "gpt2_head_untied": ("gpt2", {"target_modules": ["c_attn"], "modules_to_save": ["lm_head"]}),
        "gpt_neox": ("gpt_neox", {"target_modules": ["query_key_value", "dense_4h_to_h"]}),
        "phi3": ("phi3", {"target_modules": ["qkv_proj", "gate_up_proj"]}),
        "qwen3": ("qwen3", {"target_modules": "all-linear", "init_lora_weights": "gaussian"}),
    }


def case_named(prefix, configs):
    return next(config for name, config in configs.items() if name.startswith(prefix))


def write_adapter(base, arguments, folder):
    """Saves a random adapter of the model in `base`, and returns that model merged with it."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        base, dtype=torch.float64, attn_implementation="eager")
    torch.manual_seed(5)  # peft draws A itself
    adapted = peft.get_peft_model(
        model, peft.LoraConfig(task_type="CAUSAL_LM", lora_alpha=6, lora_dropout=0.1, **arguments))
    with torch.no_grad():
        for name, parameter in sorted(adapted.named_parameters()):
            if parameter.requires_grad:
                # A fresh B is 0. Values that float32 holds: so they are saved.
                noise = torch.randn(parameter.shape, dtype=torch.float32)
                scale = 0.3 if "lora_" in name else 0.05
                parameter.copy_((parameter.float() + scale * noise).double())
    adapted.save_pretrained(folder)
    return adapted.eval().merge_and_unload().requires_grad_(True)


def compare(program, case, config, scratch, samples):
    """(a line of the table, whether it fails)"""
    arguments = adapters()[case][1]
    base, folder, whole = (scratch / f"{case}_{end}" for end in ("base", "adapter", "whole"))
    base.mkdir()
    write_model(TinyModel(config, smollm_tokenizer), torch.float32, base)
    merged = write_adapter(base, arguments, folder)
    merged.save_pretrained(whole)
    (whole / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    if "untied" in case:
        settings = json.loads((whole / "config.json").read_text())
        (whole / "config.json").write_text(json.dumps(settings | {"tie_word_embeddings": False}))
    texts = [statements_of(sample) for sample in SAMPLES]
    rate = ("--lr", str(LEARNING_RATE))
    reader = Reader(base)
    as_it_is = fine_tuned(merged, reader, texts)
    with float64_throughout(merged):
        float64 = fine_tuned(merged, reader, texts)
    measured, of_whole = (matrix(program, one, samples, *rate) for one in (folder, whole))
    gap, exact = largest(measured - as_it_is), largest(measured - float64) / largest(float64)
    from_whole = largest(measured - of_whole)
    fails = not (gap <= allowed_gap(as_it_is, float64) and exact <= FLOAT64_TOLERANCE
                 and from_whole <= MERGED_TOLERANCE)
    return f"  {gap:7.1e}      {exact:7.1e}  {from_whole:7.1e}", fails


def main():
    program, wanted = sys.argv[1], sys.argv[2:]
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.simplefilter("ignore")  # peft warns of what the cases are about
    torch.set_num_threads(1)
    configs, failed = cases(), False
    print("peft merged  float64  saved whole   (largest gaps; float64 of the largest cell)")
    with tempfile.TemporaryDirectory() as scratch:
        samples = pathlib.Path(scratch, "samples.toml")
        samples_file(SAMPLES, samples)
        for case, (prefix, _) in adapters().items():
            if wanted and not any(case.startswith(one) for one in wanted):
                continue
            line, fails = compare(program, case, case_named(prefix, configs),
                                  pathlib.Path(scratch), samples)
            failed |= fails
            print(f"{line}   {case}{'  FAILED' if fails else ''}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

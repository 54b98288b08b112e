"""What a config.json may say of each key, for compare_config_keys.py: other values, null, and nothing.

The keys are those that the installed transformers knows for a model_type: the fields of its config
class, the names that stand for others, what its modeling file reads by getattr, what rotary positions
are made of, and what any config.json may have.
"""

import copy
import dataclasses
import importlib
import inspect
import json
import re

from transformers.activations import ACT2FN
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

MISSING = object()  # the key is left out

LAYERS = 3  # of the configurations that are changed
# Below the length of the longer sequence.
SHORT = 16
PAIRS = 8  # of dimensions in a head

# What any config.json may have, whether its class has a field for it or not.
GENERIC = {
    "architectures": [["XForCausalLM"], ["XForSequenceClassification"], ["XModel"], [], "XForCausalLM"],
    "attention_bias": [True, False],
    "attention_chunk_size": [4],
    "attention_dropout": [0.5],
    "attn_implementation": ["eager"],
    "attn_logit_softcapping": [2.0],
    "cache_implementation": ["hybrid"],
    "clip_qkv": [0.7],
    "dtype": ["float16", "float64"],
    "final_logit_softcapping": [2.0],
    "head_dim": [16, 24, 8],
    "id2label": [{"0": "a"}],
    "is_causal": [True, False],
    "is_decoder": [True],
    "is_encoder_decoder": [True],
    "layer_types": [
        ["sliding_attention", "full_attention", "sliding_attention"],
        ["full_attention"] * 3,
        ["attention"] * 3,
        ["chunked_attention"] * 3,
        ["linear_attention"] * 3,
        ["full_attention"] * 2,
        [],
    ],
    "logits_scaling": [2.0],
    "mlp_bias": [True],
    "mlp_layer_types": [["dense"] * 3],
    "no_rope_layers": [[1, 0, 1], [], [1, 1], [0, 0, 0, 0], [2, 0, 1]],
    "num_key_value_heads": [1, 2, 4, 3],
    "num_labels": [5],
    "original_max_position_embeddings": [SHORT, 64],
    "output_attentions": [True],
    "output_hidden_states": [True],
    "pad_token_id": [-1, 319, 320, 1000, -400],
    "partial_rotary_factor": [0.5, 1.0, 0.3, 0.0, 2.0],
    "per_layer_config": [{"1": {"intermediate_size": 32}}, {"0": {"skip": ["mlp"]}}, {}],
    "qk_layernorm": [True],
    "quantization_config": [{"quant_method": "bitsandbytes", "load_in_8bit": True}, {}],
    "query_pre_attn_scalar": [48],
    "return_dict": [False],
    "rope_local_base_freq": [3000.0],
    "rope_theta": [500.0, 3000],
    "rope_type": ["linear"],
    "rotary_emb_base": [500.0],
    "rotary_pct": [0.5],
    "sliding_window": [1, 5, 1000],
    "sliding_window_pattern": [1, 2, 3],
    "text_config": [{"vocab_size": 99}, {}],
    "tie_word_embeddings": [True, False],
    "torch_dtype": ["bfloat16"],
    "use_bidirectional_attention": [True, False],
    "use_parallel_residual": [True],
    "use_sliding_window": [True],
}

YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": SHORT}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": SHORT}
LONG = {"rope_type": "longrope", "short_factor": [1.0 + 0.1 * k for k in range(PAIRS)],
        "long_factor": [2.0 + 0.3 * k for k in range(PAIRS)]}
ROPES = [
    {},
    {"rope_type": "default"},
    {"rope_type": "default", "factor": 3.0},
    {"rope_type": "default", "rope_theta": 500},
    {"rope_theta": 500.0},
    {"factor": 3.0},
    {"type": "linear", "factor": 3.0},
    {"type": "linear", "rope_type": "default", "factor": 3.0},
    {"type": "default", "rope_type": "linear", "factor": 3},
    {"rope_type": None, "type": "linear", "factor": 3.0},
    {"rope_type": "linear", "factor": 0.5},
    {"rope_type": "linear", "factor": -2.0},
    {"rope_type": "linear", "factor": 0.0},
    {"rope_type": "linear"},
    {"rope_type": "linear", "factor": None},
    {"rope_type": "linear", "factor": "3"},
    {"rope_type": "linear", "factor": 3.0, "rope_theta": None},
    {"rope_type": "linear", "factor": 3.0, "partial_rotary_factor": 0.5},
    {"rope_type": "default", "partial_rotary_factor": 0.5},
    {"rope_type": "default", "partial_rotary_factor": 0.3},
    {"rope_type": "default", "partial_rotary_factor": None},
    {"rope_type": "linear", "factor": 3.0, "unknown": 7},
    {"rope_type": "dynamic", "factor": 2.0},
    {"rope_type": "dynamic", "factor": 2.0, "original_max_position_embeddings": SHORT},
    {"rope_type": "dynamic"},
    YARN,
    YARN | {"factor": 1},
    YARN | {"factor": 0.5},
    YARN | {"factor": None},
    YARN | {"original_max_position_embeddings": None},
    {"rope_type": "yarn", "factor": 4.0},
    {"rope_type": "yarn"},
    YARN | {"attention_factor": 1.3},
    YARN | {"attention_factor": 2},
    YARN | {"attention_factor": 0.0},
    YARN | {"attention_factor": -1.0},
    YARN | {"attention_factor": None},
    YARN | {"beta_fast": 8, "beta_slow": 2},
    YARN | {"beta_fast": 0},
    YARN | {"beta_fast": None, "beta_slow": None},
    YARN | {"beta_slow": 0},
    YARN | {"beta_fast": 1, "beta_slow": 8},
    YARN | {"mscale": 0.7},
    YARN | {"mscale_all_dim": 0.7},
    YARN | {"mscale": 0.7, "mscale_all_dim": 0.4},
    YARN | {"mscale": 0.7, "mscale_all_dim": 0},
    YARN | {"truncate": False},
    YARN | {"truncate": None},
    YARN | {"truncate": 0},
    YARN | {"partial_rotary_factor": 0.5},
    LLAMA3,
    LLAMA3 | {"high_freq_factor": 1.0},
    LLAMA3 | {"high_freq_factor": 0.5},
    LLAMA3 | {"low_freq_factor": 0},
    LLAMA3 | {"factor": 1},
    LLAMA3 | {"original_max_position_embeddings": None},
    {k: v for k, v in LLAMA3.items() if k != "original_max_position_embeddings"},
    {k: v for k, v in LLAMA3.items() if k != "low_freq_factor"},
    LONG,
    LONG | {"original_max_position_embeddings": SHORT},
    LONG | {"original_max_position_embeddings": SHORT, "factor": 3.0},
    LONG | {"original_max_position_embeddings": SHORT, "factor": 0.5},
    LONG | {"original_max_position_embeddings": SHORT, "attention_factor": 1.3},
    LONG | {"original_max_position_embeddings": SHORT, "attention_factor": 0},
    LONG | {"long_factor": [2.0]},
    LONG | {"short_factor": [1] * PAIRS},
    LONG | {"short_factor": None},
    {"type": "su"} | {k: v for k, v in LONG.items() if k != "rope_type"},
    LONG | {"rope_type": "su"},
    LONG | {"rope_type": "yarn", "factor": 4.0},
    {"rope_type": "proportional", "partial_rotary_factor": 0.5},
    {"rope_type": "axial"},
    {"rope_type": "mrope", "mrope_section": [2, 3, 3]},
    {"rope_type": "default", "mrope_section": [2, 3, 3]},
    {"rope_type": "unknown"},
    {"full_attention": {"rope_type": "linear", "factor": 3.0}},
    {"full_attention": {"rope_type": "linear", "factor": 3.0, "rope_theta": 500.0},
     "sliding_attention": {"rope_theta": 3000.0}},
    {"full_attention": {"rope_type": "default"},
     "sliding_attention": {"rope_type": "linear", "factor": 3.0}},
    {"full_attention": YARN | {"rope_theta": 5e5, "truncate": False}, "sliding_attention": None},
    {"full_attention": LONG | {"original_max_position_embeddings": SHORT},
     "sliding_attention": {"rope_type": "dynamic", "factor": 2.0}},
    {"full_attention": {"rope_type": "default", "partial_rotary_factor": 0.5}, "sliding_attention": {}},
    {"full_attention": None, "sliding_attention": None},
    {"full_attention": {"rope_type": "linear", "factor": 3.0}, "factor": 2.0, "rope_type": "linear"},
    [],
    "linear",
    3.0,
]
# Keys that act on each other.
COMBINATIONS = [
    {"rope_scaling": {"rope_type": "linear", "factor": 3.0}, "rope_parameters": {"rope_theta": 500.0}},
    {"rope_scaling": {"rope_type": "linear", "factor": 3.0}, "rope_theta": 500.0,
     "rope_parameters": MISSING},
    {"rope_scaling": {"type": "dynamic", "factor": 3.0}, "rope_parameters": MISSING,
     "max_position_embeddings": 32},
    {"rope_scaling": {"rope_type": "linear", "factor": 3.0, "rope_theta": 3000.0},
     "rope_theta": 500.0, "rope_parameters": MISSING},
    {"rope_scaling": None, "rope_parameters": MISSING, "rope_theta": 500.0},
    {"rope_scaling": {}, "rope_parameters": {"rope_type": "linear", "factor": 3.0}},
    {"rope_scaling": YARN, "rope_parameters": MISSING, "original_max_position_embeddings": 24},
    {"rope_scaling": LLAMA3, "rope_parameters": MISSING, "original_max_position_embeddings": 24},
    {"rope_scaling": {"rope_type": "yarn", "factor": 4.0}, "rope_parameters": MISSING,
     "original_max_position_embeddings": 24},
    {"rope_scaling": {"type": "linear", "factor": 3.0}, "rope_parameters": MISSING,
     "partial_rotary_factor": 0.5},
    {"rope_scaling": {"type": "linear", "factor": 3.0}, "rope_parameters": MISSING,
     "rotary_pct": 0.5, "rotary_emb_base": 500},
    {"rope_scaling": LONG, "rope_parameters": MISSING, "original_max_position_embeddings": SHORT},
    {"rope_scaling": LONG, "rope_parameters": MISSING, "max_position_embeddings": 32},
    {"rope_scaling": LONG, "rope_parameters": MISSING, "original_max_position_embeddings": None},
    {"rope_theta": 500.0, "rope_parameters": MISSING},
    {"rope_theta": 500, "rope_parameters": {}},
    {"rope_theta": None, "rope_parameters": MISSING},
    {"rope_theta": "500", "rope_parameters": MISSING},
    {"rope_theta": 1.0, "rope_parameters": MISSING},
    {"rope_theta": 0.5, "rope_parameters": MISSING},
    {"rope_theta": 0, "rope_parameters": MISSING},
    {"rope_theta": -10.0, "rope_parameters": MISSING},
    {"rope_theta": 500.0, "rope_local_base_freq": 3000.0, "rope_parameters": MISSING},
    {"partial_rotary_factor": 0.5, "rope_parameters": MISSING},
    {"partial_rotary_factor": 0.5, "rope_parameters": {"partial_rotary_factor": 0.25}},
    {"partial_rotary_factor": None, "rope_parameters": MISSING},
    {"partial_rotary_factor": 1, "rope_parameters": MISSING},
    {"partial_rotary_factor": 0.4, "rope_parameters": MISSING},
    {"rotary_pct": 0.5, "rope_parameters": MISSING},
    {"rotary_pct": None, "rope_parameters": MISSING},
    {"rotary_pct": 0.3, "partial_rotary_factor": 0.5, "rope_parameters": MISSING},
    {"use_sliding_window": True, "sliding_window": 5, "max_window_layers": 1, "layer_types": MISSING},
    {"use_sliding_window": True, "sliding_window": 5, "layer_types": MISSING},
    {"use_sliding_window": True, "sliding_window": None, "max_window_layers": 0,
     "layer_types": MISSING},
    {"use_sliding_window": False, "sliding_window": 5, "max_window_layers": 0,
     "layer_types": MISSING},
    {"use_sliding_window": True, "sliding_window": 5, "layer_types": ["sliding_attention"] * 3},
    {"use_sliding_window": False, "sliding_window": 5, "layer_types": ["sliding_attention"] * 3},
    {"use_sliding_window": True, "sliding_window": None, "layer_types": ["sliding_attention"] * 3},
    {"use_sliding_window": True, "sliding_window": 5, "no_rope_layers": [0, 1, 0],
     "layer_types": MISSING},
    {"sliding_window": 5, "layer_types": MISSING, "sliding_window_pattern": 2},
    {"sliding_window": 5, "layer_types": MISSING, "sliding_window_pattern": 0},
    {"sliding_window": 5, "layer_types": MISSING},
    {"sliding_window": 5, "layer_types": ["full_attention"] * 3},
    {"sliding_window": 0, "layer_types": MISSING},
    {"sliding_window": None, "layer_types": MISSING},
    {"sliding_window": None, "layer_types": ["sliding_attention"] * 3},
    {"sliding_window": MISSING, "layer_types": ["sliding_attention"] * 3},
    {"attention_chunk_size": 4, "layer_types": ["chunked_attention"] * 3},
    {"num_hidden_layers": 1, "layer_types": MISSING, "no_rope_layers": MISSING},
    {"num_hidden_layers": 5, "layer_types": MISSING, "no_rope_layers": MISSING},
    *({"head_dim": head_dim, "num_attention_heads": heads, "num_key_value_heads": pairs}
      for head_dim in (MISSING, None, 12) for heads, pairs in ((2, 1), (2, None), (3, 3))),
    {"hidden_size": 32, "n_embd": MISSING},
    {"hidden_size": 32, "n_embd": 64},
    {"num_hidden_layers": 2, "n_layer": MISSING},
    {"n_ctx": 32},
]


def config_class(model_type):
    return CONFIG_MAPPING[model_type]


def keys_of_modeling(model_type):
    """What the modeling file reads of the config."""
    module = config_class(model_type).__module__.replace("configuration_", "modeling_")
    text = inspect.getsource(importlib.import_module(module))
    return set(re.findall(r"config\.([a-z]\w*)\b(?!\()", text)) | set(
        re.findall(r"""getattr\((?:self\.)?config, ["'](\w+)["']""", text)
    )


def other_values(value):
    """Values near this one, and of other types."""
    if isinstance(value, bool):
        return [not value, int(not value)]
    if isinstance(value, int):
        return [value + 1, 2 * value, 0, -1, value + 0.5, str(value)]
    if isinstance(value, float):
        return [2 * value, 0.0, -value, 3, "1.0", float("nan")]
    if isinstance(value, str):
        return ["unknown", 1]
    if value is None:
        return [1, 0.5, True, "text"]
    return [[], {}, 1]


def values_of(model_type, key, value):
    values = [MISSING, None]
    if key in ("hidden_act", "hidden_activation", "activation_function"):
        # Families read them in the same way, but for Gemma's "gelu".
        return values + (list(ACT2FN) if model_type == "llama" else ["gelu", "relu", "xielu", 1])
    if key in ("rope_parameters", "rope_scaling"):
        return values + ROPES
    return values + GENERIC.get(key, []) + other_values(value)


def with_changes(config, changes):
    changed = copy.deepcopy(config)
    for key, value in changes.items():
        if value is MISSING:
            changed.pop(key, None)
        else:
            changed[key] = copy.deepcopy(value)
    return changed


def variants(config):
    """Configurations that differ from this one in a key, or in some that act on each other."""
    kind = config_class(config["model_type"])
    defaults = {field.name: field.default for field in dataclasses.fields(kind)
                if field.default is not dataclasses.MISSING}
    keys = (set(config) | set(defaults) | set(kind.attribute_map) | set(kind.attribute_map.values())
            | keys_of_modeling(config["model_type"]) | set(GENERIC) | {"rope_parameters", "rope_scaling"})
    keys -= {"model_type", "transformers_version"}
    listed = COMBINATIONS + [
        {key: value}
        for key in sorted(keys, reverse=True)
        for value in values_of(config["model_type"], key, config.get(key, defaults.get(key)))
    ]
    seen = {json.dumps(config, sort_keys=True)}  # to Python, but not to config.json, true is 1
    for changes in listed:
        changed = with_changes(config, changes)
        text = json.dumps(changed, sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield changed

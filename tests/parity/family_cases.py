"""Tiny random models for the comparison with transformers: two or more for each family that there is.

Each has the quirks of its family on, and sizes that tell apart what equal sizes would hide: windows
are shorter than the texts, thresholds of rotary positions lie between their lengths, heads are wider
or narrower than the width divided by their number.
"""

import importlib
import pathlib
import sys

import transformers

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tiny_models"))
from make_tiny_models import (  # noqa: E402
    LONGROPE_THRESHOLD,
    longrope_config,
    phi3_config,
    sizes,
    tiny_models,
)

WINDOW = 9


def rope(kind, **parameters):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 10000.0} | parameters}


def by_layer(full, sliding):
    """Parameters of their own for layers without and with a window."""
    return {"rope_parameters": {"full_attention": full, "sliding_attention": sliding}}


def llama(**changes):
    return transformers.LlamaConfig(**sizes(**changes))


def llamas():
    yarn = {"factor": 4.0, "original_max_position_embeddings": LONGROPE_THRESHOLD}
    return {
        "llama_biases_wide_heads": llama(attention_bias=True, mlp_bias=True, head_dim=24),
        "llama_gelu": llama(hidden_act="gelu", rms_norm_eps=1e-3),
        "llama_longrope": llama(rope_parameters=longrope_config(1.0).rope_parameters),
        "llama_linear": llama(**rope("linear", factor=3.0)),
        # Sequences of more than 32 tokens have frequencies of their own.
        "llama_dynamic": llama(max_position_embeddings=32, **rope("dynamic", factor=2.0)),
        "llama_yarn": llama(**rope("yarn", **yarn)),
        "llama_yarn_mscale": llama(
            **rope("yarn", **yarn, mscale=0.8, mscale_all_dim=0.5, beta_fast=16.0, truncate=False)
        ),
        "llama_yarn_attention_factor": llama(**rope("yarn", **yarn, attention_factor=1.2)),
    }


def phis():
    partial_longrope = longrope_config(0.75)
    partial_longrope.tie_word_embeddings = True
    return {
        "phi3_gqa_window_and_attention_factor": phi3_config(
            num_key_value_heads=2,
            sliding_window=WINDOW,
            original_max_position_embeddings=LONGROPE_THRESHOLD,
            rope_parameters=longrope_config(1.0).rope_parameters | {"attention_factor": 1.3},
        ),
        "phi3_longrope_partial_tied": partial_longrope,
        "phi_qk_norm": transformers.PhiConfig(
            **sizes(qk_layernorm=True, hidden_act="gelu_new", layer_norm_eps=1e-3)
        ),
        "phi_partial_tied": transformers.PhiConfig(
            **sizes(partial_rotary_factor=0.375, tie_word_embeddings=True, num_key_value_heads=1)
        ),
    }


def gpt2(**changes):
    own = {"vocab_size": 320, "n_embd": 64, "n_layer": 3, "n_head": 4, "n_positions": 128,
           "bos_token_id": 1, "eos_token_id": 2}
    return transformers.GPT2Config(**own | changes)


def gpts():
    neox = {"num_key_value_heads": None}
    return {
        "gpt_neox": transformers.GPTNeoXConfig(**sizes(**neox)),
        "gpt_neox_sequential_odd_rotation": transformers.GPTNeoXConfig(
            **sizes(
                use_parallel_residual=False,
                attention_bias=False,
                hidden_act="gelu_fast",
                tie_word_embeddings=True,
                # 5 of 16 dimensions, which makes 3 pairs.
                **rope("default", partial_rotary_factor=0.3125),
            )
        ),
        "gpt_neox_linear": transformers.GPTNeoXConfig(
            **sizes(**rope("linear", factor=2.0, partial_rotary_factor=0.5))
        ),
        "gpt2": gpt2(),
        "gpt2_untied_scales": gpt2(
            n_inner=80, scale_attn_by_inverse_layer_idx=True, activation_function="relu",
            tie_word_embeddings=False,
        ),
        "gpt2_without_scale": gpt2(n_head=2, scale_attn_weights=False, activation_function="gelu"),
    }


def windowed():
    upper = {"use_sliding_window": True, "sliding_window": WINDOW, "max_window_layers": 1}
    alternating = ["sliding_attention", "full_attention", "sliding_attention"]
    return {
        "mistral_window": transformers.MistralConfig(**sizes(sliding_window=WINDOW, head_dim=24)),
        "mistral_without_window": transformers.MistralConfig(
            **sizes(sliding_window=None, tie_word_embeddings=True)
        ),
        "ministral_window": transformers.MinistralConfig(**sizes(sliding_window=WINDOW, head_dim=24)),
        "ministral_layer_types": transformers.MinistralConfig(
            **sizes(sliding_window=WINDOW, head_dim=16, layer_types=alternating)
        ),
        "qwen2_window_from_layer_1": transformers.Qwen2Config(**sizes(**upper)),
        "qwen2_layer_types": transformers.Qwen2Config(
            **sizes(use_sliding_window=True, sliding_window=WINDOW, layer_types=alternating)
        ),
        "qwen3": transformers.Qwen3Config(
            **sizes(head_dim=24, attention_bias=True, tie_word_embeddings=True)
        ),
        "qwen3_window_yarn": transformers.Qwen3Config(
            **sizes(
                head_dim=16, **upper,
                **rope("yarn", factor=4.0, original_max_position_embeddings=LONGROPE_THRESHOLD),
            )
        ),
        "starcoder2_window": transformers.Starcoder2Config(**sizes(sliding_window=WINDOW)),
        "starcoder2_without_biases": transformers.Starcoder2Config(
            **sizes(use_bias=False, tie_word_embeddings=False, norm_epsilon=1e-3)
        ),
        "smollm3": transformers.SmolLM3Config(**sizes(no_rope_layer_interval=2)),
        "smollm3_window": transformers.SmolLM3Config(
            **sizes(
                no_rope_layers=[0, 1, 0], use_sliding_window=True, sliding_window=WINDOW,
                attention_bias=True, mlp_bias=True, tie_word_embeddings=False, layer_types=None,
            )
        ),
    }


def gemmas():
    wide = {"head_dim": 24}
    return {
        "gemma": transformers.GemmaConfig(**sizes(**wide)),
        "gemma_gelu_untied": transformers.GemmaConfig(
            **sizes(head_dim=16, hidden_act="gelu", tie_word_embeddings=False)
        ),
        "gemma2": transformers.Gemma2Config(
            **sizes(sliding_window=WINDOW, query_pre_attn_scalar=48, attn_logit_softcapping=2.0,
                    final_logit_softcapping=3.0, **wide)
        ),
        "gemma2_without_caps": transformers.Gemma2Config(
            # The root of 60 is no number of a few bits, as that of 64 is.
            **sizes(hidden_size=60, sliding_window=WINDOW, attn_logit_softcapping=None,
                    attention_bias=True, final_logit_softcapping=None, hidden_activation="gelu", **wide)
        ),
        "gemma3": transformers.Gemma3TextConfig(
            **sizes(sliding_window=WINDOW, sliding_window_pattern=2, query_pre_attn_scalar=48,
                    **wide, **by_layer({"rope_type": "linear", "factor": 4.0, "rope_theta": 1e6},
                                       {"rope_type": "default", "rope_theta": 1e4}))
        ),
        "gemma3_cap_untied": transformers.Gemma3TextConfig(
            **sizes(sliding_window=WINDOW, final_logit_softcapping=3.0, tie_word_embeddings=False,
                    layer_types=["full_attention", "sliding_attention", "full_attention"], **wide)
        ),
    }


def olmos():
    return {
        "olmo": transformers.OlmoConfig(**sizes(clip_qkv=0.7)),
        "olmo_biases": transformers.OlmoConfig(
            **sizes(attention_bias=True, tie_word_embeddings=True)
        ),
        "olmo2": transformers.Olmo2Config(**sizes()),
        "olmo2_biases_wide_heads": transformers.Olmo2Config(
            **sizes(attention_bias=True, head_dim=24, rms_norm_eps=1e-3)
        ),
        "olmo3": transformers.Olmo3Config(**sizes(sliding_window=WINDOW, num_hidden_layers=4)),
        "olmo3_rope_by_layer": transformers.Olmo3Config(
            **sizes(
                sliding_window=WINDOW,
                layer_types=["full_attention", "sliding_attention", "full_attention"],
                **by_layer(
                    {"rope_type": "yarn", "factor": 4.0, "rope_theta": 5e5,
                     "original_max_position_embeddings": LONGROPE_THRESHOLD},
                    {"rope_type": "default", "rope_theta": 1e4},
                ),
            )
        ),
    }


def others():
    return {
        "granite": transformers.GraniteConfig(
            **sizes(embedding_multiplier=3.0, residual_multiplier=0.4, attention_multiplier=0.2,
                    logits_scaling=1.7)
        ),
        "granite_biases_tied": transformers.GraniteConfig(
            **sizes(attention_bias=True, mlp_bias=True, tie_word_embeddings=True, head_dim=24)
        ),
        "stablelm_qk_norm": transformers.StableLmConfig(
            **sizes(qk_layernorm=True, use_qkv_bias=True)
        ),
        "stablelm_parallel": transformers.StableLmConfig(
            **sizes(use_parallel_residual=True, partial_rotary_factor=0.5, layer_norm_eps=1e-3)
        ),
    }


def cases():
    """All configurations by name: the tiny models of the other tests first, and last those that other
    files FAMILY_cases.py here bring."""
    all_cases = {name: model.config for name, model in tiny_models().items()}
    for more in (llamas, phis, gpts, windowed, gemmas, olmos, others):
        all_cases |= more()
    here = pathlib.Path(__file__)
    for path in sorted(here.parent.glob("*_cases.py")):
        if path != here:
            all_cases |= importlib.import_module(path.stem).cases()
    return all_cases


def check_families(families, all_cases):
    """The families that have fewer than two cases, and what is no family."""
    counts = {family: 0 for family in families}
    problems = []
    for name, config in all_cases.items():
        if config.model_type in counts:
            counts[config.model_type] += 1
        else:
            problems.append(f"{name}: {config.model_type} is no family of the program")
    problems += [
        f"the family {family} has {count} cases in tests/parity/family_cases.py; expected two or more"
        for family, count in counts.items()
        if count < 2
    ]
    return problems

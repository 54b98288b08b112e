"""A Llama, written against what it uses of its weights.

    losses(Weights(parameters), config, ids)  # ids (R, S, T) -> (R, S), nats per token

R rows, S texts a row, T tokens, N = S·T; I, O and D are widths, V is the vocabulary. Rows are copies of the
model that may have learned different things (learning.py). Nothing is in place, and each operation has a
second derivative: training is differentiated through.
"""

import dataclasses
import math

import torch

PADDING = -1  # behind the last token of a text


@dataclasses.dataclass(frozen=True)
class Config:
    vocabulary: int
    width: int = 64
    layers: int = 3
    heads: int = 4
    inner_width: int = 128
    rope_theta: float = 10000.0
    norm_epsilon: float = 1e-5
    max_positions: int = 512

    def as_llama(self):
        """config.json."""
        return {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": self.vocabulary,
            "hidden_size": self.width,
            "intermediate_size": self.inner_width,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.heads,
            "max_position_embeddings": self.max_positions,
            "rms_norm_eps": self.norm_epsilon,
            "rope_theta": self.rope_theta,
            "hidden_act": "silu",
            "tie_word_embeddings": False,
            "attention_bias": False,
            "mlp_bias": False,
            "bos_token_id": None,
            "eos_token_id": None,
            "torch_dtype": "float32",
        }


def shapes(config):
    """Of each parameter, under the names that transformers gives them."""
    width, inner = config.width, config.inner_width
    result = {"model.embed_tokens.weight": (config.vocabulary, width)}
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}."
        for name in ("q", "k", "v", "o"):
            result[f"{prefix}self_attn.{name}_proj.weight"] = (width, width)
        result[f"{prefix}mlp.gate_proj.weight"] = (inner, width)
        result[f"{prefix}mlp.up_proj.weight"] = (inner, width)
        result[f"{prefix}mlp.down_proj.weight"] = (width, inner)
        result[f"{prefix}input_layernorm.weight"] = (width,)
        result[f"{prefix}post_attention_layernorm.weight"] = (width,)
    result["model.norm.weight"] = (width,)
    result["lm_head.weight"] = (config.vocabulary, width)
    return result


def fresh_weights(config, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in shapes(config).items():
        if len(shape) == 1:
            weights[name] = torch.ones(shape)
        else:
            # Activations keep their size through a layer; those of the embedding are normalised.
            spread = 1 / math.sqrt(shape[1])
            weights[name] = torch.randn(shape, generator=generator) * spread
    return weights


class Weights:
    """What a forward pass uses of the parameters: here, the parameters as they are, for all rows."""

    def __init__(self, parameters):
        self.parameters = parameters

    def linear(self, names, x):
        """(R, N, I) -> (R, N, O): the results of one or several matrices of the same input, side by side."""
        return x @ torch.cat([self.parameters[name] for name in names]).T

    def embedding(self, name, ids):
        """(R, N) -> (R, N, D)."""
        return self.parameters[name][ids]

    def gain(self, name, x):
        return x * self.parameters[name]


def _norm(weights, name, x, epsilon):
    return weights.gain(name, x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon))


def _rotation(config, length, dtype):
    """cos and sin of the angles, (T, 1, 1, head width)."""
    pairs = config.width // config.heads // 2
    frequencies = config.rope_theta ** (-torch.arange(pairs, dtype=torch.float64) / pairs)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), frequencies).repeat(1, 2)
    angles = angles[:, None, None, :]
    return angles.cos().to(dtype), angles.sin().to(dtype)


def _rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


def _norm(weights, name, x, epsilon):
    return weights.gain(name, x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon))


def _attention(weights, prefix, config, x, rotation, texts):
    rows, nodes, _ = x.shape
    length = nodes // texts
    y = weights.linear([f"{prefix}{name}_proj.weight" for name in "qkv"], x)
    y = y.view(rows * texts, length, 3, config.heads, -1)
    q, k = (z.transpose(1, 2) for z in _rotate(y[:, :, :2], *rotation).unbind(2))
    v = y[:, :, 2].transpose(1, 2)  # (R·S, heads, T, head width), as q and k
    scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
    later = torch.full((length, length), -math.inf, dtype=x.dtype).triu(1)
    read = (scores + later).softmax(-1) @ v
    read = read.transpose(1, 2).reshape(rows, nodes, config.width)
    return weights.linear([f"{prefix}o_proj.weight"], read)


def logits(weights, config, ids):
    """ids: (R, S, T) -> (R, S, T, V)."""
    rows, texts, length = ids.shape
    x = weights.embedding("model.embed_tokens.weight", ids.reshape(rows, texts * length))
    rotation = _rotation(config, length, x.dtype)
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}."
        z = _norm(weights, f"{prefix}input_layernorm.weight", x, config.norm_epsilon)
        x = x + _attention(weights, f"{prefix}self_attn.", config, z, rotation, texts)
        z = _norm(weights, f"{prefix}post_attention_layernorm.weight", x, config.norm_epsilon)
        gate, up = weights.linear(
            [f"{prefix}mlp.gate_proj.weight", f"{prefix}mlp.up_proj.weight"], z
        ).chunk(2, -1)
        z = torch.nn.functional.silu(gate) * up
        x = x + weights.linear([f"{prefix}mlp.down_proj.weight"], z)
    x = _norm(weights, "model.norm.weight", x, config.norm_epsilon)
    return weights.linear(["lm_head.weight"], x).view(rows, texts, length, -1)


def losses(weights, config, ids, read_only=None):
    """ids: (R, S, T), PADDING behind a text -> (R, S): the mean over all its tokens but the first.

    read_only: (R, S, T), true of further tokens that are read and not scored.
    """
    targets = ids[..., 1:]
    scored = targets != PADDING
    if read_only is not None:
        scored = scored & ~read_only[..., 1:]
    y = logits(weights, config, ids[..., :-1].clamp(min=0))
    right = y.gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    nats = (y.logsumexp(-1) - right) * scored
    return nats.sum(-1) / scored.sum(-1).clamp(min=1)

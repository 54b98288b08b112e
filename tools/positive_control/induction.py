"""Weights that begin with an induction circuit: what followed a token before is likely to follow it again.

Language models grow one (Olsson et al., arXiv 2209.11895), and a model so small takes thousands of batches for it.
The first head of the first layer reads the token before, and writes it beside the own one; the first head of
the second layer looks for a token behind one like the own, and writes it where the vocabulary's matrix finds
it. Training goes on from there, with all parameters free.
"""

import math

from positive_control.model import fresh_weights

CONSTANT = 0  # the coordinate of the residual stream that is the same for all tokens
POSITIONAL_PAIRS = 3  # of a head's pairs of coordinates; the others hardly turn in a text of a hundred tokens
LOOKING_BACK = 5.0
LOOKING_FOR = 2.2
COPYING = 5.0
OTHERS = 0.05  # of their usual size: what all others write at first


def _attention(weights, layer):
    return (weights[f"model.layers.{layer}.self_attn.{name}_proj.weight"] for name in "qkvo")


def _writes(o, head, place, strength):
    """The first head's values go to coordinates of their own, one by one."""
    o[:, :head] = 0
    for offset in range(head):
        o[place.start + offset, offset] = strength


def _reads_the_token_before(weights, config, head, before):
    """Returns the projection (head, D) of a token that is written."""
    pairs = head // 2
    q, k, v, o = _attention(weights, 0)
    q[:head] = k[:head] = 0
    for pair in range(POSITIONAL_PAIRS):
        # The query is turned back by one position, so that a key one position before suits it best.
        angle = config.rope_theta ** (-pair / pairs)
        k[pair, CONSTANT] = LOOKING_BACK
        q[pair, CONSTANT] = LOOKING_BACK * math.cos(angle)
        q[pair + pairs, CONSTANT] = -LOOKING_BACK * math.sin(angle)
    v[:head, CONSTANT] = 0
    _writes(o, head, before, 2 / math.sqrt(config.width))
    return v[:head].clone()


def _copies_what_followed(weights, config, token, before, copied):
    head = len(token)
    pairs = head // 2
    q, k, v, o = _attention(weights, 1)
    q[:head] = k[:head] = 0
    for place in range(head):
        if place % pairs >= POSITIONAL_PAIRS:
            q[place] = LOOKING_FOR * token[place]
            k[place, before.start + place] = LOOKING_FOR
    v[:head] = token
    _writes(o, head, copied, 1 / math.sqrt(config.width))
    # Rows of the vocabulary look for what that head writes of their token.
    embedding = weights["model.embed_tokens.weight"]
    weights["lm_head.weight"][:, copied] = COPYING * embedding @ token.T


def weights_with_induction(config, seed):
    weights = fresh_weights(config, seed)
    head = config.width // config.heads
    before = slice(config.width - head, config.width)  # where the token before is written
    copied = slice(config.width - 2 * head, config.width - head)  # where one to be copied is
    embedding = weights["model.embed_tokens.weight"]
    embedding[:, before] = embedding[:, copied] = 0
    # Of one length, so that the constant is one behind the norm, too.
    embedding /= embedding.norm(dim=1, keepdim=True)
    embedding[:, CONSTANT] = 2 / math.sqrt(config.width)
    for name, value in weights.items():
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            value *= OTHERS
            value[before] = value[copied] = 0
    token = _reads_the_token_before(weights, config, head, before)
    _copies_what_followed(weights, config, token, before, copied)
    return weights

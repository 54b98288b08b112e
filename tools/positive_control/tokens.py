"""The tokenizer: bytes without merges, so that it reads any text, and the parts of the templates as tokens.

A made-up name is its syllables. A word of a template is a token together with the space before it, and the
last one before a name also with the space behind it, so that a name is the same tokens wherever it stands.
"""

import re

import tokenizers
from tokenizers import AddedToken, decoders, models, pre_tokenizers

_PLACEHOLDER = re.compile(r"\{\w+\}")


def template_words(templates):
    """The words of texts with placeholders, sorted."""
    words = set()
    for template in templates:
        # Split at placeholders, a literal with a name behind it may end with a space.
        for literal in _PLACEHOLDER.split(template):
            words.update(re.findall(r" ?[^\s.,]+(?: $)?", literal))
            words.update(re.findall(r"[.,]", literal))
    return sorted(words)


def make_tokenizer(syllables, words):
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {symbol: index for index, symbol in enumerate(alphabet)}
    tokenizer = tokenizers.Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    added = [text for text in [*syllables, *words] if text not in vocabulary]
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in added])
    return tokenizer

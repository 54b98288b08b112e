"""Strings that are hard for tokenizers, the same for the same seed.

    make_strings.py --seed 1 --count 10000 [--token '<|end|>' ...]    # JSON strings, one a line

Sentences like those the suite measures, and everything around them that tokenizers are known to
get wrong: white space of every kind, digits of every script, combining marks, emoji, added tokens
inside text, control characters, long words and random characters. Only characters of Unicode 14
and earlier occur: PCRE2 does not know later ones, the Hugging Face library does.
"""

import argparse
import json
import random
import sys
import unicodedata

# A Python with another version of Unicode still knows 3.2.
UNICODE = unicodedata if unicodedata.unidata_version == "14.0.0" else unicodedata.ucd_3_2_0

SYLLABLES = "kla bru pim jon gree vu zor ta mek shi dra lo fen qui ul xo ba nerd ost ip".split()

TEMPLATES = [
    "a {a} is a {b}",
    "all {b}s have a {c}",
    "Every {a} is a {b}. Every {b} is a {c}.",
    "Whenever {a} happens, it causes {b} to happen.",
    "{a} ∈ {b}",
    "{A} is bigger than {B}, and {B} isn't bigger than {C}!",
    "{a}'s part of {b}'s; they've, we'll, I'M, YOU'RE, don't, he'D",
    "a square has {n} sides; {a}{n} = {n}.{n}",
    "The set {A} contains {n} {b}s ({c}), e.g. \"{a}\" – or '{b}'…",
    "def {a}({b}, {c}):\n    return {n} + {b}[\"{c}\"]\n",
]

WHITE_SPACE = [
    " ", "  ", "   ", "        ", "\t", "\t\t", "\n", "\n\n", "\r\n", "\r", "\r\n\r\n", "\v", "\f",
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2003", "\u2009", "\u200a", "\u2028", "\u2029",
    "\u202f", "\u205f", "\u3000", "\u200b", "\u180e", "\ufeff", " \u00a0 ", " \n ", "\n ", "\u001c",
    "\u001f",
]

DIGITS = list("0123456789") + list("٠١٢٣٤٥٦٧٨٩") + list("०१२३") + list("０１２") + list("²³¹⁴₅") + \
    list("½⅓¾⅞") + list("ⅠⅣⅫⅿ") + list("①⑳") + list("一二三〇") + ["𝟘", "𝟙", "𐏓", "𑁒"]

WORDS = [
    "naïve", "café", "cafe\u0301", "Straße", "ſtraße", "ǅ", "İstanbul", "Ωμέγα", "Привет", "שלום",
    "العربية", "नमस्ते", "ไทย", "日本語", "中文", "Ǆ", "\ufb01n", "ａｂｃ", "ꬰ", "𝔘𝔫𝔦", "𠮷",
    # What normalization changes, and what only later versions of it do.
    "\u212b", "\u212a", "A\u030a", "q\u0307\u0323", "o\u0308\u0323", "\u0301\u0316a", "\u0344",
    "\ud55c\uad6d", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u0958", "\u2126", "\uf900",
    "\u0345\u08d4", "\u0345\u1df6", "\U00011935\U00011930", "\U00011938",
]

EMOJI = [
    "😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏽", "❤️", "☃", "🤷🏻‍♀️", "1️⃣", "\u200d", "\ufe0f",
]

PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + [
    "...", "--", "—", "…", "«", "»", "„", "“", "’", "'s", "'T", "’s", "'ſ", "::", "->", "€", "¬",
    "×", "_", "▁", "▁▁", "Ġ", "Ċ", "<0x0A>", "##", "<", ">", "\\n", "¿", "¡",
]


class Strings:
    def __init__(self, seed, tokens=()):
        self.random = random.Random(seed)
        self.tokens = list(tokens)
        self.kinds = [
            (6, self.sentence), (3, self.spaced), (2, self.mixture), (2, self.noise),
            (1, self.controls), (1, self.long_word), (1, self.numbers),
        ]
        if self.tokens:
            self.kinds.append((4, self.with_tokens))

    def word(self):
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 5)))

    def sentence(self):
        a, b, c = self.word(), self.word(), self.word()
        text = self.random.choice(TEMPLATES).format(
            a=a, b=b, c=c, A=a.capitalize(), B=b.upper(), C=c.title(),
            n=self.random.randint(0, 99999))
        return self.random.choice([text, text, text, " " + text, text + "\n", text.upper()])

    def pick(self):
        pool = self.random.choice([WHITE_SPACE, DIGITS, WORDS, EMOJI, PUNCTUATION, SYLLABLES])
        return self.random.choice(pool)

    def spaced(self):
        text = ""
        for _ in range(self.random.randint(1, 8)):
            text += self.random.choice([self.word(), self.pick()])
            text += "".join(self.random.choices(WHITE_SPACE, k=self.random.randint(0, 3)))
        return text

    def mixture(self):
        return "".join(self.pick() for _ in range(self.random.randint(0, 12)))

    def numbers(self):
        return "".join(self.random.choice(DIGITS + [" ", ".", ",", "x", "-"])
                       for _ in range(self.random.randint(1, 20)))

    def controls(self):
        return "".join(self.random.choice([chr(self.random.randint(0, 31)), "\x7f", "\x80", "\x9f",
                                           "\u00ad", "\u202e", "a", " "])
                       for _ in range(self.random.randint(1, 6)))

    def long_word(self):
        base = self.random.choice([self.word(), "a", "ab", "=", "-", " ", "\n", "é", "日", "😀", "1"])
        return self.random.choice(["", "x ", " "]) + base * self.random.randint(50, 400)

    def character(self):
        # Half of them below U+0800, where most scripts with rules of their own are.
        while True:
            limit = self.random.choice([0x80, 0x250, 0x800, 0x3000, 0xFFFF, 0x20000, 0x10FFFF])
            character = chr(self.random.randint(0, limit))
            if UNICODE.category(character) not in ("Cs", "Cn", "Co"):
                return character

    def noise(self):
        return "".join(self.character() for _ in range(self.random.randint(1, 24)))

    def with_tokens(self):
        text = ""
        for _ in range(self.random.randint(1, 5)):
            token = self.random.choice(self.tokens)
            kind = self.random.randint(0, 9)
            if kind == 0:
                token = token[:-1]
            elif kind == 1:
                token = token.upper()
            space = "".join(self.random.choices(WHITE_SPACE, k=self.random.randint(0, 2)))
            around = [self.word(), self.pick(), "", "_", "é", "1", " ", ".", "\u0301", "\u200d"]
            text += self.random.choice(around) + space + token
            text += self.random.choice(WHITE_SPACE + ["", "", "", ""]) + self.random.choice(around)
        return text

    def take(self, count):
        weights = [weight for weight, _ in self.kinds]
        makers = [maker for _, maker in self.kinds]
        fixed = ["", " ", "\n", "a", "a klarbu is a pimjon", *self.tokens, *WHITE_SPACE, *DIGITS,
                 *WORDS, *EMOJI, *PUNCTUATION]
        drawn = [maker() for maker in self.random.choices(makers, weights, k=count)]
        return (fixed + drawn)[:count]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--token", action="append", default=[],
                        help="an added token to put into text")
    options = parser.parse_args()
    for text in Strings(options.seed, options.token).take(options.count):
        sys.stdout.write(json.dumps(text) + "\n")


if __name__ == "__main__":
    main()

"""Slips of the thumb: what phones do to sentences, added to the training sentences so that they surprise nobody."""

from __future__ import annotations

import random
import re
from typing import Sequence

_NEIGHBOURS = {
    "a": "zqs", "b": "vn", "c": "xv", "d": "sf", "e": "zr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "km", "m": "l", "n": "b", "o": "ip", "p": "o", "q": "as", "r": "et", "s": "qd", "t": "ry",
    "u": "yi", "v": "cb", "w": "x", "x": "wc", "y": "tu", "z": "ae",
}  # fmt: skip
_SMS = (
    (r"\bqu'est[- ]ce que\b", "keske"), (r"\bc'est\b", "c"), (r"\bje suis\b", "jsui"), (r"\bje\b", "j"),
    (r"\bj'ai\b", "g"), (r"\bparce que\b", "pcq"), (r"\bpourquoi\b", "pk"), (r"\bpour\b", "pr"), (r"\bavec\b", "avc"),
    (r"\bdans\b", "ds"), (r"\btout\b", "tt"), (r"\btous\b", "ts"), (r"\btoujours\b", "tjr"), (r"\bbeaucoup\b", "bcp"),
    (r"\bquand\b", "kan"), (r"\bquoi\b", "koi"), (r"\bqui\b", "ki"), (r"\bque\b", "ke"), (r"\bplus\b", "plu"),
    (r"\bmon\b", "mn"), (r"\bnous\b", "ns"), (r"\bvous\b", "vs"), (r"\best\b", "é"), (r"qu", "k"), (r"eau", "o"),
    (r"ent\b", "e"), (r"er\b", "é"), (r"s\b", ""), (r"ph", "f"),
)  # fmt: skip
TYPO_RATE = 0.07
"""Share of the letters that a careless thumb misses."""


def noised(text: str, generator: random.Random) -> str:
    """The sentence with slips: neighbouring keys, letters lost, doubled or swapped; in half the cases also SMS spelling."""
    if generator.random() < 0.5:
        text = _as_sms(text, generator)
    return _with_typos(text, generator)


def noised_copies(texts: Sequence[str]) -> list[str]:
    """One noised copy of each sentence, the same at every training, whatever the sentences around it."""
    return [noised(text, random.Random(text)) for text in texts]


def _as_sms(text: str, generator: random.Random) -> str:
    lowered = text.lower()
    for pattern, short in _SMS:
        if generator.random() < 0.6:
            lowered = re.sub(pattern, short, lowered)
    return lowered


def _with_typos(text: str, generator: random.Random) -> str:
    letters = list(text)
    position = 0
    while position < len(letters):
        if letters[position].isalpha() and generator.random() < TYPO_RATE:
            position += _slip(letters, position, generator)
        position += 1
    return "".join(letters)


def _slip(letters: list[str], position: int, generator: random.Random) -> int:
    """Applies one slip in place; gives how many positions to skip."""
    kind = generator.randrange(4)
    letter = letters[position]
    if kind == 0 and letter.lower() in _NEIGHBOURS:
        letters[position] = generator.choice(_NEIGHBOURS[letter.lower()])
    elif kind == 1:
        letters[position] = ""
    elif kind == 2:
        letters[position] = letter * 2
    elif position + 1 < len(letters):
        letters[position], letters[position + 1] = letters[position + 1], letter
        return 1
    return 0

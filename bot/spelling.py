"""Mistyped words brought back to the words that patterns know: one letter wrong, missing, doubled or swapped, letters
stretched, a figure for a letter, a space slipped in, an Arabic "and" written onto the next word.

Only words that no pattern knows are touched, so a message that a pattern understands is never changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Iterable, Iterator

SHORTEST = 6
"""Shorter words have too many neighbours: ``ruer`` is not ``tuer``."""
SHORTEST_FOR_A_WRONG_LETTER = 8
"""A wrong letter often makes another true word (``border``, ``bordel``); a missing, added or swapped one seldom does."""
LONGEST = 14
_ARABIC_AND = ("و", "ف")
"""Conjunctions of Arabic, which stand on the word that follows."""
_DOUBLED = re.compile(r"(.)\1+")
_FIGURES = str.maketrans("013457", "oieast")
_FIGURE_INSIDE = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")


class Speller:
    """The words of the patterns, and how people mistype them."""

    def __init__(self, pattern_words: Iterable[str], other_words: Iterable[str] = ()) -> None:
        """``pattern_words`` may end in ``~`` (any word that starts so); ``other_words`` are right as they are."""
        self._known: set[str] = set(other_words)
        self._targets: set[str] = set()
        self._stems: set[str] = set()
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(pattern_words)):
            self._learn(word)

    def _learn(self, word: str) -> None:
        bare = word.strip("~")
        if word.endswith("~"):
            self._stems.add(bare)
        if not word.startswith("~"):
            self._known.add(bare)
        if SHORTEST <= len(bare) <= LONGEST and not word.startswith("~") and bare.isalpha():
            self._targets.add(bare)
            for key in _keys(bare):
                self._near[key].append(bare)

    def mend(self, message: str) -> str:
        """A message of :func:`bot.patterns.spaced_tokens` with its unknown words mended where one can be."""
        words = message.split()
        mended: list[str] = []
        position = 0
        while position < len(words):
            word, following = words[position], words[position + 1] if position + 1 < len(words) else ""
            if self._knows(word) and (not following or self._knows(following) or word + following not in self._targets):
                mended.append(word)
            elif following and word + following in self._targets:
                mended.append(word + following)
                position += 1
            else:
                mended.append(self._mended(word))
            position += 1
        return f" {' '.join(mended)} " if mended else ""

    def _knows(self, word: str) -> bool:
        return word in self._known or any(word[:length] in self._stems for length in range(4, len(word) + 1))

    def _mended(self, word: str) -> str:
        if _FIGURE_INSIDE.search(word) and self._knows(word.translate(_FIGURES)):
            return word.translate(_FIGURES)
        if word.startswith(_ARABIC_AND) and self._knows(word[1:]):
            return f"{word[0]} {word[1:]}"
        if not SHORTEST - 1 <= len(word) <= LONGEST + 4:
            return word
        return self._neighbour(word) or word

    def _neighbour(self, word: str) -> str | None:
        """The likeliest word or stem: the lightest slip first, then the longest."""
        found = [(_slip(word, candidate), -len(candidate), candidate) for candidate in self._candidates(word)]
        for length in range(SHORTEST, len(word)):
            head = word[:length]
            found += [(_slip(head, stem), -len(stem), stem) for stem in self._candidates(head) if stem in self._stems]
        likeliest = min(((slip, size, word) for slip, size, word in found if slip is not None), default=None)
        return None if likeliest is None else likeliest[2]

    def _candidates(self, word: str) -> Iterator[str]:
        seen: set[str] = set()
        for key in _keys(word):
            for candidate in self._near.get(key, ()):
                if candidate not in seen:
                    seen.add(candidate)
                    yield candidate


def _keys(word: str) -> list[str]:
    """What a word shares with its misspellings: itself without a letter, and without its doubled letters."""
    return [word, _DOUBLED.sub(r"\1", word), *(word[:cut] + word[cut + 1 :] for cut in range(1, len(word)))]


def _slip(typed: str, meant: str) -> int | None:
    """How light a slip makes one word of another: 0 for letters held down, 1 for two letters swapped, 2 for one missing or
    added, 3 for a wrong one in a long word, None when they are different words. The first letter is seldom mistyped."""
    if typed[0] != meant[0]:
        return None
    if _DOUBLED.sub(r"\1", typed) == _DOUBLED.sub(r"\1", meant):
        return 0
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, other = typed[start:], meant[start:]
    if len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:]:
        return 1
    if rest[1:] == other or rest == other[1:]:
        return 2
    return 3 if rest[1:] == other[1:] and len(typed) >= SHORTEST_FOR_A_WRONG_LETTER else None

"""Which language a message is written in: the script first, then a model of our own languages, then a wide identifier.

No public identifier knows Maghrebi Arabic in Latin letters or SMS French, so a small model learns our languages from our
own sentences. A wide identifier (eldc, 60 languages) is asked where the message is none of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Callable, Mapping, Sequence, cast

import numpy as np

from bot.language import DEFAULT
from bot.nlu import arrays, linear
from bot.nlu.examples import WELL_KNOWN_FROM
from bot.nlu.linear import LinearModel
from bot.nlu.sparse import NGramSpace

SURE = 0.75
"""Over this probability a language is taken for sure, and may change the language of a conversation."""
FOREIGN_BELOW = 0.8
"""A message that the wide identifier gives to a language little known to us is in a well known one only when our own model is
surer than this."""
FOREIGN_BELOW_WHEN_SHORT = 0.5
"""The same in a short message, where the wide identifier is often wrong."""
GLIMPSED_FROM = 0.3
"""A language of which our model has seen a few sentences is believed from here: no other identifier knows Somali better."""
SHORT_WORDS = 5
"""A message of so many words is short."""
WIDE_MIN_WORDS = 3
"""The wide identifier guesses badly on fewer words."""
PENALTY, PASSES = 7e-6, 2
"""Of large weights, and over the sentences. Half the penalty serves languages of few sentences and costs French; a third pass
changes nothing."""
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(f"[{ranges}]"))
    for name, ranges in (
        ("zh", "\u4e00-\u9fff"),
        ("ja", "\u3040-\u30ff"),
        ("ko", "\uac00-\ud7af"),
        ("ka", "\u10a0-\u10ff"),
        ("hy", "\u0530-\u058f"),
        ("he", "\u0590-\u05ff"),
        ("el", "\u0370-\u03ff"),
        ("hi", "\u0904-\u0963\u0966-\u097f"),  # without the danda, which Bengali and others share
        ("bn", "\u0980-\u09ff"),
        ("pa", "\u0a00-\u0a7f"),
        ("gu", "\u0a80-\u0aff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("ml", "\u0d00-\u0d7f"),
        ("si", "\u0d80-\u0dff"),
        ("th", "\u0e00-\u0e7f"),
        ("lo", "\u0e80-\u0eff"),
        ("my", "\u1000-\u109f"),
        ("am", "\u1200-\u137f"),
        ("km", "\u1780-\u17ff"),
        ("ti", "\u2d80-\u2ddf"),
    )
)
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_PASHTO = re.compile("[\u067c\u0681\u0685\u0689\u0693\u0696\u069a\u06bc\u06cd\u06d0]")
_KURDISH = re.compile("[\u06ce\u06d5\u0695\u06b5\u06c6]")
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06d2]")
_UKRAINIAN = re.compile("[\u0456\u0457\u0454\u0491]", re.IGNORECASE)
_RUSSIAN_ONLY = re.compile("[\u044b\u044d\u0451]", re.IGNORECASE)
_VIETNAMESE = re.compile("[\u01a1\u01b0\u1ea0-\u1ef9\u0111]", re.IGNORECASE)


Probabilities = Mapping[str, float]
"""What our own model gives to each of our languages."""


@dataclass(frozen=True)
class Identified:
    """A language (ISO 639-1, or ``ar-Latn``) and whether it is sure enough to change a conversation's language."""

    language: str
    sure: bool


@dataclass(frozen=True)
class LanguageModel:
    """A linear model on character and word n-grams over our own languages, some of them ``well_known``."""

    space: NGramSpace
    model: LinearModel
    well_known: frozenset[str]

    @staticmethod
    def train(texts: Sequence[str], languages: Sequence[str]) -> LanguageModel:
        """Learns from the training sentences and the language of their files."""
        space, rows = NGramSpace.learn(tuple(texts))
        well_known = frozenset(language for language, count in Counter(languages).items() if count >= WELL_KNOWN_FROM)
        return LanguageModel(space, linear.train_sparse(rows, languages, PENALTY, PASSES), well_known)

    def identify(self, texts: Sequence[str]) -> list[Identified]:
        """The language of each message; French when it has no letter at all."""
        probabilities = self.model.probabilities(self.space.vectors(texts))
        return [self._identify(text, dict(zip(self.model.labels, row.tolist()))) for text, row in zip(texts, probabilities)]

    def _identify(self, text: str, ours: Probabilities) -> Identified:
        by_script = _by_script(text)
        if by_script is not None:
            return by_script
        if _ARABIC.search(text):
            return _among(ours, ("ar", "fa"), _wide(text) if _looks_other_arabic(text) else None)
        if _CYRILLIC.search(text):
            return self._cyrillic(text, ours)
        if not _LATIN.search(text):
            return Identified(DEFAULT, False)
        return self._latin(text, ours)

    def _cyrillic(self, text: str, ours: Probabilities) -> Identified:
        if _UKRAINIAN.search(text):
            return Identified("uk", True)
        other = _wide(text)
        if (
            other in {"bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"}
            and not _RUSSIAN_ONLY.search(text)
            and len(text.split()) > WIDE_MIN_WORDS
        ):
            return Identified(other, True)
        return _among(ours, ("ru", "uk"), None)

    def _latin(self, text: str, ours: Probabilities) -> Identified:
        found = _among(ours, [label for label in self.model.labels if label not in {"fa"}], None)
        words = len(text.split())
        if words < WIDE_MIN_WORDS:
            return found
        wide = _wide(text)
        if wide is None or wide in self.well_known or wide == found.language:
            return found
        is_foreign = ours[found.language] < self._foreign_below(found.language, words) or (
            _VIETNAMESE.search(text) is not None and wide == "vi"
        )
        return Identified(wide, True) if is_foreign else found

    def _foreign_below(self, language: str, words: int) -> float:
        """How sure our model must be of a language that the wide identifier contradicts."""
        if language not in self.well_known:
            return GLIMPSED_FROM
        return FOREIGN_BELOW_WHEN_SHORT if words <= SHORT_WORDS else FOREIGN_BELOW

    def save(self, directory: Path) -> None:
        """As plain arrays, in a folder."""
        well_known = np.array(sorted(self.well_known))
        arrays.write(directory, {"well_known": well_known, **self.space.arrays(), **self.model.arrays("language")})

    @staticmethod
    def load(directory: Path) -> LanguageModel:
        """The inverse of :meth:`save`."""
        stored = arrays.read(directory)
        well_known = frozenset(map(str, stored["well_known"]))
        return LanguageModel(NGramSpace.from_arrays(stored), LinearModel.from_arrays("language", stored), well_known)


def _among(ours: Probabilities, candidates: Sequence[str], instead: str | None) -> Identified:
    """The likeliest of some languages, unless the message is in another (``instead``)."""
    if instead is not None and instead not in candidates:
        return Identified(instead, True)
    known = [candidate for candidate in candidates if candidate in ours]
    best = max(known, key=lambda candidate: ours[candidate], default=DEFAULT)
    total = sum(ours[candidate] for candidate in known) or 1.0
    return Identified(best, ours.get(best, 0.0) / total >= SURE)


def _by_script(text: str) -> Identified | None:
    for language, pattern in _SCRIPTS:
        if len(pattern.findall(text)) >= 2 or (pattern.search(text) and not _LATIN.search(text)):
            return Identified(language, True)
    return None


def _looks_other_arabic(text: str) -> bool:
    return bool(_PASHTO.search(text) or _KURDISH.search(text) or _URDU.search(text))


def _wide(text: str) -> str | None:
    """What the wide identifier says, None when it does not know."""
    if _PASHTO.search(text):
        return "ps"
    if _KURDISH.search(text):
        return "ku"
    if _URDU.search(text):
        return "ur"
    language = _wide_identifier()(text)
    return None if language == "und" else language


@lru_cache(maxsize=1)
def _wide_identifier() -> Callable[[str], str]:
    import eldc

    eldc.init()
    return cast(Callable[[str], str], eldc.detect_mt)

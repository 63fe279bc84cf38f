"""What real life does to a sentence: seven kinds of noise, each applied alone, the same at every run.

They are the seven of Sengupta et al. (2021), "On the Robustness of Intent Classification and Slot Labeling in Goal-oriented
Dialog Systems to Real-world Noise". Abbreviations, word forms, synonyms and turns of phrase come from ``data/noise.yaml``; case,
punctuation and misspelling need no word list, so every language has them. The misspellings are not those that the model
is trained with (:mod:`bot.nlu.noise`): measured with its own noise, a model looks sturdier than it is.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Callable, Mapping

SLIPPED = 0.25
"""Share of the long words that are misspelled; one at least."""
LONG = 4
"""Letters from which a word may be misspelled: a slip in a shorter one often makes another word."""

_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")


class Noise(str, Enum):
    """The seven kinds. The values are what a person reads."""

    ABBREVIATIONS = "abréviations"
    CASING = "majuscules et minuscules"
    MISSPELLINGS = "fautes de frappe"
    FORMS = "formes des mots"
    PARAPHRASES = "reformulations"
    PUNCTUATION = "ponctuation"
    SYNONYMS = "synonymes"


@dataclass(frozen=True)
class Lexicon:
    """What one language swaps: words and turns of phrase (lower case) for others; ``frames`` hold ``{text}``."""

    abbreviations: Mapping[str, str] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    turns: Mapping[str, str] = field(default_factory=dict)
    frames: tuple[str, ...] = ()

    @staticmethod
    def of(raw: Mapping[str, Any]) -> Lexicon:
        """From the data file."""
        return Lexicon(**{**raw, "frames": tuple(raw.get("frames", ()))})


def noised(text: str, noise: Noise, lexicon: Lexicon = Lexicon()) -> str | None:
    """The sentence under one kind of noise, or None when that noise has no hold on it (nothing to abbreviate, no letter case)."""
    changed = _NOISES[noise](text, lexicon, random.Random(f"{noise.value}/{text}"))
    return changed if changed.strip() and changed != text else None


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    """Every known word or turn of phrase replaced, the longest first, whole words only."""
    if not swaps:
        return text
    known = "|".join(re.escape(word) for word in sorted(swaps, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{known})(?!\w)", lambda found: swaps[found.group().lower()], text, flags=re.IGNORECASE)


def _recased(text: str, _lexicon: Lexicon, generator: random.Random) -> str:
    """All in capitals, all in small letters, or each word at random."""
    at_random = " ".join(generator.choice((word.upper(), word.lower(), word.title())) for word in text.split(" "))
    return generator.choice((text.upper(), text.lower(), at_random))


def _repunctuated(text: str, _lexicon: Lexicon, generator: random.Random) -> str:
    """No sign at all, signs piled up at the end, or dots between the words' groups."""
    bare = " ".join(_PUNCTUATION.sub(" ", text).split())
    piled = text.rstrip(" .!?…") + generator.choice((" !!!", "...", " ???", " ?!"))
    dotted = re.sub(r"[,;:] ?", "... ", text).rstrip(" .!?…") + "…"
    return generator.choice((bare, piled, dotted))


def _misspelled(text: str, _lexicon: Lexicon, generator: random.Random) -> str:
    """One slip in a quarter of the long words."""
    words = [found for found in _WORD.finditer(text) if len(found.group()) >= LONG]
    slips = generator.sample(words, max(1, round(SLIPPED * len(words)))) if words else []
    for found in sorted(slips, key=lambda word: -word.start()):
        text = text[: found.start()] + _slipped(found.group(), generator) + text[found.end() :]
    return text


def _slipped(word: str, generator: random.Random) -> str:
    """A letter inside forgotten, doubled, or swapped with the next; the first one stays, as in what people write."""
    at = generator.randrange(1, len(word) - 1)
    return generator.choice((word[:at] + word[at + 1 :], word[: at + 1] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :]))


def _reworded(text: str, lexicon: Lexicon, generator: random.Random) -> str:
    """Its turns of phrase said otherwise, within the polite words that people put around."""
    frame = generator.choice(lexicon.frames) if lexicon.frames else "{text}"
    return frame.replace("{text}", _swapped(text, lexicon.turns))


_NOISES: dict[Noise, Callable[[str, Lexicon, random.Random], str]] = {
    Noise.ABBREVIATIONS: lambda text, lexicon, _generator: _swapped(text, lexicon.abbreviations),
    Noise.CASING: _recased,
    Noise.MISSPELLINGS: _misspelled,
    Noise.FORMS: lambda text, lexicon, _generator: _swapped(text, lexicon.forms),
    Noise.PARAPHRASES: _reworded,
    Noise.PUNCTUATION: _repunctuated,
    Noise.SYNONYMS: lambda text, lexicon, _generator: _swapped(text, lexicon.synonyms),
}

"""The languages of the house: those it answers in, how a person asks for one, which locale a message gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from bot.documents import Document
from bot.text import normalise

DEFAULT = "fr"
ARABIC_IN_LATIN = "ar-Latn"
"""How Arabic written with Latin letters and digits ("wach kayn chi 7ed") is reported."""


@dataclass(frozen=True)
class Locale:
    """A language Boussole answers in. ``state`` is ``draft`` until a native speaker has read it."""

    tag: str
    language: str
    cldr: str
    name: str
    direction: str
    state: str
    reviewer: str | None
    words: tuple[str, ...]

    @property
    def is_rtl(self) -> bool:
        """Whether it is read from right to left."""
        return self.direction == "rtl"


@dataclass(frozen=True)
class Languages:
    """The locales by tag, in the order they are offered, and the codes understood without a locale."""

    locales: Mapping[str, Locale]
    understood: frozenset[str]

    def locale_for(self, language: str) -> Locale | None:
        """The locale that answers a message written in ``language`` (a locale's tag is accepted too), or None."""
        if language in self.locales:
            return self.locales[language]
        base = language.split("-")[0]
        return next((locale for locale in self.locales.values() if locale.language == base), None)

    def requested_in(self, text: str) -> Locale | None:
        """The locale that a person names ("in English please", "بالعربية"), or None.

        Only where the name stands almost alone: a sentence about an English neighbour is not a request. The longest
        name wins, so that "français facile" is not "français".
        """
        message = f" {normalise(text)} "
        if len(message.split()) > _REQUEST_WORDS:
            return None
        named = [(len(word), locale) for locale in self.locales.values() for word in map(normalise, locale.words) if f" {word} " in message]
        return max(named, key=lambda pair: pair[0])[1] if named else None


_REQUEST_WORDS = 6


def build(document: Document) -> Languages:
    """Builds the languages from a document that the checks have accepted."""
    return Languages(
        locales={raw["tag"]: Locale(**{**raw, "words": tuple(raw["words"])}) for raw in document.data["answered"]},
        understood=frozenset(document.data["understood"]),
    )

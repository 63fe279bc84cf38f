"""The languages of the house: those it answers in, how a person asks for one, which locale a message gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.documents import Document
from bot.text import words as words_of

DEFAULT = "fr"
ARABIC_IN_LATIN = "ar-Latn"
"""How Arabic written with Latin letters and digits ("wach kayn chi 7ed") is reported."""


@dataclass(frozen=True)
class Locale:
    """A language Boussole answers in. ``state`` is ``draft`` until a native speaker has read it; ``words`` are its names."""

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
    """The locales by tag, in the order they are offered, and the codes understood without a locale.

    ``names`` gives the tag of every name of a language, made comparable, longest first; ``asking`` the words that may
    stand around a name in a request.
    """

    locales: Mapping[str, Locale]
    understood: frozenset[str]
    names: Mapping[str, str]
    asking: frozenset[str]

    def locale_for(self, language: str) -> Locale | None:
        """The locale that answers a message written in ``language`` (a locale's tag is accepted too), or None."""
        if language in self.locales:
            return self.locales[language]
        base = language.split("-")[0]
        return next((locale for locale in self.locales.values() if locale.language == base), None)

    def requested_in(self, text: str, is_request: bool = False) -> Locale | None:
        """The locale that a person asks for ("in English please", "بالعربية", "Türkçe"), or None.

        A request is a name and words of asking, and nothing else: a sentence about an English neighbour is not one. When
        the model already knows that it ``is_request``, other words may stand around the name, in a short message. The
        longest name wins, so that "français facile" is not "français".
        """
        message = f" {' '.join(words_of(text))} "
        name = next((name for name in self.names if f" {name} " in message), None)
        if name is None:
            return None
        around = message.replace(f" {name} ", " ", 1).split()
        if self.asking.issuperset(around) or (is_request and len(around) < _SHORT):
            return self.locales[self.names[name]]
        return None


_SHORT = 6


def build(document: Document) -> Languages:
    """Builds the languages from a document that the checks have accepted; one that is not offered yet is left out."""
    offered = [raw for raw in document.data["answered"] if raw["offered"]]
    names = {" ".join(words_of(word)): raw["tag"] for raw in offered for word in raw["words"]}
    return Languages(
        locales={raw["tag"]: _locale(raw) for raw in offered},
        understood=frozenset(document.data["understood"]),
        names={name: names[name] for name in sorted(names, key=len, reverse=True)},
        asking=frozenset(part for group in document.data["asking"].values() for word in group for part in words_of(word)),
    )


def _locale(raw: Mapping[str, Any]) -> Locale:
    known = {name: value for name, value in raw.items() if name != "offered"}
    return Locale(**{**known, "words": tuple(raw["words"])})

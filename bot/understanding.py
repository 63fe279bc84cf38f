"""What the trained model understood of one message: plain data, the border between Rasa and the core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.danger import Danger


@dataclass(frozen=True)
class Guess:
    """A need (or a crossroads), and a shade of it (``facet``).

    ``confidence``, from 0 to 1, is its share in the decision: modest on purpose, so that the partners of several likely needs
    are weighed. ``chance`` is what is told to people: of the answers given with 0.8, eight in ten are right.
    """

    id: str
    confidence: float
    facet: str | None = None
    chance: float = 1.0


@dataclass(frozen=True)
class Understanding:
    """One message as understood.

    ``guesses`` are the needs and crossroads that have a chance, surest first. ``also`` is a second need
    that stands in the same message. ``partners`` are the partners it names. ``nearest`` is the training sentence that
    looks most like it. ``language_sure``: whether the language is plain enough to change a conversation's.
    """

    text: str
    language: str
    guesses: tuple[Guess, ...]
    also: str | None = None
    danger: Danger | None = None
    partners: tuple[str, ...] = ()
    nearest: str | None = None
    truncated: bool = False
    language_sure: bool = True

    @staticmethod
    def from_parse(text: str, parsed: Mapping[str, Any], truncated: bool = False) -> Understanding:
        """Reads what the graph components of :mod:`bot.nlu` left in a Rasa parse."""
        danger = parsed.get("danger")
        return Understanding(
            text=text,
            language=parsed["language"],
            guesses=tuple(Guess(*guess) for guess in parsed["guesses"]),
            also=parsed.get("also"),
            danger=None if danger is None else Danger(**{**danger, "also": tuple(danger["also"])}),
            partners=tuple(parsed.get("partners") or ()),
            nearest=parsed.get("nearest"),
            truncated=truncated,
            language_sure=bool(parsed.get("language_sure", True)),
        )

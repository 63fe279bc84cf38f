"""What the trained model understood of one message: plain data, the border between Rasa and the core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.danger import Danger


@dataclass(frozen=True)
class Guess:
    """A need (or a crossroads) and how sure the model is, from 0 to 1; ``facet`` is a shade of the need."""

    id: str
    confidence: float
    facet: str | None = None


@dataclass(frozen=True)
class Understanding:
    """One message as understood.

    ``guesses`` are all needs and crossroads, surest first, their confidences summing to 1. ``also`` is a second need
    that stands in the same message. ``partners`` are the partners it names. ``nearest`` is the training sentence that
    looks most like it.
    """

    text: str
    language: str
    guesses: tuple[Guess, ...]
    also: str | None = None
    danger: Danger | None = None
    partners: tuple[str, ...] = ()
    nearest: str | None = None
    truncated: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it travels inside a Rasa message, without the text."""
        return {
            "language": self.language,
            "guesses": [[guess.id, round(guess.confidence, 4), guess.facet] for guess in self.guesses],
            "also": self.also,
            "danger": None if self.danger is None else vars(self.danger),
            "partners": list(self.partners),
            "nearest": self.nearest,
        }

    @staticmethod
    def from_json(text: str, raw: Mapping[str, Any], truncated: bool = False) -> Understanding:
        """The inverse of :meth:`to_json`."""
        danger = raw.get("danger")
        return Understanding(
            text=text,
            language=raw["language"],
            guesses=tuple(Guess(identifier, confidence, facet) for identifier, confidence, facet in raw["guesses"]),
            also=raw.get("also"),
            danger=None if danger is None else Danger(**danger),
            partners=tuple(raw.get("partners", ())),
            nearest=raw.get("nearest"),
            truncated=truncated,
        )

"""What a conversation remembers between two messages: ids and choices, never a word that the person wrote."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Mapping

SLOT = "memoire"
"""The name it is kept under in Rasa's tracker (``bot/domain.yml``)."""


@dataclass(frozen=True)
class Memory:
    """What is kept from one message to the next.

    ``locale`` is the language of the answers, ``chosen_locale`` one that the person asked for; ``shown`` and ``waiting``
    the partners named, on cards and after them; ``options`` the answers of a question under way; ``dangers`` the dangers
    that stay open, latest first; ``minor`` whether a minor writes; ``asked`` whether the last answer was a question.
    """

    locale: str | None = None
    chosen_locale: str | None = None
    shown: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()
    minor: bool = False
    asked: bool = False

    def over(self, other: Memory) -> Memory:
        """This memory where another of the same conversation was kept apart: what is open in either stays open."""
        dangers = tuple(dict.fromkeys((*self.dangers, *other.dangers)))
        return replace(self, dangers=dangers, minor=self.minor or other.minor)

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the tracker."""
        return {name.name: _plain(getattr(self, name.name)) for name in fields(self)}

    @staticmethod
    def from_json(raw: Mapping[str, Any] | None) -> Memory:
        """The inverse of :meth:`to_json`; nothing remembered gives an empty memory."""
        known = {name.name for name in fields(Memory)}
        return Memory(**{key: _frozen(value) for key, value in (raw or {}).items() if key in known})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

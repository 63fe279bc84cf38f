"""The Reply: one shape for every surface. Each surface turns it into its own widgets and adds no fact to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping

OTHER = "autre"
"""The option that is always offered with the others: "something else"."""


@dataclass(frozen=True)
class CardPhone:
    """A number on a card: ``number`` to dial, ``display`` to read. ``open_now`` is None when no source says."""

    number: str
    display: str
    label: str | None
    cost: str | None
    open_now: bool | None
    state: str | None

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return vars(self).copy()


@dataclass(frozen=True)
class Card:
    """A partner as shown: texts in the reply's language, facts from the catalogue."""

    id: str
    name: str
    french_name: str
    what: str
    for_whom: str | None
    not_for: str | None
    place: dict[str, str | None] | None
    next: tuple[dict[str, str | None], ...]
    next_words: str | None
    schedule: str | None
    note: str | None
    open_now: bool | None
    open_state: str | None
    phones: tuple[CardPhone, ...]
    email: str | None
    web: str | None
    booking: str | None
    appointment: str | None
    appointment_words: str | None
    cost: str | None
    source: str
    as_of: str
    as_of_words: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**vars(self), "next": list(self.next), "phones": [phone.to_json() for phone in self.phones]}


@dataclass(frozen=True)
class Option:
    """An answer that can be picked."""

    id: str
    label: str


@dataclass(frozen=True)
class Line:
    """A help line as shown."""

    number: str
    name: str
    purpose: str
    details: str
    text_only: bool

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return vars(self).copy()


@dataclass(frozen=True)
class Reply:
    """The answer to one message. ``paragraphs`` are its sentences in reading order; ``reply`` is the whole as text."""

    text: str
    language: str
    reply_language: str
    outcome: str
    danger: dict[str, Any] | None
    needs: tuple[tuple[str, float], ...]
    services: tuple[str, ...]
    lines: tuple[str, ...]
    footer: tuple[str, ...]
    cards: tuple[Card, ...]
    options: tuple[Option, ...]
    why: str
    reply: str
    alert: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    question: str | None = None
    line_cards: tuple[Line, ...] = ()
    footer_cards: tuple[Line, ...] = ()
    id: Any = None

    def identified(self, identifier: Any, text: str) -> Reply:
        """The same reply under the sender's id, with the text as it was sent."""
        return replace(self, id=identifier, text=text)

    def to_json(self) -> dict[str, Any]:
        """The object of the contract, in its order; the parts a surface may lay out itself come last."""
        return {
            "id": self.id,
            "text": self.text,
            "language": self.language,
            "reply_language": self.reply_language,
            "outcome": self.outcome,
            "danger": self.danger,
            "needs": [{"id": identifier, "confidence": round(confidence, 3)} for identifier, confidence in self.needs],
            "services": list(self.services),
            "lines": list(self.lines),
            "footer": list(self.footer),
            "cards": [card.to_json() for card in self.cards],
            "options": [vars(option).copy() for option in self.options],
            "why": self.why,
            "reply": self.reply,
            "parts": {
                "alert": list(self.alert),
                "say": list(self.say),
                "question": self.question,
                "lines": [line.to_json() for line in self.line_cards],
                "footer": [line.to_json() for line in self.footer_cards],
            },
        }

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Reply:
        """The inverse of :meth:`to_json`."""
        parts = raw["parts"]
        return Reply(
            id=raw["id"],
            text=raw["text"],
            language=raw["language"],
            reply_language=raw["reply_language"],
            outcome=raw["outcome"],
            danger=raw["danger"],
            needs=tuple((need["id"], need["confidence"]) for need in raw["needs"]),
            services=tuple(raw["services"]),
            lines=tuple(raw["lines"]),
            footer=tuple(raw["footer"]),
            cards=tuple(
                Card(**{**card, "next": tuple(card["next"]), "phones": tuple(CardPhone(**phone) for phone in card["phones"])})
                for card in raw["cards"]
            ),
            options=tuple(Option(**option) for option in raw["options"]),
            why=raw["why"],
            reply=raw["reply"],
            alert=tuple(parts["alert"]),
            say=tuple(parts["say"]),
            question=parts["question"],
            line_cards=tuple(Line(**line) for line in parts["lines"]),
            footer_cards=tuple(Line(**line) for line in parts["footer"]),
        )

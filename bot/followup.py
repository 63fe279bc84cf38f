"""Short messages that only mean something after an answer: "et c'est quand ?", "le numéro ?", "autre chose", "2"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Mapping, Sequence

from bot.documents import Document
from bot.text import normalise

MAX_WORDS = 7
"""A longer message tells a story of its own and is understood afresh."""


class FollowUp(str, Enum):
    """What a short message asks about the answer before it."""

    WHEN = "when"
    PHONE = "phone"
    WHERE = "where"
    MORE = "more"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class FollowUps:
    """The short expressions of every language, made comparable, by what they ask; the words for 1, 2, 3…; and the
    words that may open any of them (``et``, ``and``)."""

    expressions: Mapping[FollowUp, frozenset[str]]
    ordinals: Sequence[frozenset[str]]
    openers: frozenset[str]

    def asked(self, text: str) -> FollowUp | None:
        """What the message asks about the previous answer, or None when it is not such a message."""
        message = normalise(text)
        first, _, rest = message.partition(" ")
        readings = {message, rest} if first in self.openers else {message}
        return next((asked for asked, expressions in self.expressions.items() if readings & expressions), None)

    def picked(self, text: str, labels: Sequence[str]) -> int | None:
        """The index of the option that the message picks, by its number, its rank in words, or its own words."""
        message = normalise(text)
        if len(message.split()) > MAX_WORDS:
            return None
        number = re.fullmatch(r"\D{0,12}?(\d)\D{0,3}", message)
        if number is not None and 1 <= int(number.group(1)) <= len(labels):
            return int(number.group(1)) - 1
        for index, ordinals in enumerate(self.ordinals[: len(labels)]):
            if message in ordinals:
                return index
        return _by_words(message, labels)


def _by_words(message: str, labels: Sequence[str]) -> int | None:
    """The only label that holds every meaningful word of the message."""
    words = {word for word in message.split() if len(word) > 3}
    if not words:
        return None
    holders = [index for index, label in enumerate(labels) if words <= set(normalise(label).split())]
    return holders[0] if len(holders) == 1 else None


def build(document: Document) -> FollowUps:
    """Builds the follow-ups from a document that the checks have accepted."""
    return FollowUps(
        expressions={
            asked: frozenset(normalise(text) for texts in document.data[asked.value].values() for text in texts) for asked in FollowUp
        },
        ordinals=tuple(frozenset(normalise(text) for text in texts) for texts in document.data["ordinals"]),
        openers=frozenset(normalise(text) for text in document.data["openers"]),
    )

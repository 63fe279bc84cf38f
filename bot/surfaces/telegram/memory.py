"""The little this surface remembers, in memory alone, under names that say nothing of a person: a language, message numbers."""

from __future__ import annotations

import time
from typing import Callable, Generic, TypeVar

Kept = TypeVar("Kept")

LANGUAGE_LIFETIME = 30 * 60
"""Seconds, as a conversation."""
DELETABLE_FOR = 48 * 3600
"""Seconds during which Telegram lets a bot delete a message."""
MOST_CHATS = 20_000
MOST_MESSAGES = 500
"""Message numbers kept of one chat; the oldest go first."""


class Expiring(Generic[Kept]):
    """Values by conversation, each gone ``lifetime`` seconds after it was last put; at most ``MOST_CHATS`` of them."""

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._kept: dict[str, tuple[float, Kept]] = {}

    def put(self, conversation: str, value: Kept) -> None:
        """Keeps a value, for another lifetime."""
        self._kept.pop(conversation, None)
        self._kept[conversation] = (self._clock() + self._lifetime, value)
        self._forget_old()

    def get(self, conversation: str) -> Kept | None:
        """The value, or None when there is none or its time is over."""
        self._forget_old()
        kept = self._kept.get(conversation)
        return None if kept is None else kept[1]

    def forget(self, conversation: str) -> None:
        """Forgets at once."""
        self._kept.pop(conversation, None)

    def _forget_old(self) -> None:
        """The value put longest ago comes first."""
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest][0] > self._clock() and len(self._kept) <= MOST_CHATS:
                return
            del self._kept[oldest]


class Traces:
    """The numbers of the messages that stand in each chat, so that /effacer can delete them. Numbers, never a word."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._chats: Expiring[list[tuple[float, int]]] = Expiring(DELETABLE_FOR, clock)

    def add(self, conversation: str, message: int) -> None:
        """A message stands in this chat from now on."""
        known = self._chats.get(conversation) or []
        self._chats.put(conversation, [*known, (self._clock(), message)][-MOST_MESSAGES:])

    def deletable(self, conversation: str) -> list[int]:
        """The messages that Telegram still lets us delete."""
        limit = self._clock() - DELETABLE_FOR
        return [message for at, message in self._chats.get(conversation) or [] if at > limit]

    def forget(self, conversation: str) -> None:
        """Nothing stands there any more."""
        self._chats.forget(conversation)

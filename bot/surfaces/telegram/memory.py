"""The little this surface remembers, in memory alone, under names that say nothing of a person: a language, message numbers."""

from __future__ import annotations

import time
from typing import Callable

from bot.expiring import Expiring

LANGUAGE_LIFETIME = 30 * 60
"""Seconds, as a conversation."""
DELETABLE_FOR = 48 * 3600
"""Seconds during which Telegram lets a bot delete a message."""
MOST_CHATS = 20_000
MOST_MESSAGES = 500
"""Message numbers kept of one chat; the oldest go first."""


class Traces:
    """The numbers of the messages that stand in each chat, so that /effacer can delete them. Numbers, never a word."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._chats: Expiring[str, list[tuple[float, int]]] = Expiring(DELETABLE_FOR, MOST_CHATS, clock)

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

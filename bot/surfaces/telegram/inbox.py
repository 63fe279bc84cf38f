"""Every update answered once: read one by one, duplicates dropped, one chat's in order, recorded once the answer is sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from typing import Any, Awaitable, Callable

from telegram import Bot, Update
from telegram.error import TelegramError

from bot.surfaces.telegram.answered import Answered
from bot.surfaces.telegram.in_order import InOrder

logger = logging.getLogger(__name__)

MOST_WAITING = 50
"""Updates of one chat that may wait their turn: beyond, a flood, which is dropped so that other people are answered."""


class Inbox:
    """Takes raw updates from either way in, polling or webhook."""

    def __init__(self, bot: Bot, process: Callable[[Update], Awaitable[None]], answered: Answered) -> None:
        self._bot = bot
        self._process = process
        self._answered = answered
        self._chats = InOrder()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._waiting: Counter[int] = Counter()

    def take(self, raw: Any) -> asyncio.Task[None] | None:
        """Starts answering an update; None when there is nothing (left) to answer. The same update twice is one task."""
        number = number_of(raw)
        if number is None or number in self._answered:
            return None
        if number not in self._under_way:
            update = self._read(raw)
            if update is None:
                self._answered.add(number)
                return None
            self._start(number, update)
        return self._under_way[number]

    def is_answered(self, number: int) -> bool:
        """Whether this update needs nothing more."""
        return number in self._answered

    def under_way(self) -> list[asyncio.Task[None]]:
        """The answers not yet sent."""
        return list(self._under_way.values())

    def _read(self, raw: Any) -> Update | None:
        """The update; None when it is malformed (one bad update must not stop those behind it) or one of a flood."""
        try:
            update = Update.de_json(raw, self._bot)
        except Exception as error:  # whatever the server sent, the next update is read
            logger.warning("Un message de Telegram est illisible (%s) : ignoré.", type(error).__name__)
            return None
        if self._waiting[_chat(update)] >= MOST_WAITING:
            logger.warning("Trop de messages à la suite dans une discussion : le reste est ignoré.")
            return None
        return update

    def _start(self, number: int, update: Update) -> None:
        chat = _chat(update)
        self._waiting[chat] += 1

        def done(_task: asyncio.Task[None]) -> None:
            del self._under_way[number]
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat]

        self._under_way[number] = asyncio.create_task(self._answer(number, update))
        self._under_way[number].add_done_callback(done)

    async def _answer(self, number: int, update: Update) -> None:
        stopping_the_clock = asyncio.create_task(_stop_the_clock(update))
        async with self._chats.turn(_chat(update)):
            await self._process(update)
            await stopping_the_clock
            self._answered.add(number)


async def _stop_the_clock(update: Update) -> None:
    """A tap is acknowledged at once, before its turn: the button stops waiting."""
    if update.callback_query is not None:
        with contextlib.suppress(TelegramError):
            await update.callback_query.answer()


def number_of(raw: Any) -> int | None:
    """The update's number, or None when it is not an update at all."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None


def _chat(update: Update) -> int:
    """What is kept in order: a chat, or the person when there is no chat (an inline query)."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0

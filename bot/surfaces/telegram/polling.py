"""Long polling that confirms an update only once it is answered.

The library's own updater confirms a batch as soon as it is fetched: a crash would lose what people wrote. Here the offset
moves past an update only when it, and all before it, are answered; until then Telegram keeps them for the next start.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import Bot

from bot.surfaces.telegram.inbox import Inbox, number_of
from bot.surfaces.telegram.patience import backoff

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask for: channel posts, reactions, polls and payments are never even sent to us."""
_LONG = 25
"""Seconds that Telegram holds an empty call."""
_LOOK_AGAIN = 0.05
"""Seconds before new updates are looked for while some are under way."""


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Fetches and hands over updates until cancelled, whatever fails."""
    offset, waits = 0, backoff()
    while True:
        try:
            batch = await _fetch(bot, offset)
        except Exception as error:  # nothing that the server sends may end the only way in
            logger.warning("Telegram ne donne pas les messages (%s) : nouvel essai.", type(error).__name__)
            await asyncio.sleep(next(waits))
            continue
        waits = backoff()
        for raw in batch:
            inbox.take(raw)
        under_way = inbox.under_way()
        if under_way:
            await asyncio.wait(under_way, timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        offset = _confirmed(offset, batch, inbox)


def _confirmed(offset: int, batch: list[Any], inbox: Inbox) -> int:
    """The offset past the answered updates at the start of the batch."""
    for raw in batch:
        number = number_of(raw)
        if number is None:
            continue
        if not inbox.is_answered(number):
            break
        offset = number + 1
    return offset


async def _fetch(bot: Bot, offset: int) -> list[Any]:
    """The raw updates from ``offset`` on: read one by one later, so that a malformed one spoils only itself."""
    wanted = {"offset": offset, "timeout": _LONG, "allowed_updates": list(ALLOWED_UPDATES)}
    batch = await bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=_LONG + 10)
    return batch if isinstance(batch, list) else []

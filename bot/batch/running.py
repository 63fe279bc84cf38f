"""Answers rows one after the other; whoever reads the answers may stop whenever he wants."""

from __future__ import annotations

import asyncio
from typing import AsyncIterator, Awaitable, Callable, Sequence

from bot.batch.results import Result
from bot.batch.rows import Row
from bot.reply import Reply

Answer = Callable[[str], Awaitable[Reply]]
"""A sentence in, its reply out: each in a conversation of its own."""


async def answered(rows: Sequence[Row], answer: Answer) -> AsyncIterator[Result]:
    """Every row, in order, as it is answered. Other people's messages are answered in between."""
    for row in rows:
        yield Result.of(row, await answer(row.text))
        await asyncio.sleep(0)

"""Answers rows, a few at the same time; whoever reads the answers may stop whenever he wants."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import AsyncIterator, Awaitable, Callable, Sequence

from bot.batch.results import Result
from bot.batch.rows import Row
from bot.reply import Reply

Answer = Callable[[str], Awaitable[Reply]]
"""A sentence in, its reply out: each in a conversation of its own."""
AT_ONCE = 2
"""Rows under way: as many as a process reads at the same time, so that a message of somebody else waits for one at most."""


async def answered(rows: Sequence[Row], answer: Answer) -> AsyncIterator[Result]:
    """Every row, in order, as it is answered. Other people's messages are answered in between."""
    under_way: deque[tuple[Row, asyncio.Future[Reply]]] = deque()
    try:
        for row in rows:
            under_way.append((row, asyncio.ensure_future(answer(row.text))))
            if len(under_way) == AT_ONCE:
                yield await _next(under_way)
        while under_way:
            yield await _next(under_way)
    finally:
        for _row, reply in under_way:
            reply.cancel()


async def _next(under_way: deque[tuple[Row, asyncio.Future[Reply]]]) -> Result:
    row, reply = under_way.popleft()
    return Result.of(row, await reply)

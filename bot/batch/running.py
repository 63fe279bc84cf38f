"""Answers rows one after the other; whoever waits sees how far it is, and can stop it."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Sequence

from bot.batch.results import Result
from bot.batch.rows import Row
from bot.reply import Reply

Answer = Callable[[str], Awaitable[Reply]]
"""A sentence in, its reply out: each in a conversation of its own."""
Progress = Callable[[Result], None]


async def run(rows: Sequence[Row], answer: Answer, progress: Progress = lambda _result: None) -> list[Result]:
    """Answers every row, in order. Other people's messages are answered in between; cancelling the task stops it at the next row."""
    results: list[Result] = []
    for row in rows:
        result = Result.of(row, await answer(row.text))
        results.append(result)
        progress(result)
        await asyncio.sleep(0)
    return results

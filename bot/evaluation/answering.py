"""The answers to cases, each in a conversation of its own, all at the same instant."""

from __future__ import annotations

from datetime import datetime
from typing import Callable, Protocol, Sequence

from bot import clock
from bot.checks.cases import Case
from bot.evaluation.measure import Answered
from bot.reply import Reply

SURFACE = "evaluate"


class Answerer(Protocol):
    """Whoever answers: a model, by its name, or the floor that answers without one."""

    model: str

    async def answer(self, text: str, *, now: datetime | None = None, surface: str = SURFACE) -> Reply:
        """The reply to one message that stands alone."""


def _silent(_done: int) -> None:
    """Nobody watches."""


async def answer_cases(answerer: Answerer, cases: Sequence[Case], told: Callable[[int], None] = _silent) -> list[Answered]:
    """Every case answered, in order; ``told`` hears how many are done."""
    now = clock.now()
    answered = []
    for done, case in enumerate(cases, 1):
        answered.append(Answered(case, await answerer.answer(case.text, now=now, surface=SURFACE)))
        told(done)
    return answered

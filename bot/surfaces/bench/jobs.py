"""Batches under way and done, in the memory of this process alone: for an hour at most, then nothing of them is left."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import Sequence

from bot.batch.results import Result
from bot.batch.rows import Row
from bot.batch.running import Answer, answered
from bot.errors import BadInput

logger = logging.getLogger(__name__)

LIFETIME = 60 * 60.0
"""Seconds after which a batch is erased, done or not."""
MAX_RUNNING = 2
"""Batches answered at once: residents are answered in between, and must not wait for more."""
MAX_KEPT = 8


class State(str, Enum):
    """Where a batch is."""

    RUNNING = "en cours"
    DONE = "fini"
    STOPPED = "arrêté"
    FAILED = "en panne"


@dataclass
class Job:
    """One batch. ``results`` grow while it runs; ``owner`` alone may see it."""

    id: str
    owner: str
    rows: Sequence[Row]
    results: list[Result] = field(default_factory=list)
    state: State = State.RUNNING
    task: asyncio.Task[None] | None = None
    """Held so that nobody ends it but itself."""

    @property
    def is_running(self) -> bool:
        """Whether rows are still being answered."""
        return self.state is State.RUNNING

    def stop(self) -> None:
        """Stops before the next row; what was answered stays."""
        if self.is_running:
            self.state = State.STOPPED


class Jobs:
    """The batches of the house."""

    def __init__(self, lifetime: float = LIFETIME) -> None:
        self._lifetime = lifetime
        self._jobs: dict[str, Job] = {}

    def start(self, owner: str, rows: Sequence[Row], answer: Answer) -> Job:
        """Begins to answer rows.

        Raises:
            BadInput: when too many batches are under way.
        """
        if sum(job.is_running for job in self._jobs.values()) >= MAX_RUNNING:
            raise BadInput(f"{MAX_RUNNING} lots sont déjà en cours. Attendez qu'un se termine, ou arrêtez-le.")
        self._make_room()
        job = Job(secrets.token_urlsafe(16), owner, rows)
        self._jobs[job.id] = job
        job.task = asyncio.create_task(_work(job, answer))
        asyncio.get_running_loop().call_later(self._lifetime, self.erase, job)
        return job

    def get(self, identifier: str, owner: str) -> Job | None:
        """A batch of this owner, or None."""
        job = self._jobs.get(identifier)
        return job if job is not None and secrets.compare_digest(job.owner, owner) else None

    def of(self, owner: str) -> list[Job]:
        """The batches of this owner, the latest first."""
        return [job for job in reversed(self._jobs.values()) if job.owner == owner]

    def erase(self, job: Job) -> None:
        """Stops it and forgets every word of it."""
        job.stop()
        job.rows, job.results = (), []
        self._jobs.pop(job.id, None)

    def _make_room(self) -> None:
        finished = [job for job in self._jobs.values() if not job.is_running]
        for job in finished[: max(0, len(self._jobs) + 1 - MAX_KEPT)]:
            self.erase(job)


async def _work(job: Job, answer: Answer) -> None:
    try:
        async for result in answered(job.rows, answer):
            if not job.is_running:
                return
            job.results.append(result)
        job.state = State.DONE
    except Exception as error:
        logger.error("Un lot s'est arrêté (%s).", type(error).__name__)
        job.state = State.FAILED

"""When: from an OSM ``opening_hours`` expression to dated sessions, in Paris time, French public holidays on.

A part of an expression without any hour (``Tu[1,3]``) means that the day is known and the hour is not: its sessions
are whole days, with a date for a start and no end. Syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Callable, Iterator

from opening_hours import OpeningHours, State

from bot.clock import PARIS

HORIZON = timedelta(days=400)
"""How far ahead a session is looked for: the rarest rule of the house comes back within four months."""

_HOUR = re.compile(r"\d{1,2}:\d{2}")
ALWAYS = "24/7"


@dataclass(frozen=True, order=True)
class Session:
    """One dated session: from ``start`` to ``end`` (aware, Paris), or a whole ``day`` when the hour is not known."""

    day: date
    start: datetime | None
    end: datetime | None

    def to_json(self) -> dict[str, str | None]:
        """``start`` and ``end`` in ISO 8601 with offset; ``start`` is a plain date and ``end`` null without an hour."""
        if self.start is None or self.end is None:
            return {"start": self.day.isoformat(), "end": None}
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


@dataclass(frozen=True)
class OpenState:
    """Whether a place or a number answers at an instant, and when that next changes (None: it never does)."""

    is_open: bool
    changes_at: datetime | None


def gives_hours(expression: str) -> bool:
    """Whether the expression says hours, and not only days."""
    return expression == ALWAYS or bool(_HOUR.search(expression))


def upcoming(expression: str, after: datetime, count: int, is_closed_on: Callable[[date], bool] = lambda _day: False) -> list[Session]:
    """The next ``count`` sessions that are not over at ``after``, soonest first; one under way comes first.

    Sessions of the days that ``is_closed_on`` names are left out.
    """
    held = (session for session in _sessions(expression, after) if not is_closed_on(session.day))
    return list(islice(held, count))


def state_at(expression: str, instant: datetime) -> OpenState:
    """Open or closed at ``instant``. An hour that the source calls uncertain counts as closed."""
    if expression == ALWAYS:
        return OpenState(True, None)
    hours = _parse(expression)
    local = instant.astimezone(PARIS)
    is_open = bool(hours.is_open(local))
    for start, _end, state, _comment in hours.intervals(local, local + HORIZON):
        if (state is State.OPEN) != is_open:
            return OpenState(is_open, start)
    return OpenState(is_open, None)


def _sessions(expression: str, after: datetime) -> Iterator[Session]:
    local = after.astimezone(PARIS)
    midnight = datetime.combine(local.date(), time(), PARIS)
    with_hours = gives_hours(expression)
    for start, end, state, _comment in _parse(expression).intervals(midnight, midnight + HORIZON):
        if state is not State.OPEN:
            continue
        if not with_hours:
            yield from _days(start.date(), end.date(), local.date())
        elif end > local:
            yield Session(start.date(), start.astimezone(PARIS), end.astimezone(PARIS))


def _days(first: date, stop: date, today: date) -> Iterator[Session]:
    for offset in range((stop - first).days):
        day = first + timedelta(days=offset)
        if day >= today:
            yield Session(day, None, None)


@lru_cache(maxsize=4096)
def _parse(expression: str) -> OpeningHours:
    return OpeningHours(expression, timezone=PARIS, country="FR")

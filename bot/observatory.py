"""What people come for, counted without a word and without a person.

Each fact of an answer is counted apart from the others: how many on a day for this need, how many in that language. The
crossing (this need, in that language, that day) is never written, so nobody can be found in it. Whatever is shown hides the
counts under :data:`SMALL`, and one more where a total would give the hidden one away.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Mapping, Protocol, Sequence

from bot.errors import BadInput
from bot.reply import Reply

SMALL = 5
"""Under this a count could point at somebody: it is hidden."""
NONE = "—"
"""Where an answer names no need."""
TRIALS = frozenset({"bench", "batch", "evaluate", "terminal", "jsonl"})
"""Surfaces where the house tries its own assistant: nobody came."""


class Measure(str, Enum):
    """What is counted. ``UNMET`` is the need of an answer that no partner is there for (non-recours)."""

    NEED = "besoin"
    LANGUAGE = "langue"
    SURFACE = "surface"
    OUTCOME = "issue"
    UNMET = "sans-partenaire"


@dataclass(frozen=True, order=True)
class Key:
    """One counter: a measure's value on a day."""

    day: date
    measure: Measure
    value: str


Counts = Mapping[Key, int]


class CountStore(Protocol):
    """Where counts are kept: shared by every process of the house, and free to fail."""

    def add(self, counts: Counts) -> None:
        """Adds, all or nothing."""

    def read(self, first: date, last: date) -> Counts:
        """The counts of these days, both included."""


def keys_of(reply: Reply, surface: str, day: date) -> list[Key]:
    """The counters that an answer adds one to; none for a trial."""
    if surface in TRIALS:
        return []
    need = reply.needs[0][0] if reply.needs else NONE
    values = {Measure.NEED: need, Measure.LANGUAGE: reply.language, Measure.SURFACE: surface, Measure.OUTCOME: reply.outcome}
    if is_unmet(reply):
        values[Measure.UNMET] = need
    return [Key(day, measure, value) for measure, value in values.items()]


def is_unmet(reply: Reply) -> bool:
    """Whether somebody came with something that no partner is there for."""
    return not reply.services and reply.outcome not in ("chitchat", "house")


# ------------------------------------------------------------------------------------------------------------ periods


@dataclass(frozen=True)
class Period:
    """Whole months, so that no two periods differ by a single day."""

    first: date
    last: date

    @staticmethod
    def of(start: str, end: str) -> Period:
        """From a month to a month (``2026-01``), both included.

        Raises:
            BadInput: when they are not months, or are in the wrong order.
        """
        first, last = _month(start), _month(end)
        if last < first:
            raise BadInput(f"« {start} » est après « {end} » : échangez-les.")
        return Period(first, _month_after(last) - timedelta(days=1))

    @property
    def months(self) -> list[str]:
        """``2026-01``, ``2026-02``…"""
        found, month = [], self.first
        while month <= self.last:
            found.append(f"{month:%Y-%m}")
            month = _month_after(month)
        return found

    @property
    def days(self) -> list[date]:
        """Every day."""
        return [self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1)]


def _month(text: str) -> date:
    try:
        year, month = text.strip().split("-")[:2]
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise BadInput(f"« {text} » n'est pas un mois. Écrivez par exemple 2026-11.") from error


def _month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


# ------------------------------------------------------------------------------------------------------------- tables


@dataclass(frozen=True)
class Table:
    """Counts that may be shown: None is hidden. No cell at all where none may be shown; no total under :data:`SMALL`."""

    title: str
    cells: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True)
class Overview:
    """Everything the house may look at for a period."""

    period: Period
    times: Table
    needs: Table
    languages: Table
    surfaces: Table
    outcomes: Table
    unmet: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """All of them, in reading order."""
        return (self.times, self.needs, self.unmet, self.languages, self.surfaces, self.outcomes)


def overview(counts: Counts, period: Period) -> Overview:
    """The tables of a period: by day when it is one month, by month when it is more."""
    needs = _sum(counts, Measure.NEED)
    unmet = _sum(counts, Measure.UNMET)
    return Overview(
        period=period,
        times=_times(counts, period),
        needs=_table("Besoins", needs),
        languages=_table("Langues", _sum(counts, Measure.LANGUAGE)),
        surfaces=_table("Surfaces", _sum(counts, Measure.SURFACE)),
        outcomes=_table("Issues", _sum(counts, Measure.OUTCOME)),
        unmet=_table("Besoins sans partenaire (non-recours)", unmet, frozenset(v for v in unmet if _tells_the_rest(needs, unmet, v))),
    )


def _sum(counts: Counts, measure: Measure) -> Counter[str]:
    summed: Counter[str] = Counter()
    for key, count in counts.items():
        if key.measure is measure:
            summed[key.value] += count
    return summed


def _tells_the_rest(needs: Mapping[str, int], unmet: Mapping[str, int], value: str) -> bool:
    """Whether the few who did find a partner could be read off by subtraction."""
    return 0 < needs.get(value, 0) - unmet[value] < SMALL


def _times(counts: Counts, period: Period) -> Table:
    by_day: Counter[date] = Counter()
    for key, count in counts.items():
        if key.measure is Measure.OUTCOME:
            by_day[key.day] += count
    if len(period.months) == 1:
        cells = {day.isoformat(): by_day[day] for day in period.days}
        return _table("Messages par jour", cells, in_order=True)
    by_month = Counter(dict.fromkeys(period.months, 0))
    for day, count in by_day.items():
        by_month[f"{day:%Y-%m}"] += count
    return _table("Messages par mois", by_month, in_order=True)


def _table(title: str, cells: Mapping[str, int], also_hidden: frozenset[str] = frozenset(), in_order: bool = False) -> Table:
    total = sum(cells.values())
    hidden = hidden_cells(cells, also_hidden)
    if 0 < total < SMALL:
        return Table(title, {}, None)
    if hidden and not any(cells[value] for value in cells if value not in hidden):
        return Table(title, {}, total)
    shown = {value: None if value in hidden else cells[value] for value in cells}
    if not in_order:
        shown = dict(sorted(shown.items(), key=lambda item: (item[1] is None, -(item[1] or 0), item[0])))
    return Table(title, shown, total)


def hidden_cells(cells: Mapping[str, int], also: frozenset[str] = frozenset()) -> frozenset[str]:
    """The cells to hide: the small ones, and the next smallest (all of that size) where the total would tell them.

    A zero is shown: it points at nobody. A test plays the reader who knows the total and this rule.
    """
    hidden = {value for value, count in cells.items() if 0 < count < SMALL} | also
    others = [count for value, count in cells.items() if count >= SMALL and value not in hidden]
    if others and _can_be_told([cells[value] for value in hidden]):
        hidden |= {value for value, count in cells.items() if count == min(others)}
    return frozenset(hidden)


def _can_be_told(hidden: Sequence[int]) -> bool:
    """Whether the sum of the hidden counts leaves too little doubt on each: one alone, or nearly all at an end of the range."""
    if not hidden:
        return False
    return len(hidden) == 1 or not len(hidden) + 1 < sum(hidden) < len(hidden) * (SMALL - 1) - 1

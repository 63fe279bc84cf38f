"""The rhythm behind an OSM expression: which days, which week of the month, which hours. The standards want it in pieces.

Only the forms that the catalogue uses are read (``Mo-Fr 08:30-12:30,13:30-17:30; We[4] 13:30-17:00; PH off``); the dated
sessions that people see come from :mod:`bot.schedule`, which reads all of OSM.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.schedule import ALWAYS

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RULE = re.compile(r"^(?P<days>[A-Z][\w,\-\[\]]*)(?: (?P<hours>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*))?(?P<unsure> unknown)?$")
_DAYS = re.compile(r"^(?P<first>[A-Z][a-z])(?:-(?P<last>[A-Z][a-z]))?(?:\[(?P<weeks>[\d,]+)\])?$")


@dataclass(frozen=True)
class Rhythm:
    """Days that come back. ``weeks``: which ones of the month (1 to 5), empty for every week. ``hours``: ``("08:30",
    "12:30")`` spans, empty when the source gives the day alone. ``sure``: False where the source is in doubt."""

    days: tuple[str, ...]
    weeks: tuple[int, ...]
    hours: tuple[tuple[str, str], ...]
    sure: bool = True


def closed_on_holidays(expression: str) -> bool:
    """Whether the source closes on public holidays."""
    return "PH off" in expression


def rhythms(expression: str) -> list[Rhythm]:
    """The rhythms of an expression, in its order; none for a form of OSM that is not read here."""
    try:
        return _read(expression)
    except ValueError:
        return []


def _read(expression: str) -> list[Rhythm]:
    if expression == ALWAYS:
        return [Rhythm(DAYS, (), (("00:00", "24:00"),))]
    found: list[Rhythm] = []
    for part in map(str.strip, expression.split(";")):
        if part == "PH off":
            continue
        match = _RULE.match(part)
        if match is None:
            raise ValueError(f"unread opening hours: {part}")
        hours = tuple(_span(span) for span in (match["hours"] or "").split(",") if span)
        found += [Rhythm(days, weeks, hours, match["unsure"] is None) for weeks, days in _day_groups(match["days"]).items()]
    return found


def _day_groups(text: str) -> dict[tuple[int, ...], tuple[str, ...]]:
    """``Mo,We-Fr`` gives one group of four days; ``Tu[1,3]`` one of one day in the first and third weeks."""
    groups: dict[tuple[int, ...], tuple[str, ...]] = {}
    for selector in re.split(r",(?![\d\]])", text):
        match = _DAYS.match(selector)
        if match is None:
            raise ValueError(f"unread days: {selector}")
        weeks = tuple(int(week) for week in (match["weeks"] or "").split(",") if week)
        first = DAYS.index(match["first"])
        last = DAYS.index(match["last"]) if match["last"] else first
        groups[weeks] = groups.get(weeks, ()) + DAYS[first : last + 1]
    return groups


def _span(text: str) -> tuple[str, str]:
    opens, _, closes = text.partition("-")
    return opens, closes

"""The observatory in the house's words: labelled tables, a CSV, and the yearly report for the Contrat de ville."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Iterator, Mapping, Sequence

from bot.charts import bars, columns
from bot.house import House
from bot.language import DEFAULT
from bot.messages import BENCH
from bot.observatory import NONE, SMALL, Overview, Table
from bot.orientation import Outcome
from bot.pages import render
from bot.wording import Wording, wording_for

HIDDEN = "masqué"
CHARTED = 15
"""Bars in a picture; the table beside it holds them all."""
CSV_TITLES = ("tableau", "valeur", "nombre")


@dataclass(frozen=True)
class Shown:
    """A table as it is read, with its picture (SVG, None when nothing may be drawn)."""

    title: str
    lines: Sequence[tuple[str, int | None]]
    total: int | None
    picture: str | None


def shown(seen: Overview, house: House, words: Wording) -> list[Shown]:
    """Every table of an overview, in these words."""
    names, titles = _names(house, words), _titles(words)
    return [_shown(table, titles[table.title], names, words, is_time=table is seen.times) for table in seen.tables]


def in_french(house: House) -> Wording:
    """The words of what leaves the house: the report, the CSV and the command's tables."""
    return wording_for(house.languages.locales[DEFAULT], BENCH)


def _shown(table: Table, title: str, names: Mapping[str, str], words: Wording, is_time: bool) -> Shown:
    lines = [(_moment(value, words) if is_time else _label(value, names, words), count) for value, count in table.cells.items()]
    if not any(count for _value, count in lines):
        return Shown(title, lines, table.total, None)
    picture = _calendar(table, title) if is_time else bars(title, lines[:CHARTED], words.say("masqué"))
    return Shown(title, lines, table.total, picture)


def _calendar(table: Table, title: str) -> str:
    """Columns under the day's, or the month's, own number."""
    return columns(title, [(str(int(moment.rpartition("-")[2])), count) for moment, count in table.cells.items()])


def _moment(value: str, words: Wording) -> str:
    """« dimanche 1er novembre » for a day, « novembre 2026 » for a month."""
    return words.month(value) if len(value) == len("2026-11") else words.day(date.fromisoformat(value))


def _label(value: str, names: Mapping[str, str], words: Wording) -> str:
    """A need, an outcome, a language or a surface as a person of the house says it."""
    return names.get(value) or words.language_name(value)


def _titles(words: Wording) -> dict[str, str]:
    """The titles of :class:`~bot.observatory.Overview`'s tables."""
    say = words.say
    return {
        "Messages par jour": say("Messages par jour"),
        "Messages par mois": say("Messages par mois"),
        "Besoins": say("Besoins"),
        "Besoins sans partenaire (non-recours)": say("Besoins sans partenaire (non-recours)"),
        "Langues": say("Langues"),
        "Surfaces": say("Surfaces"),
        "Issues": say("Issues"),
    }


def _names(house: House, words: Wording) -> dict[str, str]:
    """The needs, the outcomes and the surfaces, by their ids."""
    say = words.say
    return {
        NONE: say("Aucun besoin nommé"),
        Outcome.ORIENT.value: say("Orientation vers un partenaire"),
        Outcome.CLARIFY.value: say("Une question, puis une orientation"),
        Outcome.DANGER.value: say("Danger : qui appeler d'abord"),
        Outcome.HOUSE.value: say("Question sur la Maison"),
        Outcome.CHITCHAT.value: say("Politesse"),
        Outcome.OUTSIDE.value: say("Hors sujet ou pas compris"),
        "kiosk": say("Borne de la Maison"),
        "telegram": "Telegram",
        "api": say("Programmes (API)"),
        "rest": say("Programmes (REST)"),
        "web": say("Site"),
        **{need.id: words.entry(f"needs.{need.id}.label", need.label) for need in house.needs.needs.values()},
    }


def csv_lines(seen: Overview, house: House) -> Iterator[tuple[str, str, str]]:
    """One line a cell, hidden ones marked; in the order of :data:`CSV_TITLES`."""
    for table in shown(seen, house, in_french(house)):
        for value, count in table.lines:
            yield table.title, value, HIDDEN if count is None else str(count)
        yield table.title, "total", HIDDEN if table.total is None else str(table.total)


def period_report(seen: Overview, house: House, now: datetime) -> str:
    """A whole HTML document that stands alone, for the Contrat de ville: the demand, and what nobody here answers."""
    return render(
        "reports/observatory.html",
        first=f"{seen.period.first:%d/%m/%Y}",
        last=f"{seen.period.last:%d/%m/%Y}",
        made_on=f"{now:%d/%m/%Y}",
        tables=shown(seen, house, in_french(house)),
        small=SMALL,
        hidden=HIDDEN,
    )

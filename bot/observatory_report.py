"""The observatory in the house's words: labelled tables, a CSV, and the yearly report for the Contrat de ville."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Iterator, Sequence

from babel import Locale
from babel.dates import format_date

from bot.charts import bars, columns
from bot.house import House
from bot.observatory import NONE, SMALL, Overview, Table
from bot.orientation import Outcome
from bot.pages import render

HIDDEN = "masqué"
CHARTED = 15
"""Bars in a picture; the table beside it holds them all."""
CSV_TITLES = ("tableau", "valeur", "nombre")
_SURFACES = {"kiosk": "Borne de la Maison", "telegram": "Telegram", "api": "Programmes (API)", "rest": "Programmes (REST)", "web": "Site"}
_OUTCOMES = {
    Outcome.ORIENT.value: "Orientation vers un partenaire",
    Outcome.CLARIFY.value: "Une question, puis une orientation",
    Outcome.DANGER.value: "Danger : qui appeler d'abord",
    Outcome.HOUSE.value: "Question sur la Maison",
    Outcome.CHITCHAT.value: "Politesse",
    Outcome.OUTSIDE.value: "Hors sujet ou pas compris",
}


@dataclass(frozen=True)
class Shown:
    """A table as it is read, with its picture (SVG, None when nothing may be drawn)."""

    title: str
    lines: Sequence[tuple[str, int | None]]
    total: int | None
    picture: str | None


def shown(seen: Overview, house: House) -> list[Shown]:
    """Every table of an overview, its values in French."""
    return [_shown(table, house, is_time=table is seen.times) for table in seen.tables]


def _shown(table: Table, house: House, is_time: bool) -> Shown:
    lines = [(_moment(value) if is_time else label(value, house), count) for value, count in table.cells.items()]
    if not any(count for _label, count in lines):
        return Shown(table.title, lines, table.total, None)
    picture = _calendar(table) if is_time else bars(table.title, lines[:CHARTED])
    return Shown(table.title, lines, table.total, picture)


def _calendar(table: Table) -> str:
    """Columns under the day's, or the month's, own number."""
    return columns(table.title, [(str(int(moment.rpartition("-")[2])), count) for moment, count in table.cells.items()])


def _moment(value: str) -> str:
    """« dim. 1 novembre » for a day, « novembre 2026 » for a month."""
    if len(value) == len("2026-11"):
        return format_date(date.fromisoformat(f"{value}-01"), "MMMM yyyy", locale="fr")
    return format_date(date.fromisoformat(value), "EEE d MMMM", locale="fr")


def label(value: str, house: House) -> str:
    """A need, an outcome, a language or a surface as a person of the house says it."""
    if value == NONE:
        return "Aucun besoin nommé"
    if value in house.needs.needs:
        return house.needs.needs[value].label
    return _OUTCOMES.get(value) or _SURFACES.get(value) or _language(value) or value


def _language(code: str) -> str | None:
    if code == "ar-Latn":
        return "arabe en lettres latines"
    return Locale("fr").languages.get(code)


def csv_lines(seen: Overview, house: House) -> Iterator[tuple[str, str, str]]:
    """One line a cell, hidden ones marked; in the order of :data:`CSV_TITLES`."""
    for table in shown(seen, house):
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
        tables=shown(seen, house),
        small=SMALL,
        hidden=HIDDEN,
    )

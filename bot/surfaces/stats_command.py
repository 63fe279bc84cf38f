"""``boussole stats``: what people came for, in the terminal, as CSV, or as the report for the Contrat de ville."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import clock
from bot.batch.writing import csv_bytes
from bot.engine.observing import count_store
from bot.errors import BadInput
from bot.house import open_house
from bot.observatory import Period, overview
from bot.observatory_report import CSV_TITLES, HIDDEN, csv_lines, in_french, period_report, shown


def stats(start: str | None, end: str | None, output: str | None, printed: str | None) -> int:
    """Prints the tables of a period (this month by default), or writes the files asked for.

    Raises:
        BadInput: when the months are wrong, or the counts or the files cannot be reached.
    """
    month = f"{clock.now():%Y-%m}"
    period = Period.of(start or month, end or max(start or month, month))
    house = open_house()
    try:
        seen = overview(count_store().read(period.first, period.last), period)
        if output is not None:
            Path(output).write_bytes(csv_bytes(CSV_TITLES, csv_lines(seen, house)))
        if printed is not None:
            Path(printed).write_text(period_report(seen, house, clock.now()), encoding="utf-8")
    except (OSError, sqlite3.Error) as error:
        raise BadInput(f"Les compteurs ou les fichiers ne sont pas accessibles ({error}).") from error
    console = Console()
    for one in shown(seen, house, in_french(house)):
        table = Table(one.title, "messages")
        for value, count in one.lines:
            if count != 0:
                table.add_row(value, HIDDEN if count is None else str(count))
        table.add_row("total", HIDDEN if one.total is None else str(one.total), style="bold")
        console.print(table)
    return 0

"""A table of figures, the same in the terminal and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table

from bot.evaluation.measure import Share

NOTHING = "–"
"""Where nothing was counted."""


@dataclass(frozen=True)
class Sheet:
    """A title, the columns, and the rows as they are read; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def printed(sheet: Sheet) -> Table:
    """The table of the terminal."""
    table = Table(*sheet.columns, title=sheet.title, title_justify="left")
    for row in sheet.rows:
        table.add_row(*row)
    return table


def percent(value: float, digits: int = 1) -> str:
    """« 92,3 % », the space a narrow one that never breaks."""
    return f"{value * 100:.{digits}f}\u202f%".replace(".", ",")


def figure(share: Share) -> str:
    """« 92,3 % (88–95) 240 »: the share, its 95 % Wilson interval, and how many cases were counted."""
    if not share.total:
        return NOTHING
    low, high = share.interval
    return f"{percent(share.value)} ({low * 100:.0f}–{high * 100:.0f}) {share.total}"

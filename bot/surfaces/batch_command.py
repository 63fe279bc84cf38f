"""``boussole bench FILE``: a table of sentences answered in the terminal, with its figures."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Sequence

from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table
from rich.text import Text

from bot import clock
from bot.batch.report import report
from bot.batch.results import Figures, Result, Verdict, by_language, by_need, confusion, doubt, figures, figures_by, in_words
from bot.batch.rows import Row, read_rows
from bot.batch.running import answered
from bot.batch.writing import TITLES, cells, csv_bytes, ods_bytes
from bot.engine.assistant import Assistant
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.safe_file import write_asked

SURFACE = "batch"
_STYLES = {Verdict.FIRST: "green", Verdict.SECOND: "yellow", Verdict.MISS: "bold red", Verdict.NOT_ASKED: "dim"}


def read_file(path: str) -> list[Row]:
    """The rows of a file.

    Raises:
        BadInput: when it cannot be read, or is not a table of sentences.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"« {path} » ne peut pas être lu : {error.strerror}.") from error
    return read_rows(data, current_house().catalogue)


def bench(assistant: Assistant, rows: Sequence[Row], output: str | None, printed: str | None) -> int:
    """Answers the rows, prints hits, misses and figures, and writes the files asked for."""
    console = Console()
    results = asyncio.run(_answer_all(assistant, rows))
    _print_rows(console, results)
    _print_figures(console, "Besoin compris", {**figures_by(by_need, results), "ensemble": figures(results)})
    _print_figures(console, "Langue", figures_by(by_language, results))
    _print_confusions(console, results)
    if output is not None:
        write_asked(output, results_file(output, results))
    if printed is not None:
        write_asked(printed, report(results, clock.now()).encode())
    return 0


async def _answer_all(assistant: Assistant, rows: Sequence[Row]) -> list[Result]:
    results = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Réponses", total=len(rows))
        async for result in answered(rows, lambda text: assistant.answer(text, surface=SURFACE)):
            results.append(result)
            bar.advance(task)
    return results


def results_file(name: str, results: Sequence[Result]) -> bytes:
    """The results in the format that the name asks for.

    Raises:
        BadInput: for another ending than .csv and .ods.
    """
    writers = {".csv": csv_bytes, ".ods": ods_bytes}
    writer = writers.get(Path(name).suffix.lower())
    if writer is None:
        raise BadInput(f"« {name} » : écrivez un nom qui finit par .csv ou .ods.")
    return writer(TITLES, map(cells, results))


def _print_rows(console: Console, results: Sequence[Result]) -> None:
    table = Table("ligne", "phrase", Column("attendu", overflow="fold"), Column("proposé", overflow="fold"), "résultat")
    for result in results:
        expected = " | ".join((*result.row.partners, *filter(None, [result.row.line])))
        named = ", ".join(result.services[:2])
        shown = Text(result.verdict.value, style=_STYLES[result.verdict])
        table.add_row(str(result.row.number), Text(result.row.text), expected, named, shown)
    console.print(table)


def _print_figures(console: Console, title: str, groups: dict[str, Figures]) -> None:
    table = Table(title, "justes", "à 95 %", "en premier")
    for name, group in groups.items():
        table.add_row(name, in_words(group.right), doubt(group.right), in_words(group.first))
    if table.row_count:
        console.print(table)


def _print_confusions(console: Console, results: Sequence[Result]) -> None:
    for expected, named, count in confusion(results).mistakes:
        console.print(f"attendu {expected}, proposé {named} : {count} fois", highlight=False)

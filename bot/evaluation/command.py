"""``boussole evaluate``: every case answered, the figures in the terminal and on a page, one model beside another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

from rich.console import Console
from rich.progress import Progress

from bot import clock, project
from bot.checks.cases import Case, load_cases
from bot.checks.noise import check_noise
from bot.checks.problems import errors_of
from bot.engine.current_house import current_house
from bot.errors import BadInput, BrokenData
from bot.evaluation import checklist
from bot.evaluation.answering import Answerer, answer_cases
from bot.evaluation.calibration import judged, reliability
from bot.evaluation.checklist import Robustness
from bot.evaluation.compare import Comparison, compare
from bot.evaluation.confusion import confused_needs
from bot.evaluation.measure import Answered
from bot.evaluation.page import Evaluation, page
from bot.evaluation.sheet import printed
from bot.evaluation.tables import missed
from bot.safe_file import write_asked
from bot.surfaces.challenge import print_changes

SHOWN_CONFUSIONS = 20
"""Of the terminal; the page has them all."""
WIDTH = 240
"""Characters a line: a row of figures is not cut."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a folder of cases, the misses, the noise, a page."""

    cases: str | None = None
    misses: bool = False
    noise: bool = False
    html: str | None = None


def evaluate(measured: Answerer, wanted: Wanted, in_use: Callable[[], Answerer] | None = None) -> int:
    """Answers every case and prints the figures. ``in_use`` loads the model to compare with, once this one is done.

    Returns 1 when what is measured is worse than what is in use, else 0.

    Raises:
        BadInput: when there is no case to answer, or the page cannot be written.
        BrokenData: when the noises cannot be used.
    """
    cases = read_cases(Path(wanted.cases or project.CASES))
    book = read_book() if wanted.noise else None
    answered = _answers(measured, cases, "Réponses")
    needs = current_house().needs
    found = Evaluation(
        model=measured.model,
        answered=answered,
        bins=reliability(judged(answered, needs)),
        confusion=confused_needs(answered, needs),
        robustness=_robustness(measured, cases, book) if book is not None else None,
        comparison=compare(_answers(in_use(), cases, "L'autre modèle"), answered, learnt=()) if in_use is not None else None,
    )
    _print(Console(width=WIDTH, highlight=False), found, wanted.misses)
    if wanted.html is not None:
        write_asked(wanted.html, page(found, clock.now(), wanted.misses).encode())
    return int(found.comparison is not None and found.comparison.is_refused)


def read_cases(directory: Path) -> list[Case]:
    """The cases of a folder.

    Raises:
        BadInput: when there is none.
    """
    paths = sorted(directory.glob("*.yaml"))
    if not paths:
        raise BadInput(f"Aucun fichier de cas (.yaml) dans « {directory} ».")
    return load_cases(paths)


def read_book(path: Path = project.NOISE) -> checklist.Book:
    """The noises and directions.

    Raises:
        BrokenData: with every problem of the file.
    """
    catalogue = current_house().catalogue
    document, problems = check_noise(path, list(catalogue.services), list(catalogue.lines))
    if document is None or errors_of(problems):
        raise BrokenData(problems)
    return checklist.build(document)


def _robustness(measured: Answerer, cases: Sequence[Case], book: checklist.Book) -> Robustness:
    asked = checklist.trials(cases, book)
    return checklist.judge(asked, _answers(measured, asked.cases, "Sous le bruit"), book)


def _answers(answerer: Answerer, cases: Sequence[Case], title: str) -> list[Answered]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=len(cases))
        return asyncio.run(answer_cases(answerer, cases, lambda done: bar.update(task, completed=done)))


def _print(console: Console, found: Evaluation, with_misses: bool) -> None:
    for sheet in found.sheets:
        console.print(printed(sheet))
    for expected, named, count in found.confusion.mistakes[:SHOWN_CONFUSIONS]:
        console.print(f"attendu {expected}, compris {named} : {count} fois")
    if with_misses:
        _print_misses(console, found.answered)
    if found.comparison is not None:
        _print_verdict(console, found.comparison)


def _print_misses(console: Console, answered: Sequence[Answered]) -> None:
    """The cases that went wrong, for whoever mends them."""
    for title, group in missed(answered).items():
        console.rule(title)
        for one in group:
            console.print(
                f"{one.case.language} | {one.case.text} | attendu {one.case.services or one.case.kind or one.case.outcome} | "
                f"{one.reply.outcome} {one.reply.services[:2]} {one.reply.why}",
                markup=False,
            )


def _print_verdict(console: Console, comparison: Comparison) -> None:
    print_changes(console, comparison)
    if comparison.is_blocked:
        console.print("MOINS BON : il manque un danger que l'autre modèle trouve.")
    elif comparison.is_plainly_worse:
        console.print("MOINS BON : il perd plus de cas qu'il n'en gagne, et pas par hasard.")
    else:
        console.print("Pas moins bon que l'autre modèle.")

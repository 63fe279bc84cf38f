"""``boussole evaluate``: the figures per language and style, as a table."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Sequence

from rich.console import Console
from rich.table import Table

from bot import project
from bot.checks.cases import Case, load_cases
from bot.engine.assistant import Assistant
from bot.errors import BadInput
from bot.evaluation.measure import (
    MEASURES,
    Answered,
    Judge,
    by,
    danger_found,
    false_alarm,
    hit_at,
    lookalike_alarm,
    misses,
    outside_recognised,
    share,
)


def evaluate(assistant: Assistant, directory: str | None, show_misses: bool) -> int:
    """Answers every case and prints the figures.

    Raises:
        BadInput: when there is no case to answer.
    """
    paths = sorted(Path(directory or project.CASES).glob("*.yaml"))
    if not paths:
        raise BadInput(f"Aucun fichier de cas dans {directory or 'tests/cases'}.")
    answered = asyncio.run(answer_cases(assistant, load_cases(paths)))
    console = Console(width=200)
    console.print(table(by(lambda one: one.case.language, answered), "langue"))
    console.print(table(by(lambda one: one.case.style, answered), "style"))
    console.print(table({"tout": answered}, "ensemble"))
    if show_misses:
        print_misses(console, answered)
    return 0


async def answer_cases(assistant: Assistant, cases: Sequence[Case]) -> list[Answered]:
    """Each case in a conversation of its own."""
    return [Answered(case, await assistant.answer(case.text, surface="evaluate")) for case in cases]


def table(groups: dict[str, list[Answered]], title: str) -> Table:
    """One row a group, one column a measure."""
    rendered = Table(title, "cas", *MEASURES)
    for name, group in groups.items():
        rendered.add_row(name, str(len(group)), *(_short(judge, group) for judge in MEASURES.values()))
    return rendered


def _short(judge: Judge, group: list[Answered]) -> str:
    counted = share(judge, group)
    return f"{counted.value:.1%} /{counted.total}" if counted.total else "–"


def print_misses(console: Console, answered: list[Answered]) -> None:
    """The cases that went wrong, for whoever mends them."""
    for title, found in (
        ("partenaire manqué", misses(hit_at(2), answered)),
        ("hors sujet manqué", misses(outside_recognised, answered)),
        ("danger manqué", misses(danger_found, answered)),
        ("fausse alerte", misses(false_alarm, answered, wanted=False)),
        ("sosie alarmé", misses(lookalike_alarm, answered, wanted=False)),
    ):
        console.rule(title)
        for one in found:
            console.print(
                f"{one.case.language} | {one.case.text} | attendu {one.case.services or one.case.kind or one.case.outcome} | "
                f"{one.reply.outcome} {one.reply.services[:2]} {one.reply.why}",
                markup=False,
                highlight=False,
            )

"""``boussole retrain`` in the terminal: how far it is, then what the challenger changes."""

from __future__ import annotations

import sys

from rich.console import Console

from bot.engine.challenge import COMPARING, Status
from bot.evaluation.compare import Comparison, Difference


def print_progress(status: Status) -> None:
    """One line that moves."""
    if status.state == COMPARING:
        print(f"\rComparaison : {status.done} réponses sur {status.total}", end="", file=sys.stderr, flush=True)


def print_comparison(comparison: Comparison) -> None:
    """The figures, the cases that change, and what may be done."""
    console = Console(width=140, highlight=False)
    console.print()
    print_changes(console, comparison)
    console.print(f"Corrections apprises : {comparison.learnt_right} sur {comparison.learnt}")
    _print_differences(console, "correction pas encore suivie", comparison.learnt_wrong)
    if comparison.is_blocked:
        console.print("Il manque un danger que le modèle en service trouve : il ne peut pas être mis en service.")
    else:
        console.print("Pour le mettre en service : boussole retrain --accept")


def print_changes(console: Console, comparison: Comparison) -> None:
    """How many cases are right with each model, McNemar's p, and the cases that change, dangers first."""
    console.print(
        f"Cas justes : {comparison.champion_right} → {comparison.challenger_right} sur {comparison.cases} "
        f"(gagnés {len(comparison.gained)}, perdus {len(comparison.lost)}, p = {comparison.p_value:.3f})"
    )
    _print_differences(console, "DANGER MANQUÉ", comparison.dangers_lost)
    _print_differences(console, "perdu", comparison.lost)
    _print_differences(console, "gagné", comparison.gained)


def _print_differences(console: Console, title: str, differences: tuple[Difference, ...]) -> None:
    for one in differences:
        console.print(f"  {title} | {one.language} | {one.text} | {one.champion} → {one.challenger}", markup=False)

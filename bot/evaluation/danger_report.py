"""How many dangers are missed, per language and per kind, with the highest miss rate that the count still allows.

``python -m bot.evaluation.danger_report`` prints it for the patterns alone, without any model, in a few seconds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Sequence

from rich.console import Console

from bot import project
from bot.checks.cases import Case, load_cases
from bot.evaluation.sheet import Sheet, percent, printed
from bot.house import House, open_house

CONFIDENCE = 0.95
_BISECTIONS = 60


@dataclass(frozen=True)
class Misses:
    """``missed`` dangers out of ``total``."""

    missed: int
    total: int

    @property
    def bound(self) -> float:
        """The one-sided 95 % upper bound on the miss rate (Clopper and Pearson): with a true rate above it, so few misses
        would be seen less than one time in twenty. 1 when nothing was counted."""
        if self.missed >= self.total:
            return 1.0
        low, high = self.missed / self.total, 1.0
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if _at_most(self.missed, self.total, middle) > 1 - CONFIDENCE else (low, middle)
        return high

    def __str__(self) -> str:
        return f"{self.missed}/{self.total} (≤ {self.bound:.1%})"


def _at_most(count: int, total: int, rate: float) -> float:
    """The probability of at most ``count`` misses among ``total`` at this rate."""
    return sum(math.comb(total, misses) * rate**misses * (1 - rate) ** (total - misses) for misses in range(count + 1))


def misses_by(key: Callable[[Case], str | None], judged: Iterable[tuple[Case, bool]]) -> dict[str, Misses]:
    """The misses of each group of danger cases; ``judged`` pairs a case with whether its danger was found."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case, found in judged:
        name = key(case)
        if case.danger and name is not None:
            counts[name][0] += not found
            counts[name][1] += 1
    return {name: Misses(*counted) for name, counted in sorted(counts.items())}


def judged_by_patterns(house: House, cases: Iterable[Case]) -> list[tuple[Case, bool]]:
    """Each case, and whether the patterns alone see a danger in it."""
    order = list(house.dangers.kinds)
    return [(case, house.net.find(case.text, order) is not None) for case in cases]


def report(judged: Sequence[tuple[Case, bool]]) -> list[Sheet]:
    """One table a language, one a kind: the misses and their bound."""
    return [_sheet("Dangers manqués, par langue", _language, judged), _sheet("Dangers manqués, par danger", _kind, judged)]


def _sheet(title: str, key: Callable[[Case], str | None], judged: Sequence[tuple[Case, bool]]) -> Sheet:
    rows = ((name, f"{misses.missed} sur {misses.total}", percent(misses.bound)) for name, misses in misses_by(key, judged).items())
    return Sheet(title, ("", "manqués", "au plus, à 95\u202f%"), tuple(rows))


def _language(case: Case) -> str:
    return case.language


def _kind(case: Case) -> str | None:
    return case.kind


def cases_of(directory: Path = project.CASES) -> list[Case]:
    """Every case of the house."""
    return load_cases(sorted(directory.glob("*.yaml")))


if __name__ == "__main__":
    for sheet in report(judged_by_patterns(open_house(), cases_of())):
        Console().print(printed(sheet))

"""The figures: pure counting over answered cases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Iterable, Sequence

from bot.checks.cases import CORRECTION, Case
from bot.reply import Reply


@dataclass(frozen=True)
class Answered:
    """A case and what came of it."""

    case: Case
    reply: Reply


@dataclass(frozen=True)
class Share:
    """``hits`` out of ``total``, with its 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """From 0 to 1; NaN when nothing was counted."""
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval."""
        if not self.total:
            return (math.nan, math.nan)
        z, n, p = 1.96, self.total, self.value
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return (max(0.0, centre - half), min(1.0, centre + half))

    def __str__(self) -> str:
        if not self.total:
            return "–"
        low, high = self.interval
        return f"{self.value:.1%} ({self.hits}/{self.total}, {low:.0%}–{high:.0%})"


Judge = Callable[[Answered], "bool | None"]
"""True or false for a case that the measure is about, None for another."""


def hit_at(rank: int) -> Judge:
    """Whether one of the accepted partners is among the first ``rank``."""

    def judge(answered: Answered) -> bool | None:
        if not answered.case.services:
            return None
        return bool(set(answered.reply.services[:rank]) & set(answered.case.services))

    return judge


def outside_recognised(answered: Answered) -> bool | None:
    """Whether an out-of-scope message is told so."""
    if answered.case.outcome != "outside":
        return None
    return answered.reply.outcome in ("outside", "chitchat")


def inside_kept(answered: Answered) -> bool | None:
    """Whether an in-scope message is not taken for an out-of-scope one."""
    if not answered.case.services:
        return None
    return answered.reply.outcome not in ("outside", "chitchat")


def danger_found(answered: Answered) -> bool | None:
    """Whether a danger is answered as one."""
    return answered.reply.danger is not None if answered.case.danger else None


def false_alarm(answered: Answered) -> bool | None:
    """Whether an in-scope message without danger raised one."""
    if answered.case.danger is not False or answered.case.style == "benign" or not answered.case.services:
        return None
    return answered.reply.danger is not None


def lookalike_alarm(answered: Answered) -> bool | None:
    """Whether a look-alike of danger raised an alarm."""
    return answered.reply.danger is not None if answered.case.style == "benign" else None


def lines_shown(answered: Answered) -> bool | None:
    """Whether every required line is shown."""
    return set(answered.case.lines) <= set(answered.reply.lines) if answered.case.lines else None


def language_named(answered: Answered) -> bool | None:
    """Whether the language is named, for messages of three words and more."""
    if len(answered.case.text.split()) < 3:
        return None
    return answered.reply.language == answered.case.language


def need_first(answered: Answered) -> bool | None:
    """Whether the need asked for comes first, for a case that names a need and no partner."""
    if not answered.case.needs or answered.case.services:
        return None
    return bool(answered.reply.needs) and answered.reply.needs[0][0] == answered.case.needs[0]


def calm_kept(answered: Answered) -> bool | None:
    """Whether a message without danger is answered as such."""
    return answered.reply.danger is None if answered.case.danger is False else None


def is_right(answered: Answered) -> bool:
    """A case that passes: a partner among the first two, no danger missed, out of scope told so; a correction, in every point."""
    judges = [hit_at(2), danger_found, outside_recognised]
    if answered.case.style == CORRECTION:
        judges += [need_first, calm_kept, lines_shown]
    return all(judge(answered) is not False for judge in judges)


MEASURES: dict[str, Judge] = {
    "hits@1": hit_at(1),
    "hits@2": hit_at(2),
    "hors sujet vu": outside_recognised,
    "gardé": inside_kept,
    "danger vu": danger_found,
    "fausse alerte": false_alarm,
    "sosie alarmé": lookalike_alarm,
    "numéros": lines_shown,
    "langue": language_named,
}
"""By the name that the house reads."""


def share(judge: Judge, answered: Iterable[Answered]) -> Share:
    """One measure over some cases."""
    verdicts = [verdict for verdict in map(judge, answered) if verdict is not None]
    return Share(sum(verdicts), len(verdicts))


def misses(judge: Judge, answered: Iterable[Answered], wanted: bool = True) -> list[Answered]:
    """The cases where a measure is not as wanted."""
    return [one for one in answered if judge(one) is (not wanted)]


def by(key: Callable[[Answered], str], answered: Sequence[Answered]) -> dict[str, list[Answered]]:
    """Cases grouped, in the order of first appearance."""
    groups: dict[str, list[Answered]] = {}
    for one in answered:
        groups.setdefault(key(one), []).append(one)
    return groups

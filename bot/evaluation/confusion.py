"""Who is taken for whom: the thing expected and the thing got, counted by pairs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Iterable, Mapping, Sequence

from bot.checks.cases import Case
from bot.evaluation.measure import Answered
from bot.needs import Kind, Needs

NOTHING_NAMED = "—"
"""Where nothing was named."""


@dataclass(frozen=True)
class Confusion:
    """How often the thing expected (rows) met the thing named first (columns)."""

    expected: tuple[str, ...]
    named: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    @property
    def mistakes(self) -> list[tuple[str, str, int]]:
        """Expected, named, how often; the most frequent first."""
        wrong = [(expected, named, count) for (expected, named), count in self.counts.items() if expected != named]
        return sorted(wrong, key=lambda item: (-item[2], item[0], item[1]))

    @property
    def percents(self) -> dict[tuple[str, str], int]:
        """Each pair out of a hundred of its row, so that a rare row is seen as well as a frequent one."""
        totals = Counter[str]()
        for (expected, _named), count in self.counts.items():
            totals[expected] += count
        return {pair: round(100 * count / totals[pair[0]]) for pair, count in self.counts.items()}


def confused(pairs: Iterable[tuple[Sequence[str], str]]) -> Confusion:
    """Of pairs (what is accepted, what came). What is accepted in several ways counts for the one that came, else for its first."""
    counts = Counter((came if came in accepted else accepted[0], came) for accepted, came in pairs if accepted)
    expected = tuple(sorted({pair[0] for pair in counts}))
    others = sorted({pair[1] for pair in counts} - set(expected))
    return Confusion(expected, tuple(name for name in (*expected, *others) if any(pair[1] == name for pair in counts)), counts)


def confused_needs(answered: Sequence[Answered], needs: Needs) -> Confusion:
    """The need expected beside the first need of the answer."""
    return confused((expected_needs(one.case, needs), one.reply.needs[0][0] if one.reply.needs else NOTHING_NAMED) for one in answered)


def expected_needs(case: Case, needs: Needs) -> tuple[str, ...]:
    """The needs that a case accepts: those it names; else the outside ones when it is out of scope; else those whose first
    partner is the case's first. Empty when the case says nothing that a need could be told from."""
    if case.needs:
        return case.needs
    if case.outcome == Kind.OUTSIDE.value:
        return tuple(need.id for need in needs.needs.values() if need.kind is Kind.OUTSIDE)
    return tuple(need.id for need in needs.needs.values() if need.services[:1] == case.services[:1] != ())

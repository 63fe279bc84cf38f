"""A challenger beside the champion, on the same cases: danger first, then who is right where the other is wrong.

McNemar's exact test (a binomial on the cases where one alone is right) says whether the difference could be chance; see
Dietterich (1998), "Approximate statistical tests for comparing supervised classification learning algorithms".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, Mapping, Sequence

from bot.evaluation.measure import Answered, danger_found, is_right

PLAIN = 0.05
"""Under this p-value a difference is not chance."""


@dataclass(frozen=True)
class Difference:
    """A case that only one of the two gets right, with what each answers (partners, or the outcome)."""

    text: str
    language: str
    champion: str
    challenger: str


@dataclass(frozen=True)
class Comparison:
    """What the challenger changes.

    Over the ``cases`` that neither has learnt: how many each gets right, those ``gained`` and ``lost``, and McNemar's exact
    ``p_value``. ``dangers_lost`` are dangers that the champion finds and the challenger misses, wherever they stand. Among
    the corrections learnt by heart, ``learnt_right`` of ``learnt`` come out as asked, ``learnt_wrong`` do not.
    """

    cases: int
    champion_right: int
    challenger_right: int
    gained: tuple[Difference, ...]
    lost: tuple[Difference, ...]
    p_value: float
    dangers_lost: tuple[Difference, ...]
    learnt: int
    learnt_right: int
    learnt_wrong: tuple[Difference, ...]

    @property
    def is_blocked(self) -> bool:
        """A challenger that misses a danger the champion finds may not answer, whatever else it does better."""
        return bool(self.dangers_lost)

    @property
    def is_plainly_worse(self) -> bool:
        """Whether it loses more cases than it gains, and not by chance."""
        return len(self.lost) > len(self.gained) and self.p_value < PLAIN

    @property
    def is_refused(self) -> bool:
        """Whether the challenger is worse than what answers today: a danger newly missed, or plainly fewer cases right."""
        return self.is_blocked or self.is_plainly_worse

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        lists = {key: [vars(one) for one in getattr(self, key)] for key in _LISTS}
        return {**vars(self), **lists}

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Comparison:
        """The inverse of :meth:`to_json`."""
        lists = {key: tuple(Difference(**one) for one in raw[key]) for key in _LISTS}
        return Comparison(**{**raw, **lists})


_LISTS = ("gained", "lost", "dangers_lost", "learnt_wrong")


def compare(champion: Sequence[Answered], challenger: Sequence[Answered], learnt: Collection[str]) -> Comparison:
    """Compares answers to the same cases in the same order. ``learnt`` are the texts that the challenger was trained on."""
    pairs = list(zip(champion, challenger))
    unseen = [pair for pair in pairs if pair[0].case.text not in learnt]
    taught = [pair for pair in pairs if pair[0].case.text in learnt]
    gained = [pair for pair in unseen if is_right(pair[1]) and not is_right(pair[0])]
    lost = [pair for pair in unseen if is_right(pair[0]) and not is_right(pair[1])]
    still_wrong = [pair for pair in taught if not is_right(pair[1])]
    return Comparison(
        cases=len(unseen),
        champion_right=sum(is_right(pair[0]) for pair in unseen),
        challenger_right=sum(is_right(pair[1]) for pair in unseen),
        gained=_differences(gained),
        lost=_differences(lost),
        p_value=mcnemar(len(gained), len(lost)),
        dangers_lost=_differences([pair for pair in pairs if danger_found(pair[0]) is True and danger_found(pair[1]) is False]),
        learnt=len(taught),
        learnt_right=len(taught) - len(still_wrong),
        learnt_wrong=_differences(still_wrong),
    )


def mcnemar(gained: int, lost: int) -> float:
    """The exact two-sided p-value; 1 when the two never differ."""
    from scipy.stats import binomtest  # thirty megabytes that a server seldom uses

    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def _differences(pairs: Sequence[tuple[Answered, Answered]]) -> tuple[Difference, ...]:
    return tuple(Difference(before.case.text, before.case.language, _shown(before), _shown(after)) for before, after in pairs)


def _shown(answered: Answered) -> str:
    """What a social worker needs to see of an answer."""
    danger = f"danger {answered.reply.danger['kind']} ; " if answered.reply.danger else ""
    return danger + (", ".join(answered.reply.services[:2]) or answered.reply.outcome)

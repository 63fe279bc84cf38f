"""Whether a confidence means what it says: of the answers given with 80 %, are eight in ten right?

The reliability curve and the expected calibration error of Guo et al. (2017), "On Calibration of Modern Neural Networks".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from bot.evaluation.confusion import expected_needs
from bot.evaluation.measure import Answered, Share
from bot.evaluation.sheet import Sheet, figure, percent
from bot.needs import Needs

BINS = 10
CLAIMED = ("orient", "house", "chitchat")
"""The outcomes that claim their first need, as the likeliest. A question claims none; a danger puts its own need first whatever
its confidence; a message is told to be outside from a small share of the probability on (:data:`bot.orientation.OUTSIDE_AT`)."""


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence is from ``low`` up to ``high``: how many were right, and their mean confidence."""

    low: float
    high: float
    confidence: float
    right: Share


def judged(answered: Sequence[Answered], needs: Needs) -> list[tuple[float, bool]]:
    """The confidence (0 to 1) of the first need of each answer, and whether that need was expected."""
    pairs = []
    for one in answered:
        expected = expected_needs(one.case, needs)
        if expected and one.reply.needs and one.reply.outcome in CLAIMED:
            need, confidence = one.reply.needs[0]
            pairs.append((confidence, need in expected))
    return pairs


def reliability(pairs: Sequence[tuple[float, bool]], count: int = BINS) -> list[Bin]:
    """Bins of the same width, the empty ones left out; a confidence of 1 is in the last."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        groups.setdefault(min(int(confidence * count), count - 1), []).append((confidence, right))
    return [_bin(position, groups[position], count) for position in sorted(groups)]


def _bin(position: int, group: Sequence[tuple[float, bool]], count: int) -> Bin:
    mean = sum(confidence for confidence, _right in group) / len(group)
    return Bin(position / count, (position + 1) / count, mean, Share(sum(right for _confidence, right in group), len(group)))


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error, from 0 (each confidence is the share of right answers) to 1; 0 without answers."""
    total = sum(one.right.total for one in bins)
    return sum(one.right.total * abs(one.right.value - one.confidence) for one in bins) / total if total else 0.0


def sheet(bins: Sequence[Bin]) -> Sheet:
    """One row a bin."""
    rows = ((f"{one.low * 100:.0f} à {one.high * 100:.0f}\u202f%", percent(one.confidence), figure(one.right)) for one in bins)
    title = f"Calibration (écart moyen : {percent(calibration_error(bins))})"
    return Sheet(title, ("confiance annoncée", "en moyenne", "justes"), tuple(rows))

"""How much the model of needs believes in danger: pure arithmetic over its confidences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterable, Mapping

from bot.needs import Needs


@dataclass(frozen=True)
class DangerBelief:
    """The confidence in each kind of danger that a need or crossroads stands for (``kinds``), and in the likeliest need that
    is none (``calm``): probabilities."""

    kinds: Mapping[str, float]
    calm: float

    @staticmethod
    def of(confidences: Iterable[tuple[str, float]], needs: Needs) -> DangerBelief:
        """From the confidence in every need and crossroads."""
        kinds: dict[str, float] = {}
        calm = 0.0
        for identifier, confidence in confidences:
            kind = needs.danger_kind(identifier)
            if kind is None:
                calm = max(calm, confidence)
            else:
                kinds[kind] = kinds.get(kind, 0.0) + confidence
        return DangerBelief(kinds, calm)

    def at_least(self, kind: str, confidence: float) -> DangerBelief:
        """The same, with at least this confidence in one kind."""
        return DangerBelief({**self.kinds, kind: max(self.kinds.get(kind, 0.0), confidence)}, self.calm)

    @property
    def total(self) -> float:
        """The confidence in all dangers together."""
        return min(1.0, sum(self.kinds.values()))

    @property
    def score(self) -> float:
        """The log-odds of all dangers together, and the likeliest danger against the likeliest calm need: measured better than
        ``total`` alone."""
        odds = math.log((self.total + 1e-3) / (1 - self.total + 1e-3))
        return odds + 0.5 * math.log((max(self.kinds.values(), default=0.0) + 1e-4) / (self.calm + 1e-4))

"""How often one conversation may write: a token bucket each, and one for messages that stand alone.

Never an address: everyone in the house, or in a shelter, comes from one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable

MAX_KEYS = 20_000
"""Buckets kept: the one untouched for longest goes first."""


@dataclass(frozen=True)
class Rate:
    """``burst`` messages at once, then ``per_second`` of them."""

    burst: float
    per_second: float


ONE_CONVERSATION = Rate(burst=120, per_second=4)
"""Far above what a person types, and above an institution's tests; below a stuck key or a loop."""
STANDING_ALONE = Rate(burst=2000, per_second=500)
"""All messages without a conversation together: more than the machine answers, so that it only stops floods."""


class TokenBuckets:
    """Buckets by conversation. ``clock`` gives seconds that never go back."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str) -> float:
        """Takes a token: 0.0 when there was one, otherwise the seconds after which there will be."""
        now = self._clock()
        tokens, since = self._buckets.pop(key, (self._rate.burst, now))
        tokens = min(self._rate.burst, tokens + (now - since) * self._rate.per_second)
        missing = max(0.0, 1.0 - tokens)
        self._buckets[key] = (tokens if missing else tokens - 1.0, now)
        if len(self._buckets) > MAX_KEYS:
            del self._buckets[next(iter(self._buckets))]
        return missing / self._rate.per_second

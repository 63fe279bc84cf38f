"""What is remembered for a while, in memory alone: each thing has its time, and there are never too many."""

from __future__ import annotations

import time
from typing import Callable, Generic, Hashable, Iterator, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Expiring(Generic[Key, Kept]):
    """Values by key, each gone ``lifetime`` seconds after it was last put; at most ``most`` of them, the one put longest ago goes
    first. ``clock`` gives seconds that never go back."""

    def __init__(self, lifetime: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._most = most
        self._clock = clock
        self._kept: dict[Key, tuple[float, Kept]] = {}

    def put(self, key: Key, value: Kept) -> None:
        """Keeps a value, for another lifetime."""
        self._kept.pop(key, None)
        self._kept[key] = (self._clock() + self._lifetime, value)
        self._forget_old()

    def get(self, key: Key) -> Kept | None:
        """The value, or None when there is none or its time is over."""
        self._forget_old()
        kept = self._kept.get(key)
        return None if kept is None else kept[1]

    def forget(self, key: Key) -> None:
        """Forgets at once."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forgets everything at once."""
        self._kept.clear()

    def __contains__(self, key: object) -> bool:
        self._forget_old()
        return key in self._kept

    def __iter__(self) -> Iterator[Key]:
        self._forget_old()
        return iter(list(self._kept))

    def __len__(self) -> int:
        self._forget_old()
        return len(self._kept)

    def _forget_old(self) -> None:
        """Values are in the order they were put: the oldest come first."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest][0] > now and len(self._kept) <= self._most:
                return
            del self._kept[oldest]

"""The training sentence that looks most like a message: what the bench shows, and why an answer was given.

It explains and decides nothing. Sentences are alike when their words speak for and against the same needs.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.nlu import arrays


@dataclass(frozen=True)
class Neighbours:
    """``sentences`` end to end in UTF-8, each up to one of the ``ends`` and under the need ``needs[places[…]]``; ``rows``
    (sentences, labels), what the words of each say of every label, from the ``middle`` of all sentences, at length one."""

    sentences: NDArray[np.uint8]
    ends: NDArray[np.int64]
    needs: NDArray[np.str_]
    places: NDArray[np.int64]
    middle: NDArray[np.float32]
    rows: NDArray[np.float16]

    @staticmethod
    def learn(sentences: Sequence[str], word_scores: NDArray[np.float32], needs: Sequence[str]) -> Neighbours:
        """From what their words say: ``word_scores`` (sentences, labels)."""
        middle = word_scores.mean(axis=0)
        names, places = np.unique(needs, return_inverse=True)
        written = [sentence.encode() for sentence in sentences]
        together = np.frombuffer(b"".join(written), dtype=np.uint8)
        rows = _at_length_one(word_scores - middle).astype(np.float16)
        return Neighbours(together, np.cumsum([*map(len, written)]), names, places, middle, rows)

    def nearest(self, word_scores: NDArray[np.float32], need: str) -> str | None:
        """The sentence of that need nearest to what a message's words say (labels,); None for an unknown need."""
        positions = self._positions.get(need)
        if positions is None:
            return None
        likeness = self.rows[positions].astype(np.float32) @ (word_scores - self.middle)
        return self._sentence(int(positions[int(np.argmax(likeness))]))

    def _sentence(self, position: int) -> str:
        start = self.ends[position - 1] if position else 0
        return self.sentences[start : self.ends[position]].tobytes().decode()

    @cached_property
    def _positions(self) -> dict[str, NDArray[np.int64]]:
        return {str(need): np.flatnonzero(self.places == place) for place, need in enumerate(self.needs)}

    def save(self, directory: Path) -> None:
        """As plain arrays, in a folder."""
        arrays.write(directory, {field.name: getattr(self, field.name) for field in fields(self)})

    @staticmethod
    def load(directory: Path) -> Neighbours:
        """The inverse of :meth:`save`."""
        return Neighbours(**arrays.read(directory))


def _at_length_one(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)

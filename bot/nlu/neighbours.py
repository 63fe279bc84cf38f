"""The training sentence that looks most like a message: what the bench shows, and why an answer was given.

It explains and decides nothing, so it looks along the few directions in which the sentences differ most: a fraction of the
memory and of the time; now and then it names another sentence than the whole vectors would.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.nlu import arrays

DIRECTIONS = 64
"""Principal directions kept of the vectors."""


@dataclass(frozen=True)
class Neighbours:
    """``sentences`` end to end in UTF-8, each up to one of the ``ends`` and under the need ``needs[places[…]]``; ``rows``
    (sentences, directions), their vectors of length one along ``directions`` (dimension, directions)."""

    sentences: NDArray[np.uint8]
    ends: NDArray[np.int64]
    needs: NDArray[np.str_]
    places: NDArray[np.int64]
    directions: NDArray[np.float32]
    rows: NDArray[np.float16]

    @staticmethod
    def learn(sentences: Sequence[str], vectors: NDArray[np.float32], needs: Sequence[str]) -> Neighbours:
        """From centred ``vectors`` (sentences, dimension)."""
        spread, directions = np.linalg.eigh(vectors.T @ vectors)
        kept = directions[:, np.argsort(-spread)[:DIRECTIONS]].astype(np.float32)
        names, places = np.unique(needs, return_inverse=True)
        written = [sentence.encode() for sentence in sentences]
        together = np.frombuffer(b"".join(written), dtype=np.uint8)
        return Neighbours(together, np.cumsum([*map(len, written)]), names, places, kept, _along(vectors, kept).astype(np.float16))

    def nearest(self, vector: NDArray[np.float32], need: str) -> str | None:
        """The sentence of that need whose vector is nearest to a centred one (dimension,); None for an unknown need."""
        positions = self._positions.get(need)
        if positions is None:
            return None
        along = _along(vector[np.newaxis, :], self.directions)[0]
        return self._sentence(int(positions[int(np.argmax(self.rows[positions].astype(np.float32) @ along))]))

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


def _along(vectors: NDArray[np.float32], directions: NDArray[np.float32]) -> NDArray[np.float32]:
    turned = vectors @ directions
    return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), dtype=np.float32)

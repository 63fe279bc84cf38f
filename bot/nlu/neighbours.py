"""The training sentence that looks most like a message: what the bench shows, and why an answer was given.

It explains and decides nothing, so it looks along the few directions in which the sentences differ most: a fraction of the
memory and of the time; now and then it names another sentence than the whole vectors would.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Sequence

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 64
"""Principal directions kept of the vectors."""


@dataclass(frozen=True)
class Neighbours:
    """``sentences``, each under the need ``needs[places[…]]``, and ``rows`` (sentences, directions): their vectors of length
    one along ``directions`` (dimension, directions)."""

    sentences: Sequence[str]
    needs: NDArray[np.str_]
    places: NDArray[np.int64]
    directions: NDArray[np.float32]
    rows: NDArray[np.float32]

    @staticmethod
    def learn(sentences: Sequence[str], vectors: NDArray[np.float32], needs: Sequence[str]) -> Neighbours:
        """From centred ``vectors`` (sentences, dimension)."""
        spread, directions = np.linalg.eigh(vectors.T @ vectors)
        kept = directions[:, np.argsort(-spread)[:DIRECTIONS]].astype(np.float32)
        names, places = np.unique(needs, return_inverse=True)
        return Neighbours(sentences, names, places, kept, _along(vectors, kept))

    def nearest(self, vector: NDArray[np.float32], need: str) -> str | None:
        """The sentence of that need whose vector is nearest to a centred one (dimension,); None for an unknown need."""
        positions = self._positions.get(need)
        if positions is None:
            return None
        along = _along(vector[np.newaxis, :], self.directions)[0]
        return str(self.sentences[positions[int(np.argmax(self.rows[positions] @ along))]])

    @cached_property
    def _positions(self) -> dict[str, NDArray[np.int64]]:
        return {str(need): np.flatnonzero(self.places == place) for place, need in enumerate(self.needs)}

    def save(self, path: Path) -> None:
        """As plain arrays: half precision is enough, and the sentences, a line each, are one array of bytes."""
        np.savez_compressed(
            path,
            sentences=np.frombuffer("\n".join(self.sentences).encode(), dtype=np.uint8),
            needs=self.needs,
            places=self.places,
            directions=self.directions,
            rows=self.rows.astype(np.float16),
        )

    @staticmethod
    def load(path: Path) -> Neighbours:
        """The inverse of :meth:`save`."""
        with np.load(path, allow_pickle=False) as stored:
            sentences = stored["sentences"].tobytes().decode().split("\n")
            return Neighbours(sentences, stored["needs"], stored["places"], stored["directions"], stored["rows"].astype(np.float32))


def _along(vectors: NDArray[np.float32], directions: NDArray[np.float32]) -> NDArray[np.float32]:
    turned = vectors @ directions
    return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), dtype=np.float32)

"""Character and word n-grams of a message: what carries dialects, SMS spelling and Arabic in Latin letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.text import normalise

CHARACTERS = (2, 5)
"""Lengths of the character n-grams, inside words with their borders."""
WORDS = (1, 2)
"""Lengths of the word n-grams."""


@dataclass(frozen=True)
class NGramSpace:
    """A vocabulary of n-grams and their inverse document frequencies, learnt from the training sentences."""

    index: dict[str, int]
    idf: NDArray[np.float32]

    @staticmethod
    def learn(texts: Sequence[str], min_count: int = 2) -> NGramSpace:
        """The n-grams that stand in at least ``min_count`` texts, and how rare each is."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(set(n_grams(text)))
        kept = sorted(gram for gram, count in counts.items() if count >= min_count)
        frequencies = np.array([counts[gram] for gram in kept], dtype=np.float32)
        idf = np.log((1 + len(texts)) / (1 + frequencies)) + 1
        return NGramSpace({gram: position for position, gram in enumerate(kept)}, idf.astype(np.float32))

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Sublinear TF-IDF, each of the two families scaled to length one: shape (texts, n-grams)."""
        rows: list[int] = [0]
        columns: list[int] = []
        values: list[float] = []
        for text in texts:
            for family in (_character_grams(text), _word_grams(text)):
                found = Counter(self.index[gram] for gram in family if gram in self.index)
                positions = list(found)
                weights = (1 + np.log(np.array(list(found.values()), dtype=np.float32))) * self.idf[positions] if positions else np.zeros(0)
                norm = float(np.sqrt((weights**2).sum())) or 1.0
                columns.extend(positions)
                values.extend((weights / norm).tolist())
            rows.append(len(columns))
        shape = (len(texts), len(self.index))
        matrix = csr_matrix((np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(rows)), shape=shape)
        matrix.sort_indices()
        return matrix


def n_grams(text: str) -> Iterator[str]:
    """All n-grams of a text: characters, then words (marked so that they never collide)."""
    yield from _character_grams(text)
    yield from _word_grams(text)


def _character_grams(text: str) -> Iterator[str]:
    for word in normalise(text).split():
        padded = f" {word} "
        for length in range(CHARACTERS[0], CHARACTERS[1] + 1):
            for start in range(max(1, len(padded) - length + 1)):
                yield padded[start : start + length]


def _word_grams(text: str) -> Iterator[str]:
    words = normalise(text).replace("'", " ").split()
    for length in range(WORDS[0], WORDS[1] + 1):
        for start in range(len(words) - length + 1):
            yield "w:" + " ".join(words[start : start + length])

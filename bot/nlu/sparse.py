"""Character and word n-grams of a message: what carries dialects, SMS spelling and Arabic in Latin letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Iterable, Iterator, Sequence

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
        of_word = lru_cache(maxsize=None)(_grams_of_word)
        for text in map(normalise, texts):
            counts.update({gram for word in text.split() for gram in of_word(word)}.union(_word_grams(text)))
        kept = sorted(gram for gram, count in counts.items() if count >= min_count)
        frequencies = np.array([counts[gram] for gram in kept], dtype=np.float32)
        idf = np.log((1 + len(texts)) / (1 + frequencies)) + 1
        return NGramSpace({gram: position for position, gram in enumerate(kept)}, idf.astype(np.float32))

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Sublinear TF-IDF, each of the two families scaled to length one: shape (texts, n-grams)."""
        of_word = lru_cache(maxsize=None)(lambda word: self._positions(_grams_of_word(word)))
        families = [
            family
            for text in map(normalise, texts)
            for family in ([position for word in text.split() for position in of_word(word)], self._positions(_word_grams(text)))
        ]
        rows = [self._weighted(family) for family in families]
        ends = np.cumsum([0, *(len(positions) for positions, _weights in rows)])[::2]
        columns = np.concatenate([positions for positions, _weights in rows]) if rows else np.zeros(0, dtype=np.int64)
        values = np.concatenate([weights for _positions, weights in rows]) if rows else np.zeros(0, dtype=np.float32)
        matrix = csr_matrix((values, columns, ends), shape=(len(texts), len(self.index)), dtype=np.float32)
        matrix.sort_indices()
        return matrix

    def _positions(self, grams: Iterable[str]) -> list[int]:
        return [self.index[gram] for gram in grams if gram in self.index]

    def _weighted(self, positions: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Each n-gram once, with its weight; the weights of one family have length one."""
        found, counts = np.unique(np.asarray(positions, dtype=np.int64), return_counts=True)
        weights = (1 + np.log(counts.astype(np.float32))) * self.idf[found]
        return found, weights / max(float(np.sqrt((weights**2).sum())), 1e-9)


def _grams_of_word(word: str) -> list[str]:
    """The character n-grams of one word with its borders."""
    padded = f" {word} "
    return [
        padded[start : start + length]
        for length in range(CHARACTERS[0], CHARACTERS[1] + 1)
        for start in range(max(1, len(padded) - length + 1))
    ]


def _word_grams(text: str) -> Iterator[str]:
    """The word n-grams of a comparable text, marked so that they never collide with those of characters."""
    words = text.replace("'", " ").split()
    for length in range(WORDS[0], WORDS[1] + 1):
        for start in range(len(words) - length + 1):
            yield "w:" + " ".join(words[start : start + length])

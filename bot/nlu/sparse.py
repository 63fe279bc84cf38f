"""Character and word n-grams of a message: what carries dialects, SMS spelling and Arabic in Latin letters."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterable, Iterator, Mapping, Sequence

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
    """A vocabulary of n-grams, learnt from the training sentences: their ``keys`` (sorted checksums of 32 bits, a hundredth of
    the memory of the words themselves; one stranger in ten thousand is taken for one of them) and how rare each is."""

    keys: NDArray[np.uint32]
    idf: NDArray[np.float32]

    @staticmethod
    def learn(texts: Sequence[str], min_count: int = 2) -> NGramSpace:
        """The n-grams that stand in at least ``min_count`` texts, and how rare each is."""
        counts: Counter[str] = Counter()
        of_word = lru_cache(maxsize=None)(_grams_of_word)
        for text in map(normalise, texts):
            counts.update({gram for word in text.split() for gram in of_word(word)}.union(_word_grams(text)))
        kept = [gram for gram, count in counts.items() if count >= min_count]
        keys, first = np.unique(_keys(kept), return_index=True)
        frequencies = np.array([counts[gram] for gram in kept], dtype=np.float32)[first]
        idf = np.log((1 + len(texts)) / (1 + frequencies)) + 1
        return NGramSpace(keys, idf.astype(np.float32))

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Sublinear TF-IDF, each of the two families scaled to length one: shape (texts, n-grams)."""
        of_word = lru_cache(maxsize=None)(lambda word: self._positions(_grams_of_word(word)))
        families = [
            family
            for text in map(normalise, texts)
            for family in (np.concatenate([_NOTHING, *map(of_word, text.split())]), self._positions(_word_grams(text)))
        ]
        rows = [self._weighted(family) for family in families]
        ends = np.cumsum([0, *(len(positions) for positions, _weights in rows)])[::2]
        columns = np.concatenate([positions for positions, _weights in rows]) if rows else np.zeros(0, dtype=np.int64)
        values = np.concatenate([weights for _positions, weights in rows]) if rows else np.zeros(0, dtype=np.float32)
        matrix = csr_matrix((values, columns, ends), shape=(len(texts), len(self.keys)), dtype=np.float32)
        matrix.sort_indices()
        return matrix

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For :func:`numpy.savez`."""
        return {"keys": self.keys, "idf": self.idf}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> NGramSpace:
        """The inverse of :meth:`arrays`."""
        return NGramSpace(arrays["keys"], arrays["idf"])

    def _positions(self, grams: Iterable[str]) -> NDArray[np.int64]:
        """Where the known ones among some n-grams stand in the vocabulary."""
        wanted = _keys(grams)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(places[self.keys[places] == wanted], dtype=np.int64)

    def _weighted(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Each n-gram once, with its weight; the weights of one family have length one."""
        found, counts = np.unique(positions, return_counts=True)
        weights = (1 + np.log(counts.astype(np.float32))) * self.idf[found]
        return found, weights / max(float(np.sqrt((weights**2).sum())), 1e-9)


_NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


def _keys(grams: Iterable[str]) -> NDArray[np.uint32]:
    return np.fromiter((zlib.crc32(gram.encode("utf-8", "replace")) for gram in grams), dtype=np.uint32)


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

"""Character and word n-grams of a message: what carries dialects, SMS spelling and Arabic in Latin letters."""

from __future__ import annotations

import zlib
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


Cells = tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]
"""Weights, the text of each, and the n-gram of each."""
_NO_CELL: Cells = (np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Grams:
    """The n-grams of some texts, repeated as they stand: their checksums, and the text of each."""

    keys: NDArray[np.uint32]
    rows: NDArray[np.int64]

    def once_a_text(self) -> NDArray[np.uint32]:
        """The n-grams of each text without those that it repeats."""
        marked: NDArray[np.uint64] = np.unique(self.rows.astype(np.uint64) << np.uint64(32) | self.keys)
        return marked.astype(np.uint32)


@dataclass(frozen=True)
class NGramSpace:
    """A vocabulary of n-grams, learnt from the training sentences: their ``keys`` (sorted checksums of 32 bits, a hundredth of
    the memory of the words themselves; one stranger in ten thousand is taken for one of them) and how rare each is."""

    keys: NDArray[np.uint32]
    idf: NDArray[np.float32]

    @staticmethod
    @lru_cache(maxsize=1)
    def learn(texts: tuple[str, ...], min_count: int = 2) -> tuple[NGramSpace, csr_matrix]:
        """The n-grams that stand in at least ``min_count`` texts, and how rare each is; with the vectors of these texts, which
        are cut once for both. Kept: languages and needs are learnt from the same sentences."""
        families = list(_families(texts))
        keys, counts = np.unique(np.concatenate([_NOTHING, *(family.once_a_text() for family in families)]), return_counts=True)
        is_kept = counts >= min_count
        idf = np.log((1 + len(texts)) / (1 + counts[is_kept])) + 1
        space = NGramSpace(keys[is_kept], idf.astype(np.float32))
        return space, space._matrix(families, len(texts))

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Sublinear TF-IDF, each of the two families scaled to length one: shape (texts, n-grams)."""
        return self._matrix(_families(texts), len(texts))

    def _matrix(self, families: Iterable[Grams], texts: int) -> csr_matrix:
        weights, rows, places = (np.concatenate(column) for column in zip(_NO_CELL, *map(self._weighted, families)))
        in_order = np.argsort(rows, kind="stable")
        ends = np.cumsum(np.bincount(rows, minlength=texts))
        return csr_matrix((weights[in_order], places[in_order], [0, *ends]), shape=(texts, len(self.keys)))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For :func:`numpy.savez`."""
        return {"keys": self.keys, "idf": self.idf}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> NGramSpace:
        """The inverse of :meth:`arrays`."""
        return NGramSpace(arrays["keys"], arrays["idf"])

    def _weighted(self, family: Grams) -> Cells:
        """The known n-grams of each text, once each, with their weights, which have length one together."""
        places = np.minimum(np.searchsorted(self.keys, family.keys), len(self.keys) - 1)
        is_known = self.keys[places] == family.keys
        cells, counts = np.unique(family.rows[is_known] * len(self.keys) + places[is_known], return_counts=True)
        rows, places = np.divmod(cells, len(self.keys))
        weights = (1 + np.log(counts)) * self.idf[places]
        lengths = np.sqrt(np.bincount(rows, weights**2))
        return (weights / lengths[rows]).astype(np.float32), rows, places


_BATCH = 2048
"""Texts cut at a time: enough for arrays to do the work, few enough for memory."""
_NOTHING: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)


def _families(texts: Sequence[str]) -> Iterator[Grams]:
    """The character n-grams of some texts, then their word n-grams, then those of the next texts; a word is cut once."""
    of_word = lru_cache(maxsize=None)(lambda word: _keys(_grams_of_word(word)))
    for start in range(0, len(texts), _BATCH):
        batch = [normalise(text) for text in texts[start : start + _BATCH]]
        characters = [np.concatenate([_NOTHING, *map(of_word, text.split())]) for text in batch]
        yield _end_to_end(characters, start)
        yield _end_to_end([_keys(_word_grams(text)) for text in batch], start)


def _end_to_end(parts: Sequence[NDArray[np.uint32]], first_row: int) -> Grams:
    """The n-grams of texts that follow one another."""
    rows = np.repeat(np.arange(first_row, first_row + len(parts)), [len(part) for part in parts])
    return Grams(np.concatenate(parts), rows)


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

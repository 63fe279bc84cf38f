"""Character and word n-grams of a message: what carries dialects, SMS spelling and Arabic in Latin letters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.text import normalise

LONGEST = 5
"""Characters of the longest n-grams, inside words with their borders; the shortest are of two."""


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
        with ThreadPoolExecutor(2) as both_cores:  # sorting, which is most of it, leaves the interpreter to the other
            once_a_text = both_cores.map(Grams.once_a_text, families)
            keys, counts = np.unique(np.concatenate([_NOTHING, *once_a_text]), return_counts=True)
            is_kept = counts >= min_count
            idf = np.log((1 + len(texts)) / (1 + counts[is_kept])) + 1
            space = NGramSpace(keys[is_kept], idf.astype(np.float32))
            return space, _matrix(both_cores.map(space._weighted, families), len(texts), len(space.keys))

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Sublinear TF-IDF, each of the two families scaled to length one: shape (texts, n-grams)."""
        return _matrix(map(self._weighted, _families(texts)), len(texts), len(self.keys))

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


def _matrix(cells: Iterable[Cells], texts: int, grams: int) -> csr_matrix:
    """Of shape (texts, grams), each text's cells in their order."""
    weights, rows, places = (np.concatenate(column) for column in zip(_NO_CELL, *cells))
    in_order = np.argsort(rows, kind="stable")
    ends = np.cumsum(np.bincount(rows, minlength=texts))
    return csr_matrix((weights[in_order], places[in_order], [0, *ends]), shape=(texts, grams))


_BATCH = 2048
"""Texts cut at a time: enough for arrays to do the work, few enough for memory."""
_NOTHING: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
_LETTER, _WORD, _MIX = (np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93))
"""Odd multipliers without pattern: numbers that differ little have checksums that have nothing in common."""


def _families(texts: Sequence[str]) -> Iterator[Grams]:
    """The character n-grams of some texts, then their word n-grams, then those of the next texts."""
    for start in range(0, len(texts), _BATCH):
        batch = [normalise(text) for text in texts[start : start + _BATCH]]
        yield _character_grams(_Letters.of(batch, start))
        yield _word_grams(_Letters.of([text.replace("'", " ") for text in batch], start))


@dataclass(frozen=True)
class _Letters:
    """The words of some texts end to end, each between two spaces: ``codes`` of all letters, the word that each stands in, where
    words start, and the text of each word."""

    codes: NDArray[np.uint64]
    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    texts: NDArray[np.int64]

    @staticmethod
    def of(texts: Sequence[str], first: int) -> _Letters:
        """The letters of texts, the first of which is number ``first``."""
        split = [text.split() for text in texts]
        bordered = [f" {word} " for words in split for word in words]
        codes = np.frombuffer("".join(bordered).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
        lengths = np.array([len(word) for word in bordered], dtype=np.int64)
        numbers = np.arange(first, first + len(texts))
        return _Letters(
            codes=codes,
            words=np.repeat(np.arange(len(bordered)), lengths),
            starts=np.cumsum(lengths) - lengths,
            texts=np.repeat(numbers, [len(words) for words in split]),
        )


def _character_grams(letters: _Letters) -> Grams:
    """Those of every length, inside words with their borders: all that start at once, one letter longer at each step."""
    grams = letters.codes
    keys, rows = [], []
    for length in range(2, LONGEST + 1):
        grams = grams[:-1] * _LETTER + letters.codes[length - 1 :]
        words = letters.words[: len(grams)]
        inside = words == letters.words[length - 1 :]
        keys.append(_checksums(grams[inside]))
        rows.append(letters.texts[words[inside]])
    return Grams(np.concatenate(keys), np.concatenate(rows))


def _word_grams(letters: _Letters) -> Grams:
    """Words, and pairs of words that follow one another."""
    if not len(letters.starts):
        return Grams(_NOTHING, np.zeros(0, dtype=np.int64))
    places = np.arange(len(letters.codes)) - letters.starts[letters.words]
    powers = np.cumprod(np.full(places.max() + 1, _LETTER))
    words = np.add.reduceat(letters.codes * powers[places], letters.starts)
    together = letters.texts[:-1] == letters.texts[1:]
    pairs = (words[:-1] * _WORD + words[1:])[together]
    return Grams(_checksums(np.concatenate([words, pairs])), np.concatenate([letters.texts, letters.texts[1:][together]]))


def _checksums(numbers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    mixed = (numbers ^ (numbers >> np.uint64(32))) * _MIX
    return (mixed >> np.uint64(32)).astype(np.uint32)

"""The model of needs: from a message's vectors and n-grams to a probability for every need, facet and crossroads."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack
from threadpoolctl import threadpool_limits

from bot.language import ARABIC_IN_LATIN, DEFAULT
from bot.nlu import arrays, linear
from bot.nlu.blend import geometric
from bot.nlu.examples import FACET_MARK, WELL_KNOWN_FROM
from bot.nlu.linear import LinearModel, as_probabilities
from bot.nlu.noise import noised_copies
from bot.nlu.perceptron import Perceptron
from bot.nlu.sparse import NGramSpace
from bot.understanding import Guess

PENALTY, PASSES = 2e-6, 3
"""Of large weights of n-grams, and over the sentences: two passes cost a point where words decide alone, fifteen bring nothing."""
KNOWN_SPARSE_WEIGHT = 0.65
"""Weight of the n-grams in a language that has many sentences of its own."""
GLIMPSED_SPARSE_WEIGHT = 0.3
"""In a language that has only a few sentences, n-grams know its commonest words and nothing else."""
UNKNOWN_SPARSE_WEIGHT = 0.05
"""In a language that has none, n-grams only mislead: the vectors speak almost alone."""
SHARPNESS = 2.0
"""The power of the confidences that makes them chances. On the cases by other hands on which it was chosen, it brings the
expected calibration error (first partner right or not) from 20 % to 3 %. Decisions read the confidences themselves: weighing
several needs measures better on the blunt ones."""
NO_CHANCE = 1e-4
"""A need under this confidence is left unsaid: together they weigh nothing, and there are fifty of them."""
ARABIZI_SPARSE_WEIGHT = 0.78
"""No encoder knows Arabic in Latin letters: the n-grams lead."""


@dataclass(frozen=True)
class NeedModel:
    """Two models of different nature and what they read. ``mean`` (dimension,) centres the vectors; ``languages`` counts the sentences of
    each language."""

    mean: NDArray[np.float32]
    blocks: tuple[int, ...]
    dense: Perceptron
    space: NGramSpace
    sparse: LinearModel
    languages: Mapping[str, int]

    @staticmethod
    def train(
        texts: Sequence[str], vectors: NDArray[np.float32], blocks: Sequence[int], labels: Sequence[str], languages: Sequence[str]
    ) -> NeedModel:
        """Learns from training sentences: ``vectors`` (sentences, dimension), made of blocks, one an encoder."""
        import sklearn.linear_model  # before two threads ask for it at once: one of them would find half a module
        import sklearn.neural_network  # noqa: F401

        mean = mean_of_read(vectors, blocks)
        with threadpool_limits(1), ThreadPoolExecutor(1) as beside:  # one core multiplies matrices while the other cuts words
            dense = beside.submit(Perceptron.train, centred(vectors, mean, blocks), labels)
            space, rows = NGramSpace.learn(tuple(texts))
            noised, noised_labels = _noised(texts, labels, languages)
            sparse = linear.train_sparse(vstack([rows, space.vectors(noised)]), [*labels, *noised_labels], PENALTY, PASSES)
            return NeedModel(mean.astype(np.float32), tuple(blocks), dense.result(), space, sparse, Counter(languages))

    def word_scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What the n-grams of some messages say: log-odds, shape (messages, labels), in the order of ``labels``."""
        return self.sparse.scores(self.space.vectors(texts))

    def guesses_by_words(self, word_scores: NDArray[np.float32]) -> list[tuple[Guess, ...]]:
        """What n-grams say alone of each message, surest first."""
        return [as_guesses(self.labels, probabilities) for probabilities in as_probabilities(word_scores)]

    def guesses(self, vectors: NDArray[np.float32], word_scores: NDArray[np.float32], languages: Sequence[str]) -> list[tuple[Guess, ...]]:
        """What vectors (messages, dimension) and n-grams say together of each message, surest first."""
        dense = self.dense.probabilities(centred(vectors, self.mean, self.blocks))
        weights = np.array([self.sparse_weight(language) for language in languages])
        return [as_guesses(self.labels, probabilities) for probabilities in geometric(dense, as_probabilities(word_scores), weights)]

    @property
    def labels(self) -> tuple[str, ...]:
        """Needs, needs with a facet, crossroads."""
        return self.dense.labels

    def sparse_weight(self, language: str) -> float:
        """How much the n-grams count in a language."""
        if language == ARABIC_IN_LATIN:
            return ARABIZI_SPARSE_WEIGHT
        if self.knows_well(language):
            return KNOWN_SPARSE_WEIGHT
        return GLIMPSED_SPARSE_WEIGHT if self.languages.get(language) else UNKNOWN_SPARSE_WEIGHT

    def knows_well(self, language: str) -> bool:
        """Whether a language has many sentences of its own."""
        return self.languages.get(language, 0) >= WELL_KNOWN_FROM

    def save(self, directory: Path) -> None:
        """As plain arrays, in a folder."""
        arrays.write(
            directory,
            {
                "mean": self.mean,
                "blocks": np.array(self.blocks),
                "languages": np.array(list(self.languages)),
                "sentences": np.array(list(self.languages.values())),
                **self.space.arrays(),
                **self.dense.arrays("dense"),
                **self.sparse.arrays("sparse"),
            },
        )

    @staticmethod
    def load(directory: Path) -> NeedModel:
        """The inverse of :meth:`save`."""
        stored = arrays.read(directory)
        return NeedModel(
            mean=stored["mean"],
            blocks=tuple(int(size) for size in stored["blocks"]),
            dense=Perceptron.from_arrays("dense", stored),
            space=NGramSpace.from_arrays(stored),
            sparse=LinearModel.from_arrays("sparse", stored),
            languages={str(language): int(count) for language, count in zip(stored["languages"], stored["sentences"])},
        )


def _noised(texts: Sequence[str], labels: Sequence[str], languages: Sequence[str]) -> tuple[list[str], list[str]]:
    """Copies with slips of the French sentences, and their labels. The slips are those of a French thumb and of French SMS
    spelling: in other languages, whose letters they know less, they bring nothing that measures."""
    french = [(text, label) for text, label, language in zip(texts, labels, languages) if language == DEFAULT]
    return noised_copies([text for text, _label in french]), [label for _text, label in french]


def mean_of_read(vectors: NDArray[np.float32], blocks: Sequence[int]) -> NDArray[np.float32]:
    """What all sentences share, (dimension,): the mean of each encoder's block over the sentences that it read."""
    return np.concatenate([block.sum(axis=0) / max(1, block.any(axis=1).sum()) for block in _split(vectors, blocks)])


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32], blocks: Sequence[int]) -> NDArray[np.float32]:
    """Vectors without what all sentences share, each encoder's block scaled to length one (E5 is anisotropic). Blocks of zeros,
    of an encoder that did not read, stay so."""
    rows = np.zeros(vectors.shape, dtype=np.float32)
    for row, block, middle in zip(_split(rows, blocks), _split(vectors, blocks), _split(mean[np.newaxis, :], blocks)):
        np.subtract(block, middle, out=row, where=block.any(axis=1, keepdims=True))
        row /= np.maximum(np.linalg.norm(row, axis=1, keepdims=True), 1e-9)
    return rows


def _split(vectors: NDArray[np.float32], blocks: Sequence[int]) -> list[NDArray[np.float32]]:
    return np.split(vectors, np.cumsum(blocks)[:-1], axis=1)


def as_guesses(labels: tuple[str, ...], probabilities: NDArray[np.float64]) -> tuple[Guess, ...]:
    """Labels folded into needs, surest first, without those that have no chance; a need keeps the facet that carries most of
    its probability."""
    fold = _Fold.of(labels)
    totals = np.bincount(fold.places, probabilities)
    chances = totals**SHARPNESS / (totals**SHARPNESS).sum()
    best = np.zeros(len(fold.needs), dtype=np.int64)
    likeliest_last = np.argsort(probabilities)
    best[fold.places[likeliest_last]] = likeliest_last
    ranked = np.argsort(-totals, kind="stable")
    return tuple(
        Guess(fold.needs[place], float(totals[place]), fold.facets[best[place]], float(chances[place]))
        for place in ranked[: max(1, int((totals >= NO_CHANCE).sum()))]
    )


@dataclass(frozen=True)
class _Fold:
    """Which need each label belongs to (``places`` among the ``needs``), and its facet."""

    needs: tuple[str, ...]
    places: NDArray[np.int64]
    facets: tuple[str | None, ...]

    @staticmethod
    @lru_cache(maxsize=8)
    def of(labels: tuple[str, ...]) -> _Fold:
        """Of some labels."""
        split = [label.partition(FACET_MARK) for label in labels]
        needs, places = np.unique([need for need, _mark, _facet in split], return_inverse=True)
        return _Fold(tuple(map(str, needs)), places, tuple(facet or None for _need, _mark, facet in split))

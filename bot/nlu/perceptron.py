"""A network with one hidden layer over sentence vectors, kept as plain arrays: trained with scikit-learn, read back without unpickling.

Against a softmax on the same vectors it learns in half the time, and carries further to languages that have few sentences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

HIDDEN = 256
"""Units of the hidden layer. Twice as many measure the same and take twice as long."""
PASSES = 8
"""Over the sentences. Ten and thirteen measure the same."""
BATCH, RATE = 512, 2e-3
"""Sentences a step, and how far it goes. Half as many at half the rate measure the same and take a third as long again."""
STEPS = 1000
"""At least so many: a few hundred sentences are read over and over, or nothing is learnt of them."""


@dataclass(frozen=True)
class Perceptron:
    """``hidden_weights`` (dimension, units) and ``hidden_bias`` (units,), rectified, then ``weights`` (units, labels), ``bias``
    (labels,) and a softmax over the ``labels``."""

    labels: tuple[str, ...]
    hidden_weights: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @staticmethod
    def train(rows: NDArray[np.float32], labels: Sequence[str]) -> Perceptron:
        """Learns from vectors (sentences, dimension)."""
        from sklearn.neural_network import MLPClassifier  # forty megabytes that a server never uses

        network = MLPClassifier((HIDDEN,), alpha=1e-2, batch_size=min(BATCH, len(labels)), learning_rate_init=RATE, random_state=0)
        classes = np.unique(labels)
        steps_a_pass = math.ceil(len(labels) / BATCH)
        for _pass in range(max(PASSES, math.ceil(STEPS / steps_a_pass))):
            network.partial_fit(rows, labels, classes)
        hidden_weights, weights = network.coefs_
        hidden_bias, bias = network.intercepts_
        if len(classes) == 2:  # scikit-learn then scores the second alone, against a first at zero
            weights, bias = np.hstack([0 * weights, weights]), np.concatenate([0 * bias, bias])
        single = (array.astype(np.float32) for array in (hidden_weights, hidden_bias, weights, bias))
        return Perceptron(tuple(map(str, classes)), *single)

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Shape (messages, labels); each row sums to one."""
        hidden = np.maximum(rows @ self.hidden_weights + self.hidden_bias, 0)
        return np.asarray(softmax(hidden @ self.weights + self.bias, axis=1), dtype=np.float64)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """For :func:`bot.nlu.arrays.write`."""
        return {f"{prefix}_{name}": np.asarray(getattr(self, name)) for name in _FIELDS}

    @staticmethod
    def from_arrays(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Perceptron:
        """The inverse of :meth:`arrays`."""
        labels, *parts = (arrays[f"{prefix}_{name}"] for name in _FIELDS)
        return Perceptron(tuple(map(str, labels)), *parts)


_FIELDS = tuple(field.name for field in fields(Perceptron))

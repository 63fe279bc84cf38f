"""A network with one hidden layer over sentence vectors, kept as plain arrays: trained with scikit-learn, read back without unpickling.

Against a softmax on the same vectors it learns in half the time, and carries further to languages that have few sentences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from bot.nlu.linear import LinearModel, as_linear_model

HIDDEN = 512
"""Units of the hidden layer."""
PASSES = 8
"""Over the sentences. Twelve measure the same and take half as long again."""
BATCH = 256
"""Sentences a step."""
STEPS = 1000
"""At least so many: a few hundred sentences are read over and over, or nothing is learnt of them."""


@dataclass(frozen=True)
class Perceptron:
    """``hidden_weights`` (dimension, units) and ``hidden_bias`` (units,), rectified, then a softmax over the labels."""

    hidden_weights: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output: LinearModel

    @staticmethod
    def train(rows: NDArray[np.float32], labels: Sequence[str]) -> Perceptron:
        """Learns from vectors (sentences, dimension)."""
        network = MLPClassifier((HIDDEN,), alpha=1e-2, batch_size=min(BATCH, len(labels)), random_state=0)
        classes = np.unique(labels)
        steps_a_pass = math.ceil(len(labels) / BATCH)
        for _pass in range(max(PASSES, math.ceil(STEPS / steps_a_pass))):
            network.partial_fit(rows, labels, classes)
        hidden, output = network.coefs_
        hidden_bias, bias = network.intercepts_
        softmax = as_linear_model(classes, output.T, bias, one_versus_rest=False)
        return Perceptron(hidden.astype(np.float32), hidden_bias.astype(np.float32), softmax)

    @property
    def labels(self) -> tuple[str, ...]:
        """What it tells apart, in the order of its probabilities."""
        return self.output.labels

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Shape (messages, labels); each row sums to one."""
        return self.output.probabilities(np.maximum(rows @ self.hidden_weights + self.hidden_bias, 0))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """For :func:`bot.nlu.arrays.write`."""
        hidden = {f"{prefix}_hidden_weights": self.hidden_weights, f"{prefix}_hidden_bias": self.hidden_bias}
        return {**hidden, **self.output.arrays(prefix)}

    @staticmethod
    def from_arrays(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Perceptron:
        """The inverse of :meth:`arrays`."""
        hidden_weights, hidden_bias = arrays[f"{prefix}_hidden_weights"], arrays[f"{prefix}_hidden_bias"]
        return Perceptron(hidden_weights, hidden_bias, LinearModel.from_arrays(prefix, arrays))

"""Linear classifiers over n-grams, kept as plain arrays: trained with scikit-learn, read back without unpickling anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

STEPS = 127
"""Steps from zero to the largest weight of a feature: what a byte holds."""


@dataclass(frozen=True)
class LinearModel:
    """One logistic regression a label, against all others: ``weights`` (features, labels), each feature's in steps of its own
    (``steps``, features), and ``bias`` (labels,).

    A byte a weight measures the same as a whole float, and a quarter of the pages stay in memory. Features come first, so that
    messages pick whole rows without copying the table.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.int8]
    steps: NDArray[np.float32]
    bias: NDArray[np.float32]

    @staticmethod
    def of(labels: Sequence[str], weights: NDArray[Any], bias: NDArray[Any]) -> LinearModel:
        """From exact ``weights`` (features, labels)."""
        steps = np.maximum(np.abs(weights).max(axis=1), 1e-9) / STEPS
        in_steps = np.rint(weights / steps[:, np.newaxis]).astype(np.int8)
        return LinearModel(tuple(map(str, labels)), in_steps, steps.astype(np.float32), bias.astype(np.float32))

    def scores(self, rows: csr_matrix) -> NDArray[np.float32]:
        """The log-odds of every label, shape (messages, labels)."""
        if rows.nnz > len(self.weights):  # many messages: most features stand in one of them
            features, places = np.arange(len(self.weights)), rows.indices
        else:
            features, places = np.unique(rows.indices, return_inverse=True)
        weights = self.weights[features] * self.steps[features, np.newaxis]
        picked = csr_matrix((rows.data, places, rows.indptr), shape=(rows.shape[0], len(features)))
        return np.asarray(picked @ weights + self.bias, dtype=np.float32)

    def probabilities(self, rows: csr_matrix) -> NDArray[np.float64]:
        """Shape (messages, labels); each row sums to one."""
        return as_probabilities(self.scores(rows))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """For :func:`bot.nlu.arrays.write`."""
        return {
            f"{prefix}_labels": np.array(self.labels),
            f"{prefix}_weights": self.weights,
            f"{prefix}_steps": self.steps,
            f"{prefix}_bias": self.bias,
        }

    @staticmethod
    def from_arrays(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> LinearModel:
        """The inverse of :meth:`arrays`."""
        labels = tuple(map(str, arrays[f"{prefix}_labels"]))
        return LinearModel(labels, arrays[f"{prefix}_weights"], arrays[f"{prefix}_steps"], arrays[f"{prefix}_bias"])


def as_probabilities(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of log-odds (messages, labels); each row sums to one."""
    sigmoid = 1.0 / (1.0 + np.exp(-scores.astype(np.float64)))
    return np.asarray(sigmoid / sigmoid.sum(axis=1, keepdims=True))


def train_sparse(rows: csr_matrix, labels: Sequence[str], penalty: float, passes: int) -> LinearModel:
    """By stochastic gradient, ``passes`` times over the rows."""
    from sklearn.linear_model import SGDClassifier  # forty megabytes that a server never uses

    model = SGDClassifier(loss="log_loss", alpha=penalty, max_iter=passes, tol=None, random_state=0, n_jobs=2)
    model.fit(rows, labels)
    weights, bias = model.coef_.T, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn then scores the second alone, and the first mirrors it
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return LinearModel.of(model.classes_, weights, bias)

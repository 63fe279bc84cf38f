"""Linear classifiers kept as plain arrays: trained with scikit-learn, read back without unpickling anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.linear_model import SGDClassifier

Matrix = Any
"""A dense array or a scipy sparse matrix, one row a message."""


@dataclass(frozen=True)
class LinearModel:
    """A softmax (or one-versus-rest) over ``labels``: ``weights`` (features, labels), ``bias`` (labels,).

    Weights are kept in half precision, which is enough. Features come first, so that a sparse row picks whole rows of
    weights without copying the table.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]
    one_versus_rest: bool

    def probabilities(self, rows: Matrix) -> NDArray[np.float64]:
        """Shape (messages, labels); each row sums to one."""
        scores = self._scores(rows) + self.bias
        if self.one_versus_rest:
            sigmoid = 1.0 / (1.0 + np.exp(-scores))
            return np.asarray(sigmoid / sigmoid.sum(axis=1, keepdims=True))
        exponent = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))

    def _scores(self, rows: Matrix) -> NDArray[np.float64]:
        if not issparse(rows):
            return np.asarray(rows @ self.weights.astype(np.float32), dtype=np.float64)
        picked = (slice(start, end) for start, end in zip(rows.indptr, rows.indptr[1:]))
        scores = [rows.data[part] @ self.weights[rows.indices[part]].astype(np.float32) for part in picked]
        return np.asarray(scores, dtype=np.float64).reshape(len(scores), len(self.labels))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """For :func:`numpy.savez`."""
        return {
            f"{prefix}_labels": np.array(self.labels),
            f"{prefix}_weights": self.weights,
            f"{prefix}_bias": self.bias,
            f"{prefix}_ovr": np.array(self.one_versus_rest),
        }

    @staticmethod
    def from_arrays(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> LinearModel:
        """The inverse of :meth:`arrays`."""
        return LinearModel(
            labels=tuple(str(label) for label in arrays[f"{prefix}_labels"]),
            weights=arrays[f"{prefix}_weights"],
            bias=arrays[f"{prefix}_bias"],
            one_versus_rest=bool(arrays[f"{prefix}_ovr"]),
        )


def train_sparse(rows: Matrix, labels: Sequence[str], penalty: float = 2e-6) -> LinearModel:
    """Logistic regressions, one label against the rest, on n-grams, by stochastic gradient. Three passes: four and
    fifteen measure the same and take a third as long again, and five times as long."""
    model = SGDClassifier(loss="log_loss", alpha=penalty, max_iter=3, tol=None, random_state=0, n_jobs=2)
    model.fit(rows, labels)
    return as_linear_model(model.classes_, model.coef_, model.intercept_, one_versus_rest=True)


def as_linear_model(labels: NDArray[np.str_], weights: NDArray[Any], bias: NDArray[Any], one_versus_rest: bool) -> LinearModel:
    """What scikit-learn learnt, as arrays, from ``weights`` (labels, features). Of two labels it scores the second alone: the
    first then mirrors it (one against the rest) or stands at zero (softmax)."""
    if len(labels) == 2:
        first = -1.0 if one_versus_rest else 0.0
        weights, bias = np.vstack([first * weights, weights]), np.concatenate([first * bias, bias])
    kept = np.ascontiguousarray(weights.T, dtype=np.float16)
    return LinearModel(tuple(map(str, labels)), kept, bias.astype(np.float32), one_versus_rest)

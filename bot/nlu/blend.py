"""The blend: two models of different nature agree on a meaning, and know the language they are strong in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLOOR = 1e-6


def geometric(dense: NDArray[np.float64], sparse: NDArray[np.float64], sparse_weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted geometric mean of two probability tables (messages, labels), rows summing to one.

    ``sparse_weight`` (messages,) is between 0 (vectors alone) and 1 (n-grams alone). A geometric mean asks for
    agreement: what one model excludes, the other cannot impose.
    """
    weight = sparse_weight[:, None]
    mixed = np.exp((1 - weight) * np.log(dense + FLOOR) + weight * np.log(sparse + FLOOR))
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))

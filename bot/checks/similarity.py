"""Near-duplicates: sentences that share most of their four-letter pieces."""

from __future__ import annotations

from typing import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.text import normalise

PIECE = 4
MIN_WORDS = 4
"""Shorter sentences are alike by nature: "rdv caf" says what it says."""


def near_pairs(left: Sequence[str], right: Sequence[str], threshold: float) -> Iterator[tuple[int, int]]:
    """Positions of the sentences of ``left`` and ``right`` whose pieces overlap (Jaccard) over ``threshold``."""
    index: dict[str, int] = {}
    rows_left = [_pieces(text) for text in left]
    rows_right = rows_left if right is left else [_pieces(text) for text in right]
    matrix_left = _matrix(rows_left, index)
    matrix_right = _matrix(rows_right, index) if right is not left else matrix_left
    width = len(index)
    matrix_left.resize((len(rows_left), width))
    matrix_right.resize((len(rows_right), width))
    sizes_left = np.asarray(matrix_left.sum(axis=1)).ravel()
    sizes_right = np.asarray(matrix_right.sum(axis=1)).ravel()
    shared = (matrix_left @ matrix_right.T).tocoo()
    union = sizes_left[shared.row] + sizes_right[shared.col] - shared.data
    alike = shared.data > threshold * union
    for first, second in zip(shared.row[alike].tolist(), shared.col[alike].tolist()):
        if right is not left or first < second:
            yield first, second


def _pieces(text: str) -> set[str]:
    comparable = normalise(text)
    if len(comparable.split()) < MIN_WORDS:
        return {f"={comparable}"}
    padded = f" {comparable} "
    return {padded[start : start + PIECE] for start in range(len(padded) - PIECE + 1)}


def _matrix(rows: Sequence[set[str]], index: dict[str, int]) -> csr_matrix:
    pointers = [0]
    columns: list[int] = []
    for pieces in rows:
        columns.extend(index.setdefault(piece, len(index)) for piece in pieces)
        pointers.append(len(columns))
    data = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((data, np.array(columns, dtype=np.int64), np.array(pointers, dtype=np.int64)), shape=(len(rows), max(len(index), 1)))

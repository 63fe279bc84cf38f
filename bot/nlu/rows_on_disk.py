"""A table of bytes that stays in its file: each use reads the rows that it asks for."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class RowsOnDisk:
    """``rows`` of ``width`` bytes that follow one another from ``start`` in a file.

    A mapped table grows in memory with every word, for the system brings sixteen pages where one row is read; people use
    few of its words, and rows read just before come from the system's own cache. Several threads may read at once. The
    rows stay readable when the file is removed.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path, start: int, rows: int, width: int) -> None:
        self.shape = (rows, width)
        self._start = start
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __getitem__(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Some rows: shape (..., width) for places (...).

        Raises:
            IndexError: there is no such row, or the file was cut short.
        """
        rows, width = self.shape
        wanted, back = np.unique(places, return_inverse=True)
        if wanted.size and not 0 <= wanted[0] <= wanted[-1] < rows:
            raise IndexError(f"rows {wanted[0]} to {wanted[-1]} of a table that has {rows}")
        read = np.empty((len(wanted), width), dtype=np.uint8)
        for row, place in zip(read, wanted.tolist()):
            if os.preadv(self._file, [row.data], self._start + place * width) != width:
                raise IndexError(f"row {place} is not in the file")
        found: NDArray[np.uint8] = read[back].reshape(*places.shape, width)
        return found

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

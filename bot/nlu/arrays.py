"""Arrays kept as files and read back where they lie: memory holds only the pages in use, and processes share them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

import numpy as np
from numpy.typing import NDArray


def write(directory: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """One file an array, in a folder made for them."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array, allow_pickle=False)


def read(directory: Path) -> dict[str, NDArray[Any]]:
    """The inverse of :func:`write`. The arrays stay readable when the files are removed, and cannot be written.

    Raises:
        FileNotFoundError: when there is no such folder.
    """
    return {path.stem: np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)) for path in directory.iterdir()}

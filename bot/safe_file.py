"""Files of the house that several people and processes may write: one writer at a time, never half a file."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from bot.errors import BadInput


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Waits until no other thread or process of this machine is writing ``path``.

    The lock is an advisory one on a hidden file of the same folder: it is freed when its holder ends, however it ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, text: str) -> None:
    """Replaces a file by another in one step: whoever reads it finds the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_asked(path: str, content: bytes) -> None:
    """Writes the file that a person named on the command line.

    Raises:
        BadInput: when it cannot be written there.
    """
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise BadInput(f"« {path} » ne peut pas être écrit : {error.strerror}.") from error

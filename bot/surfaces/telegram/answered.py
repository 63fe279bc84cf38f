"""Which updates were answered, so that none is answered twice, even after a power cut: numbers only, never a word."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path

KEPT = 1000
"""Far more than Telegram holds back at once (a hundred updates a call, forty webhook calls)."""


class Answered:
    """The last ``KEPT`` update numbers answered, in a file of the machine (None: in memory alone).

    Each number is written the moment its answer is sent: after a ``kill -9``, only an answer under way may be sent again.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._numbers: OrderedDict[int, None] = OrderedDict.fromkeys(_read(path) if path is not None else [])
        self._lines = 2 * KEPT  # the file is made afresh at the first number

    def __contains__(self, number: int) -> bool:
        return number in self._numbers

    def add(self, number: int) -> None:
        """Records an update as answered."""
        self._numbers[number] = None
        while len(self._numbers) > KEPT:
            self._numbers.popitem(last=False)
        if self._path is None:
            return
        if self._lines >= 2 * KEPT:
            self._rewrite(self._path)
        else:
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{number}\n")
            self._lines += 1

    def _rewrite(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(f"{number}\n" for number in self._numbers), encoding="ascii")
        fresh.replace(path)
        self._lines = len(self._numbers)


def file_for(folder: Path, token: str) -> Path:
    """A file of its own for each bot: another bot's numbers mean nothing."""
    return folder / f"telegram-{hashlib.sha256(token.encode()).hexdigest()[:12]}.answered"


def _read(path: Path) -> list[int]:
    """The numbers of the file; a line cut by a power cut is left out."""
    try:
        return [int(line) for line in path.read_text(encoding="ascii", errors="ignore").split() if line.isdigit()]
    except OSError:
        return []

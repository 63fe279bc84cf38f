"""Where counts are kept on one machine: a small SQLite file, and a recorder that no answer ever waits for."""

from __future__ import annotations

import atexit
import logging
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Iterable

from bot.observatory import Counts, CountStore, Key, Measure

logger = logging.getLogger(__name__)

FLUSH_AFTER = 5.0
"""Seconds between a count and its writing: what a power cut can lose."""
MAX_PENDING = 10_000
"""Counters kept in memory while the store cannot be written: about a month of them. Older ones then go."""
BUSY_AFTER = 2.0
"""Seconds a writer waits for another process's; it waits in a thread of its own."""


class SqliteCounts:
    """Counts in one file, shared by every process: additions are transactions, readers never wait (write-ahead log)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, counts: Counts) -> None:
        """Adds, all or nothing.

        Raises:
            sqlite3.Error, OSError: when the file cannot be written (disk full, locked, no right).
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as connection, connection:
            connection.executemany(
                "INSERT INTO counts (day, measure, value, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
                [(key.day.isoformat(), key.measure.value, key.value, count) for key, count in counts.items()],
            )

    def read(self, first: date, last: date) -> Counts:
        """The counts of these days, both included; none when nothing was ever counted."""
        if not self._path.exists():
            return {}
        with closing(self._open()) as connection:
            rows = connection.execute(
                "SELECT day, measure, value, n FROM counts WHERE day BETWEEN ? AND ?", (first.isoformat(), last.isoformat())
            ).fetchall()
        return {Key(date.fromisoformat(day), Measure(measure), value): count for day, measure, value, count in rows}

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_AFTER)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS counts (day TEXT, measure TEXT, value TEXT, n INTEGER NOT NULL, PRIMARY KEY (day, measure, value))"
        )
        return connection


class Recorder:
    """Counts in memory and writes now and then, in a thread of its own. Whatever the store does, counting costs microseconds."""

    def __init__(self, store: CountStore, flush_after: float = FLUSH_AFTER) -> None:
        self._store = store
        self._flush_after = flush_after
        self._pending: Counter[Key] = Counter()
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        atexit.register(self.flush)

    def record(self, keys: Iterable[Key]) -> None:
        """Adds one to each counter."""
        with self._lock:
            self._pending.update(keys)
            if self._timer is None and self._pending:
                self._timer = threading.Timer(self._flush_after, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> bool:
        """Writes what is pending. False, and everything kept for the next time, when the store refuses."""
        with self._lock:
            pending, self._pending, self._timer = self._pending, Counter(), None
        if not pending:
            return True
        try:
            self._store.add(pending)
        except Exception as error:  # a full disk or a lost server must not cost an answer, nor the counts already made
            logger.warning("Les compteurs n'ont pas pu être écrits (%s) : gardés en mémoire.", type(error).__name__)
            self._keep(pending)
            return False
        return True

    def _keep(self, pending: Counter[Key]) -> None:
        with self._lock:
            self._pending.update(pending)
            for key in sorted(self._pending)[: max(0, len(self._pending) - MAX_PENDING)]:
                del self._pending[key]

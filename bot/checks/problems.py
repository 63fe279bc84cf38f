"""A problem in a data file: where it is, what was found, what was expected, and what was perhaps meant."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable

from bot.documents import Document, KeyPath, UnreadableDocument, display_name


@dataclass(frozen=True)
class Problem:
    """One thing to mend (``is_warning`` false), or to look at (true). Prints as one French sentence."""

    file: str
    line: int | None
    entry: str
    field: str
    found: str
    expected: str
    hint: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        level = "AVERTISSEMENT" if self.is_warning else "ERREUR"
        where = self.file + (f", ligne {self.line}" if self.line else "")
        what = " › ".join(part for part in (self.entry, self.field) if part)
        hint = f" {self.hint}" if self.hint else ""
        return f"[{level}] {where} : {what + ' : ' if what else ''}{self.found} ; attendu : {self.expected}.{hint}"


@dataclass
class Report:
    """The problems of one document, gathered while it is read."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def error(self, path: KeyPath, entry: str, found: str, expected: str, hint: str = "") -> None:
        """Adds something to mend at the value under ``path``."""
        self._add(path, entry, found, expected, hint, is_warning=False)

    def warning(self, path: KeyPath, entry: str, found: str, expected: str, hint: str = "") -> None:
        """Adds something to look at."""
        self._add(path, entry, found, expected, hint, is_warning=True)

    def _add(self, path: KeyPath, entry: str, found: str, expected: str, hint: str, is_warning: bool) -> None:
        names = [str(key) if isinstance(key, str) else str(key + 1) for key in path[2:]] or [str(k) for k in path[-1:]]
        self.problems.append(
            Problem(self.document.name, self.document.line(path), entry, ".".join(names), found, expected, hint, is_warning)
        )


def unreadable(path: Path, error: UnreadableDocument) -> Problem:
    """The problem of a file that cannot be read at all."""
    return Problem(display_name(path), error.line, "", "", error.reason, "un fichier YAML lisible, comme l'explique sa tête")


def shown(value: Any) -> str:
    """A value as it is quoted in a message."""
    if value is None:
        return "rien (null)"
    text = str(value)
    return f"« {text[:60]}{'…' if len(text) > 60 else ''} »"


def did_you_mean(value: Any, known: Iterable[str]) -> str:
    """« Vouliez-vous dire … ? », or nothing when nothing is near."""
    close = difflib.get_close_matches(str(value), list(known), n=1, cutoff=0.6)
    return f"Vouliez-vous dire « {close[0]} » ?" if close else ""


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Those that make an answer wrong."""
    return [problem for problem in problems if not problem.is_warning]

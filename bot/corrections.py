"""Corrections: a sentence that was misunderstood and what should have come, written by the people of the house.

Each is a test case from the moment it is written, and a training sentence too when ``train`` is ticked. They stand in
``data/corrections/<year>-<month>.yaml``, one entry after another, to be read again by somebody else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Iterable, Mapping

import yaml

from bot import documents, project
from bot.safe_file import only_writer, write_whole

HEAD = """\
# Les corrections faites sur le banc d'essai : une phrase mal comprise, et ce qui aurait dû venir. Elles se relisent ici.
# text, language   la phrase (sans nom, numéro ni adresse de personne) et sa langue
# needs            le besoin qu'elle exprime (data/needs.yaml) ; services : un de ces partenaires devait venir parmi les deux premiers
# lines, danger    les numéros qui devaient être montrés ; true si la personne est en danger
# why, author      pourquoi, et les initiales de qui corrige (null si elle ne veut pas) ; date : le jour de la correction
# train            true : la phrase servira aussi à l'entraînement (« boussole retrain »)
corrections:
"""


@dataclass(frozen=True)
class Correction:
    """One correction. ``needs`` has one need when ``train`` is true; ``author`` holds initials or nothing."""

    text: str
    language: str
    needs: tuple[str, ...]
    services: tuple[str, ...]
    lines: tuple[str, ...]
    outcome: str | None
    danger: bool
    why: str
    author: str | None
    date: date
    train: bool

    @staticmethod
    def from_yaml(raw: Mapping[str, Any]) -> Correction:
        """Reads an entry that the checks have accepted."""
        return Correction(**{**raw, **{key: tuple(raw[key]) for key in ("needs", "services", "lines")}})


def read_all(directory: Path = project.CORRECTIONS) -> list[Correction]:
    """Every correction, oldest file first.

    Raises:
        UnreadableDocument: when a file is not YAML.
    """
    return [
        Correction.from_yaml(raw) for path in sorted(directory.glob("*.yaml")) for raw in documents.read(path).data["corrections"] or ()
    ]


def add(correction: Correction, directory: Path = project.CORRECTIONS) -> Path:
    """Writes a correction at the end of its month's file; two people at once lose nothing. Gives the file."""
    path = directory / f"{correction.date:%Y-%m}.yaml"
    with only_writer(path):
        before = path.read_text(encoding="utf-8") if path.exists() else HEAD
        write_whole(path, before + _entry(correction))
    return path


def withdraw(text: str, directory: Path = project.CORRECTIONS) -> bool:
    """Takes a correction out of its file; the others stay as they were written. False when there is none of that text."""
    for path in sorted(directory.glob("*.yaml")):
        with only_writer(path):
            document = documents.read(path)
            entries = document.data["corrections"] or []
            for position, raw in enumerate(entries):
                if raw["text"] == text:
                    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                    first = _first_line(document, position)
                    last = _first_line(document, position + 1) if position + 1 < len(entries) else len(lines)
                    write_whole(path, "".join(lines[:first] + lines[last:]))
                    return True
    return False


def training_sentences(corrections: Iterable[Correction]) -> str:
    """The ticked corrections as a file of training sentences for Rasa; empty when there is none."""
    blocks = [
        {
            "intent": correction.needs[0],
            "metadata": {"language": correction.language},
            "examples": f"- {_without_marks(correction.text)}\n",
        }
        for correction in corrections
        if correction.train
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False, width=10_000) if blocks else ""


def _without_marks(text: str) -> str:
    """A sentence on one line, its square brackets turned round: Rasa would read an entity in them."""
    return " ".join(text.translate(str.maketrans("[]", "()")).split())


def _entry(correction: Correction) -> str:
    raw = {**asdict(correction), **{key: list(getattr(correction, key)) for key in ("needs", "services", "lines")}}
    dumped = yaml.safe_dump([raw], allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None)
    return "".join(f"  {line}\n" for line in dumped.splitlines())


def _first_line(document: documents.Document, position: int) -> int:
    line = document.line(("corrections", position))
    return (line or 1) - 1

"""The checks of ``data/noise.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

from bot.checks import fields
from bot.checks.fields import Complaint, Field, check_entry
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.documents import Document, UnreadableDocument, read


def check_noise(path: Path, service_ids: Sequence[str], numbers: Sequence[str]) -> tuple[Document | None, list[Problem]]:
    """Reads the noises and gives their problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("words"), dict) or not isinstance(data.get("directions"), list):
        report.error((), "", shown(data), "« words » par langue et une liste « directions »")
        return document, report.problems
    word_fields = {name: Field(_swaps, optional=True) for name in ("abbreviations", "synonyms", "forms", "turns")}
    word_fields["frames"] = Field(fields.list_of(_frame), optional=True)
    for language, words in data["words"].items():
        check_entry(report, ("words", language), language, words, word_fields)
    direction_fields = {
        "name": Field(fields.text),
        "danger": Field(fields.flag, optional=True),
        "lines": Field(fields.list_of(fields.known_id(numbers, "un numéro de data/services.yaml")), optional=True),
        "services": Field(fields.list_of(fields.known_id(service_ids, "un partenaire de data/services.yaml")), optional=True),
        "say": Field(_texts),
    }
    for index, direction in enumerate(data["directions"]):
        check_entry(report, ("directions", index), str(index + 1), direction, direction_fields)
    return document, report.problems


def _texts(value: Any) -> Complaint | None:
    """Texts by name."""
    if isinstance(value, dict) and all(isinstance(key, str) and fields.text(text) is None for key, text in value.items()):
        return None
    return "des lignes « texte: texte »", 'Entourez de guillemets ce qui ressemble à un nombre, à oui ou à non : "4".'


def _swaps(value: Any) -> Complaint | None:
    """Words and what replaces them."""
    complaint = _texts(value)
    if complaint is None and any(key != key.lower() for key in value):
        return "des mots en minuscules à gauche", ""
    return complaint


def _frame(value: Any) -> Complaint | None:
    """Words around a sentence."""
    return None if isinstance(value, str) and value.count("{text}") == 1 else ("une phrase qui contient {text} une fois", "")

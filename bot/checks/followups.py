"""The checks of ``data/followups.yaml``."""

from __future__ import annotations

from pathlib import Path

from bot.checks import fields
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.documents import Document, UnreadableDocument, read
from bot.followup import FollowUp


def check_followups(path: Path) -> tuple[Document | None, list[Problem]]:
    """Reads the follow-ups and gives their problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data if isinstance(document.data, dict) else {}
    for asked in FollowUp:
        by_language = data.get(asked.value)
        if not isinstance(by_language, dict) or not by_language:
            report.error((asked.value,), asked.value, shown(by_language), "des expressions, par langue")
            continue
        for language, texts in by_language.items():
            if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
                report.error((asked.value, language), asked.value, shown(texts), "une liste de textes entre guillemets")
    ordinals = data.get("ordinals")
    if not isinstance(ordinals, list) or not all(isinstance(texts, list) for texts in ordinals):
        report.error(("ordinals",), "ordinals", shown(ordinals), "une liste de listes : premier, deuxième, troisième…")
    if fields.list_of(fields.text)(data.get("openers")) is not None:
        report.error(("openers",), "openers", shown(data.get("openers")), "une liste de mots : et, and, و…")
    return document, report.problems

"""The checks of ``data/courtesies.yaml``."""

from __future__ import annotations

from pathlib import Path

from bot.checks import fields
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.documents import UnreadableDocument, read


def check_courtesies(path: Path) -> list[Problem]:
    """The problems of the polite turns: by language, sentences that hold ``{text}`` once."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return [unreadable(path, error)]
    report = Report(document)
    if not isinstance(document.data, dict):
        report.error((), "", shown(document.data), "des tournures par langue, comme l'explique la tête du fichier")
        return report.problems
    for language, turns in document.data.items():
        if not isinstance(turns, list) or not turns:
            report.error((language,), str(language), shown(turns), "une liste de tournures")
            continue
        for index, turn in enumerate(turns):
            complaint = fields.frame(turn)
            if complaint is not None:
                report.error((language, index), str(language), shown(turn), *complaint)
    return report.problems

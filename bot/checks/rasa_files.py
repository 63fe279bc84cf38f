"""The checks of Rasa's own files: the domain and the rules know the same needs as ``data/needs.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.checks.problems import Problem, did_you_mean, unreadable
from bot.documents import Document, UnreadableDocument, display_name, read
from bot.needs import Needs


def check_rasa_files(directory: Path, needs: Needs) -> list[Problem]:
    """The domain's intents and the rules' intents, compared with the needs."""
    known = [*needs.needs, *needs.crossroads]
    problems: list[Problem] = []
    for path in (directory / "domain.yml", *sorted((directory / "rules").glob("*.yml"))):
        try:
            document = read(path)
        except UnreadableDocument as error:
            problems.append(unreadable(path, error))
            continue
        named = _domain_intents(document) if path.name == "domain.yml" else _rule_intents(document)
        problems += _compare(path, named, known)
    return problems


def _compare(path: Path, named: list[str], known: list[str]) -> list[Problem]:
    file = display_name(path)
    missing = [
        Problem(file, None, need, "", "rien", f"l'intention « {need} », comme dans data/needs.yaml") for need in known if need not in named
    ]
    unknown = [
        Problem(file, None, need, "", f"« {need} »", "un besoin de data/needs.yaml", did_you_mean(need, known))
        for need in named
        if need not in known
    ]
    return missing + unknown


def _domain_intents(document: Document) -> list[str]:
    return [str(intent) for intent in document.data.get("intents", [])]


def _rule_intents(document: Document) -> list[str]:
    return list(_intents_in(document.data.get("rules", [])))


def _intents_in(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [str(value) for key, value in node.items() if key == "intent"] + [
            intent for value in node.values() for intent in _intents_in(value)
        ]
    if isinstance(node, list):
        return [intent for item in node for intent in _intents_in(item)]
    return []

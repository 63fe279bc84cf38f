"""Test cases as data (``tests/cases``): read for the tests and the evaluation, checked for the people who write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from bot import corrections, project
from bot.checks import fields
from bot.checks.fields import Field, check_entry
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.corrections import Correction
from bot.documents import Document, UnreadableDocument, read

STYLES = ("clean", "sms", "typo", "keyword", "long", "multi", "vague", "explicit", "indirect", "third-person", "child", "coded", "benign")
CORRECTION = "correction"
"""The style of a case that comes from a correction (``data/corrections``)."""
OUTCOMES = ("orient", "clarify", "danger", "house", "chitchat", "outside")


@dataclass(frozen=True)
class Case:
    """A sentence and what must come of it. ``services``: one of them among the first two; ``danger``: true, false or
    None when the case says nothing of it; ``lines`` must all be shown."""

    text: str
    language: str
    style: str
    needs: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    outcome: str | None = None
    danger: bool | None = None
    kind: str | None = None


def check_cases(
    path: Path, need_ids: Sequence[str], service_ids: Sequence[str], numbers: Sequence[str], kinds: Sequence[str]
) -> tuple[Document | None, list[Problem]]:
    """Reads one file of cases and gives its problems."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("cases"), list) or not isinstance(data.get("language"), str):
        report.error((), "", shown(data), "« language » et une liste « cases »")
        return document, report.problems
    case_fields = {
        "text": Field(fields.text),
        "style": Field(fields.one_of(STYLES)),
        "needs": Field(fields.list_of(fields.known_id(need_ids, "un besoin de data/needs.yaml")), optional=True),
        "services": Field(fields.list_of(fields.known_id(service_ids, "un partenaire de data/services.yaml")), optional=True),
        "lines": Field(fields.list_of(fields.known_id(numbers, "un numéro de data/services.yaml")), optional=True),
        "outcome": Field(fields.one_of(OUTCOMES), optional=True),
        "danger": Field(fields.flag, optional=True),
        "kind": Field(fields.known_id(kinds, "un danger"), optional=True),
    }
    for index, raw in enumerate(data["cases"]):
        entry = str(raw.get("text", index + 1))[:40] if isinstance(raw, dict) else str(index + 1)
        check_entry(report, ("cases", index), entry, raw, case_fields)
    return document, report.problems


def build_cases(document: Document) -> list[Case]:
    """The cases of a document that the checks have accepted."""
    return [_case(raw, document.data["language"]) for raw in document.data["cases"]]


def load_cases(paths: Sequence[Path]) -> list[Case]:
    """The cases of several files."""
    return [case for path in paths for case in build_cases(read(path))]


def correction_cases(directory: Path = project.CORRECTIONS) -> list[Case]:
    """The corrections as cases."""
    return [case_of(correction) for correction in corrections.read_all(directory)]


def case_of(correction: Correction) -> Case:
    """What a correction asks for."""
    return Case(
        text=correction.text,
        language=correction.language,
        style=CORRECTION,
        needs=correction.needs,
        services=correction.services,
        lines=correction.lines,
        outcome=correction.outcome,
        danger=correction.danger,
    )


def all_cases(root: Path = project.ROOT) -> list[Case]:
    """Every case there is: those of ``tests/cases`` first, then the corrections."""
    return load_cases(sorted((root / "tests" / "cases").glob("*.yaml"))) + correction_cases(root / "data" / "corrections")


def _case(raw: Mapping[str, Any], language: str) -> Case:
    return Case(
        text=raw["text"],
        language=language,
        style=raw["style"],
        needs=tuple(raw.get("needs", ())),
        services=tuple(raw.get("services", ())),
        lines=tuple(raw.get("lines", ())),
        outcome=raw.get("outcome"),
        danger=raw.get("danger"),
        kind=raw.get("kind"),
    )

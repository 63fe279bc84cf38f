"""The checks of ``data/needs.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

from bot.checks import fields
from bot.checks.fields import Field, check_entry
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.documents import Document, UnreadableDocument, read
from bot.needs import Kind

MAX_OPTIONS = 3
"""Three answers and « autre chose »: more is not read."""


def check_needs(
    path: Path, service_ids: Sequence[str], line_numbers: Sequence[str], danger_kinds: Sequence[str]
) -> tuple[Document | None, list[Problem]]:
    """Reads the needs and gives their problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in ("needs", "crossroads")):
        report.error((), "", shown(data), "les deux listes « needs » et « crossroads »")
        return document, report.problems
    services = Field(fields.list_of(fields.known_id(service_ids, "un partenaire de data/services.yaml")))
    lines = Field(fields.list_of(fields.known_id(line_numbers, "un numéro de data/services.yaml")), optional=True)
    danger = Field(fields.known_id(danger_kinds, "un danger de data/danger/kinds.yaml"), optional=True)
    _check_needs(report, services, lines, danger)
    _check_crossroads(report, services, danger)
    _check_unique_ids(report)
    return document, report.problems


def _check_needs(report: Report, services: Field, lines: Field, danger: Field) -> None:
    need_fields = {
        "id": Field(fields.slug),
        "theme": Field(fields.slug),
        "label": Field(fields.text),
        "about": Field(fields.text),
        "kind": Field(fields.one_of([kind.value for kind in Kind]), optional=True),
        "services": services,
        "lines": lines,
        "danger": danger,
        "thematique": Field(fields.text, nullable=True, optional=True),
        "list_code": Field(fields.text, nullable=True, optional=True),
        "facets": Field(fields.list_of(_mapping), optional=True),
    }
    facet_fields = {"id": Field(fields.slug), "about": Field(fields.text), "services": services}
    for index, raw in enumerate(report.document.data["needs"]):
        entry = _name(raw, index)
        if check_entry(report, ("needs", index), entry, raw, need_fields):
            for position, facet in enumerate(raw.get("facets", ())):
                check_entry(report, ("needs", index, "facets", position), entry, facet, facet_fields)


def _check_crossroads(report: Report, services: Field, danger: Field) -> None:
    ids = [raw.get("id") for raw in report.document.data["needs"] if isinstance(raw, dict)]
    crossroads_fields = {
        "id": Field(fields.slug),
        "theme": Field(fields.slug),
        "about": Field(fields.text),
        "question": Field(fields.text),
        "options": Field(fields.list_of(fields.known_id([str(identifier) for identifier in ids], "un besoin"))),
        "services": services,
        "danger": danger,
    }
    for index, raw in enumerate(report.document.data["crossroads"]):
        entry = _name(raw, index)
        if check_entry(report, ("crossroads", index), entry, raw, crossroads_fields):
            if not 2 <= len(raw["options"]) <= MAX_OPTIONS:
                report.error(("crossroads", index, "options"), entry, f"{len(raw['options'])} réponses", f"deux à {MAX_OPTIONS} réponses")


def _check_unique_ids(report: Report) -> None:
    seen: set[str] = set()
    for section in ("needs", "crossroads"):
        for index, raw in enumerate(report.document.data[section]):
            identifier = raw.get("id") if isinstance(raw, dict) else None
            if identifier in seen:
                report.error((section, index, "id"), str(identifier), "le même identifiant deux fois", "un identifiant par besoin")
            if identifier is not None:
                seen.add(identifier)


def _name(raw: Any, index: int) -> str:
    return str(raw.get("id", f"entrée {index + 1}")) if isinstance(raw, dict) else f"entrée {index + 1}"


def _mapping(value: Any) -> fields.Complaint | None:
    return None if isinstance(value, dict) else ("des lignes « clé: valeur »", "")

"""The checks of ``data/leaflet.yaml``: each partner stands in the leaflet, once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Sequence

from bot.catalogue import HOUSE
from bot.checks import fields
from bot.checks.fields import Field, check_entry
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.documents import Document, UnreadableDocument, read


def check_leaflet(path: Path, service_ids: Sequence[str]) -> tuple[Document | None, list[Problem]]:
    """Reads the leaflet and gives its problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in ("about", "groups")):
        report.error((), "", shown(data), "les deux listes « about » et « groups »")
        return document, report.problems
    about_fields = {"id": Field(fields.slug), "text": Field(fields.text), "source": Field(_mapping)}
    group_fields = {
        "id": Field(fields.slug),
        "title": Field(fields.text),
        "services": Field(fields.list_of(fields.known_id(service_ids, "un partenaire de data/services.yaml"))),
    }
    for section, section_fields in (("about", about_fields), ("groups", group_fields)):
        for index, raw in enumerate(data[section]):
            check_entry(report, (section, index), str(index + 1), raw, section_fields)
    if not report.problems:
        _check_each_once(report, service_ids)
    return document, report.problems


def _check_each_once(report: Report, service_ids: Sequence[str]) -> None:
    times = Counter(service for group in report.document.data["groups"] for service in group["services"])
    for service in service_ids:
        if service != HOUSE and times[service] != 1:
            report.error(("groups",), service, f"{times[service]} fois dans le dépliant", "une fois")


def _mapping(value: object) -> fields.Complaint | None:
    return None if isinstance(value, dict) else ("document et lines", "")

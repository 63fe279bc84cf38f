"""The checks of ``data/services.yaml``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Sequence

from bot.catalogue import HOUSE, digits
from bot.checks import fields
from bot.checks.fields import Field, check_entry
from bot.checks.problems import Problem, Report, did_you_mean, shown, unreadable
from bot.documents import Document, UnreadableDocument, read
from bot.freshness import MAX_AGE_IN_MONTHS, age_in_months

PUBLICS = (
    "actifs", "familles", "femmes", "jeunes", "personnes-en-situation-de-handicap",
    "personnes-en-situation-illettrisme", "personnes-en-situation-durgence", "personnes-exilees",
    "personnes-sous-main-de-justice", "residents-qpv-frr", "seniors", "tous-publics", "victimes",
)  # fmt: skip
APPOINTMENTS = ("required", "recommended", "none")
CHANNELS = ("appel", "sms", "application", "video")
_SECTIONS = ("sources", "places", "services", "lines", "footer")
_FOOTER_MUST_HOLD = ("17", "112", "114", "15", "119", "3919")

_SOURCE_FIELDS = {"title": Field(fields.text), "date": Field(fields.month)}
_PLACE_FIELDS = {
    "name": Field(fields.text),
    "address": Field(fields.text, nullable=True),
    "city": Field(fields.text),
    "note": Field(fields.text, nullable=True),
    "latitude": Field(fields.degrees(41.0, 51.5), nullable=True, optional=True),
    "longitude": Field(fields.degrees(-5.5, 10.0), nullable=True, optional=True),
}
"""Coordinates are those of mainland France: a latitude and a longitude swapped are found."""


def check_catalogue(path: Path, today: date) -> tuple[Document | None, list[Problem]]:
    """Reads the catalogue and gives its problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    if _check_sections(report):
        _check_mapping(report, "sources", _SOURCE_FIELDS)
        _check_mapping(report, "places", _PLACE_FIELDS)
        _check_points(report)
        _check_services(report, today)
        _check_lines(report, today)
        _check_footer(report)
    return document, report.problems


def _check_sections(report: Report) -> bool:
    data = report.document.data
    if not isinstance(data, dict):
        report.error((), "", shown(data), "les parties " + ", ".join(_SECTIONS))
        return False
    for key in data:
        if key not in _SECTIONS:
            report.error((key,), "", f"une partie inconnue, « {key} »", "une partie connue", did_you_mean(key, _SECTIONS))
    for key in _SECTIONS:
        expected: type = dict if key in ("sources", "places") else list
        if not isinstance(data.get(key), expected):
            report.error((key,), "", shown(data.get(key)), f"la partie « {key} »")
    return not report.problems


def _check_mapping(report: Report, section: str, entry_fields: dict[str, Field]) -> None:
    for key, value in report.document.data[section].items():
        check_entry(report, (section, key), str(key), value, entry_fields)


def _check_points(report: Report) -> None:
    """A latitude without a longitude is no point on a map."""
    for key, place in report.document.data["places"].items():
        if isinstance(place, dict) and (place.get("latitude") is None) != (place.get("longitude") is None):
            report.error(("places", key), str(key), "une coordonnée sans l'autre", "« latitude » et « longitude », ou aucune des deux")


def _service_fields(data: dict[str, Any]) -> dict[str, Field]:
    places = list(data["places"])
    return {
        "id": Field(fields.slug),
        "name": Field(fields.text),
        "official_name": Field(fields.text),
        "aliases": Field(fields.list_of(fields.text)),
        "what": Field(fields.text),
        "for_whom": Field(fields.text, nullable=True),
        "not_for": Field(fields.text, nullable=True),
        "publics": Field(fields.list_of(fields.one_of(PUBLICS))),
        "minors_alone": Field(fields.flag, nullable=True),
        "place": Field(fields.known_id(places, "un lieu de « places »"), nullable=True),
        "sessions": Field(_any_list),
        "appointment": Field(fields.one_of(APPOINTMENTS), nullable=True),
        "phones": Field(_any_list),
        "email": Field(fields.email, nullable=True),
        "web": Field(fields.web, nullable=True),
        "booking": Field(fields.web, nullable=True),
        "cost": Field(fields.text, nullable=True),
        "desks": Field(_any_list),
        "closures": Field(_any_list),
        "source": Field(_any_mapping),
        "as_of": Field(fields.month),
        "verified_on": Field(fields.month, nullable=True),
        "examples": Field(fields.list_of(fields.text)),
    }


def _nested_fields(data: dict[str, Any], service_ids: Sequence[str]) -> dict[str, dict[str, Field]]:
    return {
        "sessions": {
            "hours": Field(fields.hours, nullable=True),
            "words": Field(fields.text),
            "place": Field(fields.known_id(list(data["places"]), "un lieu de « places »"), nullable=True),
            "note": Field(fields.text, nullable=True),
        },
        "phones": {
            "number": Field(fields.phone),
            "label": Field(fields.text, nullable=True),
            "hours": Field(fields.hours, nullable=True),
            "answered_by": Field(fields.known_id(service_ids, "un partenaire"), nullable=True),
            "cost": Field(fields.text, nullable=True),
        },
        "desks": {"partner": Field(fields.text), "does": Field(fields.text)},
        "closures": {"from": Field(fields.day), "to": Field(fields.day), "reason": Field(fields.text)},
    }


def _source_fields(data: dict[str, Any]) -> dict[str, Field]:
    return {
        "document": Field(fields.known_id(list(data["sources"]), "un document de « sources »")),
        "lines": Field(fields.text, nullable=True),
    }


def _check_services(report: Report, today: date) -> None:
    data = report.document.data
    service_fields = _service_fields(data)
    ids = [raw["id"] for raw in data["services"] if isinstance(raw, dict) and "id" in raw]
    nested_fields = _nested_fields(data, ids)
    for index, raw in enumerate(data["services"]):
        path = ("services", index)
        entry = str(raw.get("id", f"entrée {index + 1}")) if isinstance(raw, dict) else f"entrée {index + 1}"
        if not check_entry(report, path, entry, raw, service_fields):
            continue
        for key, inner in nested_fields.items():
            for position, item in enumerate(raw[key]):
                check_entry(report, (*path, key, position), entry, item, inner)
        check_entry(report, (*path, "source"), entry, raw["source"], _source_fields(data))
        _check_closures(report, path, entry, raw["closures"])
        if not raw["phones"]:
            report.error((*path, "phones"), entry, "aucun numéro", "au moins un numéro à appeler")
        if not 2 <= len(raw["examples"]) <= 5:
            report.error((*path, "examples"), entry, f"{len(raw['examples'])} phrase(s)", "deux à cinq phrases qui mènent ici")
        _check_age(report, path, entry, raw, today)
    _check_unique(report, "services", "id", str)
    if HOUSE not in ids:
        report.error(("services",), HOUSE, "rien", "l'entrée de la Maison elle-même")


def _check_closures(report: Report, path: tuple[Any, ...], entry: str, closures: list[Any]) -> None:
    for position, closure in enumerate(closures):
        if isinstance(closure, dict) and isinstance(closure.get("from"), date) and isinstance(closure.get("to"), date):
            if closure["to"] < closure["from"]:
                report.error((*path, "closures", position), entry, "une fin avant le début", "« to » après « from »")


def _check_lines(report: Report, today: date) -> None:
    data = report.document.data
    numbers = [raw.get("number") for raw in data["lines"] if isinstance(raw, dict)]
    line_fields = {
        "number": Field(fields.phone),
        "name": Field(fields.text),
        "for": Field(fields.text),
        "channels": Field(fields.list_of(fields.one_of(CHANNELS))),
        "hours": Field(fields.hours, nullable=True),
        "words": Field(fields.text, nullable=True),
        "cost": Field(fields.text, nullable=True),
        "languages": Field(fields.list_of(fields.text), nullable=True),
        "emergency": Field(fields.flag),
        "note": Field(fields.text, nullable=True),
        "source": Field(_any_mapping),
        "as_of": Field(fields.month),
        "verified_on": Field(fields.month, nullable=True),
        "replaced_by": Field(fields.known_id([str(number) for number in numbers], "un numéro de « lines »"), nullable=True),
    }
    for index, raw in enumerate(data["lines"]):
        path = ("lines", index)
        entry = str(raw.get("number", f"entrée {index + 1}")) if isinstance(raw, dict) else f"entrée {index + 1}"
        if check_entry(report, path, entry, raw, line_fields):
            check_entry(report, (*path, "source"), entry, raw["source"], _source_fields(data))
            if raw["replaced_by"] is None:
                _check_age(report, path, entry, raw, today)
    _check_unique(report, "lines", "number", digits)


def _check_footer(report: Report) -> None:
    data = report.document.data
    retired = {digits(str(raw["number"])): raw.get("replaced_by") for raw in data["lines"] if isinstance(raw, dict) and "number" in raw}
    for position, number in enumerate(data["footer"]):
        if str(number) not in retired:
            report.error(("footer", position), "footer", shown(number), "un numéro de « lines »", did_you_mean(number, retired))
        elif retired[str(number)] is not None:
            report.error(("footer", position), "footer", f"le numéro retiré {number}", f"{retired[str(number)]}, qui l'a remplacé")
    for number in _FOOTER_MUST_HOLD:
        if number not in data["footer"]:
            report.error(("footer",), "footer", "une liste incomplète", f"le {number}, toujours sous chaque réponse")


def _check_unique(report: Report, section: str, key: str, canonical: Any) -> None:
    seen: dict[str, int] = {}
    for index, raw in enumerate(report.document.data[section]):
        if not isinstance(raw, dict) or key not in raw:
            continue
        value = canonical(str(raw[key]))
        if value in seen:
            first = report.document.line((section, seen[value]))
            report.error((section, index, key), value, "le même identifiant deux fois", "un identifiant par entrée", f"Déjà ligne {first}.")
        seen[value] = index


def _check_age(report: Report, path: tuple[Any, ...], entry: str, raw: dict[str, Any], today: date) -> None:
    key = "verified_on" if raw["verified_on"] is not None else "as_of"
    age = age_in_months(str(raw[key]), today)
    if age > MAX_AGE_IN_MONTHS:
        report.warning(
            (*path, key), entry, f"une information qui a {age} mois", f"une information de moins de {MAX_AGE_IN_MONTHS} mois",
            "Appelez pour confirmer, puis écrivez la date du jour dans « verified_on ».",
        )  # fmt: skip


def _any_list(value: Any) -> fields.Complaint | None:
    return None if isinstance(value, list) else ("une liste ([] quand il n'y en a pas)", "")


def _any_mapping(value: Any) -> fields.Complaint | None:
    return None if isinstance(value, dict) else ("des lignes « clé: valeur »", "")

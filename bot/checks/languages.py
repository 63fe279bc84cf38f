"""The checks of ``locales/languages.yaml``."""

from __future__ import annotations

import re
from pathlib import Path

import babel

from bot.checks import fields
from bot.checks.fields import Field, check_entry
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.documents import Document, UnreadableDocument, read
from bot.language import DEFAULT

DIRECTIONS = ("ltr", "rtl")
STATES = ("draft", "reviewed")
_BCP_47 = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_SECTIONS = {"answered": list, "understood": list, "asking": dict}


def check_languages(path: Path) -> tuple[Document | None, list[Problem]]:
    """Reads the languages and gives their problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not all(isinstance(data.get(key), kind) for key, kind in _SECTIONS.items()):
        report.error((), "", shown(data), "les listes « answered » et « understood », et les mots de « asking » par langue")
        return document, report.problems
    for language, words in data["asking"].items():
        complaint = fields.list_of(fields.text)(words)
        if complaint is not None:
            report.error(("asking", language), "asking", shown(words), complaint[0])
    language_fields = {
        "tag": Field(_tag),
        "language": Field(fields.slug),
        "cldr": Field(_cldr),
        "name": Field(fields.text),
        "direction": Field(fields.one_of(DIRECTIONS)),
        "state": Field(fields.one_of(STATES)),
        "reviewer": Field(fields.text, nullable=True),
        "offered": Field(fields.flag),
        "words": Field(fields.list_of(fields.text)),
    }
    for index, raw in enumerate(data["answered"]):
        entry = str(raw.get("tag", index + 1)) if isinstance(raw, dict) else str(index + 1)
        if check_entry(report, ("answered", index), entry, raw, language_fields):
            _check_entry_sense(report, index, entry, raw)
    if DEFAULT not in [raw.get("tag") for raw in data["answered"] if isinstance(raw, dict)]:
        report.error(("answered",), DEFAULT, "rien", "le français, la langue de la Maison")
    return document, report.problems


def _check_entry_sense(report: Report, index: int, entry: str, raw: dict[str, str]) -> None:
    if raw["state"] == "reviewed" and raw["reviewer"] is None:
        report.error(("answered", index, "reviewer"), entry, "rien", "qui a relu cette langue, puisque « state » dit reviewed")
    if raw["state"] == "draft" and raw["reviewer"] is not None:
        report.error(("answered", index, "state"), entry, "draft avec un relecteur", "reviewed, ou « reviewer: null »")
    expected = babel.Locale.parse(raw["cldr"], sep="-").text_direction
    if raw["direction"] != expected:
        report.error(("answered", index, "direction"), entry, shown(raw["direction"]), expected)


def _tag(value: object) -> fields.Complaint | None:
    if isinstance(value, str) and _BCP_47.fullmatch(value):
        return None
    return "un code de langue (fr, pt-BR, fr-x-facile…)", ""


def _cldr(value: object) -> fields.Complaint | None:
    try:
        babel.Locale.parse(str(value), sep="-")
    except (babel.UnknownLocaleError, ValueError):
        return "une langue de CLDR (fr, pt-PT…)", ""
    return None

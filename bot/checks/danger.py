"""The checks of ``data/danger``: the dangers and their fixed words, then the patterns of each language."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from bot.checks import fields
from bot.checks.fields import Field, check_entry
from bot.checks.problems import Problem, Report, did_you_mean, shown, unreadable
from bot.danger import MARKERS, SITUATIONS, PatternNet, PatternSet
from bot.documents import Document, UnreadableDocument, read
from bot.patterns import Grammar, MalformedPattern

SHORTEST_PATTERN = 3
"""A pattern of fewer Latin letters stands in everyday words of one language or another."""
_SECTIONS = ("groups", "patterns", "lookalikes", "sayings", "right_words", *MARKERS)


def check_book(path: Path, service_ids: Sequence[str], numbers: Sequence[str]) -> tuple[Document | None, list[Problem]]:
    """Reads the dangers and gives their problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in ("kinds", "guide")):
        report.error((), "", shown(data), "les deux listes « kinds » et « guide »")
        return document, report.problems
    services = Field(fields.list_of(fields.known_id(service_ids, "un partenaire de data/services.yaml")))
    lines = Field(fields.list_of(fields.known_id(numbers, "un numéro de data/services.yaml, encore en service")))
    common = {"id": Field(fields.slug), "label": Field(fields.text), "say": Field(fields.text), "lines": lines, "services": services}
    kind_fields = {
        **common,
        "if_minor": lines,
        "forbidden": services,
        "immediate": Field(fields.flag),
        "minor_say": Field(fields.text),
        "other_say": Field(fields.text),
    }
    for section, section_fields in (("kinds", kind_fields), ("guide", common)):
        for index, raw in enumerate(data[section]):
            entry = str(raw.get("id", index + 1)) if isinstance(raw, dict) else str(index + 1)
            if check_entry(report, (section, index), entry, raw, section_fields) and section == "kinds":
                _check_never_both(report, index, entry, raw)
    _check_situations(report, data.get("situations"), numbers)
    return document, report.problems


def _check_situations(report: Report, situations: object, numbers: Sequence[str]) -> None:
    """What the words add to the lines: each known situation, with numbers still in service."""
    if not isinstance(situations, dict) or set(situations) != set(SITUATIONS):
        report.error(("situations",), "situations", shown(situations), f"exactement {' et '.join(SITUATIONS)}, chacune avec ses numéros")
        return
    for situation, lines in situations.items():
        for number in lines if isinstance(lines, list) else [lines]:
            if number not in numbers:
                expected = "un numéro de data/services.yaml, encore en service"
                report.error(("situations", situation), situation, shown(number), expected, did_you_mean(str(number), numbers))


def _check_never_both(report: Report, index: int, entry: str, raw: dict[str, list[str]]) -> None:
    for service in sorted(set(raw["services"]) & set(raw["forbidden"])):
        report.error(("kinds", index, "services"), entry, f"« {service} », interdit dans ce danger", "un partenaire qui ne fait pas de mal")


def check_patterns(path: Path, kinds: Sequence[str]) -> tuple[Document | None, list[Problem]]:
    """Reads one language's patterns and gives their problems; the document is None when it cannot be read at all."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return None, [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("patterns"), dict):
        report.error((), "", shown(data), "une partie « patterns », par danger")
        return document, report.problems
    for key in data:
        if key not in _SECTIONS:
            report.error((key,), "", f"une partie inconnue, « {key} »", "une partie connue", did_you_mean(key, _SECTIONS))
    grammar = Grammar(data.get("groups") or {})
    for kind, patterns in data["patterns"].items():
        if kind not in kinds:
            report.error(("patterns", kind), "patterns", shown(kind), "un danger de data/danger/kinds.yaml", did_you_mean(kind, kinds))
        _check_list(report, ("patterns", kind), str(kind), patterns, grammar)
    for section in _SECTIONS[2:]:
        _check_list(report, (section,), section, data.get(section) or [], grammar)
    return document, report.problems


def _check_list(report: Report, path: tuple[str, ...], entry: str, patterns: object, grammar: Grammar) -> None:
    if not isinstance(patterns, list):
        report.error(path, entry, shown(patterns), "une liste de motifs")
        return
    seen: set[str] = set()
    for index, pattern in enumerate(map(str, patterns)):
        try:
            grammar.compile(pattern)
        except MalformedPattern as error:
            report.error((*path, index), entry, f"{shown(pattern)} : {error}", "un motif bien formé, comme l'explique la tête du fichier")
        if pattern in seen:
            report.error((*path, index), entry, f"{shown(pattern)}, écrit deux fois", "chaque motif une seule fois")
        seen.add(pattern)


def check_reach(document: Document, patterns: PatternSet) -> list[Problem]:
    """Tells of the patterns that can never raise anything: a look-alike of their own file covers even their plainest
    sentence; and of those so short that they would be found everywhere."""
    report = Report(document)
    net, grammar = PatternNet([patterns]), Grammar(patterns.groups)
    for kind, sources in patterns.patterns.items():
        for index, source in enumerate(sources):
            plainest = grammar.compile(source).plainest
            path = ("patterns", kind, index)
            if not net.read(plainest).dangers:
                report.error(path, kind, f"{shown(source)}, que couvre un sosie du même fichier", "un motif que rien ne couvre toujours")
            if len(plainest.replace(" ", "")) < SHORTEST_PATTERN and plainest.isascii():
                report.error(path, kind, f"{shown(source)}, trouvé partout", f"un motif d'au moins {SHORTEST_PATTERN} lettres")
    return report.problems

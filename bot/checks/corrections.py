"""The checks of corrections: the same for one typed on the bench and for a file of ``data/corrections``."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from bot.catalogue import Catalogue
from bot.checks import fields
from bot.checks.cases import OUTCOMES
from bot.checks.fields import Field, check_entry
from bot.checks.nlu import LEAK
from bot.checks.problems import Problem, Report, shown, unreadable
from bot.checks.similarity import near_pairs
from bot.corrections import Correction
from bot.documents import UnreadableDocument, read
from bot.errors import BadInput
from bot.house import House
from bot.personal_data import find, known_words

INSTEAD = "écrivez « mon voisin », « mon numéro », « chez moi » à la place"


def public_words(catalogue: Catalogue) -> frozenset[str]:
    """The words of names that may be written: partners, places and help lines."""
    services = [name for service in catalogue.services.values() for name in (service.name, service.official_name, *service.aliases)]
    places = [place.name for place in catalogue.places.values()]
    return known_words([*services, *places, *(line.name for line in catalogue.lines.values())])


def refuse(correction: Correction, house: House, cases: Sequence[tuple[str, str]]) -> None:
    """Refuses a correction that cannot be kept. ``cases`` are (file, text) of the cases there are.

    Raises:
        BadInput: when it holds something personal, says nothing that can be checked, names what does not exist, or is a
            case already.
    """
    if not correction.text or not correction.why:
        raise BadInput("Il manque la phrase, ou la raison de la correction (une ligne suffit).")
    if correction.author is not None and not (correction.author.isalpha() and len(correction.author) <= 4):
        raise BadInput("Signez de vos initiales (quatre lettres au plus), ou laissez vide.")
    public = public_words(house.catalogue)
    seen = _personal(correction.text, public) or _personal(correction.why, public)
    if seen:
        raise BadInput(f"Refusé, car on y lit {seen}. Une phrase gardée ne doit désigner personne : {INSTEAD}.")
    for values, known in (
        (correction.needs, house.needs.needs),
        (correction.services, house.catalogue.services),
        (correction.lines, house.catalogue.lines),
    ):
        for value in values:
            if value not in known:
                raise BadInput(f"« {value} » n'existe pas ici.")
    if not (correction.needs or correction.services or correction.lines or correction.danger or correction.outcome):
        raise BadInput("Dites ce qui aurait dû venir : un besoin, un partenaire, un numéro ou un danger.")
    if correction.train and len(correction.needs) != 1:
        raise BadInput("Pour servir à l'entraînement, la phrase doit avoir un besoin.")
    twin = _twin(correction.text, cases)
    if twin is not None:
        raise BadInput(
            f"Cette phrase est presque la même qu'un cas de {twin[0]} (« {twin[1][:80]} »). Un cas ne s'apprend pas par cœur : "
            "écrivez-la autrement, comme une autre personne la dirait."
        )


def check_corrections(
    path: Path,
    need_ids: Sequence[str],
    service_ids: Sequence[str],
    numbers: Sequence[str],
    public: frozenset[str],
    cases: Sequence[tuple[str, str]],
) -> list[Problem]:
    """The problems of one file of corrections."""
    try:
        document = read(path)
    except UnreadableDocument as error:
        return [unreadable(path, error)]
    report = Report(document)
    data = document.data
    if not isinstance(data, dict) or list(data) != ["corrections"] or not isinstance(data["corrections"] or [], list):
        report.error((), "", shown(data), "une liste « corrections »")
        return report.problems
    expected = {
        "text": Field(fields.text),
        "language": Field(fields.text),
        "needs": Field(fields.list_of(fields.known_id(need_ids, "un besoin de data/needs.yaml"))),
        "services": Field(fields.list_of(fields.known_id(service_ids, "un partenaire de data/services.yaml"))),
        "lines": Field(fields.list_of(fields.known_id(numbers, "un numéro de data/services.yaml"))),
        "outcome": Field(fields.one_of(OUTCOMES), nullable=True),
        "danger": Field(fields.flag),
        "why": Field(fields.text),
        "author": Field(fields.text, nullable=True),
        "date": Field(fields.day),
        "train": Field(fields.flag),
    }
    for index, raw in enumerate(data["corrections"] or []):
        where = ("corrections", index)
        entry = f"correction {index + 1}"
        if not check_entry(report, where, entry, raw, expected):
            continue
        for key in ("text", "why"):
            seen = _personal(raw[key], public)
            if seen:
                report.error((*where, key), entry, seen, "une phrase qui ne désigne personne", INSTEAD.capitalize() + ".")
        if raw["train"] and len(raw["needs"]) != 1:
            report.error((*where, "needs"), entry, f"{len(raw['needs'])} besoins", "un besoin, et un seul, pour l'entraînement")
        twin = _twin(raw["text"], cases) if raw["train"] else None
        if twin is not None:
            report.error((*where, "text"), entry, f"presque un cas de {twin[0]}", "une phrase qui n'est pas un cas")
    return report.problems


def _personal(text: str, public: frozenset[str]) -> str:
    """What is personal in a text, in words; empty when nothing is."""
    return ", ".join(dict.fromkeys(f"{finding.kind} (« {finding.words} »)" for finding in find(text, public)))


def _twin(text: str, cases: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """The case that this sentence is nearly a copy of."""
    pair = next(near_pairs([text], [case for _file, case in cases], LEAK), None)
    return None if pair is None else cases[pair[1]]

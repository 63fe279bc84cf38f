"""The whole house, read once and checked: catalogue, needs, dangers, languages, follow-ups. Reloaded without a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import catalogue, clock, danger, followup, language, leaflet, needs, project
from bot.catalogue import Catalogue
from bot.checks.catalogue import check_catalogue
from bot.checks.danger import check_book, check_patterns
from bot.checks.followups import check_followups
from bot.checks.languages import check_languages
from bot.checks.leaflet import check_leaflet
from bot.checks.needs import check_needs
from bot.checks.problems import Problem, errors_of
from bot.danger import DangerBook, PatternNet
from bot.documents import Document
from bot.errors import BrokenData
from bot.followup import FollowUps
from bot.language import Languages
from bot.leaflet import LeafletPlan
from bot.needs import Needs


@dataclass(frozen=True)
class House:
    """Everything that an answer is made from."""

    catalogue: Catalogue
    needs: Needs
    dangers: DangerBook
    net: PatternNet
    languages: Languages
    followups: FollowUps
    leaflet: LeafletPlan


@dataclass(frozen=True)
class Inspection:
    """The documents of the house as read, and every problem found in them, warnings included."""

    documents: dict[str, Document]
    problems: list[Problem]


def inspect(root: Path = project.ROOT, today: date | None = None) -> Inspection:
    """Reads every data file and gives all problems at once; never raises for what a file holds."""
    today = today or clock.now().date()
    data = root / "data"
    documents: dict[str, Document] = {}
    problems: list[Problem] = []

    def keep(name: str, result: tuple[Document | None, list[Problem]]) -> Document | None:
        document, found = result
        problems.extend(found)
        if document is not None and not errors_of(found):
            documents[name] = document
        return documents.get(name)

    services = keep("catalogue", check_catalogue(data / "services.yaml", today))
    service_ids = [raw["id"] for raw in services.data["services"]] if services else []
    numbers = [raw["number"] for raw in services.data["lines"] if raw["replaced_by"] is None] if services else []
    book = keep("book", check_book(data / "danger" / "kinds.yaml", service_ids, numbers)) if services else None
    kinds = [raw["id"] for raw in book.data["kinds"]] if book else []
    if book:
        keep("needs", check_needs(data / "needs.yaml", service_ids, numbers, kinds))
        for path in sorted((data / "danger").glob("*.yaml")):
            if path.name != "kinds.yaml":
                keep(f"danger/{path.stem}", check_patterns(path, kinds))
    keep("languages", check_languages(root / "locales" / "languages.yaml"))
    if services:
        keep("leaflet", check_leaflet(data / "leaflet.yaml", service_ids))
    keep("followups", check_followups(data / "followups.yaml"))
    return Inspection(documents, problems)


def open_house(root: Path = project.ROOT) -> House:
    """Reads, checks and builds the house.

    Raises:
        BrokenData: with every problem, when one would make an answer wrong.
    """
    inspection = inspect(root)
    errors = errors_of(inspection.problems)
    if errors:
        raise BrokenData(errors)
    documents = inspection.documents
    patterns = [danger.build_patterns(name.split("/")[1], document) for name, document in documents.items() if name.startswith("danger/")]
    return House(
        catalogue=catalogue.build(documents["catalogue"]),
        needs=needs.build(documents["needs"]),
        dangers=danger.build_book(documents["book"]),
        net=PatternNet(patterns),
        languages=language.build(documents["languages"]),
        followups=followup.build(documents["followups"]),
        leaflet=leaflet.build_plan(documents["leaflet"]),
    )

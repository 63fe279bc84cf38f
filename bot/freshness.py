"""How old a fact is, and who can confirm it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.catalogue import Catalogue, HelpLine, Service

MAX_AGE_IN_MONTHS = 6
"""Older than this, a fact is shown as one to confirm."""


@dataclass(frozen=True)
class Fact:
    """An entry of the catalogue: ``dated`` as written (2024-02 or 2024-02-15), ``age`` in months, whom to ring about it."""

    section: str
    id: str
    name: str
    dated: str
    age: int
    source: str
    phones: tuple[str, ...]
    confirmed: bool


def age_in_months(dated: str, today: date) -> int:
    """Whole months between a date of information and today."""
    year, month = (int(part) for part in dated.split("-")[:2])
    return (today.year - year) * 12 + today.month - month


def facts(catalogue: Catalogue, today: date) -> list[Fact]:
    """Every partner and help line, the oldest information first."""
    services = [
        _fact("services", service.id, service, [phone.display for phone in service.phones], today)
        for service in catalogue.services.values()
    ]
    lines = [_fact("lines", line.number, line, [line.number], today) for line in catalogue.lines.values()]
    return sorted([*services, *lines], key=lambda fact: -fact.age)


def is_old(fact: Fact) -> bool:
    """Whether it must be confirmed."""
    return fact.age > MAX_AGE_IN_MONTHS


def _fact(section: str, identifier: str, entry: Service | HelpLine, phones: list[str], today: date) -> Fact:
    dated = entry.verified_on or entry.as_of
    return Fact(
        section,
        identifier,
        entry.name,
        dated,
        age_in_months(dated, today),
        entry.source.document,
        tuple(phones),
        entry.verified_on is not None,
    )

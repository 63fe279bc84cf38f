"""The catalogue: partners, sessions, numbers and help lines, as frozen objects. The only reader of what ``services.yaml`` holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Mapping

from bot import schedule
from bot.clock import PARIS
from bot.documents import Document

HOUSE = "mdc"
"""The id of the house itself."""


def digits(number: str) -> str:
    """A phone number as it is dialled: ``"04 13 29 56 20"`` gives ``"0413295620"``."""
    return re.sub(r"\D", "", number)


@dataclass(frozen=True)
class Place:
    """Where a partner receives; ``address`` is None when no source gives the street."""

    id: str
    name: str
    address: str | None
    city: str
    note: str | None


@dataclass(frozen=True)
class SessionRule:
    """One rhythm of a partner: ``hours`` in OSM syntax (None: unknown), ``words`` as the source says it."""

    hours: str | None
    words: str
    place: str | None
    note: str | None


@dataclass(frozen=True)
class Phone:
    """A number to ring: ``hours`` (OSM) says when it answers, None when no source says."""

    number: str
    display: str
    label: str | None
    hours: str | None
    answered_by: str | None
    cost: str | None


@dataclass(frozen=True)
class Desk:
    """A counter that a shared place (France Services) holds for another body."""

    partner: str
    does: str


@dataclass(frozen=True)
class Closure:
    """An exceptional closure, first and last day included."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Source:
    """Where a fact comes from."""

    document: str
    lines: str | None


@dataclass(frozen=True)
class DatedSession:
    """A session with the rule it comes from, so that its place and its note are known."""

    session: schedule.Session
    rule: SessionRule


@dataclass(frozen=True)
class Service:
    """A partner, with everything that may be shown about it."""

    id: str
    name: str
    official_name: str
    aliases: tuple[str, ...]
    what: str
    for_whom: str | None
    not_for: str | None
    publics: tuple[str, ...]
    minors_alone: bool | None
    place: str | None
    sessions: tuple[SessionRule, ...]
    appointment: str | None
    phones: tuple[Phone, ...]
    email: str | None
    web: str | None
    booking: str | None
    cost: str | None
    desks: tuple[Desk, ...]
    closures: tuple[Closure, ...]
    source: Source
    as_of: str
    verified_on: str | None
    examples: tuple[str, ...]

    def next_sessions(self, after: datetime, count: int, elsewhere: bool = False) -> list[DatedSession]:
        """The next dated sessions at the partner's own place, soonest first, exceptional closures left out.

        ``elsewhere`` adds the sessions held in another place (APERS at the police station).
        """
        dated = [
            DatedSession(session, rule)
            for rule in self.sessions
            if rule.hours is not None and (elsewhere or rule.place is None)
            for session in schedule.upcoming(rule.hours, after, count, self.is_closed_on)
        ]
        return sorted(dated, key=_chronological)[:count]

    def open_state(self, instant: datetime) -> schedule.OpenState | None:
        """Open now, and until when; None when no source gives this partner's hours."""
        states = [
            schedule.state_at(rule.hours, instant)
            for rule in self.sessions
            if rule.hours is not None and rule.place is None and schedule.gives_hours(rule.hours)
        ]
        if not states:
            return None
        if self.is_closed_on(instant.astimezone(PARIS).date()):
            return schedule.OpenState(False, None)
        current = [state for state in states if state.is_open] or states
        changes = [state.changes_at for state in current if state.changes_at is not None]
        return schedule.OpenState(current[0].is_open, min(changes, default=None))

    def is_closed_on(self, day: date) -> bool:
        """Whether an exceptional closure covers that day."""
        return any(closure.first <= day <= closure.last for closure in self.closures)


@dataclass(frozen=True)
class HelpLine:
    """A national number and its life: a retired one keeps its record and names what replaced it."""

    number: str
    name: str
    purpose: str
    channels: tuple[str, ...]
    hours: str | None
    words: str | None
    cost: str | None
    languages: tuple[str, ...]
    emergency: bool
    note: str | None
    source: Source
    as_of: str
    verified_on: str | None
    replaced_by: str | None

    @property
    def by_text_only(self) -> bool:
        """Whether nobody answers a voice call there (114)."""
        return "appel" not in self.channels


@dataclass(frozen=True)
class Catalogue:
    """Everything the house knows. ``footer`` are the numbers that stand under every answer."""

    services: Mapping[str, Service]
    lines: Mapping[str, HelpLine]
    places: Mapping[str, Place]
    footer: tuple[str, ...]
    former_numbers: Mapping[str, str] = field(default_factory=dict)

    @property
    def house(self) -> Service:
        """The house itself."""
        return self.services[HOUSE]

    def phone_hours(self, phone: Phone) -> str | None:
        """When a number answers (OSM), looking at whoever picks it up."""
        if phone.hours is not None or phone.answered_by is None:
            return phone.hours
        answering = self.services[phone.answered_by]
        return next((rule.hours for rule in answering.sessions if rule.hours is not None), None)

    def place_of(self, service: Service, rule: SessionRule | None = None) -> Place | None:
        """Where a session is held, or where the partner is."""
        identifier = (rule.place if rule is not None else None) or service.place
        return self.places[identifier] if identifier is not None else None


def _chronological(dated: DatedSession) -> tuple[date, datetime]:
    start = dated.session.start or datetime.combine(dated.session.day, time(), PARIS)
    return dated.session.day, start


def build(document: Document) -> Catalogue:
    """Builds the catalogue from a document that the checks have accepted."""
    data = document.data
    lines = {digits(raw["number"]): _line(raw) for raw in data["lines"]}
    return Catalogue(
        services={raw["id"]: _service(raw) for raw in data["services"]},
        lines={number: line for number, line in lines.items() if line.replaced_by is None},
        places={identifier: Place(id=identifier, **raw) for identifier, raw in data["places"].items()},
        footer=tuple(data["footer"]),
        former_numbers={line.number: line.replaced_by for line in lines.values() if line.replaced_by is not None},
    )


def _service(raw: Mapping[str, Any]) -> Service:
    return Service(
        id=raw["id"],
        name=raw["name"],
        official_name=raw["official_name"],
        aliases=tuple(raw["aliases"]),
        what=raw["what"].strip(),
        for_whom=raw["for_whom"],
        not_for=raw["not_for"],
        publics=tuple(raw["publics"]),
        minors_alone=raw["minors_alone"],
        place=raw["place"],
        sessions=tuple(SessionRule(**rule) for rule in raw["sessions"]),
        appointment=raw["appointment"],
        phones=tuple(_phone(phone) for phone in raw["phones"]),
        email=raw["email"],
        web=raw["web"],
        booking=raw["booking"],
        cost=raw["cost"],
        desks=tuple(Desk(desk["partner"], desk["does"].strip()) for desk in raw["desks"]),
        closures=tuple(_closure(closure) for closure in raw["closures"]),
        source=Source(**raw["source"]),
        as_of=str(raw["as_of"]),
        verified_on=None if raw["verified_on"] is None else str(raw["verified_on"]),
        examples=tuple(raw["examples"]),
    )


def _phone(raw: Mapping[str, Any]) -> Phone:
    display = str(raw["number"])
    return Phone(digits(display), display, raw["label"], raw["hours"], raw["answered_by"], raw["cost"])


def _closure(raw: Mapping[str, Any]) -> Closure:
    return Closure(raw["from"], raw["to"], raw["reason"])


def _line(raw: Mapping[str, Any]) -> HelpLine:
    return HelpLine(
        number=digits(raw["number"]),
        name=raw["name"],
        purpose=raw["for"],
        channels=tuple(raw["channels"]),
        hours=raw["hours"],
        words=raw["words"],
        cost=raw["cost"],
        languages=tuple(raw["languages"] or ()),
        emergency=raw["emergency"],
        note=raw["note"],
        source=Source(**raw["source"]),
        as_of=str(raw["as_of"]),
        verified_on=None if raw["verified_on"] is None else str(raw["verified_on"]),
        replaced_by=raw["replaced_by"],
    )

"""HSDS 3.0, the Human Services Data Specification: https://docs.openreferral.org/en/3.0/hsds/ (a page of services, JSON).

HSDS leaves out what is not known rather than writing null. Its hours carry no zone: they are Paris time, and say so.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from bot.catalogue import Phone, Place, Service, SessionRule
from bot.exports.facts import APPOINTMENTS, address_on_the_web, day_of, dialled, is_free, needs_of, street_of
from bot.exports.rhythms import DAYS, Rhythm, closed_on_holidays, rhythms
from bot.exports.standards import Standards
from bot.house import House
from bot.schedule import ALWAYS

NAMESPACE = uuid.UUID("6f1d2c0e-6b57-5c0b-9d3e-8a0c5f0e1302")
"""Drawn once: the same partner keeps the same identifier in every export."""
DEPARTMENTS = {"13": "Bouches-du-Rhône"}
"""HSDS wants a province; in France the department is the postal code's first two digits."""
PARIS_TIME = "Heure de Paris."
CLOSED = "Fermé les jours fériés."
TAXONOMIES = {"thematique": "data·inclusion v1", "list_code": "LIST (NSMI v2)"}


def export(house: House, standards: Standards, _today: date) -> dict[str, Any]:
    """One page holding every service, in the API's own envelope."""
    contents = [service(one, house, standards) for one in house.catalogue.services.values()]
    return {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }


def service(partner: Service, house: House, standards: Standards) -> dict[str, Any]:
    """A service with everything it refers to inside."""
    ids = _Identifiers(standards.identifier(partner))
    here = [rule for rule in partner.sessions if rule.place is None]
    elsewhere = [rule for rule in partner.sessions if rule.place is not None]
    places = [(house.catalogue.place_of(partner), here), *((house.catalogue.place_of(partner, rule), [rule]) for rule in elsewhere)]
    return _known(
        id=ids.of("service"),
        name=partner.name,
        alternate_name=partner.official_name,
        description=partner.what,
        url=address_on_the_web(partner.web),
        email=partner.email,
        status="active",
        application_process=APPOINTMENTS.get(partner.appointment or ""),
        fees_description=partner.cost,
        eligibility_description=partner.for_whom,
        assured_date=None if partner.verified_on is None else day_of(partner.verified_on),
        alert="\n".join(f"Fermé du {c.first} au {c.last} : {c.reason}" for c in partner.closures) or None,
        organization=_known(
            id=ids.of("organization"),
            name=partner.official_name,
            description=partner.what,
            email=partner.email,
            website=address_on_the_web(partner.web),
        ),
        phones=[_phone(phone, ids) for phone in partner.phones],
        schedules=_schedules(here, partner, ids) if partner.place is None else [],
        service_at_locations=[_at(place, rules, partner, ids) for place, rules in places if place is not None],
        cost_options=[{"id": ids.of("cost"), "option": "gratuit", "amount": 0, "currency": "EUR"}] if is_free(partner) else [],
        attributes=_attributes(partner, house, ids),
    )


class _Identifiers:
    """UUIDs (RFC 4122, version 5) that stay the same from one export to the next."""

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def of(self, *names: str | int) -> str:
        """The identifier of one thing of the owner."""
        return str(uuid.uuid5(NAMESPACE, "/".join([self._owner, *map(str, names)])))


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _phone(phone: Phone, ids: _Identifiers) -> dict[str, Any]:
    words = ", ".join(part for part in (phone.label, phone.cost) if part)
    return _known(id=ids.of("phone", phone.number), number=dialled(phone), type="voice", description=words or None)


def _at(place: Place, rules: list[SessionRule], partner: Service, ids: _Identifiers) -> dict[str, Any]:
    street = street_of(place)
    location = _known(
        id=str(uuid.uuid5(NAMESPACE, f"place/{place.id}")),
        location_type="physical",
        name=place.name,
        description=place.note,
        addresses=[
            {
                "id": str(uuid.uuid5(NAMESPACE, f"address/{place.id}")),
                "address_1": street.street,
                "city": street.city,
                "state_province": DEPARTMENTS[street.postal_code[:2]],
                "postal_code": street.postal_code,
                "country": "FR",
                "address_type": "physical",
            }
        ]
        if street
        else [],
    )
    schedules = _schedules(rules, partner, ids)
    return _known(id=ids.of("at", place.id), location=location, schedules=schedules)


def _schedules(rules: list[SessionRule], partner: Service, ids: _Identifiers) -> list[dict[str, Any]]:
    """RFC 5545 recurrences. A rhythm that the source leaves in doubt, or does not give, stays in words."""
    written: list[dict[str, Any]] = []
    for rule in rules:
        known = [rhythm for rhythm in rhythms(rule.hours) if rhythm.sure] if rule.hours else []
        closed = bool(rule.hours and rule.hours != ALWAYS and closed_on_holidays(rule.hours))
        notes = " ".join(part for part in (rule.note, CLOSED if closed else None, PARIS_TIME if known else None) if part)
        recurrences = [recurrence for rhythm in known for recurrence in _recurrences(rhythm)] or [{}]
        written += [
            _known(
                id=ids.of("schedule", rule.place or "", rule.words, index),
                valid_from=day_of(partner.as_of),
                **recurrence,
                description=rule.words,
                notes=notes or None,
                schedule_link=address_on_the_web(partner.booking),
            )
            for index, recurrence in enumerate(recurrences)
        ]
    return written


def _recurrences(rhythm: Rhythm) -> list[dict[str, str]]:
    """One recurrence a span of hours; ``2MO`` is the second Monday of the month."""
    days = [day.upper() for day in DAYS if day in rhythm.days]
    byday = ",".join(f"{week}{day}" for week in rhythm.weeks for day in days) if rhythm.weeks else ",".join(days)
    every = {"freq": "MONTHLY" if rhythm.weeks else "WEEKLY", "wkst": "MO", "byday": byday}
    if not rhythm.hours:
        return [every]
    return [{**every, "opens_at": opens, "closes_at": _before_midnight(closes)} for opens, closes in rhythm.hours]


def _before_midnight(closes: str) -> str:
    """HSDS's own way to say open day and night: from 00:00 to 23:59."""
    return "23:59" if closes == "24:00" else closes


def _attributes(partner: Service, house: House, ids: _Identifiers) -> list[dict[str, Any]]:
    """What people come for, in the two vocabularies of the field."""
    found: list[dict[str, Any]] = []
    for need in needs_of(partner, house.needs):
        for field, taxonomy in TAXONOMIES.items():
            code = getattr(need, field)
            if code is None:
                continue
            term = str(uuid.uuid5(NAMESPACE, f"{taxonomy}/{need.id}/{code}"))
            found.append(
                {
                    "id": ids.of("attribute", field, need.id),
                    "link_id": ids.of("service"),
                    "link_entity": "service",
                    "taxonomy_term_id": term,
                    "taxonomy_term": {
                        "id": term,
                        "code": code,
                        "name": need.label,
                        "description": need.about,
                        "taxonomy": taxonomy,
                        "language": "fr",
                    },
                }
            )
    return found

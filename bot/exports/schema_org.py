"""schema.org as JSON-LD: https://schema.org/GovernmentService, for search engines and assistants.

``OpeningHoursSpecification`` knows weeks, not « the second Monday of the month »: such sessions are written one by one, with
their dates, for the months ahead. A public holiday is a day that opens and closes at 00:00, which means closed all day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Iterable, Mapping

from bot.catalogue import Phone, Place, Service, SessionRule
from bot.clock import PARIS
from bot.exports.facts import address_on_the_web, description, dialled, is_free, street_of
from bot.exports.rhythms import Rhythm, closed_on_holidays, rhythms
from bot.exports.standards import Standards
from bot.house import House
from bot.schedule import ALWAYS, gives_hours, upcoming

AHEAD = timedelta(days=184)
"""How far ahead dated sessions and closed days are written: until the next export, and far beyond."""
_WEEKDAYS = {"Mo": "Monday", "Tu": "Tuesday", "We": "Wednesday", "Th": "Thursday", "Fr": "Friday", "Sa": "Saturday", "Su": "Sunday"}
_EVERY_DAY_BUT_HOLIDAYS = "Mo-Su 00:00-24:00; PH off"


def export(house: House, standards: Standards, today: date) -> dict[str, Any]:
    """A graph of one node a partner."""
    nodes = [service(one, house, standards, today) for one in house.catalogue.services.values()]
    return {"@context": "https://schema.org", "@graph": nodes}


def service(partner: Service, house: House, standards: Standards, today: date) -> dict[str, Any]:
    """A service: who gives it, where, when, at what number and price."""
    public = standards.partner(partner).public_body
    return _known(
        {
            "@type": "GovernmentService" if public else "Service",
            "@id": f"urn:{standards.source}:{partner.id}",
            "name": partner.name,
            "alternateName": partner.official_name,
            "description": description(partner, house.catalogue),
            "url": address_on_the_web(partner.web),
            "provider": _known(
                {
                    "@type": "GovernmentOrganization" if public else "Organization",
                    "name": partner.official_name,
                    "email": partner.email,
                    "telephone": dialled(partner.phones[0]) if partner.phones else None,
                }
            ),
            "audience": {"@type": "Audience", "audienceType": partner.for_whom} if partner.for_whom else None,
            "offers": {"@type": "Offer", "price": 0, "priceCurrency": "EUR"} if is_free(partner) else None,
            "hoursAvailable": _hours([rule for rule in partner.sessions if rule.place is None], partner, today),
            "availableChannel": [*_by_phone(partner, house, today), *_in_person(partner, house, today)],
        }
    )


def _known(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in (None, [])}


def _by_phone(partner: Service, house: House, today: date) -> list[dict[str, Any]]:
    return [
        {"@type": "ServiceChannel", "servicePhone": _contact(phone, house.catalogue.phone_hours(phone), today)} for phone in partner.phones
    ]


def _contact(phone: Phone, hours: str | None, today: date) -> dict[str, Any]:
    when = _specifications(hours, today) if hours else []
    return _known({"@type": "ContactPoint", "telephone": dialled(phone), "contactType": phone.label, "hoursAvailable": when})


def _in_person(partner: Service, house: House, today: date) -> list[dict[str, Any]]:
    """Where the partner receives. Its own hours are the service's; another place comes with the hours it receives there."""
    elsewhere = [(house.catalogue.place_of(partner, rule), [rule]) for rule in partner.sessions if rule.place is not None]
    places: list[tuple[Place | None, list[SessionRule]]] = [(house.catalogue.place_of(partner), []), *elsewhere]
    channels = [
        {"@type": "ServiceChannel", "serviceLocation": _place(place, _hours(rules, partner, today))}
        for place, rules in places
        if place is not None
    ]
    booking = address_on_the_web(partner.booking)
    return [*channels, *([{"@type": "ServiceChannel", "serviceUrl": booking}] if booking else [])]


def _place(place: Place, hours: list[dict[str, Any]]) -> dict[str, Any]:
    street = street_of(place)
    return _known(
        {
            "@type": "Place",
            "name": place.name,
            "description": place.note,
            "address": _known(
                {
                    "@type": "PostalAddress",
                    "streetAddress": street.street if street else None,
                    "postalCode": street.postal_code if street else None,
                    "addressLocality": place.city,
                    "addressCountry": "FR",
                }
            ),
            "openingHoursSpecification": hours,
        }
    )


# ------------------------------------------------------------------------------------------------------------- hours


def _hours(rules: Iterable[SessionRule], partner: Service, today: date) -> list[dict[str, Any]]:
    known = [specification for rule in rules if rule.hours for specification in _specifications(rule.hours, today)]
    if not known:
        return []
    return [*known, *(_closed(closure.first, closure.last) for closure in partner.closures if closure.last >= today)]


def _specifications(expression: str, today: date) -> list[dict[str, Any]]:
    """Every rhythm of an expression; one without hours says nothing that schema.org could hold, and is left out."""
    if not gives_hours(expression):
        return []
    if not rhythms(expression):
        return _dated(expression, today)
    weekly = [rhythm for rhythm in rhythms(expression) if rhythm.sure and not rhythm.weeks]
    written = [specification for rhythm in weekly for specification in _weekly(rhythm)]
    if weekly and expression != ALWAYS and closed_on_holidays(expression):
        written += [_closed(day, day) for day in _holidays(today)]
    return [*written, *_dated(_monthly(expression), today)]


def _weekly(rhythm: Rhythm) -> list[dict[str, Any]]:
    days = [_WEEKDAYS[day] for day in rhythm.days]
    return [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": opens, "closes": "23:59" if closes == "24:00" else closes}
        for opens, closes in rhythm.hours
    ]


def _monthly(expression: str) -> str:
    """The part that comes back some weeks of the month only, holidays still left out."""
    parts = [part for part in expression.split(";") if "[" in part]
    return ";".join([*parts, " PH off"] if parts and closed_on_holidays(expression) else parts)


def _dated(rule: str, today: date) -> list[dict[str, Any]]:
    """Each session ahead, with its date."""
    if not rule:
        return []
    return [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": session.day.isoformat(),
            "validThrough": session.day.isoformat(),
            "opens": f"{session.start:%H:%M}",
            "closes": f"{session.end:%H:%M}",
        }
        for session in upcoming(rule, _midnight(today), int(AHEAD.days))
        if session.start is not None and session.end is not None and session.day <= today + AHEAD
    ]


def _closed(first: date, last: date) -> dict[str, Any]:
    return {
        "@type": "OpeningHoursSpecification",
        "validFrom": first.isoformat(),
        "validThrough": last.isoformat(),
        "opens": "00:00",
        "closes": "00:00",
    }


def _holidays(today: date) -> list[date]:
    """The French public holidays ahead: the days that « every day but holidays » leaves closed."""
    open_days: set[date] = set()
    for session in upcoming(_EVERY_DAY_BUT_HOLIDAYS, _midnight(today), AHEAD.days):
        if session.start is None or session.end is None:
            continue
        days = max(1, (session.end - session.start).days)
        open_days |= {session.day + timedelta(days=offset) for offset in range(days)}
    every = [today + timedelta(days=offset) for offset in range(AHEAD.days)]
    return [day for day in every if day not in open_days]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)

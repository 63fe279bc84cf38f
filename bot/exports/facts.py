"""Facts of the catalogue in the shapes that several standards share. What the catalogue does not say stays None."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from bot.catalogue import Catalogue, Phone, Place, Service
from bot.needs import Kind, Need, Needs

LEADING = 2
"""A partner answers a need when it is among its first two: those that an answer shows."""

APPOINTMENTS = {
    "required": "Sur rendez-vous.",
    "recommended": "Rendez-vous conseillé, pas obligatoire.",
    "none": "Sans rendez-vous.",
}
_STREET = re.compile(r"^(?P<street>.+), (?P<code>\d{5}) (?P<city>.+)$")


@dataclass(frozen=True)
class Street:
    """A street address in its parts."""

    street: str
    postal_code: str
    city: str


def street_of(place: Place | None) -> Street | None:
    """The street, when a source gives it whole (« Allée des Piboules, 13800 Istres »)."""
    match = _STREET.match(place.address) if place is not None and place.address is not None else None
    return Street(match["street"], match["code"], match["city"]) if match else None


def dialled(phone: Phone) -> str:
    """E.164 (``+33413295620``); a short number (``3230``) has no such form and stays as it is dialled."""
    if len(phone.number) < 10:
        return phone.number
    return phonenumbers.format_number(phonenumbers.parse(phone.number, "FR"), phonenumbers.PhoneNumberFormat.E164)


def address_on_the_web(site: str | None) -> str | None:
    """A site as a URL: the documents print ``www.istres.fr``."""
    if site is None:
        return None
    return site if site.startswith(("http://", "https://")) else f"https://{site}"


def day_of(month: str) -> str:
    """A full date for the standards that want one: ``2024-02`` gives its first day, never a later one."""
    return month if len(month) > len("2024-02") else f"{month}-01"


def updated_on(service: Service) -> str:
    """When the facts were last confirmed, or given."""
    return day_of(service.verified_on or service.as_of)


def is_free(service: Service) -> bool | None:
    """True when a source says « gratuit », None when none says anything of a price."""
    return None if service.cost is None else service.cost.startswith("gratuit")


def needs_of(service: Service, needs: Needs) -> list[Need]:
    """What a person comes to this partner for: the needs it leads; failing that, those it answers at all."""
    answered = [need for need in needs.needs.values() if need.kind is Kind.ORIENT and service.id in need.services]
    return [need for need in answered if service.id in need.services[:LEADING]] or answered


def description(service: Service, catalogue: Catalogue) -> str:
    """What, for whom, when and how, in the catalogue's own French words."""
    parts = [service.what]
    if service.for_whom:
        parts.append(f"Pour qui : {service.for_whom}")
    if service.not_for:
        parts.append(f"À noter : {service.not_for}")
    if service.minors_alone:
        parts.append("Un mineur peut venir seul.")
    if service.desks:
        parts.append("Guichets : " + ", ".join(desk.partner for desk in service.desks) + ".")
    for rule in service.sessions:
        elsewhere = f" ({catalogue.places[rule.place].name})" if rule.place else ""
        parts.append(f"Permanences : {rule.words}{elsewhere}." + (f" {rule.note}" if rule.note else ""))
    if service.appointment:
        parts.append(APPOINTMENTS[service.appointment])
    place = catalogue.place_of(service)
    if place is not None:
        parts.append(f"Lieu : {place.name}, {place.city}." + (f" {place.note}" if place.note else ""))
    return " ".join(part if part.endswith((".", "!", "?", ")")) else f"{part}." for part in parts)

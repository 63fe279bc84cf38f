"""The house's leaflet as data: every partner, number and hour of the catalogue, in one language, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Mapping, Sequence

from bot.cards import card_for, line_for
from bot.documents import Document
from bot.language import DEFAULT, Locale
from bot.reply import Card, CardPhone, Line
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.house import House


@dataclass(frozen=True)
class LeafletPlan:
    """What ``data/leaflet.yaml`` says: the house in a few sentences (id, text), the groups (id, title, service ids)."""

    about: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Contact:
    """How a number is printed: what it is for, the number, what it costs."""

    how: str
    number: str
    details: str


@dataclass(frozen=True)
class Entry:
    """A partner in the leaflet. ``french_name`` is what stands on its door: null when it is the name already."""

    name: str
    french_name: str | None
    texts: tuple[str, ...]
    when: str
    where: str | None
    contacts: tuple[Contact, ...]
    links: tuple[str, ...]
    desks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """A part of the leaflet; ``as_of`` says how old its oldest fact is."""

    title: str
    as_of: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Leaflet:
    """A whole leaflet in one language."""

    locale: Locale
    words: Mapping[str, str]
    about: tuple[str, ...]
    house: Entry
    house_name: str
    house_place: str
    groups: tuple[Group, ...]
    emergency: tuple[Line, ...]
    lines: tuple[Line, ...]


def build_plan(document: Document) -> LeafletPlan:
    """Builds the plan from a document that the checks have accepted."""
    return LeafletPlan(
        about=tuple((raw["id"], raw["text"].strip()) for raw in document.data["about"]),
        groups=tuple((raw["id"], raw["title"], tuple(raw["services"])) for raw in document.data["groups"]),
    )


def leaflet(house: House, wording: Wording, now: datetime) -> Leaflet:
    """The leaflet of the house in the wording's language."""
    plan, catalogue = house.leaflet, house.catalogue
    partners = sum(len(services) for _id, _title, services in plan.groups)
    lines = [line_for(line, catalogue, wording) for line in catalogue.lines.values()]
    urgent = {line.number for line in catalogue.lines.values() if line.emergency}
    return Leaflet(
        locale=wording.locale,
        words=_words(wording, partners, catalogue.house.as_of),
        about=tuple(wording.entry(f"leaflet.about.{key}", text) for key, text in plan.about),
        house=_entry(house, house.catalogue.house.id, wording, now),
        house_name=catalogue.house.name,
        house_place=_house_place(house),
        groups=tuple(
            Group(
                title=wording.entry(f"leaflet.groups.{key}", title),
                as_of=wording.month(min(catalogue.services[service].as_of for service in services)),
                entries=_each_place_once(tuple(_entry(house, service, wording, now) for service in services)),
            )
            for key, title, services in plan.groups
        ),
        emergency=tuple(_always_free(line, wording) for line in lines if line.number in urgent),
        lines=tuple(line for line in lines if line.number not in urgent),
    )


def _house_place(house: House) -> str:
    """``CEC Les Heures-Claires, Istres``: the house's place, without the house's name."""
    place = house.catalogue.places[house.catalogue.house.place or ""]
    return f"{place.name.removeprefix(house.catalogue.house.name).lstrip(', ')}, {place.city}"


def _words(wording: Wording, partners: int, as_of: str) -> dict[str, str]:
    say = wording.say
    return {
        "tagline": say("Vos droits, près de chez vous"),
        "partners": wording.say_count("{number} partenaire pour vous aider", "{number} partenaires pour vous aider", partners),
        "any_language": say("Écrivez ce qui vous arrive, dans votre langue : Boussole vous dit qui voir, quand, et quel numéro appeler."),
        "keeps_nothing": say("Gratuit, anonyme : rien n'est gardé."),
        "scan": say("Scannez ce carré avec votre téléphone"),
        "always": wording.commas((say("24 h/24, 7 j/7"), say("gratuit"))),
        "colon": wording.colon,
        "urgent": say("En danger maintenant"),
        "lines": say("Pour parler, pour être aidé"),
        "facts": say("Informations de {month}. Appelez avant de venir.", month=wording.month(as_of)),
    }


def _entry(house: House, service_id: str, wording: Wording, now: datetime) -> Entry:
    service = house.catalogue.services[service_id]
    card = card_for(service, house.catalogue, wording, now)
    in_french = wording.locale.tag == DEFAULT
    return Entry(
        name=card.name,
        french_name=_door_name(card),
        texts=tuple(text for text in (card.what, card.for_whom, card.not_for) if text),
        when=". ".join(text.rstrip(".") for text in (card.schedule, card.note) if text),
        where=_where(card, house, wording),
        contacts=tuple(_contact(phone, card, index, wording) for index, phone in enumerate(card.phones)),
        links=tuple(dict.fromkeys(link for link in (card.email, card.booking, card.web) if link)),
        desks=tuple((desk.partner, desk.does) for desk in service.desks) if in_french else (),
    )


def _each_place_once(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """A place that the entry before has too is not printed again; its name stands in the partner's own."""
    places = [None, *(entry.where for entry in entries)]
    return tuple(replace(entry, where=None) if entry.where in places[: index + 1] else entry for index, entry in enumerate(entries))


def _always_free(line: Line, wording: Wording) -> Line:
    """An emergency line under a title that says "24 h/24, free" already."""
    common = wording.commas((wording.say("24 h/24, 7 j/7"), wording.say("gratuit")))
    return replace(line, details=line.details.removeprefix(common).lstrip("،, "))


def _door_name(card: Card) -> str | None:
    """The French name to look for on the door, without its explanation; None when the translated name holds it already."""
    short = card.french_name.split(" (")[0]
    return None if short.casefold() in card.name.casefold() else short


def _where(card: Card, house: House, wording: Wording) -> str | None:
    """The place, where it is not the house itself."""
    if card.place is None or card.place["id"] == house.catalogue.house.place:
        return None
    where = wording.commas((card.place["name"], card.place["address"] or card.place["city"]))
    return ". ".join(part for part in (where, card.place["note"]) if part)


def _contact(phone: CardPhone, card: Card, index: int, wording: Wording) -> Contact:
    how = card.appointment_words if index == 0 and card.appointment_words else ""
    return Contact(how, phone.display, wording.commas((phone.label, phone.cost)))

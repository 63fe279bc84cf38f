"""From the catalogue to what is shown: a partner's card, a help line, in the reader's language and at a given instant."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Callable, TypeVar

from bot.catalogue import Catalogue, DatedSession, HelpLine, Phone, Place, Service
from bot.clock import PARIS
from bot.reply import Card, CardPhone, Line
from bot.schedule import ALWAYS, OpenState, Session, state_at
from bot.wording import Wording

logger = logging.getLogger(__name__)

SHOWN_SESSIONS = 3

Computed = TypeVar("Computed")


def card_for(service: Service, catalogue: Catalogue, wording: Wording, now: datetime) -> Card:
    """A partner's card."""
    dated = _computed(lambda: service.next_sessions(now, SHOWN_SESSIONS)) or []
    state = _computed(lambda: service.open_state(now))
    key = f"services.{service.id}"
    return Card(
        id=service.id,
        name=wording.entry(f"{key}.name", service.name),
        french_name=service.name,
        what=wording.entry(f"{key}.what", service.what),
        for_whom=_entry(wording, f"{key}.for_whom", service.for_whom),
        not_for=_entry(wording, f"{key}.not_for", service.not_for),
        place=_place(catalogue.place_of(service), wording),
        next=tuple(session.session.to_json() for session in dated),
        next_words=session_words(dated[0].session, wording, now) if dated else None,
        schedule=_schedule(service, catalogue, wording),
        note=_notes(service, wording),
        open_now=None if state is None else state.is_open,
        open_state=None if state is None else state_words(state, wording, now),
        phones=tuple(phone_for(phone, service, catalogue, wording, now) for phone in service.phones),
        email=service.email,
        web=service.web,
        booking=service.booking,
        appointment=service.appointment,
        appointment_words=_appointment(service, wording),
        cost=None if service.cost is None else wording.say("gratuit"),
        source=service.source.document,
        as_of=service.as_of,
        as_of_words=wording.month(service.as_of),
    )


def session_words(session: Session, wording: Wording, now: datetime) -> str:
    """``mardi 24 novembre, de 14h à 17h (dans 3 jours)``."""
    today = now.astimezone(PARIS).date()
    distance = wording.distance(session.day, today)
    if session.start is None or session.end is None:
        return wording.say("{day} ({distance}), heure à demander", day=wording.day(session.day), distance=distance)
    return wording.say(
        "{day}, de {start} à {end} ({distance})",
        day=wording.day(session.day),
        start=wording.hour(session.start),
        end=wording.hour(session.end),
        distance=distance,
    )


def state_words(state: OpenState, wording: Wording, now: datetime) -> str:
    """``ouvert, jusqu'à 12h30`` or ``fermé, ouvre lundi 23 novembre à 8h30``."""
    if state.changes_at is None:
        return wording.say("ouvert") if state.is_open else wording.say("fermé")
    local = state.changes_at.astimezone(PARIS)
    hour = wording.hour(local)
    if local.date() == now.astimezone(PARIS).date():
        return wording.say("ouvert, jusqu'à {hour}", hour=hour) if state.is_open else wording.say("fermé, ouvre à {hour}", hour=hour)
    day = wording.day(local.date())
    if state.is_open:
        return wording.say("ouvert, jusqu'à {day} {hour}", day=day, hour=hour)
    return wording.say("fermé, ouvre {day} à {hour}", day=day, hour=hour)


def phone_for(phone: Phone, service: Service, catalogue: Catalogue, wording: Wording, now: datetime) -> CardPhone:
    """A number with whether somebody answers it now."""
    hours = catalogue.phone_hours(phone)
    state = None if hours is None else _computed(lambda: state_at(hours, now))
    index = service.phones.index(phone)
    return CardPhone(
        number=phone.number,
        display=wording.keep(phone.display),
        label=_entry(wording, f"services.{service.id}.phones.{index}.label", phone.label),
        cost=_entry(wording, f"services.{service.id}.phones.{index}.cost", phone.cost),
        open_now=None if state is None else state.is_open,
        state=None if state is None else state_words(state, wording, now),
    )


def line_for(line: HelpLine, catalogue: Catalogue, wording: Wording) -> Line:
    """A help line: what it is for, when it answers, what it costs, what number it replaced."""
    former = [old for old, new in catalogue.former_numbers.items() if new == line.number]
    details = [
        _line_hours(line, wording),
        wording.say("gratuit") if line.cost else None,
        _entry(wording, f"lines.{line.number}.note", line.note),
        wording.say("anciennement {number}", number=wording.keep(spaced(former[0]))) if former else None,
    ]
    return Line(
        number=line.number,
        name=wording.entry(f"lines.{line.number}.name", line.name),
        purpose=wording.entry(f"lines.{line.number}.for", line.purpose),
        details=wording.commas(details),
        text_only=line.by_text_only,
    )


def spaced(number: str) -> str:
    """A number as it is read: ``3020`` gives ``30 20``, ``116006`` gives ``116 006``, ``0800059595`` ``0 800 05 95 95``."""
    if len(number) == 4:
        return f"{number[:2]} {number[2:]}"
    if len(number) == 6:
        return f"{number[:3]} {number[3:]}"
    if len(number) == 10 and number.startswith("0800"):
        return f"0 800 {number[4:6]} {number[6:8]} {number[8:]}"
    return number


def _computed(compute: Callable[[], Computed]) -> Computed | None:
    """What is worked out of a schedule; None when it cannot be: the card is shown without, and says to ring."""
    try:
        return compute()
    except Exception as error:  # a calendar that fails hides no number
        logger.error("Un horaire ne se calcule pas.", exc_info=error)
        return None


def _line_hours(line: HelpLine, wording: Wording) -> str | None:
    if line.hours == ALWAYS:
        return wording.say("24 h/24, 7 j/7")
    return _entry(wording, f"lines.{line.number}.words", line.words)


def _entry(wording: Wording, context: str, french: str | None) -> str | None:
    return None if french is None else wording.entry(context, french)


def _place(place: Place | None, wording: Wording) -> dict[str, str | None] | None:
    if place is None:
        return None
    return {
        "id": place.id,
        "name": wording.entry(f"places.{place.id}.name", place.name),
        "address": place.address,
        "city": place.city,
        "note": _entry(wording, f"places.{place.id}.note", place.note),
    }


def _schedule(service: Service, catalogue: Catalogue, wording: Wording) -> str | None:
    parts = []
    for index, rule in enumerate(service.sessions):
        words = wording.entry(f"services.{service.id}.sessions.{index}.words", rule.words)
        elsewhere = catalogue.place_of(service, rule) if rule.place is not None else None
        if elsewhere is not None:
            words = wording.say("{schedule} ({place})", schedule=words, place=wording.entry(f"places.{elsewhere.id}.name", elsewhere.name))
        parts.append(words)
    return wording.semicolons(parts) or None


def _notes(service: Service, wording: Wording) -> str | None:
    notes = [
        wording.entry(f"services.{service.id}.sessions.{index}.note", rule.note)
        for index, rule in enumerate(service.sessions)
        if rule.note is not None
    ]
    return " ".join(notes) or None


def _appointment(service: Service, wording: Wording) -> str | None:
    if service.appointment == "required":
        return wording.say("Sur rendez-vous")
    if service.appointment == "recommended":
        return wording.say("Rendez-vous conseillé, pas obligatoire")
    if service.appointment == "none":
        return wording.say("Sans rendez-vous")
    return None


def dated_json(dated: DatedSession, service: Service) -> dict[str, str | None]:
    """A dated session with its place, for programs."""
    return {**dated.session.to_json(), "place": dated.rule.place or service.place}

"""One Reply as the kiosk lays it out: the same facts, cut where a screen needs them apart. Nothing is added to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot import catalogue as facts
from bot.cards import spaced
from bot.house import House
from bot.reply import Card, CardPhone, Line, Reply
from bot.surfaces.kiosk.speech import spoken
from bot.wording import Wording, wording_for

LIKELY = 0.3
"""A need surer than this is named as the reason of the answer."""


def answer_view(reply: Reply, house: House) -> dict[str, Any]:
    """The answer as ``answer.js`` shows it. ``private``: in danger, a paper or a phone must not say what it is about."""
    locale = house.languages.locales[reply.reply_language]
    wording = wording_for(locale)
    return {
        "lang": locale.tag,
        "dir": locale.direction,
        "outcome": reply.outcome,
        "private": reply.danger is not None,
        "alert": list(reply.alert),
        "lines": [line_view(line) for line in reply.line_cards],
        "say": list(reply.say),
        "cards": [card_view(card, wording) for card in reply.cards],
        "question": reply.question,
        "options": [{"id": option.id, "label": option.label} for option in reply.options],
        "because": _because(reply, house, wording),
        "spoken": spoken(reply, wording),
    }


def card_view(card: Card, wording: Wording) -> dict[str, Any]:
    """A partner: every label already said, the next session as a leaf of a calendar, the house told from other places.

    Closed until the next session is what the leaf already says: the state is shown when it adds something.
    """
    say, lang = wording.say, wording.locale.tag
    return {
        "id": card.id,
        "name": card.name,
        "french_name": card.french_name,
        "is_french": card.name == card.french_name,
        "what": card.what,
        "for_whom": say("Pour qui : {text}", text=card.for_whom) if card.for_whom else None,
        "not_for": card.not_for,
        "leaf": _leaf(card, wording),
        "when": _when(card, wording),
        "later": _later(card, wording),
        "open_now": card.open_now,
        "open_state": card.open_state if card.open_now or not card.next else None,
        "note": card.note,
        "place": card.place,
        "is_in_the_house": card.place is not None and card.place["id"] == "maison",
        "phones": [_phone(phone) for phone in card.phones],
        "email": card.email,
        "web": card.booking or card.web,
        "appointment": card.appointment_words,
        "cost": say("Coût : {text}", text=card.cost) if card.cost else None,
        "as_of": say("Information donnée en {month}, appelez pour confirmer.", month=card.as_of_words),
        "page": f"/p/{card.id}?lang={lang}",
        "qr": f"/p/{card.id}/qr.svg?lang={lang}",
        "discreet_qr": f"/p/{facts.HOUSE}/qr.svg?lang={lang}",
        "calendar": f"/p/{card.id}/agenda.ics?lang={lang}" if card.next else None,
    }


def line_view(line: Line) -> dict[str, Any]:
    """A help line: ``display`` is how its number is read."""
    return {**line.to_json(), "display": spaced(line.number)}


def _phone(phone: CardPhone) -> dict[str, str | None]:
    details = " · ".join(detail for detail in (phone.label, phone.cost, phone.state) if detail)
    return {"number": phone.number, "display": phone.display, "details": details or None}


def _leaf(card: Card, wording: Wording) -> dict[str, str | None] | None:
    """The next session: weekday, day, month, hours (None where no source gives them)."""
    if not card.next:
        return None
    start, end = card.next[0]["start"], card.next[0]["end"]
    weekday, day, month = wording.day_parts(_day(start))
    hours = None if end is None else f"{_hour(start, wording)} – {_hour(end, wording)}"
    return {"weekday": weekday, "day": day, "month": month, "hours": hours}


def _when(card: Card, wording: Wording) -> str:
    if card.next_words:
        return wording.say("Prochaine fois : {text}", text=card.next_words)
    if card.schedule:
        return wording.say("Quand : {text}", text=card.schedule)
    return wording.say("Jours et heures : appelez pour les connaître.")


def _later(card: Card, wording: Wording) -> str | None:
    """The sessions after the next one, by their days."""
    days = [day for day in dict.fromkeys(_day(session["start"]) for session in card.next) if day != _day(card.next[0]["start"])]
    return wording.say("Ensuite : {days}", days=wording.listing([wording.day(day) for day in days])) if days else None


def _because(reply: Reply, house: House, wording: Wording) -> str | None:
    """Why this answer, in the person's terms; nothing in danger, where the words on the screen may be read by another."""
    if reply.danger is not None:
        return None
    likely = [identifier for identifier, confidence in reply.needs if confidence >= LIKELY]
    needs = [house.needs.needs[identifier] for identifier in likely if identifier in house.needs.needs]
    labels = [wording.entry(f"needs.{need.id}.label", need.label) for need in needs if need.services]
    return wording.say("Réponse donnée pour : {needs}", needs=wording.listing(labels)) if labels else None


def _day(start: str | None) -> date:
    return date.fromisoformat(str(start)[:10])


def _hour(instant: str | None, wording: Wording) -> str:
    return wording.hour(datetime.fromisoformat(str(instant)))

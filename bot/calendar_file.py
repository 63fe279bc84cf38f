"""A partner's next session as a calendar file (iCalendar, RFC 5545), to keep on a phone. Nothing in it says who asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from icalendar import Calendar, Event

from bot.reply import Card
from bot.wording import Wording


def next_session_file(card: Card, wording: Wording, now: datetime) -> bytes | None:
    """The file of the card's next session; None when no source gives a day.

    A session whose hours are unknown is an event of the whole day. The identifier is made of the partner and the session
    alone, so that the same session added twice is one event.
    """
    if not card.next:
        return None
    start, end = card.next[0]["start"] or "", card.next[0]["end"]
    event = Event()
    event.add("uid", f"{card.id}-{start}@boussole")
    event.add("dtstamp", now)
    event.add("summary", card.french_name)
    event.add("dtstart", _instant(start) if end else date.fromisoformat(start[:10]))
    event.add("dtend", _instant(end) if end else date.fromisoformat(start[:10]) + timedelta(days=1))
    if card.place is not None:
        event.add("location", ", ".join(part for part in (card.place["name"], card.place["address"] or card.place["city"]) if part))
    event.add("description", "\n".join([card.what, *(phone.number for phone in card.phones), _to_confirm(card, wording)]))
    calendar = Calendar()
    calendar.add("prodid", "-//Boussole//Istres//FR")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def file_name(card: Card) -> str:
    """``avocat-famille.ics``."""
    return f"{card.id}.ics"


def _instant(iso: str) -> datetime:
    """In UTC: a phone shows its own time, and no time zone has to be described."""
    return datetime.fromisoformat(iso).astimezone(timezone.utc)


def _to_confirm(card: Card, wording: Wording) -> str:
    return wording.say("Information donnée en {month}, appelez pour confirmer.", month=card.as_of_words)

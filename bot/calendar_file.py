"""A session as a calendar file (``.ics``, RFC 5545): nothing in it says who the person is, or why they come."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

from icalendar import Calendar, Event

from bot.schedule import Session


def session_calendar(service_name: str, place: str | None, session: Session, now: datetime, description: str | None = None) -> bytes:
    """One event: the session with its hours (in UTC, so that no time zone table is needed), or the whole day without them.

    ``now`` stamps the file. The same session of the same partner always has the same identifier: added twice, it is one event.
    """
    event = Event()
    event.add("uid", _identifier(service_name, session))
    event.add("dtstamp", now.astimezone(timezone.utc))
    event.add("summary", service_name)
    if session.start is None or session.end is None:
        event.add("dtstart", session.day)
        event.add("dtend", session.day + timedelta(days=1))
    else:
        event.add("dtstart", session.start.astimezone(timezone.utc))
        event.add("dtend", session.end.astimezone(timezone.utc))
    if place is not None:
        event.add("location", place)
    if description is not None:
        event.add("description", description)
    calendar = Calendar()
    calendar.add("prodid", "-//Boussole//permanences//FR")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _identifier(service_name: str, session: Session) -> str:
    return hashlib.sha256(f"{service_name} {session.to_json()['start']}".encode()).hexdigest()[:32] + "@boussole"

"""A session kept in a phone's calendar is the one on the card, and says nothing of who asked."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from conftest import SATURDAY
from icalendar import Calendar

from bot.calendar_file import file_name, next_session_file
from bot.cards import card_for
from bot.house import House
from bot.reply import Card
from bot.wording import wording_for


def _card(house: House, service: str, locale: str = "fr") -> Card:
    wording = wording_for(house.languages.locales[locale])
    return card_for(house.catalogue.services[service], house.catalogue, wording, SATURDAY)


def test_the_event_is_the_next_session(house: House) -> None:
    """Its start, its end, its place and its number are those of the card."""
    card = _card(house, "ufc-que-choisir")
    content = next_session_file(card, wording_for(house.languages.locales["fr"]), SATURDAY)
    assert content is not None
    (event,) = Calendar.from_ical(content).walk("VEVENT")

    assert event["DTSTART"].dt == datetime.fromisoformat(card.next[0]["start"] or "").astimezone(timezone.utc)
    assert event["DTEND"].dt == datetime.fromisoformat(card.next[0]["end"] or "").astimezone(timezone.utc)
    assert str(event["SUMMARY"]) == "UFC-Que Choisir"
    assert "Istres" in event["LOCATION"]
    assert card.phones[0].number in event["DESCRIPTION"]
    assert file_name(card) == "ufc-que-choisir.ics"


def test_the_same_session_kept_twice_is_one_event(house: House) -> None:
    """The identifier is made of the partner and the session, in whatever language it was asked."""
    uids = set()
    for locale in ("fr", "ar"):
        content = next_session_file(_card(house, "ufc-que-choisir", locale), wording_for(house.languages.locales[locale]), SATURDAY)
        assert content is not None
        uids.add(str(Calendar.from_ical(content).walk("VEVENT")[0]["UID"]))

    assert len(uids) == 1


@pytest.mark.parametrize("service", ["adamal", "clcv"])
def test_a_partner_without_a_known_day_has_no_file(house: House, service: str) -> None:
    """No date is ever made up."""
    assert next_session_file(_card(house, service), wording_for(house.languages.locales["fr"]), SATURDAY) is None


def test_every_partner_with_a_day_has_a_readable_file(house: House) -> None:
    """Also where the day is known and the hour is not: an event of the whole day."""
    for service in house.catalogue.services:
        card = _card(house, service)
        content = next_session_file(card, wording_for(house.languages.locales["fr"]), SATURDAY)
        assert (content is None) == (not card.next)
        if content is not None and card.next[0]["end"] is None:
            assert type(Calendar.from_ical(content).walk("VEVENT")[0]["DTSTART"].dt) is date

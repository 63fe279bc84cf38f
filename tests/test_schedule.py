"""When: a date given to somebody is a date on which somebody is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import schedule
from bot.clock import PARIS
from bot.house import House

VECTORS = yaml.safe_load((Path(__file__).parent / "data" / "session-vectors.yaml").read_text(encoding="utf-8"))
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: f"{vector['service']} {vector['hours']}")
def test_sessions_fall_on_the_days_counted_by_hand(vector: dict) -> None:
    """From November 2026 to March 2027 each rhythm gives exactly the days that a person reads off the calendar."""
    sessions = schedule.upcoming(vector["hours"], datetime(2026, 11, 1, tzinfo=PARIS), len(vector["days"]))

    assert [session.day for session in sessions] == vector["days"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: f"{vector['service']} {vector['hours']}")
def test_nobody_is_sent_on_a_public_holiday(vector: dict, house: House) -> None:
    """The catalogue's own rhythms are the same days without 11 November, 25 December, 1 January and Easter Monday."""
    service = house.catalogue.services[vector["service"]]
    given_days = {dated.session.day for dated in service.next_sessions(datetime(2026, 11, 1, tzinfo=PARIS), 80, elsewhere=False)}
    expected = [day for day in vector["days"] if day not in VECTORS["holidays"]]

    assert set(expected) <= given_days
    assert not given_days & set(VECTORS["holidays"])


@given(
    nth=st.sets(st.integers(1, 5), min_size=1, max_size=3),
    weekday=st.integers(0, 6),
    start=st.dates(date(2024, 1, 1), date(2031, 12, 31)),
)
@settings(max_examples=60, deadline=None)
def test_the_nth_weekday_is_the_nth_weekday(nth: set[int], weekday: int, start: date) -> None:
    """Against a plain reading, day by day: the fifth Tuesday is never borrowed, the fourth is not the last."""
    expression = f"{DAYS[weekday]}[{','.join(map(str, sorted(nth)))}] 09:00-12:00"
    after = datetime(start.year, start.month, start.day, tzinfo=PARIS)
    plain = []
    day = start
    while len(plain) < 4 and day < start + timedelta(days=390):
        if day.weekday() == weekday and (day.day - 1) // 7 + 1 in nth:
            plain.append(day)
        day += timedelta(days=1)

    assert [session.day for session in schedule.upcoming(expression, after, 4)] == plain


def test_a_session_under_way_comes_first_and_a_finished_one_is_gone() -> None:
    """At 15h the 14h-17h session is still the answer; at 17h it no longer is."""
    hours = "Tu[2,4] 14:00-17:00; PH off"

    assert schedule.upcoming(hours, datetime(2026, 11, 24, 15, 0, tzinfo=PARIS), 1)[0].day == date(2026, 11, 24)
    assert schedule.upcoming(hours, datetime(2026, 11, 24, 17, 0, tzinfo=PARIS), 1)[0].day == date(2026, 12, 8)


def test_a_day_without_hours_lasts_until_midnight() -> None:
    """The écrivain public's Tuesday, whose hours are not printed, is shown the whole Tuesday."""
    evening = datetime(2026, 12, 1, 23, 59, tzinfo=PARIS)
    session = schedule.upcoming("Tu[1,3]; PH off", evening, 1)[0]

    assert session.to_json() == {"start": "2026-12-01", "end": None}


@pytest.mark.parametrize(
    ("instant", "is_open", "changes"),
    [
        ("2026-11-23T12:29", True, "2026-11-23T12:30"),
        ("2026-11-23T12:45", False, "2026-11-23T13:30"),
        ("2026-11-20T17:30", False, "2026-11-23T08:30"),
        ("2026-11-10T18:00", False, "2026-11-12T08:30"),
        ("2026-12-31T18:00", False, "2027-01-04T08:30"),
    ],
)
def test_the_house_says_whether_it_is_open(house: House, instant: str, is_open: bool, changes: str) -> None:
    """Over lunch, the week-end, 11 November and New Year, the house says when it opens again."""
    state = house.catalogue.house.open_state(datetime.fromisoformat(instant).replace(tzinfo=PARIS))

    assert state is not None
    assert state.is_open is is_open
    assert state.changes_at == datetime.fromisoformat(changes).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("day", "offset"), [("2026-10-24", "+02:00"), ("2026-10-26", "+01:00"), ("2027-03-26", "+01:00"), ("2027-03-29", "+02:00")]
)
def test_summer_time_moves_nobody(day: str, offset: str) -> None:
    """Nine o'clock is nine o'clock on both sides of the change of hour."""
    session = schedule.upcoming("Mo-Su 09:00-12:00", datetime.fromisoformat(day).replace(tzinfo=PARIS), 1)[0]

    assert session.to_json()["start"] == f"{day}T09:00:00{offset}"


@given(instant=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)))
@settings(max_examples=80, deadline=None)
def test_open_now_and_the_next_session_never_disagree(instant: datetime) -> None:
    """A house that is open has a session under way; a closed one opens exactly at its next session's start."""
    hours = "Mo-Fr 08:30-12:30,13:30-17:30; PH off"
    now = instant.replace(tzinfo=PARIS)
    state = schedule.state_at(hours, now)
    first = schedule.upcoming(hours, now, 1)[0]
    assert first.start is not None

    if state.is_open:
        assert first.start <= now
        assert state.changes_at == first.end
    else:
        assert state.changes_at == first.start


def test_a_partner_without_hours_invents_none(house: House) -> None:
    """ADAMAL, the CAF, the CLCV and Solidarité Femmes print no day: no date is ever given for them."""
    for identifier in ("adamal", "caf", "clcv", "conciliateur", "solidarite-femmes-13", "pjj", "familles-monoparentales"):
        assert house.catalogue.services[identifier].next_sessions(datetime(2026, 11, 21, tzinfo=PARIS), 5) == []

"""``boussole when``: the next sessions of every partner, or of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.cards import dated_json, session_words, state_words
from bot.catalogue import Service
from bot.checks.problems import did_you_mean
from bot.errors import BadInput
from bot.house import House
from bot.language import DEFAULT
from bot.wording import wording_for


@dataclass(frozen=True)
class TimetableRow:
    """One partner's sessions, as data and as words."""

    id: str
    name: str
    open_now: bool | None
    state: str
    sessions: tuple[dict[str, str | None], ...]
    words: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data: ``next`` as on a card, with the place of each session."""
        return {"id": self.id, "name": self.name, "open_now": self.open_now, "next": list(self.sessions), "words": list(self.words)}


def timetable(house: House, service_id: str | None, count: int, now: datetime) -> list[TimetableRow]:
    """The next ``count`` sessions of one partner, or of all.

    Raises:
        BadInput: when the partner does not exist.
    """
    services = house.catalogue.services
    if service_id is None:
        return [_row(house, service, count, now) for service in services.values()]
    if service_id not in services:
        raise BadInput(f"Aucun partenaire « {service_id} ». {did_you_mean(service_id, services)}".strip())
    return [_row(house, services[service_id], count, now)]


def _row(house: House, service: Service, count: int, now: datetime) -> TimetableRow:
    wording = wording_for(house.languages.locales[DEFAULT])
    dated = service.next_sessions(now, count)
    state = service.open_state(now)
    words = [session_words(session.session, wording, now) for session in dated]
    unknown = [rule.words for rule in service.sessions if rule.hours is None] or ["appelez pour connaître les jours et les heures"]
    return TimetableRow(
        id=service.id,
        name=service.name,
        open_now=None if state is None else state.is_open,
        state="" if state is None else state_words(state, wording, now),
        sessions=tuple(dated_json(session, service) for session in dated),
        words=tuple(words or unknown),
    )


def print_timetable(rows: list[TimetableRow]) -> None:
    """Prints the rows as a table."""
    table = Table("id", "prochaines permanences", "maintenant")
    for row in rows:
        table.add_row(row.id, "\n".join(row.words), row.state)
    Console().print(table)

"""The house's time: Europe/Paris, whatever the machine's clock is set to."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import BadInput

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, in the house's time."""
    return datetime.now(PARIS)


def parse_instant(text: str) -> datetime:
    """Reads an ISO 8601 date-time; without an offset it is Paris time.

    Raises:
        BadInput: when ``text`` is not a date-time.
    """
    try:
        instant = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise BadInput(f"« {text} » n'est pas une date et une heure. Écrivez par exemple 2026-11-21T14:30 (heure de Paris).") from error
    return instant.replace(tzinfo=PARIS) if instant.tzinfo is None else instant.astimezone(PARIS)

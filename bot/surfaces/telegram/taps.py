"""What a button holds: what to do, an opaque name of its target, the language of the message it stands under.

At most 64 bytes, as Telegram wants. The names are hashes of our own ids: they say nothing of a person's trouble, and they
still work after a restart, because nothing has to be remembered.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Iterable

from bot.followup import FollowUp
from bot.house import House
from bot.reply import OTHER
from bot.turn import DANGER_ACTIONS


class Verb(str, Enum):
    """What a tap does."""

    PICK = "p"
    CONTACT = "c"
    PLACE = "w"
    DATE = "d"
    LANGUAGES = "l"
    SPEAK = "s"


ANOTHER_PARTNER = FollowUp.MORE.value


@dataclass(frozen=True)
class Tap:
    """One tap: ``target`` is an option, a partner or a locale (by the verb); ``locale`` the language it was shown in."""

    verb: Verb
    target: str
    locale: str

    def data(self) -> str:
        """As the button carries it."""
        return f"{self.verb.value}:{_opaque(self.target)}:{self.locale}"


def read_tap(data: str, house: House) -> Tap | None:
    """The tap that a button carried; None when it is none of ours, or its target is gone from the catalogue."""
    verb, _, rest = data.partition(":")
    name, _, locale = rest.partition(":")
    if verb not in {known.value for known in Verb} or locale not in house.languages.locales:
        return None
    target = next((target for target in _targets(house) if _opaque(target) == name), None)
    return None if target is None else Tap(Verb(verb), target, locale)


def _targets(house: House) -> Iterable[str]:
    yield from (OTHER, ANOTHER_PARTNER, *DANGER_ACTIONS)
    yield from house.needs.needs
    yield from house.catalogue.services
    yield from house.languages.locales


def _opaque(target: str) -> str:
    return hashlib.blake2s(target.encode(), digest_size=8).hexdigest()

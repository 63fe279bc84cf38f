"""The floor under everything: the answer when the model, a store or an action has failed.

Made from the catalogue and the patterns alone: the danger lines when a pattern sees danger, the house's number, and the
emergency lines, in the language that is best known.
"""

from __future__ import annotations

from datetime import datetime

from bot.catalogue import HOUSE
from bot.conversation import answer
from bot.house import House
from bot.memory import Memory
from bot.reply import Reply
from bot.understanding import Guess, Understanding

NUMBERS = ("17", "112", "114", "15", "18", "119", "3919")
LAST_RESORT = "Urgences : " + " · ".join(NUMBERS)
"""What is said when even the catalogue cannot be read. A test holds the numbers to the catalogue's footer."""


def reply(house: House, text: str, lang: str | None, now: datetime, picked: str | None = None) -> Reply:
    """An answer that needs nothing but the house's data; ``lang`` is the locale chosen on the surface and ``picked`` what was
    tapped there, if any."""
    danger = house.net.find(text, list(house.dangers.kinds))
    understanding = Understanding(
        text=text,
        language=_best_known(house, lang),
        guesses=(Guess("rendez-vous", 1.0),),
        danger=danger,
        partners=(HOUSE,),
    )
    given, _memory = answer(house, understanding, Memory(), now, lang, picked=picked)
    return given


def _best_known(house: House, lang: str | None) -> str:
    locale = house.languages.locales.get(lang or "")
    return locale.language if locale is not None else "fr"

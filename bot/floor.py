"""The floor under everything: the answer when the model, a store or an action has failed.

Made from the catalogue and the patterns alone: the danger lines when a pattern sees danger, the house's number, and the
emergency lines, in the language that is best known.
"""

from __future__ import annotations

import logging
from datetime import datetime

from bot.catalogue import HOUSE
from bot.conversation import answer
from bot.danger import Danger
from bot.house import House
from bot.language import DEFAULT
from bot.memory import Memory
from bot.reply import Reply
from bot.understanding import Guess, Understanding

logger = logging.getLogger(__name__)

NUMBERS = ("17", "112", "114", "15", "18", "119", "3919")
LAST_RESORT = "Urgences : " + " · ".join(NUMBERS)
"""What is said when even the catalogue cannot be read. A test holds the numbers to the catalogue's footer."""


def reply(house: House, text: str, lang: str | None, now: datetime, picked: str | None = None) -> Reply:
    """An answer that needs nothing but the house's data; ``lang`` is the locale chosen on the surface and ``picked`` what was
    tapped there, if any."""
    danger, language = _seen(house, text)
    chosen = house.languages.locales.get(lang or "")
    understanding = Understanding(
        text=text,
        language=language if chosen is None else chosen.language,
        guesses=(Guess("rendez-vous", 1.0),),
        danger=danger,
        partners=(HOUSE,),
    )
    given, _memory = answer(house, understanding, Memory(), now, lang, picked=picked)
    return given


def _seen(house: House, text: str) -> tuple[Danger | None, str]:
    """The danger that the patterns see, and the language: that of the patterns when they agree on one, or French."""
    try:
        danger = house.net.find(text, list(house.dangers.kinds))
        languages = house.net.languages_of(text)
    except Exception as error:  # under the floor there is nothing: the emergency lines must still be given
        logger.error("Les motifs de danger ont échoué (%s).", type(error).__name__)
        return None, DEFAULT
    known = [language for language in languages if house.languages.locale_for(language) is not None]
    return danger, known[0] if len(languages) == 1 and known else DEFAULT

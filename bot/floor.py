"""The floor under everything: the answer when the model, a store or an action has failed.

Made from the catalogue and the patterns alone: the danger lines when a pattern sees danger, the house's number, and the
emergency lines, in the language that is best known. It stands on one more step, numbers alone, and never raises.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime

from bot import conversation
from bot.catalogue import HOUSE
from bot.danger import Danger
from bot.danger_turn import open_danger
from bot.house import House
from bot.language import DEFAULT
from bot.memory import Memory
from bot.orientation import Outcome
from bot.reply import Reply
from bot.understanding import Guess, Understanding
from bot.wording import wording_for

logger = logging.getLogger(__name__)

ABOUT_THE_HOUSE = "adresse"
"""The need that the floor answers when no danger is seen: the house itself, and no sentence more."""
NUMBERS = ("17", "112", "114", "15", "18", "119", "3919")
BY_TEXT_ONLY = "114"
HOUSE_NUMBER = "04 13 29 56 20"
_READ = " · ".join(f"{number} (SMS)" if number == BY_TEXT_ONLY else number for number in NUMBERS)
LAST_RESORT = f"Urgences : {_READ}. La Maison : {HOUSE_NUMBER}"
"""What is said when even the catalogue cannot be read. A test holds the numbers to the catalogue."""

_SCRIPTS = (
    ("ur", re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06d2]")),
    ("ps", re.compile("[\u067c\u0681\u0685\u0689\u0693\u0696\u069a\u06cd\u06d0]")),
    ("ku", re.compile("[\u0695\u06b5\u06c6\u06ce\u06d5]")),
    ("fa", re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")),
    ("ar", re.compile("[\u0621-\u064a]")),
    ("uk", re.compile("[\u0404\u0406\u0407\u0454\u0456\u0457\u0490\u0491]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
"""What letters alone say of a language of ours, the first that is found. Urdu, Pashto and Kurdish are there to be told from it."""


def reply(house: House, text: str, lang: str | None, now: datetime) -> Reply:
    """An answer that stands alone; ``lang`` is the locale chosen on the surface."""
    return answer(house, text, Memory(), now, lang)[0]


def answer(
    house: House,
    text: str,
    memory: Memory,
    now: datetime,
    chosen: str | None = None,
    starting: str | None = None,
    picked: str | None = None,
) -> tuple[Reply, Memory]:
    """An answer that needs nothing but the house's data, and what is to be remembered of it: a danger that was open stays
    open. The arguments are those of :func:`bot.conversation.answer`."""
    danger, seen = _seen(house, text)
    wanted = house.languages.locales.get(chosen or "")
    understanding = Understanding(
        text=text,
        language=seen or (DEFAULT if wanted is None else wanted.language),
        guesses=(Guess(ABOUT_THE_HOUSE, 1.0),),
        danger=danger,
        partners=(HOUSE,),
        language_sure=seen is not None,
    )
    for locale in dict.fromkeys((chosen, DEFAULT)):  # where one language cannot be spoken, French can
        try:
            given, kept = conversation.answer(house, understanding, memory, now, locale, starting, picked)
            given = replace(given, why=f"réponse de secours ; {given.why}")
            return _with_the_house(house, given), kept
        except Exception as error:  # under the floor there is nothing: the numbers must still be given
            logger.error("La réponse de secours a échoué.", exc_info=error)
    return _numbers_alone(house, text, danger or open_danger(house, memory)), memory


def _with_the_house(house: House, given: Reply) -> Reply:
    """The house's number too, where no card of the answer holds it."""
    if any(card.id == HOUSE for card in given.cards):
        return given
    wording = wording_for(house.languages.locales[given.reply_language])
    number = wording.keep(house.catalogue.house.phones[0].display)
    words = wording.say("Vous pouvez aussi appeler la Maison : {number}.", number=number)
    return replace(given, say=(*given.say, words), reply=f"{given.reply}\n\n{words}")


def _seen(house: House, text: str) -> tuple[Danger | None, str | None]:
    """The danger that the patterns see, and the language: that of the patterns when they agree on one, or of the letters."""
    try:
        reading = house.net.read(text)
        danger, languages = house.net.danger_in(reading, list(house.dangers.kinds)), reading.languages
    except Exception as error:  # the same
        logger.error("Les motifs de danger ont échoué.", exc_info=error)
        danger, languages = None, frozenset()
    known = [language for language in languages if house.languages.locale_for(language) is not None]
    return danger, known[0] if len(languages) == 1 and known else _language_of_letters(house, text)


def _language_of_letters(house: House, text: str) -> str | None:
    found = next((language for language, letters in _SCRIPTS if letters.search(text)), None)
    return found if found is not None and house.languages.locale_for(found) is not None else None


def _numbers_alone(house: House, text: str, danger: Danger | None) -> Reply:
    """No card, no translation, nothing worked out: whom to ring."""
    lines = () if danger is None else house.dangers.lines_for(danger)
    calls = " · ".join(f"{number} (SMS)" if number == BY_TEXT_ONLY else number for number in lines)
    alert = (f"Appelez : {calls}",) if calls else ()
    return Reply(
        text=text,
        language=DEFAULT,
        reply_language=DEFAULT,
        outcome=(Outcome.HOUSE if danger is None else Outcome.DANGER).value,
        danger=None if danger is None else danger.to_json(),
        needs=(),
        services=(),
        lines=lines,
        footer=NUMBERS,
        cards=(),
        options=(),
        why="réponse de secours : les numéros seuls",
        reply="\n\n".join((*alert, LAST_RESORT)),
        alert=alert,
        say=(LAST_RESORT,),
    )

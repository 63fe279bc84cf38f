"""What Telegram shows of the bot before anybody writes: its name, what it is for, its commands, in each language."""

from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.surfaces.telegram import said
from bot.wording import Wording, wording_for

logger = logging.getLogger(__name__)

MOST_NAME, MOST_SHORT, MOST_DESCRIPTION, MOST_COMMAND = 64, 120, 512, 256


async def publish(bot: Bot) -> None:
    """Sets what differs from what Telegram already shows. It may refuse (names change rarely): the bot answers all the same."""
    for locale in current_house().languages.locales.values():
        if len(locale.tag) == 2:
            await _publish_in(bot, wording_for(locale), "" if locale.tag == DEFAULT else locale.tag)


async def _publish_in(bot: Bot, wording: Wording, code: str) -> None:
    """One language; French, without a code, is for everybody whose language is not there."""
    commands = [BotCommand(name, words[:MOST_COMMAND]) for name, words in said.commands(wording).items()]
    name, short, description = name_of(wording), short_of(wording), description_of(wording)
    kwargs: dict[str, Any] = {"language_code": code}
    await _set("les commandes", bot.get_my_commands, tuple(commands), lambda: bot.set_my_commands(commands, **kwargs), code)
    await _set("le nom", bot.get_my_name, name, lambda: bot.set_my_name(name, **kwargs), code)
    await _set("le résumé", bot.get_my_short_description, short, lambda: bot.set_my_short_description(short, **kwargs), code)
    await _set("la description", bot.get_my_description, description, lambda: bot.set_my_description(description, **kwargs), code)


async def _set(what: str, get: Callable[..., Awaitable[Any]], wanted: Any, put: Callable[[], Awaitable[bool]], code: str) -> None:
    try:
        shown = await get(language_code=code)
        words = next((getattr(shown, field) for field in ("name", "short_description", "description") if hasattr(shown, field)), shown)
        if words != wanted:
            await put()
    except TelegramError as error:
        logger.warning("Telegram n'a pas pris %s du bot (%s, %s) ; il répond quand même.", what, code or DEFAULT, type(error).__name__)


def name_of(wording: Wording) -> str:
    """The bot's name."""
    return wording.say("Boussole Istres")


def short_of(wording: Wording) -> str:
    """One line, under the name."""
    return wording.say("Qui peut vous aider à Istres : logement, famille, travail, papiers, violences. Gratuit.")


def description_of(wording: Wording) -> str:
    """What an empty chat shows: what it does, and who to ring in danger before a word is written."""
    lines = current_house().catalogue.lines
    voice = [wording.keep(number) for number in ("17", "112") if number in lines]
    say = wording.say
    return "\n".join(
        [
            say("Bonjour ! Dites-moi en une phrase ce qui vous amène, dans la langue que vous voulez."),
            say("J'indique qui peut vous aider, où et quand. Je ne donne pas de conseil juridique et je ne garde pas vos messages."),
            say("En danger maintenant, appelez : {numbers}", numbers=wording.alternatives(voice)),
            say("Impossible de parler : SMS au {number}", number=wording.keep("114")),
        ]
    )

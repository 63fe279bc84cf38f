"""What each kind of update gets: an answer, a polite word, or silence by design. Nothing is ever downloaded.

text, caption, edited text                 the assistant's answer
command                                    its own answer (commands are in ``said.commands``)
voice, photo, file, sticker, place, poll…  a word: only text is read
tap on a button                            acknowledged at once, then answered
group                                      only when addressed; danger in private
blocked, left                              everything is forgotten
channel, other bots, service messages      silence
"""

from __future__ import annotations

import contextlib
import logging
from typing import Any, Callable, Coroutine

from telegram import CallbackQuery, ChatMember, Message, MessageEntity, Update
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot import clock, floor
from bot.engine.current_house import current_house
from bot.expiring import Expiring
from bot.needs import Kind
from bot.reply import OTHER
from bot.surfaces.telegram import said
from bot.surfaces.telegram.dialogue import IN_PRIVATE, Chat, Dialogue
from bot.surfaces.telegram.keepsakes import give
from bot.surfaces.telegram.keyboards import languages_keyboard, partners_keyboard, with_mark
from bot.surfaces.telegram.memory import MOST_CHATS
from bot.surfaces.telegram.taps import Tap, Verb, read_tap
from bot.turn import ERASE

logger = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
_Reaction = Callable[[Chat, Update, Context], Coroutine[Any, Any, None]]
_ALBUM = 60.0
"""Seconds during which the pictures of one album count as one message."""
_LANGUAGE = "changer-langue"


class Handlers:
    """The reactions, each given the chat they answer."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._albums: Expiring[str, str] = Expiring(_ALBUM, MOST_CHATS)

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Registers everything, once."""
        commands: dict[str, _Reaction] = {
            "start": self._start,
            "langue": self._languages,
            "urgence": self._picks("urgences"),
            "services": self._partners,
            "horaires": self._picks("horaires"),
            "effacer": self._picks(ERASE),
            "aide": self._help,
            "confidentialite": self._privacy,
        }
        for name, reaction in commands.items():
            application.add_handler(CommandHandler(name, self._to_a_person(reaction), filters.UpdateType.MESSAGE))
        application.add_handler(CallbackQueryHandler(self._to_a_person(self._tap)))
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGES, self._to_a_person(self._message)))
        application.add_handler(ChatMemberHandler(self._to_a_person(self._membership), ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(self._failed)

    def _to_a_person(self, reaction: _Reaction) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
        """A reaction as the library calls it: skipped when there is nobody to answer; the message read is noted, to be erased."""

        async def react(update: Update, context: Context) -> None:
            chat = self._dialogue.chat_of(update)
            if chat is None:
                return
            if chat.is_private and update.message is not None:
                self._dialogue.traces.add(chat.conversation, update.message.message_id)
            await reaction(chat, update, context)

        return react

    # --------------------------------------------------------------------------------------------------- commands

    def _picks(self, need: str) -> _Reaction:
        """A command that asks for one need of the assistant."""

        async def react(chat: Chat, _update: Update, context: Context) -> None:
            await self._dialogue.answer(context.bot, chat, picked=need)

        return react

    async def _start(self, chat: Chat, _update: Update, context: Context) -> None:
        """Hello, or what the link that opened the chat asks for: ``lang-ar``, a need, the emergency lines, ``kiosk``."""
        house = current_house()
        asked = context.args[0] if context.args else ""
        tag = asked.removeprefix("lang-")
        need = house.needs.needs.get(asked)
        if tag != asked and tag in house.languages.locales:
            await self._speak(chat, context, tag)
        elif asked == IN_PRIVATE:
            await self._dialogue.answer(context.bot, chat, picked="urgences")
        else:
            picked = asked if need is not None and need.kind is Kind.ORIENT else "bonjour"
            await self._dialogue.answer(context.bot, chat, picked=picked)

    async def _languages(self, chat: Chat, _update: Update, context: Context) -> None:
        wording = self._dialogue.wording(chat)
        await self._dialogue.say(context.bot, chat, wording.say("Choisissez votre langue."), languages_keyboard(current_house()))

    async def _partners(self, chat: Chat, _update: Update, context: Context) -> None:
        wording = self._dialogue.wording(chat)
        keyboard = partners_keyboard(current_house(), wording)
        await self._dialogue.say(context.bot, chat, wording.say("Choisissez un partenaire."), keyboard)

    async def _help(self, chat: Chat, _update: Update, context: Context) -> None:
        listed = said.commands(self._dialogue.wording(chat))
        notice = "\n".join(f"/{name} : {words}" for name, words in listed.items())
        await self._dialogue.answer(context.bot, chat, picked="qui-es-tu", notice=notice)

    async def _privacy(self, chat: Chat, _update: Update, context: Context) -> None:
        notice = said.privacy(current_house(), self._dialogue.wording(chat))
        await self._dialogue.answer(context.bot, chat, picked="gratuite-confidentialite", notice=notice)

    # --------------------------------------------------------------------------------------------------- messages

    async def _message(self, chat: Chat, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not (chat.is_private or _is_addressed(message, context)):
            return
        text = _without_mention(message, context)
        if text.strip():
            await self._dialogue.answer(context.bot, chat, text)
        elif _is_content(message) and update.edited_message is None and not self._is_same_album(chat, message):
            await self._dialogue.say(context.bot, chat, said.only_text(self._dialogue.wording(chat)))

    def _is_same_album(self, chat: Chat, message: Message) -> bool:
        album = message.media_group_id
        if album is None:
            return False
        seen = self._albums.get(chat.conversation) == album
        self._albums.put(chat.conversation, album)
        return seen

    async def _membership(self, chat: Chat, update: Update, _context: Context) -> None:
        change = update.my_chat_member
        if change is not None and change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT):
            await self._dialogue.forget(chat)

    # -------------------------------------------------------------------------------------------------------- taps

    async def _tap(self, chat: Chat, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        tap = read_tap(query.data or "", current_house())
        if tap is None:
            await self._dialogue.answer(context.bot, chat, picked=OTHER)
        elif tap.verb is Verb.LANGUAGES:
            await self._languages(chat, update, context)
        elif tap.verb in (Verb.CONTACT, Verb.PLACE, Verb.DATE):
            await give(context.bot, chat, self._dialogue, tap)
        else:
            await _mark(query)
            await self._choose(chat, context, tap)

    async def _choose(self, chat: Chat, context: Context, tap: Tap) -> None:
        if tap.verb is Verb.SPEAK:
            await self._speak(chat, context, tap.target)
        else:
            locale = self._dialogue.wording(chat, tap.locale).locale.tag
            await self._dialogue.answer(context.bot, chat, picked=tap.target, lang=locale)

    async def _speak(self, chat: Chat, context: Context, tag: str) -> None:
        """The language is asked for by its own name, as a person would: it stays with the conversation."""
        name = current_house().languages.locales[tag].words[0]
        await self._dialogue.answer(context.bot, chat, name, picked=_LANGUAGE, lang=tag)

    # ------------------------------------------------------------------------------------------------------ failure

    async def _failed(self, update: object, context: Context) -> None:
        """Whatever broke, the person gets the emergency lines, and the log one word: never the message, nor the token."""
        logger.error("Un message de Telegram n'a pas pu être traité (%s).", type(context.error).__name__)
        chat = self._dialogue.chat_of(update) if isinstance(update, Update) else None
        if chat is None or not chat.is_private or not isinstance(update, Update):
            return
        written = update.message or update.edited_message
        text = "" if written is None else written.text or written.caption or ""
        try:
            await self._dialogue.show(context.bot, chat, floor.reply(current_house(), text, chat.profile, clock.now()))
        except TelegramError:
            return
        except Exception as error:  # not even the floor's answer can be shown
            logger.error("La réponse de secours n'a pas pu être montrée (%s).", type(error).__name__)
            with contextlib.suppress(TelegramError):
                await context.bot.send_message(chat.id, floor.LAST_RESORT)


async def _mark(query: CallbackQuery) -> None:
    """Marks the chosen button, where the message is still there."""
    message = query.message
    if isinstance(message, Message) and message.reply_markup is not None:
        marked = with_mark(message.reply_markup, query.data or "")
        if marked is not None:
            with contextlib.suppress(TelegramError):
                await query.edit_message_reply_markup(marked)


def _is_addressed(message: Message, context: Context) -> bool:
    """In a group: a reply to the bot, or its name in the text."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == context.bot.id:
        return True
    return bool(_mentions(message, context))


def _mentions(message: Message, context: Context) -> list[str]:
    """The places of the text that name the bot."""
    name = f"@{context.bot.username}".lower()
    found = {**message.parse_entities([MessageEntity.MENTION]), **message.parse_caption_entities([MessageEntity.MENTION])}
    return [text for text in found.values() if text.lower() == name]


def _without_mention(message: Message, context: Context) -> str:
    text = message.text or message.caption or ""
    for mention in _mentions(message, context):
        text = text.replace(mention, " ")
    return text


def _is_content(message: Message) -> bool:
    """Something that a person sent, not a notice of Telegram's (a member joined, a message was pinned…)."""
    return not filters.StatusUpdate.ALL.check_update(Update(0, message=message))

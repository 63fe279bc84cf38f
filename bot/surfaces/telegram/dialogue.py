"""One turn with a person: the assistant's Reply, shown in their chat. Nothing is decided here of what is answered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace
from html import unescape
from re import sub

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot import clock, floor
from bot.danger_turn import WORDS_TO_ERASE
from bot.engine.assistant import Assistant
from bot.engine.conversation_ids import ConversationIds
from bot.engine.current_house import current_house
from bot.expiring import Expiring
from bot.language import DEFAULT
from bot.reply import Reply
from bot.surfaces.telegram import said
from bot.surfaces.telegram.keyboards import keyboard
from bot.surfaces.telegram.memory import DELETABLE_FOR, LANGUAGE_LIFETIME, MOST_CHATS, Traces
from bot.surfaces.telegram.rendering import render
from bot.turn import ERASE
from bot.wording import Wording, wording_for

logger = logging.getLogger(__name__)

SURFACE = "telegram"
IN_PRIVATE = "urgence"
"""The parameter of the deep link that brings a person from a group to a private chat."""
AT_ONCE = 2
"""Answers thought out at the same time: more would only make each slower, and the kiosk beside them."""
_TYPING_WITHIN = 1.0


@dataclass(frozen=True)
class Chat:
    """Where an update comes from. ``id`` is Telegram's own number: it is used to answer and goes nowhere else.

    ``profile`` is the locale of the person's Telegram, ``replied_to`` the message to answer under (in a group).
    """

    id: int
    conversation: str
    is_private: bool
    profile: str | None
    replied_to: int | None = None


class Dialogue:
    """What all handlers share."""

    def __init__(self, assistant: Assistant, ids: ConversationIds) -> None:
        self._assistant = assistant
        self._ids = ids
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._locales: Expiring[str, str] = Expiring(LANGUAGE_LIFETIME, MOST_CHATS)
        self._told: Expiring[str, bool] = Expiring(DELETABLE_FOR, MOST_CHATS)
        self.traces = Traces()

    def chat_of(self, update: Update) -> Chat | None:
        """The chat of an update; None when there is nobody to answer (a channel, another bot)."""
        chat, user, message = update.effective_chat, update.effective_user, update.effective_message
        if chat is None or user is None or user.is_bot or chat.type == chat.CHANNEL:
            return None
        is_private = chat.type == chat.PRIVATE
        locale = current_house().languages.locale_for((user.language_code or "").lower())
        return Chat(
            id=chat.id,
            conversation=self._ids.of(SURFACE, chat.id) if is_private else self._ids.of(SURFACE, chat.id, user.id),
            is_private=is_private,
            profile=None if locale is None else locale.tag,
            replied_to=None if is_private or message is None else message.message_id,
        )

    def wording(self, chat: Chat, shown_in: str | None = None) -> Wording:
        """The language of the conversation, else that of the button that was tapped, else of the person's Telegram."""
        tag = self._locales.get(chat.conversation) or shown_in or chat.profile or DEFAULT
        return wording_for(current_house().languages.locales[tag])

    async def answer(
        self,
        bot: Bot,
        chat: Chat,
        text: str = "",
        picked: str | None = None,
        lang: str | None = None,
        notice: str | None = None,
    ) -> None:
        """Answers a text, or a tap (``picked``); ``lang`` is the locale wanted, when one is."""
        typing = asyncio.create_task(_show_typing(bot, chat))
        async with self._at_once:
            reply = await self._assistant.answer(
                text, conversation=chat.conversation, lang=lang, surface=SURFACE, starting=chat.profile, picked=picked
            )
        await asyncio.wait([typing], timeout=_TYPING_WITHIN)  # or it would come after the answer, and stay
        typing.cancel()
        if reply.needs[:1] and reply.needs[0][0] == ERASE and (picked is not None or len(text.split()) <= WORDS_TO_ERASE):
            await self.erase(bot, chat, reply)
        else:
            await self.show(bot, chat, reply, notice)

    async def show(self, bot: Bot, chat: Chat, reply: Reply, notice: str | None = None) -> None:
        """Shows a Reply; in a group, never what is said to somebody in danger."""
        wording = wording_for(current_house().languages.locales[reply.reply_language])
        self._locales.put(chat.conversation, reply.reply_language)
        if not chat.is_private and reply.danger is not None:
            link = f"https://t.me/{bot.username}?start={IN_PRIVATE}"
            button = InlineKeyboardButton(wording.say("Parler en privé"), url=link)
            await self.say(bot, chat, said.in_private(wording), InlineKeyboardMarkup([[button]]), wording)
            return
        if notice is None and chat.is_private and not self._told.get(chat.conversation):
            notice = said.privacy(current_house(), wording)
            self._told.put(chat.conversation, True)
        await self._send(bot, chat, render(reply, wording, notice), keyboard(reply, wording, current_house()))

    async def say(
        self, bot: Bot, chat: Chat, sentence: str, markup: InlineKeyboardMarkup | None = None, wording: Wording | None = None
    ) -> None:
        """A sentence of the surface's own, and the emergency lines under it as under every answer."""
        wording = wording or self.wording(chat)
        lines = floor.reply(current_house(), "", wording.locale.tag, clock.now())
        bare = replace(lines, say=(sentence,), cards=(), services=(), options=(), question=None)
        await self._send(bot, chat, render(bare, wording), markup)

    async def erase(self, bot: Bot, chat: Chat, reply: Reply) -> None:
        """Forgets the conversation, deletes what Telegram lets a bot delete, and says what it does not."""
        written = self.traces.deletable(chat.conversation)
        await self.forget(chat)
        await _delete(bot, chat, written)
        wording = wording_for(current_house().languages.locales[reply.reply_language])
        await self._send(bot, chat, render(replace(reply, say=(*reply.say, said.not_erased(wording))), wording), None)

    async def forget(self, chat: Chat) -> None:
        """Nothing of this person is kept."""
        await self._assistant.erase(chat.conversation)
        for kept in (self.traces, self._locales, self._told):
            kept.forget(chat.conversation)

    async def _send(self, bot: Bot, chat: Chat, texts: list[str], markup: InlineKeyboardMarkup | None) -> None:
        """Sends messages one after the other, the buttons under the last."""
        try:
            for position, text in enumerate(texts, 1):
                sent = await _send_one(bot, chat, text, markup if position == len(texts) else None)
                self.traces.add(chat.conversation, sent)
        except (Forbidden, ChatMigrated):
            await self.forget(chat)


async def _send_one(bot: Bot, chat: Chat, text: str, markup: InlineKeyboardMarkup | None) -> int:
    """Sends one message; should Telegram refuse its marks, the words alone. Gives its number."""
    under = None if chat.replied_to is None else ReplyParameters(chat.replied_to, allow_sending_without_reply=True)
    no_preview = LinkPreviewOptions(is_disabled=True)
    try:
        sent = await bot.send_message(
            chat.id, text, ParseMode.HTML, reply_markup=markup, link_preview_options=no_preview, reply_parameters=under
        )
    except BadRequest:
        sent = await bot.send_message(chat.id, unescape(sub(r"<[^>]+>", "", text)), link_preview_options=no_preview)
    return sent.message_id


async def _show_typing(bot: Bot, chat: Chat) -> None:
    with contextlib.suppress(TelegramError):
        await bot.send_chat_action(chat.id, ChatAction.TYPING)


async def _delete(bot: Bot, chat: Chat, messages: list[int]) -> None:
    """Deletes up to a hundred at a time, as Telegram allows; one by one when it refuses a batch for one of them."""
    for start in range(0, len(messages), 100):
        batch = messages[start : start + 100]
        try:
            await bot.delete_messages(chat.id, batch)
        except TelegramError:
            for message in batch:
                with contextlib.suppress(TelegramError):
                    await bot.delete_message(chat.id, message)

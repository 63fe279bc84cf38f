"""The assistant: one message of one conversation goes through danger, Rasa's model, rules and actions, and comes back.

Whatever fails on the way, an answer comes back: :mod:`bot.floor` holds what can be said with the catalogue alone.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, Mapping

from bot import clock, floor, project
from bot.engine import metrics
from bot.engine.current_house import current_house
from bot.engine.observing import observe
from bot.engine.training import ModelStore, prepare_rasa
from bot.errors import ModelUnavailable
from bot.memory import SLOT, Memory
from bot.reply import Reply
from bot.text import MAX_CHARACTERS, clean
from bot.understanding import Understanding

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 10.0
"""Seconds after which a person gets the floor's answer rather than nothing."""
REMEMBERED_WITHIN = 1.0
"""Seconds given to the stores, when something has failed, to say what is open in the conversation."""
LOOKED_AT = 8 * MAX_CHARACTERS
"""Characters of a message that are cleaned before a thousand are read: a text made only to be slow is cut first."""


class Assistant:
    """Rasa's agent and our stores. ``model`` is the name of the model that answers, empty when none does."""

    def __init__(self, agent: Any, conversations: Any, locks: Any, model: str = "", link: Any = None) -> None:
        self._agent = agent
        self._locks = locks
        self._link = link
        self.conversations = conversations
        self.model = model

    @staticmethod
    def load(store: ModelStore = ModelStore()) -> Assistant:
        """Loads the champion.

        Raises:
            BrokenData: when the house's data cannot be used.
            ModelUnavailable: when no sound model of them is there.
            BadInput: when ``REDIS_URL`` is set and is not an address.
        """
        return Assistant.of_model(store.verified())

    @staticmethod
    def of_model(path: Path) -> Assistant:
        """Loads a model, with conversations of its own.

        Raises:
            BrokenData: when the house's data cannot be used.
            BadInput: when ``REDIS_URL`` is set and is not an address.
        """
        current_house()
        prepare_rasa()
        conversations, locks, link = _stores()
        return Assistant(_load_agent(path, conversations, locks), conversations, locks, path.name, link)

    @staticmethod
    def without_model() -> Assistant:
        """Answers from the floor alone, until :meth:`replace_model`: the lines, the dangers that patterns see, the house's number.

        Raises:
            BrokenData: when the house's data cannot be used.
            BadInput: when ``REDIS_URL`` is set and is not an address.
        """
        current_house()
        prepare_rasa()
        from rasa.shared.core.domain import Domain

        conversations, locks, link = _stores()
        conversations.domain = Domain.load(str(project.RASA / "domain.yml"))
        return Assistant(None, conversations, locks, link=link)

    async def replace_model(self, path: Path) -> None:
        """Answers with another model from the next message on. Conversations go on: the stores stay, and a message under
        way ends with the model it began with."""
        self._agent = await asyncio.to_thread(_load_agent, path, self.conversations, self._locks)
        self.model = path.name

    async def understand(self, text: str) -> Understanding:
        """What is understood of a sentence, without answering it.

        Raises:
            ModelUnavailable: when no model is loaded.
        """
        if self._agent is None:
            raise ModelUnavailable("Aucun modèle n'est chargé.")
        read = clean(text)
        return Understanding.from_parse(read, await self._agent.parse_message(plain(read)))

    async def answer(
        self,
        text: str,
        conversation: str | None = None,
        lang: str | None = None,
        now: datetime | None = None,
        surface: str = "api",
        starting: str | None = None,
        picked: str | None = None,
    ) -> Reply:
        """Answers one message. Without a conversation id the message stands alone; ``lang`` is a chosen locale, ``starting``
        the one to begin in, ``picked`` what was tapped rather than written (see :func:`bot.conversation.answer`)."""
        read = text[:MAX_CHARACTERS]
        now = now or clock.now()
        metadata = {
            "lang": lang,
            "now": now.isoformat(),
            "truncated": len(text) > MAX_CHARACTERS,
            "surface": surface,
            "starting": starting,
            "picked": picked,
        }
        try:
            read = clean(text[:LOOKED_AT])
            with metrics.timed():
                custom = await asyncio.wait_for(self._through_rasa(read, conversation, metadata), ANSWER_WITHIN)
        except Exception as error:  # the last resort of the whole path: a person in danger must get the lines
            logger.error("Une étape a échoué : réponse de secours.", exc_info=error)
            metrics.FLOOR.labels(surface).inc()
            return (await self._from_the_floor(read, conversation, now, lang, starting, picked)).identified(None, text)
        metrics.ANSWERED.labels(surface).inc()
        observe(custom, surface, now)
        return custom.identified(None, text)

    async def store_answers(self) -> bool:
        """Whether the shared store of conversations is there, where one is used."""
        return self._link is None or bool(await self._link.answers())

    async def erase(self, conversation: str) -> None:
        """Forgets a conversation, after the message that is being answered in it, if any: nothing is saved behind our back."""
        async with self._locks.lock(conversation):
            await self.conversations.delete(conversation)

    async def _from_the_floor(self, text: str, conversation: str | None, now: datetime, *how: str | None) -> Reply:
        """The floor's answer, in its conversation where there is one: what was open stays open, and what is told is kept."""
        if conversation is not None:
            try:
                return await asyncio.wait_for(self._floor_in(conversation, text, now, *how), REMEMBERED_WITHIN)
            except Exception as error:
                logger.error("Une conversation n'a pas pu être reprise.", exc_info=error)
        return floor.answer(current_house(), text, Memory(), now, *how)[0]

    async def _floor_in(self, conversation: str, text: str, now: datetime, *how: str | None) -> Reply:
        from rasa.shared.core.events import SlotSet

        async with self._locks.lock(conversation):
            tracker = await self.conversations.get_or_create_tracker(conversation)
            reply, memory = floor.answer(current_house(), text, Memory.from_json(tracker.get_slot(SLOT)), now, *how)
            tracker.update(SlotSet(SLOT, memory.to_json()))
            await self.conversations.save(tracker)
        return reply

    async def _through_rasa(self, text: str, conversation: str | None, metadata: Mapping[str, Any]) -> Reply:
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        channel = CollectingOutputChannel()
        message = UserMessage(
            text=plain(text),
            output_channel=channel,
            sender_id=conversation or new_conversation_id(),
            input_channel=str(metadata["surface"]),
            metadata=dict(metadata),
        )
        if self._agent is None:
            raise ModelUnavailable("Aucun modèle n'est chargé.")
        await self._agent.handle_message(message)
        for part in channel.messages:
            if "custom" in part:
                return Reply.from_json(part["custom"])
        raise LookupError("the model gave no answer")


def _load_agent(path: Path, conversations: Any, locks: Any) -> Any:
    from rasa.core.agent import Agent

    from bot.engine.in_process import InProcessActionEndpoint
    from bot.engine.rasa_patches import spare_what_never_changes
    from bot.engine.reading import Reader

    spare_what_never_changes()
    endpoint = InProcessActionEndpoint("actions")
    agent = Agent.load(str(path), tracker_store=conversations, lock_store=locks, action_endpoint=endpoint)
    agent.processor.parse_message = Reader(agent.processor).read
    return agent


def _stores() -> tuple[Any, Any, Any]:
    """Where conversations and their locks live, and the link to Redis when they are shared (``REDIS_URL``)."""
    from bot.engine.stores import EphemeralTrackerStore, LastingTrackerStore, PatientLockStore

    url = os.environ.get("REDIS_URL")
    if not url:
        return LastingTrackerStore(EphemeralTrackerStore()), PatientLockStore(), None
    from bot.engine.shared_stores import Link, SharedLockStore, SharedTrackerStore

    link = Link(url)
    return LastingTrackerStore(SharedTrackerStore(link)), SharedLockStore(link), link


def new_conversation_id() -> str:
    """128 random bits: nobody guesses another person's conversation."""
    return secrets.token_urlsafe(16)


def plain(text: str) -> str:
    """A person's text is text: a leading slash would be read by Rasa as a command (``/restart``, ``/intent{…}``)."""
    return text.lstrip("/ ") or " "

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

from bot import clock, floor
from bot.engine import metrics
from bot.engine.current_house import current_house
from bot.engine.observing import observe
from bot.engine.training import ModelStore, prepare_rasa
from bot.reply import Reply
from bot.text import MAX_CHARACTERS, clean
from bot.understanding import Understanding

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 10.0
"""Seconds after which a person gets the floor's answer rather than nothing."""
LOOKED_AT = 8 * MAX_CHARACTERS
"""Characters of a message that are cleaned before a thousand are read: a text made only to be slow is cut first."""


class Assistant:
    """Rasa's agent and our stores. ``model`` is the name of the model that answers."""

    def __init__(self, agent: Any, conversations: Any, model: str = "", link: Any = None) -> None:
        self._agent = agent
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
        return Assistant(_load_agent(path, conversations, locks), conversations, path.name, link)

    async def replace_model(self, path: Path) -> None:
        """Answers with another model from the next message on. Conversations go on: the stores stay, and a message under
        way ends with the model it began with."""
        self._agent = await asyncio.to_thread(_load_agent, path, self.conversations, self._agent.lock_store)
        self.model = path.name

    async def understand(self, text: str) -> Understanding:
        """What is understood of a sentence, without answering it."""
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
        read = clean(text[:LOOKED_AT])
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
            with metrics.timed():
                custom = await asyncio.wait_for(self._through_rasa(read, conversation, metadata), ANSWER_WITHIN)
        except Exception as error:  # the last resort of the whole path: a person in danger must get the lines
            logger.error("Une étape a échoué : réponse de secours.", exc_info=error)
            metrics.FLOOR.labels(surface).inc()
            return floor.reply(current_house(), read, lang or starting, now, picked).identified(None, text)
        metrics.ANSWERED.labels(surface).inc()
        observe(custom, surface, now)
        return custom.identified(None, text)

    async def store_answers(self) -> bool:
        """Whether the shared store of conversations is there, where one is used."""
        return self._link is None or bool(await self._link.answers())

    async def erase(self, conversation: str) -> None:
        """Forgets a conversation, after the message that is being answered in it, if any: nothing is saved behind our back."""
        async with self._agent.lock_store.lock(conversation):
            await self.conversations.delete(conversation)

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
        await self._agent.handle_message(message)
        for part in channel.messages:
            if "custom" in part:
                return Reply.from_json(part["custom"])
        raise LookupError("the model gave no answer")


def _load_agent(path: Path, conversations: Any, locks: Any) -> Any:
    from rasa.core.agent import Agent

    from bot.engine.in_process import InProcessActionEndpoint, validate_with_one_schema
    from bot.engine.reading import Reader

    validate_with_one_schema()
    endpoint = InProcessActionEndpoint("actions")
    agent = Agent.load(str(path), tracker_store=conversations, lock_store=locks, action_endpoint=endpoint)
    agent.processor.parse_message = Reader(agent.processor).read
    return agent


def _stores() -> tuple[Any, Any, Any]:
    """Where conversations and their locks live, and the link to Redis when they are shared (``REDIS_URL``)."""
    url = os.environ.get("REDIS_URL")
    if not url:
        from bot.engine.stores import EphemeralTrackerStore, PatientLockStore

        return EphemeralTrackerStore(), PatientLockStore(), None
    from bot.engine.shared_stores import Link, SharedLockStore, SharedTrackerStore

    link = Link(url)
    return SharedTrackerStore(link), SharedLockStore(link), link


def new_conversation_id() -> str:
    """128 random bits: nobody guesses another person's conversation."""
    return secrets.token_urlsafe(16)


def plain(text: str) -> str:
    """A person's text is text: a leading slash would be read by Rasa as a command (``/restart``, ``/intent{…}``)."""
    return text.lstrip("/ ") or " "

"""The assistant: one message of one conversation goes through danger, Rasa's model, rules and actions, and comes back.

Whatever fails on the way, an answer comes back: :mod:`bot.floor` holds what can be said with the catalogue alone.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import datetime
from typing import Any, Mapping

from bot import clock, floor
from bot.engine.current_house import current_house
from bot.engine.training import ModelStore, prepare_rasa
from bot.reply import Reply
from bot.text import MAX_CHARACTERS, clean

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 10.0
"""Seconds after which a person gets the floor's answer rather than nothing."""


class Assistant:
    """Rasa's agent and our stores, loaded once for the process."""

    def __init__(self, agent: Any, conversations: Any) -> None:
        self._agent = agent
        self.conversations = conversations

    @staticmethod
    def load(store: ModelStore = ModelStore()) -> Assistant:
        """Loads the model of the data at hand.

        Raises:
            BrokenData: when the house's data cannot be used.
            ModelUnavailable: when no sound model of them is there.
        """
        path = store.verified()
        current_house()
        prepare_rasa()
        from rasa.core.agent import Agent

        from bot.engine.in_process import InProcessActionEndpoint, validate_with_one_schema
        from bot.engine.stores import EphemeralTrackerStore, PatientLockStore

        validate_with_one_schema()
        conversations = EphemeralTrackerStore()
        agent = Agent.load(
            str(path),
            tracker_store=conversations,
            lock_store=PatientLockStore(),
            action_endpoint=InProcessActionEndpoint("actions"),
        )
        return Assistant(agent, conversations)

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
        read = clean(text)
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
            custom = await asyncio.wait_for(self._through_rasa(read, conversation, metadata), ANSWER_WITHIN)
        except Exception as error:  # the last resort of the whole path: a person in danger must get the lines
            logger.error("Une étape a échoué (%s) : réponse de secours.", type(error).__name__)
            return floor.reply(current_house(), read, lang or starting, now).identified(None, text)
        return custom.identified(None, text)

    async def erase(self, conversation: str) -> None:
        """Forgets a conversation at once."""
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


def new_conversation_id() -> str:
    """128 random bits: nobody guesses another person's conversation."""
    return secrets.token_urlsafe(16)


def plain(text: str) -> str:
    """A person's text is text: a leading slash would be read by Rasa as a command (``/restart``, ``/intent{…}``)."""
    return text.lstrip("/ ") or " "

"""The shape of Rasa's REST channel (``/webhooks/rest/webhook``), for programs that already speak it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Mapping

from bot.engine.assistant import Assistant, new_conversation_id
from bot.errors import BadInput


@dataclass(frozen=True)
class RestMessage:
    """A message and the sender's own name for the conversation (None: a conversation of its own)."""

    sender: str | None
    text: str


def read_rest_message(data: Mapping[str, Any]) -> RestMessage:
    """Reads ``{"sender"?, "message"}``.

    Raises:
        BadInput: when the message is missing or a field is of the wrong type.
    """
    sender, text = data.get("sender"), data.get("message")
    if not isinstance(text, str):
        raise BadInput('Il manque « message », une chaîne de caractères : {"sender": "moi", "message": "ma phrase"}.')
    if sender is not None and not isinstance(sender, str):
        raise BadInput("« sender » est une chaîne de caractères.")
    return RestMessage(sender or None, text)


async def rest_answer(assistant: Assistant, message: RestMessage) -> list[dict[str, Any]]:
    """The answer as Rasa's channel gives it: the text, and the whole Reply under ``custom``."""
    conversation = _conversation(message.sender)
    reply = await assistant.answer(message.text, conversation=conversation, surface="rest")
    return [{"recipient_id": message.sender or conversation, "text": reply.reply, "custom": reply.identified(None, message.text).to_json()}]


def _conversation(sender: str | None) -> str:
    """Our id for a sender's conversation: a missing name never shares one with another person."""
    if sender is None:
        return new_conversation_id()
    return "rest-" + hashlib.sha256(sender.encode("utf-8", "replace")).hexdigest()[:32]

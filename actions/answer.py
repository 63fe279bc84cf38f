"""The two actions: both hand the understood message to the core and give its Reply back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot import clock, conversation
from bot.engine.current_house import current_house
from bot.memory import SLOT, Memory
from bot.understanding import Understanding

LISTEN = "action_listen"
"""One answer to one message: said here, it spares Rasa asking its policies again what comes next."""


class _Answer:
    """What both do. Not an Action itself: the SDK registers every subclass of Action it finds."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Understood message and memory in, Reply and new memory out."""
        message = tracker.latest_message
        metadata = message.get("metadata") or {}
        understanding = Understanding.from_parse(message["text"] or "", message, bool(metadata.get("truncated")))
        now = clock.parse_instant(metadata["now"]) if metadata.get("now") else clock.now()
        reply, memory = conversation.answer(
            current_house(),
            understanding,
            Memory.from_json(tracker.get_slot(SLOT)),
            now,
            metadata.get("lang"),
            metadata.get("starting"),
            metadata.get("picked"),
        )
        dispatcher.utter_message(text=reply.reply, json_message=reply.to_json())
        return [SlotSet(SLOT, memory.to_json()), FollowupAction(LISTEN)]


class ActionDanger(_Answer, Action):  # type: ignore[misc]
    """A message in danger."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_danger"


class ActionOrienter(_Answer, Action):  # type: ignore[misc]
    """Any other message."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_orienter"

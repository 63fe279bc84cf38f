"""Where conversations live: in memory, for thirty minutes at most, without a word of what was written.

Rasa's own in-memory store keeps everything for ever. This one forgets a conversation ``LIFETIME`` after its last message,
keeps at most ``MAX_EVENTS`` events of it, and blanks every text before it is kept: the rules need intents, not words.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Callable, Iterable, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import FailSafeTrackerStore, SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.packing import pack, unpack
from bot.expiring import Expiring
from bot.memory import SLOT, Memory

logger = logging.getLogger(__name__)

LIFETIME = 30 * 60
"""Seconds after which a silent conversation is gone."""
MAX_EVENTS = 24
"""Events kept of one conversation: two or three messages, more than any rule looks back. What the next answer needs is in the
slot of the last one, and Rasa takes as long to read events again as we take to understand a message."""
MAX_CONVERSATIONS = 20_000
"""A bound on memory whatever comes in: the conversation silent for longest goes first."""


class EphemeralTrackerStore(TrackerStore, SerializedTrackerAsText):  # type: ignore[misc]
    """Conversations in memory with an expiry; packed, they weigh a fifth: twenty thousand hold in 30 MB."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        clock: Callable[[], float] = time.monotonic,
        **_kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self.max_event_history = MAX_EVENTS
        self._kept: Expiring[str, bytes] = Expiring(LIFETIME, MAX_CONVERSATIONS, clock)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the conversation, its words blanked, for another ``LIFETIME``."""
        await self.stream_events(tracker)
        self._kept.put(tracker.sender_id, pack(wordless(tracker)))

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation, or None when there is none or its time is over."""
        kept = self.kept_of(sender_id)
        return None if kept is None else self.deserialise_tracker(sender_id, kept)

    def kept_of(self, sender_id: str) -> str | None:
        """All that is kept of a conversation, as JSON; None when nothing is."""
        kept = self._kept.get(sender_id)
        return None if kept is None else unpack(kept)

    async def retrieve_full_tracker(self, conversation_id: str) -> Optional[DialogueStateTracker]:
        """The same: nothing more is kept."""
        return await self.retrieve(conversation_id)

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations under way."""
        return list(self._kept)

    async def delete(self, sender_id: str) -> None:
        """Erases a conversation at once."""
        self._kept.forget(sender_id)


def wordless(tracker: DialogueStateTracker) -> str:
    """A conversation serialised without any text of the person or of the answers."""
    dialogue = tracker.as_dialogue().as_dict()
    dialogue["events"] = [_wordless_event(event) for event in dialogue["events"][-MAX_EVENTS:]]
    return json.dumps(dialogue)


def _wordless_event(event: dict[str, Any]) -> dict[str, Any]:
    if event["event"] == "user":
        intent = event["parse_data"].get("intent", {})
        return {
            **event,
            "text": "",
            "metadata": {},
            "parse_data": {"text": "", "intent": intent, "entities": [], "danger": event["parse_data"].get("danger")},
        }
    if event["event"] == "bot":
        return {**event, "text": "", "data": {}, "metadata": {}}
    return event


class StoreAway(Exception):
    """A store does not answer, and has said so in the log itself."""


class LastingTrackerStore(FailSafeTrackerStore):  # type: ignore[misc]
    """A store and, beside it, the memory of this process for the conversations that it could not take.

    Rasa's own safety net keeps those in full, words included, for ever, and never looks at them again. Here they are kept
    as all others are, and a danger told while the store was away is still open when it is back.
    """

    def __init__(self, store: TrackerStore) -> None:
        super().__init__(store, self._say, EphemeralTrackerStore())
        self.primary = store

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation, with what the store missed of it; None when there is none."""
        aside = await self.fallback_tracker_store.retrieve(sender_id)
        kept = await super().retrieve(sender_id)
        if kept is None or aside is None:
            return kept or aside
        memory = Memory.from_json(aside.get_slot(SLOT)).over(Memory.from_json(kept.get_slot(SLOT)))
        kept.update(SlotSet(SLOT, memory.to_json()))
        return kept

    async def retrieve_full_tracker(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The same: nothing more is kept."""
        return await self.retrieve(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the conversation in the store, or here as long as the store does not take it."""
        try:
            await self.primary.save(tracker)
        except Exception as error:
            self._say(error)
            await self.fallback_tracker_store.save(tracker)
        else:
            await self.fallback_tracker_store.delete(tracker.sender_id)

    async def delete(self, sender_id: str) -> None:
        """Erases a conversation at once."""
        await self.fallback_tracker_store.delete(sender_id)
        await self.primary.delete(sender_id)

    @staticmethod
    def _say(error: Exception) -> None:
        if not isinstance(error, StoreAway):
            logger.error("Le magasin des conversations a échoué : gardée par ce processus.", exc_info=error)


class PatientLockStore(InMemoryLockStore):  # type: ignore[misc]
    """One message at a time for each conversation, in the order they came.

    Rasa's lock looks again once a second; here the next message starts as soon as the one before it is answered.
    """

    def __init__(self) -> None:
        super().__init__()
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_args: Any, **_kwargs: Any) -> AsyncGenerator[TicketLock, None]:
        """Waits for the conversation's turn (asyncio locks are first come, first served)."""
        lock, waiting = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = (lock, waiting + 1)
        try:
            async with lock:
                yield TicketLock(conversation_id)
        finally:
            lock, waiting = self._locks[conversation_id]
            if waiting == 1:
                del self._locks[conversation_id]
            else:
                self._locks[conversation_id] = (lock, waiting - 1)

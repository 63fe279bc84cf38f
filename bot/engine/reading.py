"""Reading: what the model understands of a message, worked out beside the event loop and remembered for a while.

A long message delays nobody: it is read in a thread, and most of that time is spent outside Python. What was understood of
a message is kept under a keyed hash of its text, never under the text: a tile of the kiosk or "oui" is read once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker
from threadpoolctl import threadpool_limits

from bot.engine.current_house import current_house

READERS = min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
"""Messages read at the same time by one process: more than it has cores would wait for one another, and more than two for
Python."""
REMEMBERED = 2_000
"""Messages whose reading is kept; the oldest goes first."""
LIFETIME = 30 * 60
"""Seconds after which a reading is forgotten, as a conversation is."""


class Reader:
    """Reads for one process. ``clock`` gives seconds that never go back."""

    def __init__(self, processor: MessageProcessor, clock: Callable[[], float] = time.monotonic) -> None:
        self._processor = processor
        self._clock = clock
        self._threads = ThreadPoolExecutor(READERS, "reading")
        threadpool_limits(1, user_api="blas")  # one thread a reader: more wait for one another, at twice the processor's cost
        self._key = secrets.token_bytes(32)
        self._house = current_house()
        self._kept: dict[bytes, tuple[float, str]] = {}

    async def read(self, message: UserMessage, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """What the pipeline says of a message: stands in for :meth:`MessageProcessor.parse_message`, and is called by Rasa
        when the conversation's turn has come, so that a short message never overtakes a long one."""
        key = hashlib.blake2b(message.text.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
        known = self._recall(key)
        if known is not None:
            return {**known, "text": message.text}
        house = current_house()
        understood = await asyncio.get_running_loop().run_in_executor(self._threads, self._parse, message)
        self._keep(key, house, {**understood, "text": ""})
        return understood

    def _parse(self, message: UserMessage) -> dict[str, Any]:
        nobody = DialogueStateTracker.from_events(message.sender_id, [])
        understood: dict[str, Any] = self._processor._parse_message_with_graph(message, nobody)
        return understood

    def _recall(self, key: bytes) -> dict[str, Any] | None:
        if self._house is not current_house():  # its dangers and partners may have changed
            self._house = current_house()
            self._kept.clear()
        self._forget_old()
        kept = self._kept.get(key)
        return None if kept is None else dict(json.loads(kept[1]))

    def _keep(self, key: bytes, house: object, understood: dict[str, Any]) -> None:
        if house is current_house():
            self._kept[key] = (self._clock() + LIFETIME, json.dumps(understood))

    def _forget_old(self) -> None:
        """Readings are in the order they were made: the oldest come first."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest][0] > now and len(self._kept) <= REMEMBERED:
                return
            del self._kept[oldest]

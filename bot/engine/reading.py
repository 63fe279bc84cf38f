"""Reading: what the model understands of a message, worked out beside the event loop and remembered for a while.

A long message delays nobody: it is read in a thread, and most of that time is spent outside Python. Messages that wait for a
thread are then read together, which costs less than one after another. What was understood of a message is kept under a keyed
hash of its text, never under the text: a tile of the kiosk or "oui" is read once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import os
import secrets
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Sequence

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from threadpoolctl import threadpool_limits

from bot.engine.current_house import current_house
from bot.engine.packing import pack, unpack
from bot.expiring import Expiring

READERS = min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
"""Messages read at the same time by one process: more than it has cores would wait for one another, and more than two for
Python."""
TOGETHER = 8
"""Messages that one thread reads at once, at most: the encoders go through their weights once for all of them, which
halves what one of the two costs (docs/benchmarks.md); more would make the first of them wait."""
REMEMBERED = 2_000
"""Messages whose reading is kept; the oldest goes first."""
LIFETIME = 30 * 60
"""Seconds after which a reading is forgotten, as a conversation is."""

Reading = Future[dict[str, Any]]
"""What will be understood of a message."""


class Reader:
    """Reads for one process. ``clock`` gives seconds that never go back."""

    def __init__(self, processor: MessageProcessor, clock: Callable[[], float] = time.monotonic) -> None:
        self._processor = processor
        self._threads = ThreadPoolExecutor(READERS, "reading")
        self._waiting: deque[tuple[UserMessage, Reading]] = deque()
        self._at_work = 0  # threads that read, or will at once; changed under the lock, with what waits
        self._lock = threading.Lock()
        threadpool_limits(1, user_api="blas")  # one thread a reader: more wait for one another, at twice the processor's cost
        self._key = secrets.token_bytes(32)
        self._house = current_house()
        self._kept: Expiring[bytes, bytes] = Expiring(LIFETIME, REMEMBERED, clock)

    async def read(self, message: UserMessage, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """What the pipeline says of a message: stands in for :meth:`MessageProcessor.parse_message`, and is called by Rasa
        when the conversation's turn has come, so that a short message never overtakes a long one."""
        key = hashlib.blake2b(message.text.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
        known = self._recall(key)
        if known is not None:
            return {**known, "text": message.text}
        house = current_house()
        understood = await asyncio.wrap_future(self._ask_for(message))
        self._keep(key, house, {**understood, "text": ""})
        return understood

    def _ask_for(self, message: UserMessage) -> Reading:
        """A message joins those that wait; one thread more reads, as long as there are fewer than ``READERS``. One that reads
        goes on until nobody waits: a task a message would pile up for ever behind messages read together."""
        reading: Reading = Future()
        with self._lock:
            self._waiting.append((message, reading))
            is_needed = self._at_work < READERS
            self._at_work += is_needed
        if is_needed:
            self._threads.submit(self._read_waiting)
        return reading

    def _read_waiting(self) -> None:
        while taken := self._take():
            self._read_together(taken)

    def _take(self) -> list[tuple[UserMessage, Reading]]:
        """This thread's share of the messages that wait, the oldest first and only those that somebody still waits for. When
        there is none the thread is no longer at work."""
        taken: list[tuple[UserMessage, Reading]] = []
        with self._lock:
            share = min(TOGETHER, math.ceil(len(self._waiting) / READERS))
            while self._waiting and len(taken) < share:
                message, reading = self._waiting.popleft()
                if reading.set_running_or_notify_cancel():
                    taken.append((message, reading))
            if not taken:
                self._at_work -= 1
        return taken

    def _read_together(self, taken: Sequence[tuple[UserMessage, Reading]]) -> None:
        try:
            parsed = self._parse([message for message, _reading in taken])
        except Exception as error:
            if len(taken) == 1:
                taken[0][1].set_exception(error)
                return
            for one in taken:  # the one that fails does not take the others with it
                self._read_together([one])
            return
        for (_message, reading), understood in zip(taken, parsed):
            reading.set_result(understood)

    def _parse(self, messages: Sequence[UserMessage]) -> list[dict[str, Any]]:
        """What the pipeline says of messages, in their order: each as :meth:`MessageProcessor.parse_message` would read it alone."""
        nobody = DialogueStateTracker.from_events(messages[0].sender_id, [])
        target = self._processor.model_metadata.nlu_target
        inputs = {PLACEHOLDER_MESSAGE: list(messages), PLACEHOLDER_TRACKER: nobody}
        parsed = self._processor.graph_runner.run(inputs=inputs, targets=[target])[target]
        return [{"text": "", "entities": [], **message.as_dict(only_output_properties=True)} for message in parsed]

    def _recall(self, key: bytes) -> dict[str, Any] | None:
        if self._house is not current_house():  # its dangers and partners may have changed
            self._house = current_house()
            self._kept.clear()
        kept = self._kept.get(key)
        return None if kept is None else dict(json.loads(unpack(kept)))

    def _keep(self, key: bytes, house: object, understood: dict[str, Any]) -> None:
        if house is current_house():
            self._kept.put(key, pack(json.dumps(understood)))

"""Conversations shared by several processes or machines, in Redis: Rasa's own stores, made wordless, quick and patient.

What is kept is what one process keeps in memory (:mod:`bot.engine.stores`): no word, thirty minutes at most, the last events.
Redis is never waited for long, and never on the event loop. While it is away each process goes on from what it hears itself
(:class:`bot.engine.stores.LastingTrackerStore`), and an erasure asked for is made when it is back.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, AsyncGenerator, Callable, Iterable, Optional, Tuple, TypeVar

import redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import RedisLockStore
from rasa.core.tracker_store import RedisTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.engine.stores import LIFETIME, MAX_EVENTS, PatientLockStore, StoreAway, wordless
from bot.errors import BadInput

logger = logging.getLogger(__name__)

TIMEOUT = 0.5
"""Seconds given to Redis to answer."""
REST = 2.0
"""Seconds during which a Redis that did not answer is left alone."""
LOOK_EVERY = 0.02
"""Seconds between two looks at a conversation's queue (Rasa's own: 1)."""
DELETE_IF_UNCHANGED = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1])"
"""For Redis, in one step: a queue in which nobody came behind is gone with the one who leaves it."""
LEASE = 3.0
"""Seconds after which the place of a process that died is given to the next message. A living one renews it."""

KEPT = int(LEASE * 1000) + 1000
"""Milliseconds that a queue is kept for when nobody changes it."""

Value = TypeVar("Value")


class Link:
    """The one way to Redis of a process: calls one after another in a thread, none at all while Redis rests.

    Raises:
        BadInput: when ``url`` is not the address of a Redis.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            self.client = redis.Redis.from_url(
                url,
                decode_responses=True,
                socket_timeout=TIMEOUT,
                socket_connect_timeout=TIMEOUT,
                retry=Retry(NoBackoff(), 1),  # a connection that Redis closed while it restarted is no sign that it is away
                retry_on_error=[redis.ConnectionError],
            )
        except ValueError as error:
            raise BadInput("REDIS_URL n'est pas une adresse de Redis. Écrivez par exemple redis://127.0.0.1:6379/0.") from error
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "redis")
        self._away_until = 0.0
        self._was_away = False

    async def call(self, function: Callable[..., Value], *args: Any, **kwargs: Any) -> Value:
        """Calls a function that speaks to Redis.

        Raises:
            StoreAway: when Redis does not answer, or did not a moment ago.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._call(function, args, kwargs))

    async def answers(self) -> bool:
        """Whether Redis is there."""
        try:
            return bool(await self.call(self.client.ping))
        except StoreAway:
            return False

    def _call(self, function: Callable[..., Value], args: Tuple[Any, ...], kwargs: dict[str, Any]) -> Value:
        if self._clock() < self._away_until:
            raise StoreAway
        try:
            value = function(*args, **kwargs)
        except (redis.RedisError, OSError) as error:
            self._away_until = self._clock() + REST
            if not self._was_away:
                logger.error("Redis ne répond pas (%s) : chaque processus se souvient seul en attendant.", type(error).__name__)
            self._was_away = True
            raise StoreAway from error
        if self._was_away:
            logger.warning("Redis répond de nouveau.")
        self._was_away = False
        return value


class SharedTrackerStore(RedisTrackerStore):  # type: ignore[misc]
    """Rasa's Redis tracker store, wordless and with an expiry."""

    def __init__(self, link: Link) -> None:
        super().__init__(None, record_exp=LIFETIME)
        self.max_event_history = MAX_EVENTS
        self.red = link.client
        self._link = link
        self._to_erase: set[str] = set()

    async def save(self, tracker: DialogueStateTracker, timeout: Optional[float] = None) -> None:
        """Keeps the conversation, its words blanked, for another ``LIFETIME``. One that has not begun is not worth the way.

        Raises:
            StoreAway: when Redis does not answer.
        """
        await self.stream_events(tracker)
        if tracker.events:
            expiry = int(timeout or LIFETIME)
            await self._link.call(self.red.set, self.key_prefix + tracker.sender_id, wordless(tracker), ex=expiry)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation, or None when there is none or its time is over.

        Raises:
            StoreAway: when Redis does not answer.
        """
        await self._erase_late()
        kept = None if sender_id in self._to_erase else await self._link.call(self.red.get, self.key_prefix + sender_id)
        return None if kept is None else self.deserialise_tracker(sender_id, kept)

    async def retrieve_full_tracker(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The same: nothing more is kept."""
        return await self.retrieve(sender_id)

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations under way, in every process."""
        found = await self._try(lambda: list(self.red.scan_iter(match=self.key_prefix + "*", count=500)))
        return [key.removeprefix(self.key_prefix) for key in found or ()]

    async def delete(self, sender_id: str) -> None:
        """Erases a conversation at once, or as soon as Redis is back."""
        self._to_erase.add(sender_id)
        await self._erase_late()

    async def _erase_late(self) -> None:
        for sender_id in list(self._to_erase):
            if await self._try(self.red.delete, self.key_prefix + sender_id) is None:
                return
            self._to_erase.discard(sender_id)

    async def _try(self, function: Callable[..., Value], *args: Any, **kwargs: Any) -> Optional[Value]:
        try:
            return await self._link.call(function, *args, **kwargs)
        except StoreAway:
            return None


class SharedLockStore(RedisLockStore):  # type: ignore[misc]
    """Rasa's ticket lock in Redis: one message at a time for each conversation, in the order they came, on any machine.

    A ticket is taken, renewed and given back in one step that no other process can come between. Where Rasa's own would
    keep everybody waiting for a minute when a process dies, a ticket lives ``LEASE`` seconds and its owner renews it.
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.red = link.client
        self._link = link
        self._here = PatientLockStore()
        self._delete_if_unchanged = self.red.register_script(DELETE_IF_UNCHANGED)

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_args: Any, **_kwargs: Any) -> AsyncGenerator[TicketLock, None]:
        """Waits for the conversation's turn; among the messages of this process only, while Redis is away."""
        try:
            ticket, lock = await self._link.call(self._take, conversation_id)
        except StoreAway:
            async with self._here.lock(conversation_id) as here:
                yield here
            return
        renewing = asyncio.create_task(self._renew(conversation_id, ticket))
        try:
            yield await self._turn(conversation_id, ticket, lock)
        finally:
            renewing.cancel()
            with suppress(StoreAway):  # then the ticket is forgotten by itself
                await self._link.call(self._give_back, conversation_id, ticket, lock)

    async def _turn(self, conversation_id: str, ticket: int, lock: TicketLock) -> TicketLock:
        """The queue, first as ``lock`` says it was when the ticket was taken, once it is this ticket's turn or has lost its place:
        the message is answered all the same."""
        while lock.now_serving != ticket and any(waiting.number == ticket for waiting in lock.tickets):
            await asyncio.sleep(LOOK_EVERY)
            try:
                lock = await self._link.call(self._read, conversation_id)
            except StoreAway:
                return TicketLock(conversation_id)
        return lock

    async def _renew(self, conversation_id: str, ticket: int) -> None:
        def renewed(lock: TicketLock) -> None:
            for waiting in lock.tickets:
                if waiting.number == ticket:
                    waiting.expires = time.time() + LEASE

        while True:
            await asyncio.sleep(LEASE / 3)
            with suppress(StoreAway):
                await self._link.call(self._change, conversation_id, renewed)

    def _take(self, conversation_id: str) -> Tuple[int, TicketLock]:
        """A ticket, and the queue that it was taken in. Most often nobody is there: one step, where a queue takes three."""
        alone = TicketLock(conversation_id)
        ticket = alone.issue_ticket(LEASE)
        if self.red.set(self.key_prefix + conversation_id, alone.dumps(), nx=True, px=KEPT):
            return ticket, alone
        return self._change(conversation_id, lambda lock: (lock.issue_ticket(LEASE), lock))

    def _give_back(self, conversation_id: str, ticket: int, taken_in: TicketLock) -> None:
        """Leaves the queue, which is as it was ``taken_in`` when nobody came and nothing was renewed."""
        was_alone = len(taken_in.tickets) == 1
        if was_alone and self._delete_if_unchanged(keys=[self.key_prefix + conversation_id], args=[taken_in.dumps()]):
            return
        self._change(conversation_id, lambda lock: lock.remove_ticket_for(ticket))

    def _read(self, conversation_id: str) -> TicketLock:
        return _lock_from(conversation_id, self.red.get(self.key_prefix + conversation_id))

    def _change(self, conversation_id: str, change: Callable[[TicketLock], Value]) -> Value:
        """Reads the queue, changes it and writes it back; again from the start when another process wrote in between."""
        key = self.key_prefix + conversation_id

        def attempt(pipe: Any) -> Value:
            lock = _lock_from(conversation_id, pipe.get(key))
            value = change(lock)
            pipe.multi()
            if lock.tickets:
                pipe.set(key, lock.dumps(), px=KEPT)
            else:
                pipe.delete(key)
            return value

        changed: Value = self.red.transaction(attempt, key, value_from_callable=True)
        return changed


def _lock_from(conversation_id: str, kept: Optional[str]) -> TicketLock:
    return TicketLock.from_dict(json.loads(kept)) if kept else TicketLock(conversation_id)

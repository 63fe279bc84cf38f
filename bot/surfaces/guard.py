"""What stands before every route: a request reaches a surface whole, small, in time, and not too often.

One ASGI middleware. Whatever it refuses, and whatever fails behind it, the emergency lines are in the answer. It also
puts the security headers on every response that has not set its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.engine import metrics
from bot.surfaces.http import HEADERS, Refused, refusal
from bot.surfaces.rates import ONE_CONVERSATION, STANDING_ALONE, TokenBuckets
from bot.surfaces.requests import MAX_BYTES

logger = logging.getLogger(__name__)

NEVER_LIMITED = ("/erase",)
"""Whoever asks to be forgotten is, however much they wrote."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BYTES_PER_SECOND = 100_000
"""The slowest line on which a large body is waited for."""
_CONVERSATION_FIELDS = ("conversation", "sender")


@dataclass(frozen=True)
class Limits:
    """``body_bytes`` of one body, ``body_seconds`` to receive it (and the time its size takes), ``held_bytes`` of all bodies on
    their way in, ``answering`` messages at once; ``larger`` gives the addresses, by prefix, whose bodies may be larger."""

    body_bytes: int = MAX_BYTES
    body_seconds: float = 10.0
    held_bytes: int = 64 * 1024 * 1024
    answering: int = 512
    larger: Mapping[str, int] | None = None


class Gone(Exception):
    """The sender hung up before the end of the body: nobody is left to answer."""


class Guard:
    """The middleware. One for each application: it counts what is under way in this process."""

    def __init__(self, app: ASGIApp, limits: Limits = Limits()) -> None:
        self._app = app
        self._limits = limits
        self._held = 0
        self._answering = 0
        self._conversations = TokenBuckets(ONE_CONVERSATION)
        self._alone = TokenBuckets(STANDING_ALONE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or refuses it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            if scope["method"] in _WITH_BODY:
                body = await self._body(scope, receive)
                if not scope["path"].endswith(NEVER_LIMITED):
                    self._check_rate(body)
                with self._place():
                    await self._app(scope, _replayed(body, receive), answer.send)
            else:
                await self._app(scope, receive, answer.send)
        except Gone:
            return
        except Refused as refused:
            metrics.REFUSED.labels(str(refused.status)).inc()
            await self._refuse(refused, scope, receive, answer)
        except Exception as error:  # the last resort of the web: no one gets an empty page
            logger.error("Une requête a échoué.", exc_info=error)
            metrics.REFUSED.labels("503").inc()
            await self._refuse(Refused(503, "Une panne de notre côté. Voici les numéros."), scope, receive, answer)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        headers = Headers(scope=scope)
        limit = self._limit(str(scope["path"]))
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            raise _too_large(limit)
        try:
            return await asyncio.wait_for(self._read(receive, limit), self._limits.body_seconds + limit / BYTES_PER_SECOND)
        except asyncio.TimeoutError:
            raise Refused(408, "Le message n'est pas arrivé en entier à temps. Envoyez-le de nouveau.") from None

    def _limit(self, path: str) -> int:
        larger = (size for prefix, size in (self._limits.larger or {}).items() if path.startswith(prefix))
        return max(larger, default=self._limits.body_bytes)

    async def _read(self, receive: Receive, limit: int) -> bytes:
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk = message.get("body", b"")
                body += chunk
                self._held += len(chunk)
                if len(body) > limit:
                    raise _too_large(limit)
                if self._held > self._limits.held_bytes:
                    raise _too_busy()
                if not message.get("more_body", False):
                    return bytes(body)
        finally:
            self._held -= len(body)

    def _check_rate(self, body: bytes) -> None:
        conversation = _conversation(body)
        wait = self._alone.wait("") if conversation is None else self._conversations.wait(conversation)
        if wait:
            raise Refused(429, "Trop de messages en peu de temps. Attendez un peu, puis recommencez.", wait)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among the messages being answered: past a number of them, nobody would be answered in time."""
        if self._answering >= self._limits.answering:
            raise _too_busy()
        self._answering += 1
        metrics.ANSWERING.set(self._answering)
        try:
            yield
        finally:
            self._answering -= 1
            metrics.ANSWERING.set(self._answering)

    async def _refuse(self, refused: Refused, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if answer.started:
            return
        response = refusal(refused.reason, refused.status, Headers(scope=scope).get("accept-language"))
        if refused.retry_after is not None:
            response.headers["Retry-After"] = str(math.ceil(refused.retry_after))
        if refused.status in (408, 413):
            response.headers["Connection"] = "close"  # what is left of the body is not read
        await response(scope, receive, answer.send)


class _Answer:
    """A response on its way out, with the headers that every response has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body, already here; then whatever the connection says (that the sender hung up)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _conversation(body: bytes) -> str | None:
    """The conversation that a message says it is of, if it does. What the message holds besides is not looked at."""
    if not any(field.encode() in body for field in _CONVERSATION_FIELDS):
        return None
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    named = [data[field] for field in _CONVERSATION_FIELDS if isinstance(data.get(field), str)] if isinstance(data, dict) else []
    return next((name for name in named if name), None)


def _too_large(limit: int) -> Refused:
    return Refused(413, f"Le message dépasse {limit // 1024} ko. Envoyez une phrase, mille caractères au plus sont lus.")


def _too_busy() -> Refused:
    return Refused(503, "Trop de personnes écrivent en même temps. Recommencez dans un instant.", 1.0)

"""The one public port: the REST surfaces now, the pages as they come. Our own ASGI app; Rasa's server never starts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any, AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import clock, floor
from bot.engine.assistant import Assistant
from bot.engine.current_house import current_house, keeper
from bot.errors import BadInput
from bot.surfaces.jsonl import answer_request
from bot.surfaces.requests import MAX_BYTES, read_object, read_request
from bot.surfaces.rest_channel import read_rest_message, rest_answer

logger = logging.getLogger(__name__)

WATCH_EVERY = 5.0
"""Seconds between two looks at the data files."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def create_app(assistant: Assistant | None = None) -> Starlette:
    """The application. The model is loaded when it starts; a broken house or model stops the start with a clear message."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.assistant = assistant or Assistant.load()
        watching = asyncio.create_task(_watch_the_house())
        yield
        watching.cancel()

    routes = [
        Route("/api/orient", _orient, methods=["POST"]),
        Route("/webhooks/rest/webhook", _rest, methods=["POST"]),
        Route("/health", _health, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _refused, Exception: _failed})


def serve(host: str, port: int) -> int:
    """Serves until stopped."""
    uvicorn.run(create_app(), host=host, port=port, log_level="warning", access_log=False, server_header=False, lifespan="on", ws="none")
    return 0


async def _watch_the_house() -> None:
    """Puts edited data files in service without a restart; a broken edit is logged and the last good house goes on."""
    while True:
        await asyncio.sleep(WATCH_EVERY)
        await asyncio.to_thread(keeper().reload_if_changed)


async def _orient(request: Request) -> Response:
    try:
        message = read_request(await _body(request))
    except BadInput as error:
        return _bad_input(error)
    return _json(await answer_request(request.app.state.assistant, message, None, "api"))


async def _rest(request: Request) -> Response:
    try:
        message = read_rest_message(read_object(await _body(request)))
    except BadInput as error:
        return _bad_input(error)
    return _json(await rest_answer(request.app.state.assistant, message))


async def _health(_request: Request) -> Response:
    return _json({"status": "ok"})


async def _body(request: Request) -> bytes:
    """The body, up to what a message may be; the rest is never read into memory."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise BadInput(f"Le message dépasse {MAX_BYTES // 1024} ko. Envoyez une phrase, mille caractères au plus sont lus.")
    return body


def _bad_input(error: BadInput, status: int = 400) -> Response:
    """A clear refusal, and the emergency lines all the same."""
    reply = floor.reply(current_house(), "", None, clock.now())
    return _json({"error": str(error), "footer": list(reply.footer), "reply": reply.reply}, status)


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return _bad_input(BadInput("Cette adresse n'existe pas, ou n'accepte pas cette méthode."), status)


async def _failed(_request: Request, error: Exception) -> Response:
    logger.error("Une requête a échoué (%s).", type(error).__name__)
    return _bad_input(BadInput("Une panne de notre côté. Voici les numéros."), 503)


def _json(content: Any, status: int = 200) -> Response:
    body = json.dumps(content, ensure_ascii=True).encode("ascii")
    return Response(body, status, {**_HEADERS, "Content-Type": "application/json; charset=utf-8"})

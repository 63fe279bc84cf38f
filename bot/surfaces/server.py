"""The one public port: every surface's routes in one ASGI app. Rasa's own server never starts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.engine.assistant import Assistant
from bot.engine.current_house import keeper
from bot.errors import BadInput
from bot.surfaces import api, telegram
from bot.surfaces.http import bad_input

logger = logging.getLogger(__name__)

WATCH_EVERY = 5.0
"""Seconds between two looks at the data files."""


def create_app(assistant: Assistant | None = None) -> Starlette:
    """The application. The model is loaded when it starts; a broken house or model stops the start with a clear message."""

    telegram_settings = telegram.read_settings(os.environ)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.assistant = assistant or Assistant.load()
        watching = asyncio.create_task(_watch_the_house())
        async with contextlib.AsyncExitStack() as stack:
            if telegram_settings is not None:
                app.state.telegram = telegram.TelegramService(app.state.assistant, telegram_settings)
                await stack.enter_async_context(app.state.telegram.running())
            yield
        watching.cancel()

    return Starlette(
        routes=[*api.routes(), *telegram.routes(telegram_settings)],
        lifespan=lifespan,
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )


def serve(host: str, port: int) -> int:
    """Serves until stopped."""
    uvicorn.run(create_app(), host=host, port=port, log_level="warning", access_log=False, server_header=False, lifespan="on", ws="none")
    return 0


async def _watch_the_house() -> None:
    """Puts edited data files in service without a restart; a broken edit is logged and the last good house goes on."""
    while True:
        await asyncio.sleep(WATCH_EVERY)
        await asyncio.to_thread(keeper().reload_if_changed)


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return bad_input(BadInput("Cette adresse n'existe pas, ou n'accepte pas cette méthode."), status)


async def _failed(_request: Request, error: Exception) -> Response:
    logger.error("Une requête a échoué (%s).", type(error).__name__)
    return bad_input(BadInput("Une panne de notre côté. Voici les numéros."), 503)

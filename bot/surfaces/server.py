"""The one public port: every surface's routes in one ASGI app. Rasa's own server never starts."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import resource
from typing import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from bot.engine import logs
from bot.engine.assistant import Assistant
from bot.engine.current_house import keeper
from bot.engine.training import ModelStore
from bot.errors import BadInput, BoussoleError, BrokenData, ModelUnavailable
from bot.surfaces import api, bench, kiosk, telegram, watch
from bot.surfaces.guard import Guard, Limits
from bot.surfaces.http import refusal
from bot.surfaces.wire import Connection

logger = logging.getLogger(__name__)

WATCH_EVERY = 5.0
"""Seconds between two looks at the data files."""
AFTER_A_FAILURE = 60.0
"""Seconds before the next look when one of them failed: loading a model is heavy."""
LIMITS = Limits(larger={"/bench": 8 * 1024 * 1024})
"""What a request may cost; staff may send files to the bench."""
_M_ARENA_MAX = -8
"""glibc's name for the number of heaps, in ``mallopt(3)``."""
DRAIN = 15
"""Seconds given, when asked to stop, to the messages being answered."""


def create_app(assistant: Assistant | None = None) -> Starlette:
    """The application. The model is loaded when it starts: a broken house stops the start with a clear message; without a model
    the lines and the house's number are answered until there is one."""
    logs.configure()

    telegram_settings = telegram.read_settings(os.environ)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.assistant = assistant or _loaded()
        watching = asyncio.create_task(_watch_the_house(app.state.assistant))
        async with contextlib.AsyncExitStack() as stack:
            if telegram_settings is not None:
                app.state.telegram = telegram.TelegramService(app.state.assistant, telegram_settings)
                await stack.enter_async_context(app.state.telegram.running())
            yield
        watching.cancel()

    return Starlette(
        routes=[
            *api.routes(),
            *kiosk.routes(),
            *bench.routes(),
            *telegram.routes(telegram_settings),
            *watch.routes(),
        ],
        lifespan=lifespan,
        middleware=[Middleware(Guard, limits=LIMITS)],
        exception_handlers={HTTPException: _refused},
    )


def serve(host: str, port: int) -> int:
    """Serves until stopped."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a connection that says nothing is a file for the system
    _share_freed_memory()
    uvicorn.run(
        create_app(),
        host=host,
        port=port,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN,
    )
    return 0


def _share_freed_memory() -> None:
    """Two heaps for all threads, where the C library is glibc: by default each thread keeps what it freed to itself, some
    forty megabytes here."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)


def _loaded() -> Assistant:
    try:
        return Assistant.load()
    except (BrokenData, BadInput):
        raise
    except Exception as error:  # whatever it is, a person who writes must get the lines
        logger.error("Le modèle ne se charge pas : seules les réponses de secours sont données. %s", _of_ours(error), exc_info=error)
        return Assistant.without_model()


def _of_ours(error: Exception) -> str:
    """What an error of ours says to do; nothing of another's, which may quote anything."""
    return str(error) if isinstance(error, BoussoleError) else ""


async def _watch_the_house(assistant: Assistant) -> None:
    """Puts edited data files, and a model that another process put in service, to work without a restart.

    A broken edit is logged and the last good house goes on; a model that is not sound is left where it is.
    """
    while True:
        await asyncio.sleep(WATCH_EVERY)
        try:
            await asyncio.to_thread(keeper().reload_if_changed)
            store = ModelStore()
            if store.manifest().champion not in (None, assistant.model):
                await assistant.replace_model(await asyncio.to_thread(store.verified))
        except ModelUnavailable:
            continue
        except Exception as error:  # the next look may succeed
            logger.error("Les données ou le modèle n'ont pas pu être repris.", exc_info=error)
            await asyncio.sleep(AFTER_A_FAILURE)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.method == "OPTIONS" and error.status_code == 405:  # what the address accepts; never another site's leave to ask
        return Response(status_code=204, headers=error.headers)
    reason = "Cette adresse n'existe pas, ou n'accepte pas cette méthode."
    response = refusal(reason, error.status_code, request.headers.get("accept-language"))
    response.headers.update(error.headers or {})
    return response

"""The route that Telegram posts to: the secret is compared in constant time, the body is bounded and never logged.

The answer to Telegram is 200 once the person is answered: cut before that, Telegram sends the update again.
"""

from __future__ import annotations

import asyncio
import hmac
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.errors import BadInput
from bot.surfaces.http import HEADERS, read_body
from bot.surfaces.telegram.settings import Settings

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
MOST_BYTES = 256 * 1024
"""An update is a few kilobytes; the longest message with all its marks stays under this."""


def routes(settings: Settings | None) -> list[BaseRoute]:
    """The webhook's route, when there is a webhook."""
    if settings is None or settings.webhook is None:
        return []
    secret = settings.webhook.secret.encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, secret):
            return _status(403)
        try:
            raw = json.loads(await read_body(request, MOST_BYTES))
        except BadInput:
            return _status(413)
        except (ValueError, RecursionError):
            return _status(400)
        service = request.app.state.telegram
        if not service.is_ready:
            return _status(503)
        answering = service.inbox.take(raw)
        if answering is not None:
            await asyncio.shield(answering)
        return _status(200)

    return [Route(settings.webhook.path, receive, methods=["POST"])]


def _status(status: int) -> Response:
    return Response(b"", status, HEADERS)

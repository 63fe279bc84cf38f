"""What every route shares: the headers, the bounded reading of a body, refusals that still show the emergency lines."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot import clock, floor
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.surfaces.requests import MAX_BYTES

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Nothing is kept, guessed, told or framed. A page widens its own policy, never these."""


async def read_body(request: Request, limit: int = MAX_BYTES) -> bytes:
    """The body, up to ``limit`` bytes; the rest is never read into memory.

    Raises:
        BadInput: when it is larger.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BadInput(f"Le message dépasse {limit // 1024} ko. Envoyez une phrase, mille caractères au plus sont lus.")
    return body


def json_response(content: Any, status: int = 200) -> Response:
    """Plain ASCII JSON: no proxy can spoil it."""
    body = json.dumps(content, ensure_ascii=True).encode("ascii")
    return Response(body, status, {**HEADERS, "Content-Type": "application/json; charset=utf-8"})


def bad_input(error: BadInput, status: int = 400) -> Response:
    """A clear refusal, and the emergency lines all the same."""
    reply = floor.reply(current_house(), "", None, clock.now())
    return json_response({"error": str(error), "footer": list(reply.footer), "reply": reply.reply}, status)

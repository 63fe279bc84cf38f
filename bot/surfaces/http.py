"""What every route shares: the headers, the reading of a body, refusals that still show the emergency lines."""

from __future__ import annotations

import json
from typing import Any, Mapping

from starlette.requests import Request
from starlette.responses import Response

from bot import clock, floor
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.language import Locale
from bot.surfaces.requests import MAX_BYTES

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Nothing is kept, guessed, told or framed. A page widens its own policy, never these."""


class Refused(Exception):
    """A request goes no further, and :class:`bot.surfaces.guard.Guard` answers it. ``reason`` is for whoever sent it."""

    def __init__(self, status: int, reason: str, retry_after: float | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


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


async def read_json_body(request: Request) -> bytes:
    """The body of a program's request.

    Raises:
        BadInput: when it is too large.
        Refused: when it is not said to be JSON. A page of another site can post forms and text; it may not post JSON
            without asking first, and it is never told yes.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "Envoyez du JSON, avec l'en-tête « Content-Type: application/json ».")
    return await read_body(request)


def json_response(content: Any, status: int = 200) -> Response:
    """Plain ASCII JSON: no proxy can spoil it."""
    body = json.dumps(content, ensure_ascii=True).encode("ascii")
    return Response(body, status, {**HEADERS, "Content-Type": "application/json; charset=utf-8"})


def bad_input(error: BadInput, status: int = 400) -> Response:
    """A clear refusal, and the emergency lines all the same."""
    return refusal(str(error), status)


def refusal(reason: str, status: int, accept_language: str | None = None) -> Response:
    """The floor's Reply under the reason of a refusal, in the language that the browser asks for when it is one of ours."""
    try:
        house = current_house()
        reply = floor.reply(house, "", _asked_locale(accept_language or "", house.languages.locales), clock.now())
        return json_response({**reply.to_json(), "error": reason}, status)
    except Exception:  # nothing is left but the numbers
        return json_response({"error": reason, "footer": list(floor.NUMBERS), "reply": floor.LAST_RESORT}, status)


def _asked_locale(accept_language: str, locales: Mapping[str, Locale]) -> str | None:
    """The first locale of ours in an ``Accept-Language`` header (``"tr-TR,tr;q=0.9"``)."""
    asked = (part.split(";")[0].strip().lower().split("-")[0] for part in accept_language[:200].split(","))
    return next((tag for tag in asked if tag in locales), None)

"""The door of the bench: without the secret every address answers 401, existing or not; a form without its token is refused."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import BadInput
from bot.surfaces.bench.shell import HOME, LANGUAGE_FIELD, inside, refused, sign_in_page, wording, wording_in
from bot.surfaces.bench.sign_in import LOCKED_FOR, Gate, Session
from bot.surfaces.http import HEADERS, read_body
from bot.wording import Wording

COOKIE = "banc"
SIGN_IN, SIGN_OUT = "/bench/entrer", "/bench/sortir"
MAX_BODY = 8 * 1024 * 1024
"""Bytes of a form: a table of two thousand sentences fits ten times."""
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class StaffOnly:
    """Lets in whoever holds a session's cookie or ``Authorization: Bearer <secret>``; answers everybody else itself.

    What it lets in finds its session in ``request.state.session`` (None for a program).
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guards one request."""
        request = Request(scope, receive)
        try:
            body = await read_body(request, MAX_BODY)
        except BadInput:
            await refused(request, wording(request).say("L'envoi est trop gros : 8 Mo au plus."), 413)(scope, receive, send)
            return
        replay = _replay(body, receive)
        answer = await self._own_answer(Request(scope, replay))
        await (answer or self._app)(scope, _replay(body, receive), send)

    async def _own_answer(self, request: Request) -> Response | None:
        """The guard's own answer, or None when the request may go on."""
        path, address = request.url.path, request.client.host if request.client else ""
        session = self._gate.session(request.cookies.get(COOKIE))
        request.state.session = session
        if session is None:
            if path == SIGN_IN and request.method == "POST":
                return await self._sign_in(request, address)
            return self._program(request, address)
        if request.method in _CHANGING and not await _carries_token(request, session):
            why = wording(request).say("Cette page est restée ouverte trop longtemps. Rechargez-la, puis recommencez.")
            return refused(request, why, 403)
        if path == SIGN_OUT and request.method == "POST":
            return self._sign_out(session)
        return RedirectResponse(HOME, 303, HEADERS) if path == SIGN_IN else None

    def _program(self, request: Request, address: str) -> Response | None:
        words = wording_in(request.query_params.get(LANGUAGE_FIELD, ""))
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return sign_in_page(request, words)
        if self._gate.is_locked(address):
            return _locked(request, words)
        guess = secret.strip().encode("latin-1", "replace").decode("utf-8", "replace")  # headers come in latin-1
        return None if self._gate.accepts(guess, address) else sign_in_page(request, words)

    async def _sign_in(self, request: Request, address: str) -> Response:
        form = await request.form()
        then, words = inside(str(form.get("page", ""))), wording_in(str(form.get(LANGUAGE_FIELD, "")))
        if self._gate.is_locked(address):
            return _locked(request, words)
        if not self._gate.accepts(str(form.get("secret", "")).strip(), address):
            return sign_in_page(request, words, words.say("Ce n'est pas le bon code."), 401, then)
        session = self._gate.open_session(words.locale.tag)
        response = RedirectResponse(then, 303, HEADERS)
        response.set_cookie(COOKIE, session.id, path="/bench", httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return response

    def _sign_out(self, session: Session) -> Response:
        self._gate.close(session)
        response = RedirectResponse(HOME, 303, {**HEADERS, "Clear-Site-Data": '"cache", "storage"'})
        response.delete_cookie(COOKIE, path="/bench", httponly=True, samesite="strict")
        return response


def _locked(request: Request, words: Wording) -> Response:
    message = words.say("Trop d'essais. Recommencez dans {minutes} minutes.", minutes=LOCKED_FOR // 60)
    response = sign_in_page(request, words, message, 429)
    response.headers["Retry-After"] = str(LOCKED_FOR)
    return response


async def _carries_token(request: Request, session: Session) -> bool:
    """Whether the request comes from one of our own pages (header ``X-CSRF-Token``, or the form's ``csrf``)."""
    sent = request.headers.get("x-csrf-token")
    if sent is None:
        sent = str((await request.form()).get("csrf", ""))
    return hmac.compare_digest(sent.encode("utf-8", "replace"), session.csrf.encode())


def _replay(body: bytes, receive: Receive) -> Receive:
    """A body that was already read, given once more; then what the server says next (that the person went away)."""
    waiting: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again

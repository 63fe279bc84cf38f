"""The kiosk's JSON: ``POST /api/kiosk/message`` and ``POST /api/kiosk/erase``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.house import House
from bot.needs import Kind
from bot.reply import OTHER
from bot.surfaces.http import bad_input, json_response, read_body
from bot.surfaces.kiosk.view import answer_view
from bot.surfaces.requests import read_object
from bot.turn import DANGER_ACTIONS

_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{22}")
"""128 random bits, as :func:`bot.engine.assistant.new_conversation_id` writes them."""


@dataclass(frozen=True)
class KioskMessage:
    """A sentence, or a button (``tap``: a need, or an option of the answer before), in a conversation, to answer in ``lang``."""

    conversation: str
    text: str
    lang: str
    tap: str | None


def routes() -> list[BaseRoute]:
    """The API."""
    return [
        Route("/api/kiosk/message", _message, methods=["POST"]),
        Route("/api/kiosk/erase", _erase, methods=["POST"]),
    ]


async def _message(request: Request) -> Response:
    try:
        message = read_message(await _json(request), current_house())
    except BadInput as error:
        return bad_input(error)
    reply = await request.app.state.assistant.answer(
        message.text, conversation=message.conversation, lang=message.lang, surface="kiosk", picked=message.tap
    )
    return json_response(answer_view(reply, current_house()))


async def _erase(request: Request) -> Response:
    try:
        conversation = _conversation(await _json(request))
    except BadInput as error:
        return bad_input(error)
    await request.app.state.assistant.erase(conversation)
    return json_response({"erased": True})


async def _json(request: Request) -> dict[str, Any]:
    """The object sent. A page of another site cannot send this type without being asked first (OWASP ASVS 3.5.2)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadInput("Il faut l'en-tête « Content-Type: application/json ».")
    return read_object(await read_body(request))


def read_message(data: Mapping[str, Any], house: House) -> KioskMessage:
    """Reads ``{"conversation", "lang", "text"}`` or ``{"conversation", "lang", "tap"}``.

    Raises:
        BadInput: when a field is missing, of the wrong type, or names nothing of this house.
    """
    text, lang, tap = data.get("text", ""), data.get("lang"), data.get("tap")
    if not isinstance(lang, str) or lang not in house.languages.locales:
        raise BadInput("« lang » est une langue comme « fr » ou « ar ».")
    if tap is not None and not (isinstance(tap, str) and _can_be_tapped(house, tap)):
        raise BadInput("« tap » est l'identifiant d'un besoin ou d'une réponse proposée.")
    if not isinstance(text, str) or (tap is None and not text.strip()):
        raise BadInput("Il manque « text », une chaîne de caractères : la phrase de la personne.")
    return KioskMessage(_conversation(data), "" if tap else text, lang, tap)


def _can_be_tapped(house: House, identifier: str) -> bool:
    """Whether a button of the kiosk may carry this id: a need that partners answer, or an option of any answer."""
    need = house.needs.needs.get(identifier)
    return identifier in (OTHER, *DANGER_ACTIONS) or (need is not None and need.kind is Kind.ORIENT)


def _conversation(data: Mapping[str, Any]) -> str:
    conversation = data.get("conversation")
    if not isinstance(conversation, str) or not _CONVERSATION.fullmatch(conversation):
        raise BadInput("« conversation » est l'identifiant que la page a reçu.")
    return conversation

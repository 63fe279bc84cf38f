"""The routes for programs: ``/api/orient``, the shape of Rasa's REST channel, and what describes them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.errors import BadInput
from bot.surfaces import openapi
from bot.surfaces.http import bad_input, json_response, read_json_body
from bot.surfaces.jsonl import answer_request
from bot.surfaces.requests import read_object, read_request
from bot.surfaces.rest_channel import read_rest_message, rest_answer


def routes() -> list[BaseRoute]:
    """What this surface serves."""
    return [
        Route("/api/orient", _orient, methods=["POST"]),
        Route("/webhooks/rest/webhook", _rest, methods=["POST"]),
        Route("/api/openapi.json", _openapi, methods=["GET"]),
    ]


async def _orient(request: Request) -> Response:
    try:
        message = read_request(await read_json_body(request))
    except BadInput as error:
        return bad_input(error)
    return json_response(await answer_request(request.app.state.assistant, message, None, "api"))


async def _rest(request: Request) -> Response:
    try:
        message = read_rest_message(read_object(await read_json_body(request)))
    except BadInput as error:
        return bad_input(error)
    return json_response(await rest_answer(request.app.state.assistant, message))


async def _openapi(_request: Request) -> Response:
    return json_response(openapi.DOCUMENT)

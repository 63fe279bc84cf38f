"""The model: learn the corrections in the background, see what changes, put it in service or go back. A person decides."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import corrections
from bot.engine import challenge
from bot.engine.training import ModelStore
from bot.errors import BoussoleError
from bot.surfaces.bench.shell import done, page, refused
from bot.surfaces.http import json_response


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [
        Route("/modele", _show, methods=["GET"]),
        Route("/modele/etat", _state, methods=["GET"]),
        Route("/modele/entrainer", _start, methods=["POST"]),
        Route("/modele/servir", _serve, methods=["POST"]),
        Route("/modele/revenir", _go_back, methods=["POST"]),
    ]


async def _show(request: Request) -> Response:
    store = ModelStore()
    status = challenge.status()
    result = status.result() if status else None
    return page(
        request,
        "model.html",
        in_service=request.app.state.assistant.model,
        to_learn=sum(correction.train for correction in corrections.read_all()),
        waiting=challenge.waiting(store),
        training=status,
        result=result,
        is_offered=status is not None and result is not None and store.manifest().challenger == status.model,
        can_go_back=store.can_go_back(),
    )


async def _state(_request: Request) -> Response:
    status = challenge.status()
    if status is None:
        return json_response({"state": "none", "running": False})
    return json_response({"state": status.state, "running": status.is_running, "done": status.done, "total": status.total})


async def _start(request: Request) -> Response:
    try:
        challenge.start()
    except BoussoleError as error:
        return refused(request, error, 409)
    return done("/bench/modele")


async def _serve(request: Request) -> Response:
    store = ModelStore()
    try:
        challenge.put_in_service(store)
        await request.app.state.assistant.replace_model(store.verified())
    except BoussoleError as error:
        return refused(request, error, 409)
    return done("/bench/modele")


async def _go_back(request: Request) -> Response:
    store = ModelStore()
    try:
        store.go_back()
        await request.app.state.assistant.replace_model(store.verified())
    except BoussoleError as error:
        return refused(request, error, 409)
    return done("/bench/modele")

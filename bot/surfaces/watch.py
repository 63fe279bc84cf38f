"""The routes for whoever keeps the service running: alive, ready, and counts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine import metrics
from bot.surfaces.http import json_response


def routes() -> list[BaseRoute]:
    """What this module serves."""
    return [
        Route("/health", _health, methods=["GET"]),
        Route("/ready", _ready, methods=["GET"]),
        Route("/metrics", _metrics, methods=["GET"]),
    ]


async def _health(_request: Request) -> Response:
    """The process is alive: whoever watches need not restart it."""
    return json_response({"status": "ok"})


async def _ready(request: Request) -> Response:
    """Model and house are loaded, and the shared store answers: a load balancer may send people here."""
    assistant = request.app.state.assistant
    if not assistant.model:
        return json_response({"status": "model"}, 503)
    is_up = await assistant.store_answers()
    return json_response({"status": "ok" if is_up else "store"}, 200 if is_up else 503)


async def _metrics(_request: Request) -> Response:
    body, media_type = metrics.exposition()
    return Response(body, headers={"Content-Type": media_type})

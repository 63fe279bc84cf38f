"""Try: a sentence in any language, what was understood of it, and the answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.surfaces.bench.shell import page


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [Route("/", _show, methods=["GET"])]


async def _show(request: Request) -> Response:
    return page(request, "tryout.html")

"""The style and the scripts of the bench, behind the same door as its pages."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.surfaces.bench.shell import WEB
from bot.surfaces.http import HEADERS

_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def routes() -> list[BaseRoute]:
    """What this module serves."""
    return [Route("/static/{name}", _asset)]


async def _asset(request: Request) -> Response:
    files = {path.name: path for path in WEB.iterdir() if path.suffix in _KINDS}
    path = files.get(request.path_params["name"])
    if path is None:
        raise HTTPException(404)
    return Response(path.read_bytes(), headers={**HEADERS, "Content-Type": _KINDS[path.suffix]})

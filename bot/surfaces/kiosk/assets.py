"""The kiosk's own files: styles, modules, drawings. Only those that are in its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.cards import spaced
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.surfaces.http import HEADERS, bad_input
from bot.surfaces.kiosk.templates import FOLDER

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def routes() -> list[BaseRoute]:
    """The files, and the one line of script that another site holds."""
    return [Route("/kiosk/{name:path}", _asset, methods=["GET"]), Route("/widget.js", _widget, methods=["GET"])]


def _files() -> Mapping[str, Path]:
    """Every file that may be served, by its name. Looked up at each request: an edited style shows at once."""
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.suffix in _TYPES}


async def _asset(request: Request) -> Response:
    path = _files().get(request.path_params["name"])
    if path is None:
        return bad_input(BadInput("Ce fichier n'existe pas."), 404)
    return Response(path.read_bytes(), headers={**HEADERS, "Content-Type": _TYPES[path.suffix]})


async def _widget(_request: Request) -> Response:
    """The script, with the numbers it shows on the other site when this server does not answer there."""
    catalogue = current_house().catalogue
    numbers = [{"number": number, "display": spaced(number), "sms": catalogue.lines[number].by_text_only} for number in catalogue.footer]
    house = [{"number": phone.number, "display": phone.display, "sms": False} for phone in catalogue.house.phones]
    script = (FOLDER / "widget.js").read_bytes().replace(b'"NUMBERS"', json.dumps([*numbers, *house]).encode("ascii"))
    return Response(script, headers={**HEADERS, "Content-Type": _TYPES[".js"], "Cross-Origin-Resource-Policy": "cross-origin"})

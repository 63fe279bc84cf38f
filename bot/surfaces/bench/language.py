"""The language of the bench's pages: each browser has its own, for as long as it is signed in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine.current_house import current_house
from bot.surfaces.bench.shell import LANGUAGE_FIELD, done, inside, read_form


def routes() -> list[BaseRoute]:
    """What this module serves."""
    return [Route("/langue", _choose, methods=["POST"])]


async def _choose(request: Request) -> Response:
    """Keeps the choice in the session and goes back to the page; an unknown language changes nothing."""
    form = await read_form(request)
    session, tag = request.state.session, form.get(LANGUAGE_FIELD, "")
    if session is not None and tag in current_house().languages.locales:
        session.language = tag
    return done(inside(form.get("page", "")))

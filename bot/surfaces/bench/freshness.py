"""Freshness: which facts are old, whom to ring to confirm them, and one button once it is done."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import catalogue_edit, clock
from bot.engine.current_house import current_house, keeper
from bot.errors import BadInput
from bot.freshness import MAX_AGE_IN_MONTHS, facts, is_old
from bot.surfaces.bench.shell import done, page, read_form, refused


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [Route("/fraicheur", _show, methods=["GET"]), Route("/fraicheur", _confirm, methods=["POST"])]


async def _show(request: Request) -> Response:
    every = facts(current_house().catalogue, clock.now().date())
    old = [fact for fact in every if is_old(fact)]
    fresh = [fact for fact in every if not is_old(fact)]
    return page(request, "freshness.html", old=old, fresh=fresh, months=MAX_AGE_IN_MONTHS)


async def _confirm(request: Request) -> Response:
    form = await read_form(request)
    try:
        await asyncio.to_thread(catalogue_edit.confirm, form.get("section", ""), form.get("id", ""), clock.now().date())
    except BadInput as error:
        return refused(request, error, 404)
    await asyncio.to_thread(keeper().reload)
    return done("/bench/fraicheur")

"""The bench (``/bench``): staff try sentences, correct what was misunderstood, keep the catalogue true, and see what it is used for.

A page of the bench is a module with ``routes()``, listed in :data:`PAGES`, and a link in ``bot/web/bench/layout.html``.
Everything under ``/bench`` is behind :class:`~bot.surfaces.bench.guard.StaffOnly`: a page cannot forget to be guarded.
"""

from __future__ import annotations

import os

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.surfaces.bench import assets, batches, catalogue, corrections, freshness, language, model, tryout, usage
from bot.surfaces.bench.guard import StaffOnly
from bot.surfaces.bench.shell import HOME
from bot.surfaces.bench.sign_in import Gate

PAGES = (tryout, batches, corrections, model, catalogue, freshness, usage, language, assets)


def routes() -> list[BaseRoute]:
    """What the bench serves; nothing, so 404 everywhere, unless ``BOUSSOLE_BENCH_TOKEN`` holds a secret."""
    secret = os.environ.get("BOUSSOLE_BENCH_TOKEN", "").strip()
    if not secret:
        return []
    guard = [Middleware(StaffOnly, gate=Gate(secret))]
    pages = [route for page in PAGES for route in page.routes()]
    return [Mount("/bench", routes=pages, middleware=guard), Route("/bench", _home, middleware=guard)]


async def _home(_request: Request) -> Response:
    return RedirectResponse(HOME)

"""The observatory: what people come for, month by month, small numbers hidden; a yearly report and a CSV to take away."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.batch.writing import csv_bytes
from bot.engine.current_house import current_house
from bot.engine.observing import count_store, recorder
from bot.errors import BadInput
from bot.observatory import SMALL, Overview, Period, overview
from bot.observatory_report import CSV_TITLES, csv_lines, period_report, shown
from bot.surfaces.bench.paper import download, paper
from bot.surfaces.bench.shell import page, refused, wording


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [
        Route("/observatoire", _show, methods=["GET"]),
        Route("/observatoire/observatoire.csv", _csv, methods=["GET"]),
        Route("/observatoire/rapport", _report, methods=["GET"]),
    ]


async def _show(request: Request) -> Response:
    try:
        seen = await _overview(request)
    except BadInput as error:
        return refused(request, error)
    return page(
        request,
        "usage.html",
        first=f"{seen.period.first:%Y-%m}",
        last=f"{seen.period.last:%Y-%m}",
        year=seen.period.last.year,
        tables=shown(seen, current_house(), wording(request)),
        small=SMALL,
    )


async def _csv(request: Request) -> Response:
    try:
        seen = await _overview(request)
    except BadInput as error:
        return refused(request, error)
    return download(csv_bytes(CSV_TITLES, csv_lines(seen, current_house())), "observatoire.csv")


async def _report(request: Request) -> Response:
    try:
        seen = await _overview(request)
    except BadInput as error:
        return refused(request, error)
    return paper(period_report(seen, current_house(), clock.now()))


async def _overview(request: Request) -> Overview:
    """The period asked for with « de » and « a »; this month without them."""
    month = f"{clock.now():%Y-%m}"
    start = request.query_params.get("de") or month
    period = Period.of(start, request.query_params.get("a") or max(start, month))
    await asyncio.to_thread(recorder().flush)
    try:
        counts = await asyncio.to_thread(count_store().read, period.first, period.last)
    except Exception as error:
        raise BadInput("Les compteurs ne peuvent pas être lus pour le moment. Recommencez dans un instant.") from error
    return overview(counts, period)

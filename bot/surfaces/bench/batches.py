"""Batches: a table of sentences pasted or uploaded, answered while one watches, told right or wrong, taken home as a file.

No word of it is written to the disk: uploads stay in memory, and are erased on a click or within the hour.
"""

from __future__ import annotations

from typing import Callable, Sequence

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.batch.report import report
from bot.batch.results import Result, Verdict, by_language, by_need, confusion, figures, figures_by
from bot.batch.rows import MAX_ROWS, read_rows
from bot.batch.table import MAX_BYTES
from bot.batch.writing import TITLES, cells, csv_bytes, ods_bytes
from bot.charts import heat_map
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.surfaces.bench.guard import MAX_BODY
from bot.surfaces.bench.jobs import Job, Jobs
from bot.surfaces.bench.paper import download, paper
from bot.surfaces.bench.shell import page, refused, wants_html, wording
from bot.surfaces.http import HEADERS, json_response

HOME = "/bench/lots"
SURFACE = "batch"
SHOWN = 200
"""Rows on a page: more is slow to read and to draw."""
MAX_PASTED = 900_000
"""Characters that may be pasted; a larger table is uploaded."""

MultiPartParser.spool_max_size = MAX_BODY  # an upload never goes through a temporary file

_jobs = Jobs()


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [
        Route("/lots", _form, methods=["GET"]),
        Route("/lots", _start, methods=["POST"]),
        Route("/lots/modele.csv", _example, methods=["GET"]),
        Route("/lots/{id}", _show, methods=["GET"]),
        Route("/lots/{id}/etat", _state, methods=["GET"]),
        Route("/lots/{id}/arreter", _stop, methods=["POST"]),
        Route("/lots/{id}/effacer", _erase, methods=["POST"]),
        Route("/lots/{id}/resultats.csv", _csv, methods=["GET"]),
        Route("/lots/{id}/resultats.ods", _ods, methods=["GET"]),
        Route("/lots/{id}/rapport", _report, methods=["GET"]),
    ]


async def _form(request: Request) -> Response:
    return _form_page(request)


def _form_page(request: Request, mistakes: Sequence[str] = (), pasted: str = "") -> Response:
    return page(
        request,
        "batches.html",
        400 if mistakes else 200,
        mistakes=mistakes,
        pasted=pasted,
        jobs=_jobs.of(_owner(request)),
        max_rows=MAX_ROWS,
        max_pasted=MAX_PASTED,
        max_megabytes=MAX_BYTES // 1024 // 1024,
    )


async def _start(request: Request) -> Response:
    form = await request.form()
    upload, pasted = form.get("file"), str(form.get("text", ""))
    data = await upload.read() if isinstance(upload, UploadFile) else b""
    try:
        rows = read_rows(data or pasted.encode("utf-8", "replace"), current_house().catalogue)
        assistant = request.app.state.assistant
        job = _jobs.start(_owner(request), rows, lambda text: assistant.answer(text, surface=SURFACE))
    except BadInput as error:
        if not wants_html(request):
            return refused(request, error)
        return _form_page(request, str(error).splitlines(), pasted)
    if not wants_html(request):
        return json_response({"id": job.id, "rows": len(rows)}, 202)
    return RedirectResponse(f"{HOME}/{job.id}", 303, HEADERS)


async def _example(_request: Request) -> Response:
    lines = [("le voisin crie toutes les nuits", "tranquillite-publique", "", "fr"), ("mon mari me frappe", "", "3919", "fr")]
    return download(csv_bytes(("text", "partner", "line", "language"), lines), "modele.csv")


async def _show(request: Request) -> Response:
    job = _job(request)
    results = list(job.results)
    chosen = {name: request.query_params.get(name, "") for name in _FILTERS}
    kept = [result for result in results if all(_FILTERS[name](result) == value for name, value in chosen.items() if value)]
    number = _page_number(request, len(kept))
    confused, say = confusion(results), wording(request).say
    return page(
        request,
        "batch.html",
        job=job,
        overall=figures(results),
        missed=sum(result.verdict is Verdict.MISS for result in results),
        groups={say("Besoin compris"): figures_by(by_need, results), say("Langue"): figures_by(by_language, results)},
        picture=heat_map(say("Partenaire attendu et partenaire proposé"), confused.expected, confused.named, confused.counts),
        mistakes=confused.mistakes,
        choices={name: sorted({value(result) for result in results}) for name, value in _FILTERS.items()},
        chosen=chosen,
        rows=kept[(number - 1) * SHOWN : number * SHOWN],
        found=len(kept),
        number=number,
        pages=_pages(len(kept)),
    )


_FILTERS: dict[str, Callable[[Result], str]] = {
    "resultat": lambda result: result.verdict.value,
    "langue": by_language,
    "besoin": by_need,
}


def _pages(count: int) -> int:
    return max(1, -(-count // SHOWN))


def _page_number(request: Request, count: int) -> int:
    asked = request.query_params.get("page", "1")
    return min(max(1, int(asked)), _pages(count)) if asked.isdecimal() and len(asked) < 6 else 1


async def _state(request: Request) -> Response:
    job = _job(request)
    return json_response({"state": job.state.value, "done": len(job.results), "total": len(job.rows), "running": job.is_running})


async def _stop(request: Request) -> Response:
    job = _job(request)
    job.stop()
    return RedirectResponse(f"{HOME}/{job.id}", 303, HEADERS)


async def _erase(request: Request) -> Response:
    _jobs.erase(_job(request))
    return RedirectResponse(HOME, 303, HEADERS)


async def _csv(request: Request) -> Response:
    return download(csv_bytes(TITLES, map(cells, _job(request).results)), "resultats.csv")


async def _ods(request: Request) -> Response:
    return download(ods_bytes(TITLES, map(cells, _job(request).results)), "resultats.ods")


async def _report(request: Request) -> Response:
    return paper(report(_job(request).results, clock.now()))


def _job(request: Request) -> Job:
    job = _jobs.get(request.path_params["id"], _owner(request))
    if job is None:
        raise HTTPException(404)
    return job


def _owner(request: Request) -> str:
    """Batches belong to a signed-in browser; those of programs to whoever holds the secret."""
    session = request.state.session
    return session.id if session is not None else "programme"

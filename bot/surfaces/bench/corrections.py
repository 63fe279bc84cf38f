"""Correct: what should have come instead, kept as a case and, if ticked, learnt at the next training."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import clock, corrections, project
from bot.checks.cases import case_of, load_cases
from bot.checks.corrections import refuse
from bot.corrections import Correction
from bot.documents import display_name
from bot.engine import challenge
from bot.engine.assistant import Assistant
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.evaluation.measure import Answered, is_right
from bot.surfaces.bench.choices import choices, need_label
from bot.surfaces.bench.shell import done, french, page, read_form, refused, wording
from bot.surfaces.http import json_response
from bot.text import clean
from bot.wording import Wording

OUTSIDE = "hors-sujet"
SHOWN = 50
"""The latest corrections are tried again each time the page is shown; older ones are listed without."""


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [
        Route("/corrections", _list, methods=["GET"]),
        Route("/corrections", _add, methods=["POST"]),
        Route("/corrections/retirer", _withdraw, methods=["POST"]),
    ]


async def _list(request: Request) -> Response:
    return await _page(request, {})


async def _page(request: Request, form: dict[str, str], status: int = 200, message: str = "") -> Response:
    kept, words = corrections.read_all()[::-1], wording(request)
    return page(
        request,
        "corrections.html",
        status,
        form=form,
        message=message,
        choices=choices(current_house(), words),
        rows=[await _row(correction, request.app.state.assistant, words) for correction in kept[:SHOWN]],
        total=len(kept),
        waiting=challenge.waiting(),
    )


async def _row(correction: Correction, assistant: Assistant, words: Wording) -> dict[str, Any]:
    """A correction, what was asked in words, and whether today's answer follows it."""
    reply = await assistant.answer(correction.text, surface="bench")
    needs, partners = current_house().needs.needs, current_house().catalogue.services
    wanted = [need_label(needs[need], words) for need in correction.needs if need in needs]
    wanted += [partners[partner].name for partner in correction.services if partner in partners]
    return {
        "correction": correction,
        "language": words.language_name(correction.language),
        "wanted": [*wanted, *correction.lines],
        "right": is_right(Answered(case_of(correction), reply)),
    }


async def _add(request: Request) -> Response:
    form = await read_form(request)
    correction = _read(form)
    try:
        refuse(correction, current_house(), _case_texts())
    except BadInput as error:
        if request.state.session is None:
            return refused(request, error)
        return await _page(request, form, 400, french(error))
    path = corrections.add(correction)
    if request.state.session is None:
        return json_response({"file": display_name(path)}, 201)
    return done("/bench/corrections")


async def _withdraw(request: Request) -> Response:
    form = await read_form(request)
    if not corrections.withdraw(form.get("text", "")):
        return refused(request, wording(request).say("Cette correction n'est plus là : quelqu'un l'a déjà retirée."), 404)
    return done("/bench/corrections")


def _read(form: dict[str, str]) -> Correction:
    need = form.get("need", "")
    return Correction(
        text=clean(form.get("text", "")),
        language=form.get("language") or "fr",
        needs=(need,) if need else (),
        services=(form["service"],) if form.get("service") else (),
        lines=(form["line"],) if form.get("line") else (),
        outcome="outside" if need == OUTSIDE else None,
        danger=form.get("danger") == "yes",
        why=clean(form.get("why", "")),
        author=form.get("author") or None,
        date=clock.now().date(),
        train=form.get("train") == "yes",
    )


def _case_texts() -> list[tuple[str, str]]:
    """The cases there are, with the file of each: a new correction must be none of them."""
    kept = [("data/corrections", correction.text) for correction in corrections.read_all()]
    return kept + [(display_name(path), case.text) for path in sorted(project.CASES.glob("*.yaml")) for case in load_cases([path])]

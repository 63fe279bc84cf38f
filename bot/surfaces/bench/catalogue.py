"""The catalogue: a form a partner, checked while it is typed, shown as residents would see it, written only when it is sound."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import catalogue, catalogue_edit, clock
from bot.cards import card_for, session_words
from bot.catalogue import Catalogue
from bot.catalogue_edit import ROWS, TEXTS, Draft, EditedMeanwhile, Row, Values
from bot.checks.problems import Problem
from bot.engine.current_house import current_house, keeper
from bot.errors import BadInput, BrokenData
from bot.presenter import card_text
from bot.surfaces.bench.choices import choices
from bot.surfaces.bench.shell import done, french, page, read_form, refused, wording
from bot.surfaces.http import json_response
from bot.wording import Wording, wording_for

PREVIEW_IN = ("fr", "en", "ar")
SESSIONS_SHOWN = 5
_TRANSLATED = ("name", "what", "for_whom", "not_for", "words", "note", "label")
"""What is shown in the reader's language."""


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [
        Route("/catalogue", _list, methods=["GET"]),
        Route("/catalogue/fermer", _close, methods=["POST"]),
        Route("/catalogue/{id}", _edit, methods=["GET"]),
        Route("/catalogue/{id}", _save, methods=["POST"]),
        Route("/catalogue/{id}/verifier", _check, methods=["POST"]),
    ]


async def _list(request: Request) -> Response:
    words, now, today = wording(request), clock.now(), clock.now().date()
    rows = []
    for service in current_house().catalogue.services.values():
        dated = service.next_sessions(now, 1)
        rows.append(
            {
                "service": service,
                "next": session_words(dated[0].session, words, now) if dated else "",
                "closures": [closure for closure in service.closures if closure.last >= today],
            }
        )
    return page(request, "catalogue.html", rows=rows)


async def _edit(request: Request) -> Response:
    identifier = request.path_params["id"]
    try:
        values = await asyncio.to_thread(catalogue_edit.values_of, identifier)
    except BadInput as error:
        return refused(request, error, 404)
    return _form(request, values, values)


async def _check(request: Request) -> Response:
    """What is typed, judged: the errors by field, the lines that change, the card and the sessions as they would be."""
    form = await read_form(request)
    try:
        made = await asyncio.to_thread(catalogue_edit.draft, request.path_params["id"], _base(form), read_values(form))
    except BadInput as error:
        return json_response({"problems": [{"field": "", "message": str(error)}], "diff": [], "previews": [], "sessions": []})
    shown = _preview(request.path_params["id"], made, wording(request))
    return json_response({"problems": [vars(problem) for problem in _problems(made.errors)], "diff": made.diff(), **shown})


async def _save(request: Request) -> Response:
    """First the lines that change, then, once confirmed, the file."""
    identifier, form = request.path_params["id"], await read_form(request)
    try:
        base, wanted = _base(form), read_values(form)
    except BadInput as error:
        return refused(request, error)
    try:
        if form.get("confirm") == "yes":
            await asyncio.to_thread(catalogue_edit.save, identifier, base, wanted)
            await asyncio.to_thread(keeper().reload)
            return done(f"/bench/catalogue/{identifier}")
        made = await asyncio.to_thread(catalogue_edit.draft, identifier, base, wanted)
    except EditedMeanwhile as error:
        return _form(request, error.now, wanted, 409, french(error), collisions=_collisions(error, wanted))
    except BrokenData as error:
        return _form(request, base, wanted, 422, problems=error.problems)
    except BadInput as error:
        return refused(request, error, 404)
    if made.errors:
        return _form(request, base, wanted, 422, problems=made.errors)
    return _review(request, identifier, base, wanted, made)


async def _close(request: Request) -> Response:
    form = await read_form(request)
    identifier, first = form.get("partner", ""), form.get("from", "")
    try:
        await asyncio.to_thread(catalogue_edit.add_closure, identifier, first, form.get("to") or first, form.get("reason", ""))
    except BrokenData as error:
        return refused(request, BadInput(" ".join(problem.message for problem in _problems(error.problems))), 422)
    except BadInput as error:
        return refused(request, error, 404)
    await asyncio.to_thread(keeper().reload)
    return done("/bench/catalogue")


def read_values(form: Mapping[str, str]) -> Values:
    """What a form says; rows left empty, or ticked « retirer », are not there."""
    values: dict[str, Any] = {key: form[key] for key in TEXTS if key in form}
    for key, columns in ROWS.items():
        count = int(form.get(f"{key}.rows", "0")) if form.get(f"{key}.rows", "0").isdigit() else 0
        rows = [{column: form.get(f"{key}.{number}.{column}", "") for column in columns} for number in range(1, min(count, 100) + 1)]
        removed = {number for number in range(1, len(rows) + 1) if form.get(f"{key}.{number}.remove") == "yes"}
        if count:
            values[key] = [row for number, row in enumerate(rows, 1) if number not in removed and any(row.values())]
    return values


def _base(form: Mapping[str, str]) -> Values:
    """The entry as it was when the form was shown."""
    try:
        base = json.loads(form.get("base", ""))
    except ValueError as error:
        raise BadInput("Le formulaire est incomplet. Rechargez la page, puis recommencez.") from error
    if not isinstance(base, dict):
        raise BadInput("Le formulaire est incomplet. Rechargez la page, puis recommencez.")
    return base


def _form(
    request: Request,
    base: Values,
    values: Values,
    status: int = 200,
    message: str = "",
    problems: tuple[Problem, ...] = (),
    collisions: tuple[tuple[str, str, str], ...] = (),
) -> Response:
    identifier = request.path_params["id"]
    house = current_house()
    found = _problems(problems)
    return page(
        request,
        "partner.html",
        status,
        id=identifier,
        name=house.catalogue.services[identifier].name if identifier in house.catalogue.services else identifier,
        values={**base, **values},
        base=json.dumps(base, ensure_ascii=False),
        columns=ROWS,
        choices=choices(house, wording(request)),
        message=message,
        problems=found,
        wrong={problem.field for problem in found},
        collisions=collisions,
        **_shown(house.catalogue, identifier, wording(request)),
    )


def _review(request: Request, identifier: str, base: Values, wanted: Values, made: Draft) -> Response:
    return page(
        request,
        "review.html",
        id=identifier,
        diff=made.diff(),
        fields=_flat(wanted),
        base=json.dumps(base, ensure_ascii=False),
        untranslated=bool(_translated(wanted) - _translated(base)),
        **_preview(identifier, made, wording(request)),
    )


def _translated(values: Values) -> set[str]:
    """The texts of an entry that have a translation."""
    rows: list[Mapping[str, Any]] = [values]
    for value in values.values():
        if not isinstance(value, str):
            rows += value
    return {row[key] for row in rows for key in _TRANSLATED if row.get(key)}


def _flat(values: Values) -> list[tuple[str, str]]:
    """The fields of a form that would send these values."""
    fields: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, str):
            fields.append((key, value))
            continue
        fields.append((f"{key}.rows", str(max(len(value), 1))))
        fields += [(f"{key}.{number}.{column}", row[column]) for number, row in enumerate(value, 1) for column in row]
    return fields


def _preview(identifier: str, made: Draft, words: Wording) -> dict[str, Any]:
    if made.document is None:
        return {"previews": [], "sessions": []}
    return _shown(catalogue.build(made.document), identifier, words)


def _shown(book: Catalogue, identifier: str, words: Wording) -> dict[str, Any]:
    """A partner as residents would see it: the card in three languages, the next sessions in the page's."""
    house, now = current_house(), clock.now()
    service = book.services.get(identifier)
    if service is None:
        return {"previews": [], "sessions": []}
    previews = []
    for tag in PREVIEW_IN:
        locale = house.languages.locales[tag]
        text = card_text(card_for(service, book, wording_for(locale), now), wording_for(locale))
        previews.append({"lang": tag, "name": locale.name, "dir": locale.direction, "text": text})
    dated = service.next_sessions(now, SESSIONS_SHOWN, elsewhere=True)
    return {"previews": previews, "sessions": [session_words(session.session, words, now) for session in dated]}


class _Shown:
    """A problem as the form shows it: the field's name in the form, and a sentence."""

    def __init__(self, problem: Problem) -> None:
        self.field = problem.field
        self.message = f"{problem.found} ; attendu : {problem.expected}. {problem.hint}".strip()


def _problems(problems: tuple[Problem, ...]) -> list[_Shown]:
    return [_Shown(problem) for problem in problems]


def _collisions(error: EditedMeanwhile, wanted: Values) -> tuple[tuple[str, str, str], ...]:
    """What collides: the field, what the file says now, what was typed."""
    return tuple((field, _plain(error.now[field]), _plain(wanted[field])) for field in error.fields)


def _plain(value: str | list[Row]) -> str:
    if isinstance(value, str):
        return value or "–"
    return " / ".join(", ".join(text for text in row.values() if text) for row in value) or "–"

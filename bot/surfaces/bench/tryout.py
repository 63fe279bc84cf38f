"""Try: a sentence in any language, what was understood of it, the answer on each surface, and the answer at another hour."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.engine.assistant import Assistant
from bot.engine.current_house import current_house
from bot.errors import BadInput
from bot.surfaces.bench.changes import changes
from bot.surfaces.bench.choices import choices, need_label
from bot.surfaces.bench.shell import french, page, read_form, wording
from bot.understanding import Understanding
from bot.wording import Wording

SHOWN_NEEDS = 5


def routes() -> list[BaseRoute]:
    """What this page serves."""
    return [Route("/", _ask, methods=["GET"]), Route("/", _answer, methods=["POST"])]


async def _ask(request: Request) -> Response:
    return _page(request, {}, result=None)


async def _answer(request: Request) -> Response:
    form = await read_form(request)
    words = wording(request)
    if not form.get("text"):
        return _page(request, form, result=None, status=400, message=words.say("Écrivez une phrase."))
    try:
        other = _instant(form)
    except BadInput as error:
        return _page(request, form, result=None, status=400, message=french(error))
    return _page(request, form, result=await _result(request.app.state.assistant, form, other, words))


def _page(request: Request, form: dict[str, str], result: Any, status: int = 200, message: str = "") -> Response:
    shown = choices(current_house(), wording(request))
    return page(request, "tryout.html", status, form=form, result=result, message=message, choices=shown)


def _instant(form: dict[str, str]) -> datetime:
    """The other moment to look at: the one typed, or the next Sunday at 22:00, when nobody answers."""
    if form.get("at"):
        return clock.parse_instant(form["at"])
    now = clock.now()
    return datetime.combine(now.date() + timedelta(days=6 - now.weekday() or 7), time(22), clock.PARIS)


async def _result(assistant: Assistant, form: dict[str, str], other: datetime, words: Wording) -> dict[str, Any]:
    text, lang, now = form["text"], form.get("lang") or None, clock.now()
    understood = await assistant.understand(text)
    reply = await assistant.answer(text, lang=lang, now=now, surface="bench")
    today, later = [await assistant.answer(text, lang=words.locale.tag, now=moment, surface="bench") for moment in (now, other)]
    plain = reply.to_json()
    return {
        "reply": reply,
        "json": json.dumps({key: value for key, value in plain.items() if key != "parts"}, ensure_ascii=False, indent=2),
        "understood": understood,
        "language": words.language_name(understood.language),
        "needs": _needs(understood, words),
        "later_words": f"{words.day(other.date())}, {words.hour(other)}",
        "changes": changes(today, later, words),
    }


def _needs(understood: Understanding, words: Wording) -> list[tuple[str, float]]:
    """The surest needs and crossroads, with their labels."""
    house = current_house()
    labels = {need.id: need_label(need, words) for need in house.needs.needs.values()}
    labels |= {one.id: words.entry(f"crossroads.{one.id}.question", one.question) for one in house.needs.crossroads.values()}
    return [(labels.get(guess.id, guess.id), guess.chance) for guess in understood.guesses[:SHOWN_NEEDS]]

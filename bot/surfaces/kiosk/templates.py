"""Pages: Jinja templates, always escaped, that say everything through the locale's wording."""

from __future__ import annotations

from typing import Any, Mapping

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from bot import catalogue as facts
from bot import clock, project
from bot.cards import card_for, line_for, spaced
from bot.engine.current_house import current_house
from bot.language import DEFAULT, Locale
from bot.surfaces.http import HEADERS
from bot.surfaces.kiosk.settings import frame_ancestors
from bot.wording import wording_for

FOLDER = project.ROOT / "bot" / "web" / "kiosk"

_environment = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def asked_locale(request: Request) -> Locale:
    """The locale in ``?lang=``; French when it is missing or unknown."""
    locales = current_house().languages.locales
    return locales.get(request.query_params.get("lang", ""), locales[DEFAULT])


def page(name: str, locale: Locale, headers: Mapping[str, str] | None = None, status: int = 200, **values: Any) -> Response:
    """A whole page in a language, under our headers, allowed to load from this server alone."""
    house, wording = current_house(), wording_for(locale)
    html = _environment.get_template(name).render(
        locale=locale,
        locales=house.languages.locales.values(),
        say=wording.say,
        entry=wording.entry,
        house=card_for(house.catalogue.services[facts.HOUSE], house.catalogue, wording, clock.now()),
        emergency=[line_for(house.catalogue.lines[number], house.catalogue, wording) for number in house.catalogue.footer],
        spaced=spaced,
        in_locale=wording_for,
        **values,
    )
    own = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _policy()}
    return Response(html, status, {**HEADERS, **(headers or {}), **own})


def _policy() -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'none'; base-uri 'none'; frame-ancestors {frame_ancestors()}"
    )

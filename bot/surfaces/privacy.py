"""``/confidentialite``: what is kept, what is not, in words that everybody reads. No script, no style, nothing else to fetch."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot import project
from bot.cards import line_for
from bot.catalogue import HOUSE
from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.reply import Line
from bot.wording import wording_for

_PAGE = (project.ROOT / "bot" / "web" / "confidentialite.html").read_text(encoding="utf-8")


def routes() -> list[BaseRoute]:
    """What this surface serves."""
    return [Route("/confidentialite", _page, methods=["GET"])]


async def _page(_request: Request) -> Response:
    """The page, with the house's number and the emergency lines of the catalogue."""
    house = current_house()
    wording = wording_for(house.languages.locales[DEFAULT])
    phone = house.catalogue.services[HOUSE].phones[0]
    lines = [line_for(house.catalogue.lines[number], house.catalogue, wording) for number in house.catalogue.footer]
    numbers = " · ".join(map(_tap, lines))
    welcome = f' : <a href="tel:{phone.number}">{escape(phone.display)}</a>'
    return HTMLResponse(_PAGE.replace("<!-- accueil -->", welcome).replace("<!-- urgences -->", f"Urgences : {numbers}"))


def _tap(line: Line) -> str:
    way = "sms" if line.text_only else "tel"
    return f'<a href="{way}:{line.number}">{line.number}</a> {escape(line.name)}'

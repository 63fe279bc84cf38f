"""The pages a visitor sees: the kiosk, the widget, the neutral screen after leaving, what is kept, the accessibility statement."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine.assistant import new_conversation_id
from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.surfaces.kiosk.home import subjects
from bot.surfaces.kiosk.settings import frame_ancestors
from bot.surfaces.kiosk.templates import asked_locale, page
from bot.wording import wording_for

IDLE_IN_THE_HOUSE = 60
"""Seconds without a touch after which the kiosk asks whether somebody is there: the next person may be behind."""
IDLE_ELSEWHERE = 600
"""The same on a person's own screen."""
ANSWER_WITHIN = 30
"""Seconds to say so, before everything is wiped (WCAG 2.2.1 asks for 20)."""


def routes() -> list[BaseRoute]:
    """The pages."""
    frame_ancestors()
    return [
        Route("/", _kiosk, methods=["GET"]),
        Route("/widget", _widget, methods=["GET"]),
        Route("/quitter", _left, methods=["GET"]),
        Route("/accessibilite", _accessibility, methods=["GET"]),
        Route("/confidentialite", _privacy, methods=["GET"]),
    ]


async def _kiosk(request: Request) -> Response:
    return _home(request, "kiosk", IDLE_IN_THE_HOUSE)


async def _widget(request: Request) -> Response:
    return _home(request, "widget", IDLE_ELSEWHERE)


def _home(request: Request, mode: str, idle: int) -> Response:
    """The page holds the id of a conversation that begins with its first message, and ends with the page."""
    locale = asked_locale(request)
    return page(
        "home.html",
        locale,
        mode=mode,
        idle=idle,
        answer_within=ANSWER_WITHIN,
        conversation=new_conversation_id(),
        subjects=subjects(current_house(), wording_for(locale)),
    )


async def _left(request: Request) -> Response:
    """The screen after leaving: works as a plain link, clears what the browser may hold, says nothing of what was there."""
    return page("left.html", asked_locale(request), {"Clear-Site-Data": '"cache", "cookies", "storage"'})


async def _accessibility(_request: Request) -> Response:
    """The statement that a French public body owes (law 2005-102, article 47), in French, the language of the law."""
    house = current_house()
    return page("accessibility.html", house.languages.locales[DEFAULT], rights=house.catalogue.services["defenseur-des-droits"])


async def _privacy(request: Request) -> Response:
    """What is kept, what is not, in words that everybody reads."""
    return page("privacy.html", asked_locale(request))

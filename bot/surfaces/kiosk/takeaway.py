"""What a phone takes away: the public page of a partner, its QR code, its next session for a calendar. No identifier in any."""

from __future__ import annotations

import io

import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.calendar_file import next_session_file
from bot.cards import card_for
from bot.catalogue import Service
from bot.engine.current_house import current_house
from bot.surfaces.http import HEADERS
from bot.surfaces.kiosk.settings import public_url
from bot.surfaces.kiosk.templates import asked_locale, page
from bot.surfaces.kiosk.view import card_view
from bot.wording import wording_for


def routes() -> list[BaseRoute]:
    """The partners' pages."""
    return [
        Route("/p/{service}", _partner, methods=["GET"]),
        Route("/p/{service}/qr.svg", _qr, methods=["GET"]),
        Route("/p/{service}/agenda.ics", _calendar, methods=["GET"]),
    ]


async def _partner(request: Request) -> Response:
    """A partner's page; the house's own, with a 404, for a code printed before the partner left."""
    locale, catalogue = asked_locale(request), current_house().catalogue
    wording = wording_for(locale)
    service = catalogue.services.get(request.path_params["service"])
    card = card_view(card_for(service or catalogue.house, catalogue, wording, clock.now()), wording)
    return page("partner.html", locale, status=200 if service else 404, card=card)


async def _qr(request: Request) -> Response:
    """The code of the partner's page, in the person's language."""
    service, locale = _service(request), asked_locale(request)
    code = segno.make(f"{public_url(request)}/p/{service.id}?lang={locale.tag}", error="m", micro=False)
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=2, omitsize=True, dark="#14243a", light="#fff")
    return Response(drawing.getvalue(), headers={**HEADERS, "Content-Type": "image/svg+xml"})


async def _calendar(request: Request) -> Response:
    """The partner's next session; 404 when no source gives its days. The file's name says nothing of the partner."""
    wording, now = wording_for(asked_locale(request)), clock.now()
    content = next_session_file(card_for(_service(request), current_house().catalogue, wording, now), wording, now)
    if content is None:
        raise HTTPException(404)
    kind = {"Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": 'attachment; filename="permanence.ics"'}
    return Response(content, headers={**HEADERS, **kind})


def _service(request: Request) -> Service:
    service = current_house().catalogue.services.get(request.path_params["service"])
    if service is None:
        raise HTTPException(404)
    return service

"""What the pages of the bench share: templates that escape by themselves, the headers, refusals as a page or as JSON."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot import project
from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.messages import BENCH
from bot.surfaces.http import HEADERS, json_response
from bot.wording import Wording, wording_for

WEB = project.RASA / "web" / "bench"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Our own files and nothing else; no script and no style inside a page."""


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """The templates of the bench. A value that is missing is an error, never a blank."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def wording() -> Wording:
    """The words of the bench's pages, in the language of the house's staff."""
    return wording_for(current_house().languages.locales[DEFAULT], BENCH)


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page. Templates find ``say``, ``csrf``, ``here`` (the page's own path) and ``values``."""
    words = wording()
    session = request.state.session
    html = (
        templates()
        .get_template(template)
        .render(
            say=words.say,
            lang=words.locale.tag,
            direction="rtl" if words.locale.is_rtl else "ltr",
            csrf=session.csrf if session else "",
            here=request.url.path,
            **values,
        )
    )
    return HTMLResponse(html, status, {**HEADERS, "Content-Security-Policy": POLICY})


def sign_in_page(request: Request, message: str = "", status: int = 401) -> Response:
    """The form that asks for the secret, for a browser; one sentence of JSON for a program. Shows nothing of the bench."""
    if not wants_html(request):
        return json_response({"error": message or "Il faut s'identifier : Authorization: Bearer …"}, status)
    nonce = secrets.token_urlsafe(16)
    html = templates().get_template("sign_in.html").render(message=message, page=request.url.path, nonce=nonce)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(html, status, {**HEADERS, "Content-Security-Policy": policy})


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form that are texts, trimmed."""
    return {key: value.strip() for key, value in (await request.form()).multi_items() if isinstance(value, str)}


def done(path: str) -> Response:
    """After something was written: the page that shows it, fetched anew (a reload never writes twice)."""
    return RedirectResponse(path, 303, HEADERS)


def refused(request: Request, message: str, status: int = 400) -> Response:
    """Why something could not be done, as a page or as ``{"error"}``."""
    if wants_html(request) and getattr(request.state, "session", None) is not None:
        return page(request, "refused.html", status, message=message)
    return json_response({"error": message}, status)


def wants_html(request: Request) -> bool:
    """Whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")

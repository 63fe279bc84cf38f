"""What the pages of the bench share: templates that escape by themselves, the headers, refusals as a page or as JSON."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot import project
from bot.engine.current_house import current_house
from bot.language import DEFAULT
from bot.messages import BENCH
from bot.surfaces.bench.sign_in import Session
from bot.surfaces.http import HEADERS, json_response
from bot.wording import Wording, wording_for

WEB = project.RASA / "web" / "bench"
HOME = "/bench/"
LANGUAGE_FIELD = "langue"
"""The field of a form, or of the sign-in page's address, that holds the tag of a locale."""
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


def wording_in(tag: str) -> Wording:
    """The words of the bench's pages in the locale of a tag; in French, when the house does not answer in it."""
    locales = current_house().languages.locales
    return wording_for(locales.get(tag, locales[DEFAULT]), BENCH)


def wording(request: Request) -> Wording:
    """The words of the bench's pages, in the language that this browser chose. A program reads French."""
    session = _session(request)
    return wording_in(session.language if session else DEFAULT)


def french(error: Exception) -> Markup:
    """What another layer says, always in French, marked so for a page in another language."""
    return Markup('<span lang="fr" dir="ltr">{}</span>').format(str(error))


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page. Templates find what :func:`_frame` gives, ``csrf``, ``here`` (the page's own path) and ``values``.

    ``back`` is where a change of language leads: this page, or the first one when this page answers a form.
    """
    session = _session(request)
    html = (
        templates()
        .get_template(template)
        .render(
            **_frame(wording(request)),
            csrf=session.csrf if session else "",
            here=request.url.path,
            back=request.url.path if request.method == "GET" else HOME,
            **values,
        )
    )
    return HTMLResponse(html, status, {**HEADERS, "Content-Security-Policy": POLICY})


def _frame(words: Wording) -> dict[str, Any]:
    """What every template finds: ``say``, ``words``, the page's language and direction, and the languages to choose from."""
    return {
        "say": words.say,
        "words": words,
        "lang": words.locale.tag,
        "direction": words.locale.direction,
        "locales": current_house().languages.locales.values(),
    }


def sign_in_page(request: Request, words: Wording, message: str = "", status: int = 401, then: str = "") -> Response:
    """The form that asks for the secret, for a browser; one sentence of JSON for a program. Shows nothing of the bench.

    ``then`` is the page to go to after; the one that was asked for, when empty.
    """
    if not wants_html(request):
        return json_response({"error": message or "Il faut s'identifier : Authorization: Bearer …"}, status)
    nonce = secrets.token_urlsafe(16)
    frame = _frame(words)
    html = templates().get_template("sign_in.html").render(message=message, page=then or request.url.path, nonce=nonce, **frame)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(html, status, {**HEADERS, "Content-Security-Policy": policy})


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form that are texts, trimmed."""
    return {key: value.strip() for key, value in (await request.form()).multi_items() if isinstance(value, str)}


def done(path: str) -> Response:
    """After something was written: the page that shows it, fetched anew (a reload never writes twice)."""
    return RedirectResponse(path, 303, HEADERS)


def inside(path: str) -> str:
    """Where a form may lead: a page of the bench, never another site."""
    return path if path.startswith(HOME) and "\\" not in path and ".." not in path else HOME


def refused(request: Request, why: str | Exception, status: int = 400) -> Response:
    """Why something could not be done, as a page or as ``{"error"}``: a sentence in the page's words, or another layer's error."""
    if wants_html(request) and _session(request) is not None:
        return page(request, "refused.html", status, message=french(why) if isinstance(why, Exception) else why)
    return json_response({"error": str(why)}, status)


def wants_html(request: Request) -> bool:
    """Whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")


def _session(request: Request) -> Session | None:
    """The session that the guard found; None for a program, and before the guard looked."""
    return getattr(request.state, "session", None)

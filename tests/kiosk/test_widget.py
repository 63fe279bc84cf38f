"""The widget on another site: one line of script, a frame that opens on a tap, and nothing left when it closes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.surfaces.kiosk.settings import WIDGET_SITES

from .conftest import KIOSK, PHONE, Served, Visitor


@pytest.fixture(scope="module")
def town(served: Served) -> Iterator[Served]:
    """A site of the town, on a port of its own (another origin), with the line that the documentation gives."""

    async def home(_request: Request) -> HTMLResponse:
        script = f'<script src="{served.url}/widget.js" data-lang="ru" data-label="Boussole" async></script>'
        policy = f"default-src 'none'; script-src {served.url}; frame-src {served.url}"
        body = f"<!doctype html><html lang=fr><title>Ville</title><body><h1>La ville</h1>{script}</body></html>"
        return HTMLResponse(body, headers={"Content-Security-Policy": policy})

    site = Served(Starlette(routes=[Route("/", home)])).start()
    yield site
    site.stop()


@pytest.mark.parametrize("size", [KIOSK, PHONE])
def test_the_widget_answers_on_the_towns_site_and_leaves_with_all_it_held(
    browser: Browser, served: Served, town: Served, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """Under a strict policy of that site too: open, ask, leave; no cookie, no storage, no request to anybody else."""
    monkeypatch.setenv(WIDGET_SITES, town.url)
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    visitor = Visitor(context.new_page(), town.url)
    page = visitor.page
    page.goto(town.url)
    page.click("button:has-text('Boussole')")
    frame = page.frame_locator("iframe")
    frame.locator("[data-tap=voisinage]").click()
    frame.locator("#answer .card").first.wait_for()
    assert "0800 126 756" in frame.locator("#answer .cards").inner_text()
    assert frame.locator("html").get_attribute("lang") == "ru"
    visitor.keep_a_picture(f"widget-{size[0]}")
    frame.locator("[data-do=leave]").click()
    page.wait_for_selector("iframe", state="detached")

    assert page.is_visible("button:has-text('Boussole')")
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [url for url in visitor.requests if not url.startswith((town.url, served.url))] == []
    assert [complaint for complaint in visitor.complaints if "favicon" not in complaint and "404" not in complaint] == []
    context.close()


def test_the_widget_shows_the_numbers_where_its_frame_cannot_open(browser: Browser, town: Served) -> None:
    """On a site that the town did not name, or when our server is down: who to ring is in the script itself."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    page.clock.install()
    page.goto(town.url)
    page.click("button:has-text('Boussole')")
    page.clock.run_for(7_000)
    page.wait_for_selector("a[href='tel:17']")

    assert page.is_visible("a[href='sms:114']")
    assert page.is_visible("a[href='tel:3919']")
    context.close()

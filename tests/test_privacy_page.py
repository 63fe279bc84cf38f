"""The page that says what is kept: for everybody, in their language, with the numbers, and nothing to fetch from elsewhere."""

from __future__ import annotations

import re
from html import escape
from typing import Any, Iterator

import pytest
from starlette.testclient import TestClient

from bot.engine.stores import LIFETIME
from bot.house import House
from bot.surfaces.server import create_app
from bot.wording import wording_for


@pytest.fixture(scope="module")
def client(assistant: Any) -> Iterator[TestClient]:
    """What a browser would ask the page of."""
    with TestClient(create_app(assistant)) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: TestClient) -> Any:
    """The page as a browser gets it."""
    return client.get("/confidentialite")


def test_the_page_shows_the_house_and_every_emergency_line(page: Any, house: House) -> None:
    """Each number can be tapped; 114 is a text message."""
    taps = re.findall(r'href="(tel|sms):(\d+)"', page.text)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert {number for _kind, number in taps} == {*house.catalogue.footer, "0413295620"}
    assert ("sms", "114") in taps


def test_the_page_fetches_nothing_from_elsewhere(page: Any) -> None:
    """No script, no cookie, and its style and mark come from this server."""
    text = page.text.replace("http://www.w3.org/2000/svg", "")  # the name of a language, which nothing fetches
    assert not re.search(r"<(script|img|iframe|style)|https?://|style=", text)
    assert set(re.findall(r'<link [^>]*href="([^"]+)"', page.text)) == {"/kiosk/mark.svg", "/kiosk/kiosk.css"}
    assert "set-cookie" not in page.headers


def test_the_page_says_what_the_code_does(page: Any) -> None:
    """Thirty minutes."""
    assert LIFETIME == 30 * 60
    assert "Trente minutes" in page.text


def test_everybody_reads_the_page_in_their_language(client: TestClient, house: House) -> None:
    """Its title is translated, and it is written in the language's direction."""
    titles = {}
    for tag, locale in house.languages.locales.items():
        text = client.get(f"/confidentialite?lang={tag}").text
        titles[tag] = wording_for(locale).say("Ce que Boussole sait de vous")

        assert f'<html lang="{tag}" dir="{locale.direction}">' in text
        assert f"<h1>{escape(titles[tag])}</h1>" in text
    assert [tag for tag, title in titles.items() if title == titles["fr"] and not tag.startswith("fr")] == []

"""The page that says what is kept: for everybody, with the numbers, and nothing to fetch from anywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.engine.stores import LIFETIME
from bot.house import House
from bot.surfaces.server import create_app


@pytest.fixture(scope="module")
def page(assistant: Any) -> Any:
    """The page as a browser gets it."""
    with TestClient(create_app(assistant)) as client:
        return client.get("/confidentialite")


def test_the_page_shows_the_house_and_every_emergency_line(page: Any, house: House) -> None:
    """Each number can be tapped; 114 is a text message."""
    taps = re.findall(r'href="(tel|sms):(\d+)"', page.text)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert {number for _kind, number in taps} == {*house.catalogue.footer, "0413295620"}
    assert ("sms", "114") in taps


def test_the_page_fetches_nothing(page: Any) -> None:
    """No script, no image, no style, no other site, no cookie."""
    assert not re.search(r"<(script|img|link|iframe|style)|https?://|style=", page.text)
    assert "set-cookie" not in page.headers


def test_the_page_says_what_the_code_does(page: Any) -> None:
    """Thirty minutes."""
    assert LIFETIME == 30 * 60
    assert "Trente minutes" in page.text

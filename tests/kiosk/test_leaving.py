"""Who leaves, in any way, leaves nothing behind: not on the screen, not in the browser, not on the server."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from .conftest import KIOSK, PHONE, SWITCHES, Arrival, Served, Visitor, find_browser, until

CANARY = "zébulon-canari-4d19"
SENTENCE = f"mon voisin {CANARY} fait du bruit toutes les nuits"


def left(page: Page) -> None:
    """Waits for the neutral screen."""
    page.wait_for_url("**/quitter*")
    page.wait_for_selector(".welcome")


def traces(page: Page) -> dict[str, Any]:
    """Everything that a browser can hold of a page, but for its files on the disk."""
    held: dict[str, Any] = page.evaluate(
        """async () => ({
            dom: document.documentElement.outerHTML + [...document.querySelectorAll('textarea, input')].map(e => e.value).join(),
            local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage), cookies: document.cookie,
            caches: await caches.keys(), databases: (await indexedDB.databases()).length,
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    return held


def assert_no_trace(page: Page) -> None:
    """Nothing is stored, and the words are nowhere."""
    held = traces(page)
    assert CANARY not in held["dom"]
    assert (held["local"], held["session"], held["cookies"]) == ("{}", "{}", "")
    assert (held["caches"], held["databases"], held["workers"]) == ([], 0, 0)
    assert page.context.cookies() == []


@pytest.mark.parametrize(("size", "path"), [(KIOSK, "/"), (PHONE, "/widget")])
def test_who_taps_leave_and_erase_leaves_nothing_behind(
    arrive: Arrival, assistant: Any, caplog: pytest.LogCaptureFixture, size: tuple[int, int], path: str
) -> None:
    """One tap: the screen, the storage, the history, the server's memory and its logs hold nothing, and Back shows nothing."""
    visitor = arrive(size).open("/accessibilite")
    page = visitor.page
    with caplog.at_level(logging.DEBUG):
        visitor.open(path)
        conversation = page.get_attribute("body", "data-conversation")
        visitor.write(SENTENCE)
        assert conversation in assistant.conversations.primary._kept
        assert CANARY in traces(page)["dom"]
        page.fill("#text", f"encore {CANARY}")
        page.click("[data-do=leave] >> nth=0")
        left(page)

    assert_no_trace(page)
    assert conversation not in assistant.conversations.primary._kept
    store = assistant.conversations.primary
    assert not [other for other in list(store._kept) if CANARY in store.kept_of(other)]
    assert CANARY not in caplog.text
    page.go_back()
    page.wait_for_load_state()
    assert_no_trace(page)
    page.go_forward()
    page.wait_for_load_state()
    assert_no_trace(page)


def test_the_browsers_own_files_hold_nothing(playwright: Playwright, served: Served, tmp_path: Path) -> None:
    """Not the history, not the cache, not a form to fill again: every file of the browser's profile is read."""
    context = playwright.chromium.launch_persistent_context(tmp_path, executable_path=find_browser(), args=list(SWITCHES))
    visitor = Visitor(context.pages[0], served.url).open("/")
    visitor.write(SENTENCE)
    visitor.page.click("[data-do=leave]")
    left(visitor.page)
    context.close()

    for path in tmp_path.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert CANARY.encode() not in held
            assert CANARY.encode("utf-16-le") not in held


def test_leaving_works_without_javascript(arrive: Arrival) -> None:
    """A plain link to a screen that clears what the browser may hold; the numbers and the house's are on both."""
    page = arrive(KIOSK, java_script_enabled=False).open("/").page
    for number in ("17", "112", "114", "15", "119", "39 19", "04 13 29 56 20"):
        assert number in page.inner_text(".emergency")
    with page.expect_response("**/quitter*") as response:
        page.click("[data-do=leave]")

    headers = response.value.all_headers()
    assert headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert headers["cache-control"] == "no-store"
    assert "39 19" in page.inner_text(".emergency")


def test_leaving_works_when_the_server_does_not_answer(arrive: Arrival) -> None:
    """The screen is wiped at once, the numbers stay, and there is a way to start again."""
    visitor = arrive(KIOSK).open("/")
    page = visitor.page
    visitor.write(SENTENCE)
    page.context.set_offline(True)
    page.click("[data-do=leave]")
    page.wait_for_selector(".welcome")

    assert_no_trace(page)
    assert "39 19" in page.inner_text(".emergency")
    page.context.set_offline(False)
    page.click("[data-do=restart]")
    page.wait_for_selector("#home")


def test_a_silent_screen_asks_then_wipes(arrive: Arrival, assistant: Any) -> None:
    """After a minute it asks, for thirty seconds; a touch keeps everything, ten times over; silence wipes."""
    visitor = arrive(KIOSK)
    page = visitor.page
    page.clock.install()
    visitor.open("/")
    conversation = page.get_attribute("body", "data-conversation")
    visitor.write(SENTENCE)
    page.clock.run_for(58_000)
    assert page.is_hidden("#idle")
    page.mouse.click(10, 1000)
    for _ in range(10):
        page.clock.run_for(62_000)
        assert page.is_visible("#idle")
        assert page.evaluate("document.activeElement.dataset.do") == "stay"
        page.mouse.click(10, 1000)
        assert page.is_hidden("#idle")
        assert CANARY in page.inner_text("#answer")
    page.clock.run_for(61_000)
    assert 25 <= int(page.inner_text("#idle-seconds")) <= 30
    page.clock.run_for(31_000)
    left(page)

    assert_no_trace(page)
    assert conversation not in assistant.conversations.primary._kept


def test_a_screen_that_nobody_touched_stays(arrive: Arrival) -> None:
    """The home screen as the house leaves it has nothing to wipe, and asks nothing."""
    visitor = arrive(KIOSK)
    visitor.page.clock.install()
    visitor.open("/")
    visitor.page.clock.run_for(300_000)

    assert visitor.page.is_hidden("#idle")
    assert visitor.page.is_visible("#home")


def test_going_to_another_page_wipes_too(arrive: Arrival, assistant: Any) -> None:
    """Another address, then Back: the answer does not come back, and the server has forgotten."""
    visitor = arrive(KIOSK).open("/")
    page = visitor.page
    conversation = page.get_attribute("body", "data-conversation")
    visitor.write(SENTENCE)
    page.fill("#text", CANARY)
    page.goto(f"{visitor.base}/accessibilite")
    page.go_back()
    page.wait_for_load_state()

    assert_no_trace(page)
    until(page, "document.querySelector('.welcome, #home') !== null")
    page.wait_for_timeout(300)
    assert conversation not in assistant.conversations.primary._kept


def test_leaving_during_an_answer_leaves_nothing(arrive: Arrival, assistant: Any) -> None:
    """The answer under way is given up, and what the server made of it is erased after it."""
    visitor = arrive(KIOSK).open("/")
    page = visitor.page
    conversation = page.get_attribute("body", "data-conversation")
    page.fill("#text", SENTENCE)
    page.keyboard.press("Enter")
    page.click("[data-do=leave]")
    left(page)
    page.wait_for_timeout(500)

    assert_no_trace(page)
    assert conversation not in assistant.conversations.primary._kept

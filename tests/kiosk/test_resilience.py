"""Server slow, server down, server back: the person always sees what to do, and never writes twice."""

from __future__ import annotations

from typing import Any

from bot.surfaces.server import create_app

from .conftest import KIOSK, Arrival, Served, Visitor

SENTENCE = "le voisin du dessus fait du bruit toutes les nuits"


def test_a_slow_answer_says_that_it_is_coming(arrive: Arrival) -> None:
    """After a second the screen says so, to the eyes and to a screen reader; then the answer comes."""
    visitor = arrive(KIOSK)
    page = visitor.page
    held: list[Any] = []
    page.route("**/api/kiosk/message", lambda route: held.append(route))
    visitor.open("/")
    page.fill("#text", SENTENCE)
    page.keyboard.press("Enter")
    assert page.locator(".waiting:visible").count() == 0
    page.wait_for_selector(".waiting:visible")
    assert page.inner_text("#polite") == page.inner_text(".waiting")
    assert page.input_value("#text") == SENTENCE
    held[0].continue_()
    page.wait_for_selector("#answer .card")

    assert page.input_value("#text") == ""


def test_a_server_that_stops_and_starts_again_loses_nothing(assistant: Any, browser: Any) -> None:
    """Down: the numbers and the house's are on the screen, the sentence stays. Back: the answer comes by itself."""
    server = Served(create_app(assistant)).start()
    context = browser.new_context(viewport={"width": KIOSK[0], "height": KIOSK[1]})
    visitor = Visitor(context.new_page(), server.url).open("/")
    page = visitor.page
    server.stop()
    page.fill("#text", SENTENCE)
    page.keyboard.press("Enter")
    page.wait_for_selector(".trouble:visible")

    assert page.input_value("#text") == SENTENCE
    assert "04 13 29 56 20" in page.inner_text(".trouble")
    assert "39 19" in page.inner_text(".emergency")
    visitor.keep_a_picture("fr-kiosk-trouble")
    again = Served(create_app(assistant), server.port).start()
    page.wait_for_selector("#answer .card")
    assert "0800 126 756" in page.inner_text("#answer .cards")
    assert page.input_value("#text") == ""
    context.close()
    again.stop()


def test_the_latest_question_is_the_one_that_is_answered(arrive: Arrival) -> None:
    """Who asks again before the answer came gets the answer to the last question."""
    visitor = arrive(KIOSK)
    page = visitor.page
    held: list[Any] = []
    page.route("**/api/kiosk/message", lambda route: held.append(route))
    visitor.open("/")
    page.click("[data-tap=voisinage]")
    page.wait_for_selector("#answer h1")
    page.fill("#text", "je cherche des cours de français")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.unroute("**/api/kiosk/message")
    for route in held[::-1]:
        try:
            route.continue_()
        except Exception:  # the first request was given up by the page
            continue
    page.wait_for_selector("#answer .card")

    assert "quiétude" not in page.inner_text("#answer")

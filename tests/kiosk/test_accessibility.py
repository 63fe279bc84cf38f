"""Whoever reads, hears, zooms or types with the keyboard alone finds their way on every screen, in every language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from bot.house import House, open_house

from .conftest import KIOSK, NARROW, PHONE, Arrival, until

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
WEB = Path(__file__).parents[2] / "bot" / "web" / "kiosk"
LANGUAGES = list(open_house().languages.locales)


def violations(page: Page) -> list[str]:
    """What axe-core finds on the screen: the rule, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{violation['id']} {node['target']} {node.get('failureSummary', '')}" for violation in found for node in violation["nodes"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_screen_of_a_visit_breaks_a_rule_of_wcag(arrive: Arrival, lang: str) -> None:
    """Home, keyboard, an answer with everything unfolded, a question, a danger, the question of silence, the way out."""
    visitor = arrive(KIOSK, reduced_motion="reduce")
    page = visitor.page
    page.clock.install()
    screens: dict[str, list[str]] = {}

    def look(screen: str) -> None:
        screens[screen] = violations(page)

    visitor.open("/", lang)
    look("home")
    page.click("[data-do=keyboard]")
    look("keyboard")
    visitor.touch("consommation")
    for details in page.query_selector_all("#answer details > summary"):
        details.click()
    look("answer")
    visitor.write("problème de logement")
    look("question")
    visitor.touch("autre")
    page.click("#answer [data-do=home]")
    visitor.touch("violence-conjugale")
    look("danger")
    page.click("[data-do=contrast]")
    look("strong contrast")
    page.clock.run_for(61_000)
    look("silence")
    page.click("[data-do=stay]")
    page.click("[data-do=leave]")
    page.wait_for_url("**/quitter*")
    look("left")

    assert {screen: found for screen, found in screens.items() if found} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/widget", "/p/apers", "/p/france-services", "/confidentialite"])
def test_no_page_of_a_phone_breaks_a_rule_of_wcag(arrive: Arrival, path: str, lang: str) -> None:
    """The widget, the partners' pages and what is kept, on a phone."""
    visitor = arrive(PHONE).open(path, lang)

    assert violations(visitor.page) == []


def test_the_statement_breaks_no_rule_of_wcag(arrive: Arrival) -> None:
    """The page that says how far we are is one that everybody can read."""
    assert violations(arrive(PHONE).open("/accessibilite").page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_its_language_and_its_direction(arrive: Arrival, house: House, lang: str) -> None:
    """On the page, on every language's own name, and on the French names inside another language (RGAA 8.3, 8.7, 8.10)."""
    visitor = arrive(KIOSK).open("/", lang)
    page = visitor.page
    locale = house.languages.locales[lang]

    assert page.get_attribute("html", "lang") == lang
    assert page.get_attribute("html", "dir") == locale.direction
    for other in house.languages.locales.values():
        assert page.inner_text(f".languages a[lang='{other.tag}']") == other.name
    visitor.touch("consommation")
    assert page.locator("#answer [lang=fr]").count() > 0


BUTTONS = "button:visible, a[href]:visible, summary:visible, textarea:visible"


def small(page: Page, least: int) -> list[str]:
    """The targets smaller than ``least`` CSS pixels in one direction (links inside a sentence are not targets of the screen)."""
    boxes: list[dict[str, Any]] = page.eval_on_selector_all(
        BUTTONS.replace(":visible", ""),
        """all => all.filter(e => e.offsetParent && !e.closest('.unseen, .skip, .prose')).map(e => {
            const box = e.getBoundingClientRect();
            return {what: e.className + ' ' + e.textContent.trim().slice(0, 30), width: box.width, height: box.height};
        })""",
    )
    return [f"{box['what']}: {box['width']:.0f} × {box['height']:.0f}" for box in boxes if min(box["width"], box["height"]) < least - 0.5]


@pytest.mark.parametrize(("size", "path", "least"), [(KIOSK, "/", 64), (PHONE, "/widget", 44), (NARROW, "/widget", 44)])
@pytest.mark.parametrize("lang", ["fr", "ar", "ru"])
def test_a_finger_hits_every_button(arrive: Arrival, size: tuple[int, int], path: str, least: int, lang: str) -> None:
    """64 pixels on the screen of the house, 44 on a phone, on the home screen, the keyboard, an answer and a danger."""
    visitor = arrive(size).open(path, lang)
    page = visitor.page
    found = small(page, least)
    if path == "/":
        page.click("[data-do=keyboard]")
        found += small(page, least)
    visitor.touch("separation-droits")
    found += small(page, least)
    page.click("#answer [data-do=home]")
    visitor.touch("violence-conjugale")
    found += small(page, least)

    assert found == []


@pytest.mark.parametrize("lang", ["fr", "ar", "ru", "tr"])
@pytest.mark.parametrize("path", ["/", "/widget", "/p/apers", "/quitter", "/accessibilite", "/confidentialite"])
def test_nothing_is_read_sideways_at_320_pixels(arrive: Arrival, path: str, lang: str) -> None:
    """No screen scrolls in two directions on the narrowest phone, nor at 400 % of a large screen (WCAG 1.4.10)."""
    visitor = arrive((320, 256)).open(path, lang)
    page = visitor.page
    widths = [page.evaluate("document.scrollingElement.scrollWidth")]
    if path in ("/", "/widget"):
        visitor.touch("violence-conjugale")
        widths.append(page.evaluate("document.scrollingElement.scrollWidth"))

    assert max(widths) <= 320


def test_the_text_grows_and_everything_stays(arrive: Arrival) -> None:
    """Texts at their largest: the way out and the numbers are still in sight, and nothing is cut."""
    page = arrive(KIOSK).open("/", "fr").page
    before = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.click("[data-do=larger]")
    page.click("[data-do=larger]")

    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 1.3 * before
    assert page.evaluate("document.scrollingElement.scrollWidth") <= KIOSK[0]
    for place in (".leave", ".emergency"):
        box = page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= KIOSK[1] + 1


def test_the_keyboard_alone_is_enough(arrive: Arrival) -> None:
    """Tab to a subject, Enter, Tab to an option, Enter: no mouse, no trap, and the focus is always seen."""
    visitor = arrive(KIOSK).open("/", "fr")
    page = visitor.page

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to("[data-tap=separation-droits]")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer .back")
    tab_to("#answer [data-do=home]")
    page.keyboard.press("Enter")
    tab_to("#text")
    page.keyboard.type("problème de logement")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer .options")
    page.evaluate("document.getElementById('answer-title').focus()")
    tab_to("#answer [data-tap=logement-indigne]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer .cards article")
    tab_to("[data-do=leave]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quitter*")


def test_an_answer_that_arrives_never_moves_the_focus(arrive: Arrival) -> None:
    """Who writes stays in the field; the answer is told by a live region that holds this answer alone, then empties."""
    visitor = arrive(KIOSK).open("/", "fr")
    page = visitor.page
    page.evaluate(
        """window.told = [];
        new MutationObserver(() => told.push(document.getElementById('polite').textContent))
            .observe(document.getElementById('polite'), {childList: true, characterData: true, subtree: true});"""
    )
    visitor.write("le voisin du dessus fait du bruit toutes les nuits")
    assert page.evaluate("document.activeElement.id") == "text"
    until(page, "told.length >= 2 && told.at(-1) === ''")

    visitor.write("je cherche des cours de français")
    until(page, "told.length >= 4 && told.at(-1) === ''")
    told = [words for words in page.evaluate("told") if words]

    assert "quiétude" in told[0]
    assert "quiétude" not in told[-1]
    assert page.evaluate("document.activeElement.id") == "text"


def test_help_is_always_at_the_same_place(arrive: Arrival) -> None:
    """The numbers and the way out do not move from the home screen to an answer to a danger (WCAG 3.2.6)."""
    visitor = arrive(KIOSK).open("/", "fr")
    places = [".leave", ".emergency", ".composer"]
    before = [visitor.page.locator(place).bounding_box() for place in places]
    visitor.touch("voisinage")
    during = [visitor.page.locator(place).bounding_box() for place in places]
    visitor.write("mon mari me frappe")
    after = [visitor.page.locator(place).bounding_box() for place in places]

    assert before == during == after


def test_styles_know_no_left_and_no_right() -> None:
    """Logical properties only, so that Arabic and Persian are never half turned."""
    css = (WEB / "kiosk.css").read_text(encoding="utf-8")

    assert not re.search(r"(?<![a-z-])(margin|padding|border|inset)?-?(left|right)\b", re.sub(r"/\*.*?\*/", "", css, flags=re.S))


@pytest.mark.parametrize("name", sorted(path.name for path in WEB.glob("*.js")))
def test_no_script_writes_html(name: str) -> None:
    """Texts go to the page as text: nothing that is written or answered can become markup (OWASP ASVS 3.2.2)."""
    script = (WEB / name).read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def test_movement_can_be_stopped(arrive: Arrival) -> None:
    """By the setting of the device, and by a button for whoever uses a screen that is not theirs."""
    moving = arrive(KIOSK, reduced_motion="no-preference").open("/", "fr")
    moving.touch("voisinage")
    animation = "getComputedStyle(document.querySelector('#answer > *')).animationName"
    assert moving.page.evaluate(animation) != "none"
    moving.page.click("[data-do=still]")
    assert moving.page.evaluate(animation) == "none"

    still = arrive(KIOSK, reduced_motion="reduce").open("/", "fr")
    still.touch("voisinage")
    assert still.page.evaluate(animation) == "none"

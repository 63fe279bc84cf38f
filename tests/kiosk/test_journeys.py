"""Whole visits, in French, Arabic and Russian, at the kiosk of the house, on a phone and on the narrowest screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.house import House

from .conftest import KIOSK, NARROW, PHONE, Arrival

CASES = yaml.safe_load((Path(__file__).parent / "journeys.yaml").read_text(encoding="utf-8"))
SCREENS = {"kiosk": (KIOSK, "/"), "phone": (PHONE, "/widget"), "narrow": (NARROW, "/widget")}
SILENT = "Object.defineProperty(window, 'speechSynthesis', {value: undefined});"
"""A browser without a voice, as many kiosks are."""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("case", CASES["calm"], ids=lambda case: case["lang"])
def test_who_writes_a_sentence_sees_who_to_call_and_when(arrive: Arrival, case: dict[str, str], screen: str) -> None:
    """From the neutral screen to the language, the sentence, the partner's number, another question, and home again."""
    size, path = SCREENS[screen]
    visitor = arrive(size, reduced_motion="reduce")
    page = visitor.page
    page.add_init_script(SILENT)
    visitor.open("/quitter")
    page.click(f".languages a[lang='{case['lang']}']")
    if path == "/widget":
        visitor.open(path, case["lang"])
    visitor.keep_a_picture(f"{case['lang']}-{screen}-home")
    visitor.write(case["says"])

    assert case["finds"] in page.inner_text("#answer .card >> nth=0")
    assert page.input_value("#text") == ""
    assert page.inner_text("#answer .asked") == case["says"]
    visitor.keep_a_picture(f"{case['lang']}-{screen}-answer")
    visitor.write("UFC")
    assert "UFC-Que Choisir" in page.inner_text("#answer .cards")
    page.click("#answer [data-do=home]")
    assert page.is_visible("#home")
    assert page.locator("[data-do=speak]:visible").count() == 0
    assert visitor.strangers() == []
    assert visitor.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("case", CASES["danger"], ids=lambda case: case["lang"])
def test_who_is_in_danger_sees_who_to_call_now_before_anything_else(arrive: Arrival, case: dict[str, str], screen: str) -> None:
    """The first thing of the answer is the alert, in big digits; the taps of a danger follow; the words written are not shown."""
    size, path = SCREENS[screen]
    visitor = arrive(size, reduced_motion="reduce").open(path, case["lang"])
    page = visitor.page
    visitor.write(case["says"])
    visitor.keep_a_picture(f"{case['lang']}-{screen}-danger")
    first = page.locator("#answer > *").first

    assert "alert" in str(first.get_attribute("class"))
    assert {"17", "112"} <= set(page.inner_text("#answer-title").replace("\u2068", "").replace("\u2069", "").split())
    assert case["finds"] in page.inner_text("#answer .alert")
    assert float(page.locator(".line-call .number").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 28
    assert case["says"] not in page.inner_text("#answer")
    page.click("#answer [data-tap=muet]")
    page.wait_for_selector("#answer .back")
    assert "114" in page.inner_text("#answer .alert")
    assert page.locator("#answer [data-do=leave]").count() == 1
    assert visitor.strangers() == []
    assert visitor.complaints == []


def test_a_phone_rings_and_the_kiosk_does_not(arrive: Arrival) -> None:
    """On a person's own screen numbers are links, the 114 by SMS; in the house, where nobody can ring, they are read."""
    phone = arrive(PHONE).open("/widget", "fr")
    phone.write("mon mari me frappe")
    assert phone.page.get_attribute(".line-call:has-text('114') .number", "href") == "sms:114"
    assert phone.page.get_attribute(".line-call:has-text('17') .number >> nth=0", "href") == "tel:17"
    assert phone.page.get_attribute(".emergency a >> nth=0", "href") == "tel:17"

    kiosk = arrive(KIOSK).open("/", "fr")
    kiosk.write("mon mari me frappe")
    assert kiosk.page.locator("a[href^='tel:'], a[href^='sms:']").count() == 0


def test_one_tap_changes_the_language_of_the_answer_on_the_screen(arrive: Arrival, house: House) -> None:
    """What was asked, and what is being written, stay; nothing is added to the history."""
    visitor = arrive(KIOSK).open("/", "fr")
    page = visitor.page
    visitor.touch("voisinage")
    page.fill("#text", "une phrase commencée")
    before = page.evaluate("history.length")
    page.click(".languages a[lang=ar]")
    page.wait_for_selector("html[lang=ar] #answer .back")

    assert page.get_attribute("html", "dir") == "rtl"
    assert page.input_value("#text") == "une phrase commencée"
    assert "0800 126 756" in page.inner_text("#answer .cards")
    assert page.get_attribute(".languages [aria-current]", "lang") == "ar"
    assert page.evaluate("history.length") == before


@pytest.mark.parametrize(
    ("lang", "keys", "written"),
    [("fr", "été", "été"), ("tr", "iş", "iş"), ("ar", "مشكل", "مشكل"), ("fa", "گچ", "گچ"), ("ru", "шум", "шум"), ("uk", "їжа", "їжа")],
)
def test_the_keyboard_on_the_screen_writes_every_alphabet(arrive: Arrival, lang: str, keys: str, written: str) -> None:
    """Each language opens its own letters; a space, a correction in the middle; the caret stays in the field."""
    page = arrive(KIOSK).open("/", lang).page
    page.click("[data-do=keyboard]")
    for letter in keys:
        page.click(f".keyboard button[data-key='{letter}']")
    page.click(".keyboard [data-key=' ']")
    page.click(".keyboard [data-key=delete]")

    assert page.input_value("#text") == written
    assert page.evaluate("document.activeElement.id") == "text"
    page.click(".keyboard [data-layout='3']")
    page.click(".keyboard [data-key='ж']")
    assert page.input_value("#text") == written + "ж"


def test_a_finger_on_the_field_opens_the_keyboard(arrive: Arrival) -> None:
    """The kiosk has no other keyboard; a phone has its own, and ours stays away."""
    kiosk = arrive(KIOSK, has_touch=True).open("/", "fr").page
    kiosk.tap("#text")
    assert kiosk.is_visible("#keyboard")

    phone = arrive(PHONE, has_touch=True).open("/widget", "fr").page
    phone.tap("#text")
    assert phone.is_hidden("#keyboard")


VOICES = """
window.said = [];
Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
    getVoices: () => [{lang: 'fr-FR', localService: true}, {lang: 'ru-RU', localService: false}],
    speak: (utterance) => { said.push(utterance.text); setTimeout(() => utterance.onend?.(), 5); },
    cancel: () => {},
})});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
"""A device with a voice of its own for French, and one on the network for Russian."""


def test_listening_is_offered_only_with_a_voice_of_the_device(arrive: Arrival) -> None:
    """A voice on the network would send what the person reads to a company: there is no button for it."""
    french = arrive(KIOSK)
    french.page.add_init_script(VOICES)
    french.open("/", "fr")
    assert french.page.is_visible("#home [data-do=speak]")
    french.write("mon mari me frappe")
    assert french.page.evaluate("said") == []
    french.page.click("#answer [data-do=speak]")
    french.page.wait_for_selector("#answer [data-do=speak][aria-pressed=false]")
    said: list[str] = french.page.evaluate("said")
    assert said[0].startswith("En danger maintenant")
    assert any("39 19" in sentence for sentence in said)

    russian = arrive(KIOSK)
    russian.page.add_init_script(VOICES)
    russian.open("/", "ru")
    russian.touch("voisinage")
    assert russian.page.locator("[data-do=speak]:visible").count() == 0


PRINTER = "window.print = () => { window.printed = document.getElementById('ticket').innerText; };"


def test_a_ticket_says_where_and_when(arrive: Arrival) -> None:
    """Under the name of the house: the partner, the next session, the number."""
    visitor = arrive(KIOSK)
    visitor.page.add_init_script(PRINTER)
    visitor.open("/", "fr")
    visitor.touch("consommation")
    visitor.page.click("#answer [data-do=print] >> nth=0")
    visitor.page.wait_for_selector("#ticket", state="hidden")
    ticket: str = visitor.page.evaluate("printed")

    assert ticket.startswith("Maison de la Citoyenne et du Citoyen")
    assert "UFC-Que Choisir" in ticket
    assert "Prochaine fois" in ticket
    assert "04 13 29 56 20" in ticket


@pytest.mark.parametrize("lang", ["fr", "ar", "ru"])
def test_the_ticket_of_a_person_in_danger_says_nothing_of_it(arrive: Arrival, house: House, lang: str) -> None:
    """It may be found in a pocket: neither the partner, nor its subject, nor a help line; the code leads to the house."""
    visitor = arrive(KIOSK)
    visitor.page.add_init_script(PRINTER)
    visitor.open("/", lang)
    visitor.touch("violence-conjugale")
    prints = visitor.page.locator("#answer [data-do=print]")
    for index in range(prints.count()):
        prints.nth(index).click()
        visitor.page.wait_for_selector("#ticket", state="hidden")
        ticket = str(visitor.page.evaluate("printed")).lower()
        for word in ("femmes", "victime", "violen", "3919", "39 19", "عنف", "насил", "apers", "halimi, violences"):
            assert word not in ticket
        assert visitor.page.locator("#ticket *").count() == 0
    assert any("/p/mdc/qr.svg" in url for url in visitor.requests)


def test_the_ticket_is_as_wide_as_the_roll(arrive: Arrival) -> None:
    """80 mm of paper, the ticket and nothing else of the screen."""
    visitor = arrive(KIOSK)
    visitor.page.add_init_script("window.print = () => {};")
    visitor.open("/", "fr")
    visitor.touch("consommation")
    visitor.page.emulate_media(media="print")
    visible: list[Any] = visitor.page.eval_on_selector_all(
        "body > *", "all => all.filter(e => getComputedStyle(e).display !== 'none').map(e => e.id)"
    )

    assert visible == ["ticket"]
    assert "80mm" in (Path(__file__).parents[2] / "bot" / "web" / "kiosk" / "kiosk.css").read_text(encoding="utf-8")

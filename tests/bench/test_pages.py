"""The bench as a social worker uses it: in a real browser, on a real server, with a real training."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bench.conftest import SECRET, Served

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SENTENCE = "le truc de la grue jaune recommence chaque matin dans la cour"
NEED, PARTNER = "handicap-enfant-loisirs", "aih-enfant"


async def send(page: Page, button: str) -> None:
    """Presses a button that leads to a page."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=button, exact=True).click()


async def violations(page: Page) -> list[Any]:
    found = await Axe().run(page, options=WCAG)
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]


async def test_whoever_has_no_code_is_asked_for_it_and_sees_nothing_of_the_bench(chromium: Browser, served: Served) -> None:
    """One field and the choice of a language; a wrong code is told so, on the same page."""
    page = await chromium.new_page()
    answer = await page.goto(f"{served.address}/bench/catalogue")
    assert answer is not None
    assert answer.status == 401
    assert await violations(page) == []
    await page.fill("#secret", "au hasard")
    await page.press("#secret", "Enter")

    await expect(page.get_by_role("alert")).to_contain_text("pas le bon code")
    assert await page.get_by_role("link").count() == 0
    await page.fill("#secret", SECRET)
    await page.press("#secret", "Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue")
    await page.close()


@pytest.mark.parametrize("path", ["", "corrections", "modele", "catalogue", "catalogue/apers", "fraicheur", "catalogue/nulle-part"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_every_page_can_be_used_by_everybody(page: Page, served: Served, path: str, width: int) -> None:
    """No violation of WCAG 2.2 AA, no page wider than the screen."""
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{served.address}/bench/{path}")

    assert await violations(page) == []
    assert await page.locator("html").evaluate("html => html.scrollWidth") <= width


async def test_a_sentence_shows_what_was_understood_and_what_would_change(page: Page) -> None:
    """The danger and its rule, the needs, the answer, and the answer at another hour."""
    await page.fill("#text", "mon mari me frappe <b>fort</b>")
    await page.fill("#at", "2026-12-13T22:00")
    await page.press("#text", "Enter")

    understood = page.get_by_role("region", name="Ce qui a été compris")
    await expect(understood).to_contain_text("violence-conjugale")
    await expect(understood).to_contain_text("règle")
    await expect(understood.get_by_role("meter")).to_have_count(5)
    await expect(page.get_by_role("region", name="La réponse")).to_contain_text("3919")
    await expect(page.get_by_role("heading", name="dimanche 13 décembre, 22h")).to_be_visible()
    assert await page.locator("#text").input_value() == "mon mari me frappe <b>fort</b>"
    assert await violations(page) == []


async def test_a_correction_that_names_somebody_is_refused_and_nothing_typed_is_lost(page: Page, served: Served) -> None:
    """The reason is said; the form still holds everything."""
    await page.goto(f"{served.address}/bench/corrections")
    await page.fill("#c-text", "mon voisin Jean Martin crie")
    await page.fill("#c-why", "c'est du voisinage")
    await page.select_option("#c-need", "voisinage")
    await send(page, "Enregistrer la correction")

    await expect(page.get_by_role("alert")).to_contain_text("Jean Martin")
    assert await page.locator("#c-text").input_value() == "mon voisin Jean Martin crie"
    assert await page.locator("#c-need").input_value() == "voisinage"
    assert not list((served.root / "data" / "corrections").glob("*.yaml"))


async def test_a_correction_changes_the_answer_once_a_person_says_so(page: Page, served: Served) -> None:
    """Tried, corrected, learnt in the background, compared, put in service, taken back; no conversation is dropped."""
    before = served.say("mon voisin fait du bruit toutes les nuits", "quelqu'un")
    assert PARTNER not in served.say(SENTENCE, "avant")["services"][:2]

    await page.fill("#text", SENTENCE)
    await page.press("#text", "Enter")
    await page.get_by_text("Ce n'est pas la bonne réponse").click()
    await page.select_option("#c-language", "fr")
    await page.select_option("#c-need", NEED)
    await page.select_option("#c-service", PARTNER)
    await page.fill("#c-why", "le centre de loisirs d'une enfant")
    await page.fill("#c-author", "MD")
    await send(page, "Enregistrer la correction")
    await expect(page.get_by_role("row", name=SENTENCE)).to_contain_text("pas encore")
    kept = yaml.safe_load(next((served.root / "data" / "corrections").glob("*.yaml")).read_text(encoding="utf-8"))["corrections"]
    assert [(one["text"], one["needs"], one["services"], one["author"], one["train"]) for one in kept] == [
        (SENTENCE, [NEED], [PARTNER], "MD", True)
    ]

    await page.goto(f"{served.address}/bench/modele")
    await page.get_by_role("button", name="Réentraîner").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    assert await violations(page) == []
    assert served.say("bonjour", "pendant")["outcome"] == "chitchat"
    verdict = page.get_by_role("region", name="Un nouveau modèle attend votre décision")
    await expect(verdict).to_be_visible(timeout=300_000)
    await expect(verdict).to_contain_text("1 sur 1")
    assert await violations(page) == []
    assert PARTNER not in served.say(SENTENCE, "pas encore")["services"][:2]

    await send(page, "Mettre en service")
    assert PARTNER in served.say(SENTENCE, "après")["services"][:2]
    after = served.say("quel numéro ?", "quelqu'un")
    assert after["services"] == [card["id"] for card in before["cards"]]
    await page.goto(f"{served.address}/bench/corrections")
    await expect(page.get_by_role("row", name=SENTENCE)).to_contain_text("juste")

    await page.goto(f"{served.address}/bench/modele")
    await send(page, "Revenir au modèle précédent")
    assert PARTNER not in served.say(SENTENCE, "retour")["services"][:2]


async def test_a_number_is_judged_while_it_is_typed_and_a_wrong_one_never_reaches_anybody(page: Page, served: Served) -> None:
    """The field says why; the button saves nothing; residents keep the good number."""
    await page.goto(f"{served.address}/bench/catalogue/adamal")
    number = page.locator("[name='phones.1.number']")
    await number.fill("04 42 11")
    await expect(page.locator("[id='e-phones.1.number']")).to_contain_text("numéro de téléphone français")
    assert await violations(page) == []
    await send(page, "Voir ce qui change, puis enregistrer")

    await expect(page.get_by_role("alert")).to_contain_text("phones.1.number")
    assert await page.locator("[name='phones.1.number']").input_value() == "04 42 11"
    assert '"04 42 11"' not in (served.root / "data" / "services.yaml").read_text(encoding="utf-8")


async def test_a_change_is_read_again_then_saved_and_answers_at_once(page: Page, served: Served) -> None:
    """The lines that change, the card in three languages, then the running bot, without a restart; the file of before is kept."""
    await page.goto(f"{served.address}/bench/catalogue/tranquillite-publique")
    await page.fill("[name='phones.1.number']", "0800 126 757")
    await expect(page.locator("[data-preview='ar']")).to_contain_text("0800 126 757")
    await send(page, "Voir ce qui change, puis enregistrer")
    await expect(page.locator("ins")).to_contain_text("0800 126 757")
    assert await page.locator("ins").count() == 1
    assert await violations(page) == []
    await send(page, "Enregistrer")

    reply = served.say("mon voisin fait du bruit toutes les nuits", "un autre")
    assert reply["cards"][0]["phones"][0]["number"] == "0800126757"
    assert len(list((served.root / "data" / "backups").glob("services-*.yaml"))) == 1


async def test_two_people_on_one_partner_are_shown_each_other_s_words(page: Page, served: Served) -> None:
    """The second is told what the first wrote, keeps what they typed, and decides."""
    other = await page.context.new_page()
    for tab in (page, other):
        await tab.goto(f"{served.address}/bench/catalogue/shm")
    await page.fill("#f-cost", "gratuit")
    await other.fill("#f-cost", "sur devis")
    await other.fill("#f-for_whom", "Les familles.")
    await send(page, "Voir ce qui change, puis enregistrer")
    await send(page, "Enregistrer")
    await send(other, "Voir ce qui change, puis enregistrer")

    await expect(other.get_by_role("alert").first).to_contain_text("Quelqu'un a changé la même chose")
    await expect(other.get_by_role("row", name="cost")).to_contain_text("gratuit")
    assert await other.locator("#f-cost").input_value() == "sur devis"
    assert await other.locator("#f-for_whom").input_value() == "Les familles."
    assert await violations(other) == []


async def test_a_closure_takes_the_sessions_away_in_one_form(page: Page, served: Served) -> None:
    """From the list, and it is seen there."""
    await page.goto(f"{served.address}/bench/catalogue")
    await page.select_option("#who", "ameli-provence")
    await page.fill("#from", "2099-12-24")
    await page.fill("#to", "2099-12-20")
    await page.fill("#reason", "congés")
    await send(page, "Fermer ces jours-là")
    await expect(page.get_by_role("alert")).to_contain_text("fin avant le début")

    await page.goto(f"{served.address}/bench/catalogue")
    await page.select_option("#who", "ameli-provence")
    await page.fill("#from", "2099-12-24")
    await page.fill("#reason", "congés")
    await send(page, "Fermer ces jours-là")
    await expect(page.get_by_role("row", name="AMELI Provence")).to_contain_text("24/12")


async def test_a_fact_confirmed_on_the_phone_is_dated_by_one_button(page: Page, served: Served) -> None:
    """It leaves the list of old ones."""
    await page.goto(f"{served.address}/bench/fraicheur")
    await send(page, "Confirmé aujourd'hui Prévention du suicide")

    await expect(page.get_by_role("region", name="À jour").get_by_role("row", name="Prévention du suicide")).to_contain_text("confirmée")
    assert await page.get_by_role("region", name="À confirmer").get_by_role("row", name="Prévention du suicide").count() == 0


async def test_whoever_reads_arabic_works_in_arabic(page: Page, served: Served) -> None:
    """Chosen once in the header: every page from right to left, usable by everybody, and what is sent is saved."""
    await page.select_option("#bench-language", "ar")
    await send(page, "Changer")
    await expect(page.get_by_role("heading", level=1)).to_have_text("تجربة جملة")
    for path in ("", "lots", "corrections", "catalogue/apers"):
        await page.goto(f"{served.address}/bench/{path}")
        assert await page.locator("html[lang=ar][dir=rtl]").count() == 1
        assert await violations(page) == []
        assert await page.locator("html").evaluate("html => html.scrollWidth") <= 1280

    await page.goto(f"{served.address}/bench/corrections")
    await page.fill("#c-text", "جاري يترك أثاثه في الممر المشترك")
    await page.select_option("#c-language", "ar")
    await page.select_option("#c-need", NEED)
    await page.fill("#c-why", "الممر مشترك")
    await send(page, "حفظ التصحيح")
    row = page.get_by_role("row", name="جاري يترك أثاثه في الممر المشترك")
    await expect(row).to_contain_text("للتعلّم")

    await row.get_by_role("button").click()
    await expect(row).to_have_count(0)

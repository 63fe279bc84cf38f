"""Staff read the bench in the language they choose, among the twelve of the house; French until they choose."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from bench.conftest import SECRET
from bot.house import House
from bot.messages import BENCH
from bot.wording import wording_for

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def token(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/bench/", headers=BROWSER).text)
    assert found is not None
    return found[1]


@pytest.fixture
def colleague(stranger: TestClient) -> TestClient:
    """Somebody who came in without choosing a language."""
    stranger.post("/bench/entrer", data={"secret": SECRET}, headers=BROWSER)
    return stranger


def choose(client: TestClient, tag: str, page: str = "/bench/catalogue") -> str:
    """Chooses a language as the form does, and gives the address it leads to."""
    sent = client.post("/bench/langue", data={"csrf": token(client), "langue": tag, "page": page}, headers=BROWSER)
    assert sent.status_code == 303
    assert "set-cookie" not in sent.headers
    return str(sent.headers["location"])


def test_the_door_is_read_in_arabic_and_leads_to_a_bench_in_arabic(stranger: TestClient) -> None:
    """The label, the wrong code and the first page, from right to left."""
    door = stranger.get("/bench/?langue=ar", headers=BROWSER)
    wrong = stranger.post("/bench/entrer", data={"secret": "non", "langue": "ar"}, headers=BROWSER)
    stranger.post("/bench/entrer", data={"secret": SECRET, "langue": "ar"}, headers=BROWSER)
    inside = stranger.get("/bench/", headers=BROWSER)

    assert [page.status_code for page in (door, wrong, inside)] == [401, 401, 200]
    assert all('<html lang="ar" dir="rtl">' in page.text for page in (door, wrong, inside))
    assert "رمز الفريق" in door.text
    assert "الرمز غير صحيح." in wrong.text
    assert "تجربة جملة" in inside.text


def test_every_language_of_the_house_can_be_chosen_and_is_kept(colleague: TestClient, house: House) -> None:
    """Own names in the list; the pages that follow have the language, the direction and the words."""
    assert '<html lang="fr" dir="ltr">' in colleague.get("/bench/", headers=BROWSER).text
    for tag, locale in house.languages.locales.items():
        assert choose(colleague, tag) == "/bench/catalogue"
        say = wording_for(locale, BENCH).say
        for path, title in (
            ("catalogue", say("Catalogue")),
            ("lots", say("Essayer un lot de phrases")),
            ("observatoire", say("Observatoire")),
        ):
            page = colleague.get(f"/bench/{path}", headers=BROWSER).text
            assert f'<html lang="{tag}" dir="{locale.direction}">' in page
            assert f"<h1>{title}</h1>" in page.replace("&#39;", "'")
            assert all(f">{other.name}</option>" in page for other in house.languages.locales.values())


@pytest.mark.parametrize("tag", ["zz", "", "../ar"])
def test_a_language_that_the_house_does_not_have_changes_nothing(colleague: TestClient, tag: str) -> None:
    """The page stays as it was."""
    choose(colleague, "es")
    choose(colleague, tag)

    assert '<html lang="es" dir="ltr">' in colleague.get("/bench/", headers=BROWSER).text


def test_choosing_a_language_never_leads_to_another_site(colleague: TestClient) -> None:
    """As at the door."""
    assert choose(colleague, "en", page="https://ailleurs.example/") == "/bench/"


def test_a_sentence_of_the_data_s_checks_stays_french_and_says_so(colleague: TestClient) -> None:
    """A screen reader in Arabic must not read French words with an Arabic voice."""
    choose(colleague, "ar")
    page = colleague.get("/bench/catalogue/nulle-part", headers=BROWSER)

    assert page.status_code == 404
    assert re.search(r'role="alert"[^>]*><span lang="fr" dir="ltr">[^<]*nulle-part', page.text)

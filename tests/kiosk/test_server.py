"""The kiosk's server, without a browser: what it sends, what it refuses, and that it never invents."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import icalendar
import pytest
import segno
from starlette.testclient import TestClient

from bot import clock
from bot.engine.assistant import new_conversation_id
from bot.errors import BadInput
from bot.house import House, open_house
from bot.surfaces.kiosk import settings
from bot.surfaces.kiosk.home import SUBJECTS
from bot.surfaces.kiosk.settings import PUBLIC_URL, WIDGET_SITES
from bot.surfaces.server import create_app

WEB = Path(__file__).parents[2] / "bot" / "web" / "kiosk"
LANGUAGES = list(open_house().languages.locales)
PAGES = ["/", "/widget", "/quitter", "/accessibilite", "/confidentialite", "/p/apers", "/p/mdc"]


@pytest.fixture(scope="module")
def client(assistant: Any) -> Any:
    """The real application on the real model."""
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


def ask(client: Any, **body: Any) -> dict[str, Any]:
    """A message in a new conversation."""
    answer: dict[str, Any] = client.post("/api/kiosk/message", json={"conversation": new_conversation_id(), "lang": "fr", **body}).json()
    return answer


# ------------------------------------------------------------------------------------------------------------ pages


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_kept_nowhere_and_loads_from_this_server_alone(client: Any, path: str) -> None:
    """No store, no frame, no script or style in the page itself, no address of another server in it."""
    response = client.get(path)
    policy = dict(rule.strip().partition(" ")[::2] for rule in response.headers["content-security-policy"].split(";"))

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert policy["default-src"] == "'none'"
    assert {policy[kind] for kind in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "set-cookie" not in response.headers
    assert not re.search(r"<style|style=|\son\w+=|<script>|javascript:", response.text)
    assert not re.search(r"src=\"(?:https?:)?//|<link[^>]+href=\"(?:https?:)?//", response.text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_the_numbers_are_in_every_page_itself(client: Any, house: House, path: str, lang: str) -> None:
    """The emergency lines and the house's number come with the page, before any script, in every language."""
    text = client.get(path, params={"lang": lang}).text
    bar = text[text.index('<section class="emergency"') :]

    for number in house.catalogue.footer:
        assert f":{number}" in bar
    assert "04 13 29 56 20" in bar


@pytest.mark.parametrize("lang", [tag for tag in LANGUAGES if tag not in ("fr", "fr-x-facile")])
def test_no_french_is_left_on_the_screen_of_another_language(client: Any, house: House, lang: str) -> None:
    """Everything the screens say is translated: what two languages share is names and numbers."""
    texts = [re.sub(r"<[^>]+>|[\d ]{5,}", "\n", client.get("/", params={"lang": tag}).text) for tag in ("fr", lang)]
    french, other = ({line.strip() for line in text.splitlines() if " " in line.strip()} for text in texts)
    names = {"Maison de la Citoyenne et du Citoyen Gisèle-Halimi", "CEC Les Heures-Claires", "La Maison", "Violences Femmes Info"}
    names |= {locale.name for locale in house.languages.locales.values()} | {house.catalogue.places["maison"].name + ", Istres"}

    assert french & other <= names


def test_every_subject_of_the_home_screen_is_a_need_with_a_drawing(house: House) -> None:
    """Twelve buttons, each answered by partners, each drawn."""
    assert len(SUBJECTS) == len(set(SUBJECTS)) == 12
    for subject in SUBJECTS:
        assert house.needs.needs[subject].services
        assert "<svg" in (WEB / "pictograms" / f"{subject}.svg").read_text(encoding="utf-8")


def test_the_page_is_light(client: Any) -> None:
    """200 kB at most, scripts, styles and drawings included, as they travel."""
    files = [path for path in WEB.rglob("*") if path.suffix in (".css", ".js")]
    weight = len(client.get("/").content) + sum(len(client.get(f"/kiosk/{path.relative_to(WEB).as_posix()}").content) for path in files)

    assert weight <= 200_000


@pytest.mark.parametrize("name", ["../kiosk/pages.py", "..%2f..%2fcli.py", "home.html", "%2e%2e/cli.py", "nothing.css"])
def test_no_other_file_is_served(client: Any, name: str) -> None:
    """The kiosk's styles, modules and drawings, and nothing else of the disk."""
    assert client.get(f"/kiosk/{name}").status_code == 404


# ----------------------------------------------------------------------------------------------------------- widget


def test_the_widget_opens_only_on_the_sites_that_the_town_names(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """None by default; those of the environment otherwise; a mistake there is said in French when the server starts."""
    assert "frame-ancestors 'none'" in client.get("/widget").headers["content-security-policy"]
    monkeypatch.setenv(WIDGET_SITES, "https://www.istres.fr https://ccas.istres.fr:8443")
    assert (
        client.get("/widget")
        .headers["content-security-policy"]
        .endswith("frame-ancestors https://www.istres.fr https://ccas.istres.fr:8443")
    )
    for mistake in ("istres.fr", "https://www.istres.fr/accueil", "*", "'self'; script-src *"):
        monkeypatch.setenv(WIDGET_SITES, mistake)
        with pytest.raises(BadInput, match=WIDGET_SITES):
            create_app()


def test_the_widgets_script_holds_the_numbers_of_the_catalogue(client: Any, house: House) -> None:
    """They are on the other site before anything is asked of ours."""
    script = client.get("/widget.js").text
    numbers = json.loads(re.search(r"const numbers = (\[.*?\]);", script)[1])  # type: ignore[index]

    assert [number["number"] for number in numbers] == [*house.catalogue.footer, "0413295620"]


# -------------------------------------------------------------------------------------------------------------- API


def test_a_button_means_what_it_says(client: Any, house: House) -> None:
    """Each subject leads to the partners of its need, for certain, without the model."""
    for subject in SUBJECTS:
        answer = ask(client, tap=subject)
        need = house.needs.needs[subject]
        assert answer["private"] == (need.danger is not None)
        assert answer["cards"][0]["id"] in need.services


def test_a_button_works_when_the_model_fails(client: Any, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a button stands for is in the data: no model is needed to answer it."""

    async def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(assistant._agent, "handle_message", broken)

    assert ask(client, tap="voisinage")["cards"][0]["id"] == "tranquillite-publique"
    assert "17" in [line["number"] for line in ask(client, tap="violence-conjugale")["lines"]]


def test_something_else_and_a_dangers_taps_are_buttons_too(client: Any) -> None:
    """The options of the answer before, in the same conversation; the danger stays open under them."""
    conversation = new_conversation_id()
    ask(client, conversation=conversation, text="mon mari me frappe")

    discreet = ask(client, conversation=conversation, tap="discret")
    assert {"3919", "119", "114"} <= {line["number"] for line in discreet["lines"]}
    assert discreet["private"]
    assert ask(client, conversation=conversation, tap="autre")["private"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "  "},
        {"text": 3},
        {"text": "bonjour", "lang": "xx"},
        {"text": "bonjour", "lang": None},
        {"text": "bonjour", "lang": ["fr"]},
        {"text": "bonjour", "conversation": "moi"},
        {"text": "bonjour", "conversation": None},
        {"text": "bonjour", "conversation": "rest-0123456789abcdef"},
        {"text": "bonjour", "conversation": "é" * 22},
        {"tap": "carrefour-logement"},
        {"tap": "bonjour"},
        {"tap": ["voisinage"]},
        {"tap": "../etc"},
    ],
)
def test_what_cannot_be_used_is_refused_with_the_lines(client: Any, body: dict[str, Any]) -> None:
    """A clear sentence, and who to ring all the same."""
    response = client.post("/api/kiosk/message", json={"conversation": new_conversation_id(), "lang": "fr", **body})

    assert response.status_code == 400
    assert response.json()["error"]
    assert "3919" in response.json()["footer"]


@pytest.mark.parametrize("path", ["/api/kiosk/message", "/api/kiosk/erase"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_site_cannot_send_for_a_visitor(client: Any, path: str, kind: str) -> None:
    """Only JSON is read: a form of another site, which a browser sends without asking, is refused."""
    body = json.dumps({"conversation": new_conversation_id(), "lang": "fr", "text": "bonjour"})

    assert client.post(path, content=body, headers={"content-type": kind}).status_code == 400


def test_every_page_begins_a_conversation_that_nobody_can_guess(client: Any) -> None:
    """128 bits made here, never twice the same."""
    ids = {re.search(r'data-conversation="([\w-]{22})"', client.get("/").text)[1] for _ in range(20)}  # type: ignore[index]

    assert len(ids) == 20


def test_an_answer_shows_the_next_session_as_a_leaf_of_a_calendar(client: Any) -> None:
    """Weekday, day, month and hours apart, in the person's language; nothing where no source gives the days."""
    card = ask(client, tap="consommation", lang="ar")["cards"][0]
    start = card["leaf"]
    assert start["day"].isdigit()
    assert start["hours"]
    assert re.search("[\u0600-\u06ff]", start["weekday"] + start["month"])

    unknown = ask(client, tap="voisinage")["cards"][0]
    assert (unknown["leaf"], unknown["calendar"]) == (None, None)
    assert unknown["when"] == "Jours et heures : appelez pour les connaître."


def test_why_is_said_in_the_persons_words_and_never_in_danger(client: Any) -> None:
    """The need as its button says it; nothing that somebody could read over a shoulder."""
    assert ask(client, tap="voisinage")["because"] == "Réponse donnée pour : Un problème avec un voisin (bruit, conflit)"
    assert ask(client, tap="violence-conjugale")["because"] is None


# -------------------------------------------------------------------------------------------------- what a phone takes


@pytest.mark.parametrize("service", list(open_house().catalogue.services))
def test_every_partner_has_a_page_that_rings(client: Any, house: House, service: str) -> None:
    """A tap calls; the title names nobody, for the history of a shared phone; the address holds no identifier."""
    response = client.get(f"/p/{service}", params={"lang": "fr"})
    partner = house.catalogue.services[service]

    assert response.status_code == 200
    for phone in partner.phones:
        assert f'href="tel:{phone.number}"' in response.text
    assert re.search(r"<title>(.*?)</title>", response.text)[1] == house.catalogue.house.name  # type: ignore[index]
    assert "conversation" not in response.text


def test_a_code_printed_before_a_partner_left_leads_to_the_house(client: Any) -> None:
    """Not to an error: to the number of those who know."""
    response = client.get("/p/parti")

    assert response.status_code == 404
    assert 'href="tel:0413295620"' in response.text


def test_the_code_holds_the_public_page_and_nothing_else(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that a phone can reach, the partner, the language: drawn as segno draws exactly that."""
    monkeypatch.setenv(PUBLIC_URL, "https://boussole.istres.fr/")
    drawing = client.get("/p/apers/qr.svg", params={"lang": "ar"})
    expected = segno.make("https://boussole.istres.fr/p/apers?lang=ar", error="m", micro=False)

    assert drawing.headers["content-type"] == "image/svg+xml"
    modules = expected.svg_inline(border=2, omitsize=True, dark="#14243a", light="#fff").partition("<path")[2]
    assert modules.removesuffix("</svg>") in drawing.text


def test_the_calendar_file_is_the_next_session(client: Any, house: House) -> None:
    """A file that calendars read: the hours of the session, the place, the number to ring."""
    response = client.get("/p/avocat-famille/agenda.ics", params={"lang": "fr"})
    event = next(iter(icalendar.Calendar.from_ical(response.content).walk("VEVENT")))
    session = house.catalogue.services["avocat-famille"].next_sessions(clock.now(), 1)[0].session

    assert response.headers["content-type"].startswith("text/calendar")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (session.start, session.end)
    assert "CEC Les Heures-Claires" in event["location"]
    assert "0413295620" in event["description"]
    assert client.get("/p/adamal/agenda.ics").status_code == 404


def test_the_public_address_is_the_one_of_the_request_when_none_is_given(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk that serves itself on its own network needs no setting."""
    monkeypatch.delenv(PUBLIC_URL, raising=False)
    seen: list[str] = []
    monkeypatch.setattr("bot.surfaces.kiosk.takeaway.public_url", lambda request: seen.append(settings.public_url(request)) or seen[-1])
    client.get("/p/apers/qr.svg", headers={"host": "borne.local:5005"})

    assert seen == ["http://borne.local:5005"]

"""The bench is shut to whoever does not hold its secret, and says nothing of itself to them."""

from __future__ import annotations

import re
from typing import Any, Iterator

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bench.conftest import SECRET
from bot.surfaces import bench
from bot.surfaces.bench.sign_in import IDLE, LOCKED_FOR, LONGEST, WRONG_GUESSES, Gate
from bot.surfaces.server import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def addresses(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Every method and address that the bench serves."""
    monkeypatch.setenv("BOUSSOLE_BENCH_TOKEN", SECRET)
    for route in bench.routes():
        if isinstance(route, Mount):
            for inner in route.routes:
                assert isinstance(inner, Route)
                for method in sorted(inner.methods or {"GET"}):
                    yield method, "/bench" + re.sub(r"\{[^}]*\}", "mdc", inner.path)


def signed_in(client: TestClient) -> TestClient:
    response = client.post("/bench/entrer", data={"secret": SECRET, "page": "/bench/"}, headers=BROWSER)
    assert response.status_code == 303, response.text
    return client


def test_without_a_secret_in_the_environment_the_bench_does_not_exist(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No default secret: 404, like any address that was never there."""
    for value in (None, "", "   "):
        monkeypatch.delenv("BOUSSOLE_BENCH_TOKEN", raising=False)
        if value is not None:
            monkeypatch.setenv("BOUSSOLE_BENCH_TOKEN", value)
        with TestClient(create_app(assistant)) as client:
            assert client.get("/bench/").status_code == 404
            assert client.post("/bench/entrer", data={"secret": value or ""}).status_code == 404


def test_every_address_answers_401_without_the_secret(stranger: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Served or not, read or written: the same answer, so that nobody learns what is behind."""
    known = list(addresses(monkeypatch))
    assert len(known) > 3

    for method, path in [*known, ("GET", "/bench"), ("GET", "/bench/nulle-part"), ("POST", "/bench/nulle-part"), ("TRACE", "/bench/")]:
        for headers in ({}, BROWSER, {"Cookie": "banc=devine"}, {"Authorization": "Basic YTpi"}):
            response = stranger.request(method, path, headers=headers)
            assert response.status_code == 401, (method, path)
            assert not re.search(r"corrections|catalogue|static|observatoire|fraicheur", response.text.replace(f'value="{path}"', "")), path


def test_a_wrong_secret_is_refused_and_the_right_one_opens(stranger: TestClient) -> None:
    """By the form, then by ``Authorization``."""
    assert stranger.post("/bench/entrer", data={"secret": "non"}, headers=BROWSER).status_code == 401
    assert stranger.get("/bench/", headers={"Authorization": "Bearer non"}).status_code == 401
    assert stranger.get("/bench/", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 200
    assert signed_in(stranger).get("/bench/", headers=BROWSER).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger: TestClient) -> None:
    """HttpOnly, SameSite=Strict, only for the bench, and it does not hold the secret."""
    response = stranger.post("/bench/entrer", data={"secret": SECRET})
    cookie = response.headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/bench" in cookie
    assert SECRET not in cookie
    assert len(stranger.cookies["banc"]) >= 43


def test_five_wrong_guesses_shut_the_door_for_everybody_at_that_address(stranger: TestClient) -> None:
    """Even the right secret is not listened to for a while; whoever was in stays in."""
    inside = dict(signed_in(stranger).cookies)
    stranger.cookies.clear()
    for _guess in range(WRONG_GUESSES):
        assert stranger.post("/bench/entrer", data={"secret": "non"}, headers=BROWSER).status_code == 401
    locked = stranger.post("/bench/entrer", data={"secret": SECRET}, headers=BROWSER)

    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) == LOCKED_FOR
    assert stranger.get("/bench/", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 429
    stranger.cookies.update(inside)
    assert stranger.get("/bench/", headers=BROWSER).status_code == 200


def test_a_form_sent_by_another_site_is_refused(stranger: TestClient) -> None:
    """Without the page's own token nothing is written, even with the cookie."""
    signed_in(stranger)

    assert stranger.post("/bench/sortir", data={}, headers=BROWSER).status_code == 403
    assert stranger.post("/bench/sortir", data={"csrf": "deviné"}, headers=BROWSER).status_code == 403
    assert stranger.post("/bench/sortir", headers={b"X-CSRF-Token": b"\xe9"}).status_code == 403
    assert stranger.get("/bench/", headers=BROWSER).status_code == 200


def test_signing_out_ends_the_session_on_the_server(stranger: TestClient) -> None:
    """The cookie of before opens nothing any more."""
    cookies = dict(signed_in(stranger).cookies)
    token = re.search(r'name="csrf" value="([^"]+)"', stranger.get("/bench/", headers=BROWSER).text)
    assert token is not None
    assert stranger.post("/bench/sortir", data={"csrf": token[1]}, headers=BROWSER).status_code == 303

    stranger.cookies.update(cookies)
    assert stranger.get("/bench/", headers=BROWSER).status_code == 401


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example/", "//ailleurs.example/", "/bench/../api", "/bench/\\ailleurs", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(stranger: TestClient, elsewhere: str) -> None:
    """The page asked for is one of the bench."""
    response = stranger.post("/bench/entrer", data={"secret": SECRET, "page": elsewhere}, headers=BROWSER)

    assert response.headers["location"] == "/bench/"


def test_a_page_lets_nothing_in_from_elsewhere(program: TestClient) -> None:
    """No inline script, no other site, no frame, nothing kept by the browser."""
    headers = program.get("/bench/", headers=BROWSER).headers

    assert "'unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_body_too_large_is_refused_before_it_fills_the_memory(stranger: TestClient) -> None:
    """Eight megabytes at most, from anybody."""
    assert stranger.post("/bench/entrer", content=b"x" * (9 * 1024 * 1024)).status_code == 413


def test_a_session_ends_after_an_hour_of_silence_and_after_a_working_day() -> None:
    """A browser left open at the counter."""
    now = [0.0]
    gate = Gate(SECRET, clock=lambda: now[0])
    quiet, busy = gate.open_session(), gate.open_session()
    for moment in range(0, LONGEST, IDLE // 2):
        now[0] = float(moment)
        assert gate.session(busy.id) is busy

    now[0] = LONGEST + 1.0
    assert gate.session(quiet.id) is None
    assert gate.session(busy.id) is None


def test_the_door_opens_again_after_a_quarter_of_an_hour() -> None:
    """And right guesses are never counted."""
    now = [0.0]
    gate = Gate(SECRET, clock=lambda: now[0])
    for _guess in range(WRONG_GUESSES):
        gate.accepts("non", "10.0.0.1")

    assert not gate.accepts(SECRET, "10.0.0.1")
    assert gate.accepts(SECRET, "10.0.0.2")
    now[0] = LOCKED_FOR
    assert gate.accepts(SECRET, "10.0.0.1")

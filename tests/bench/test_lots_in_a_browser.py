"""A colleague at her desk: Chromium on the real server, from the door to the report, and axe on every screen she sees."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any, Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bench.conftest import SECRET
from bot.batch.rows import MAX_ROWS
from bot.engine.observing import count_store, recorder
from bot.observatory import Key, Measure

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
TABLE = (
    "phrase;partenaire;numéro;langue\nle voisin fait du bruit toutes les nuits;tranquillite-publique;;fr\nmon mari me frappe;caf;3919;fr\n"
)
ARABIC = "مشكلة مع صاحب البيت;ufc-que-choisir;;ar\n"


@pytest.fixture
def bench_url(app: Any) -> Iterator[str]:
    """The application on a port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start within a minute"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/bench"
    server.should_exit = True
    thread.join(timeout=30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for these tests."""
    path = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    assert path, "Ces tests ont besoin de Chromium : « apt-get install chromium »."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()


def sign_in(browser: Browser, url: str, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{url}/lots")
    page.fill("#secret", SECRET)
    page.keyboard.press("Enter")
    page.wait_for_selector("#text")
    return page


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{violation['id']} {node['target']}" for violation in found for node in violation["nodes"]]


def stays_in_its_width(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}}], ids=["desk", "dark and narrow"]
)
def test_a_table_is_brought_corrected_watched_filtered_and_erased(chromium: Browser, bench_url: str, options: dict[str, Any]) -> None:
    """The whole way with keyboard and mouse; no screen breaks a rule of WCAG, none scrolls sideways."""
    page = sign_in(chromium, bench_url, **options)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    screens = {"form": violations(page)}

    page.fill("#text", TABLE.replace("tranquillite-publique", "tranquilite-publique"))
    page.click("form.panel button")
    assert "Vouliez-vous dire « tranquillite-publique » ?" in page.inner_text("[role=alert]")
    screens["refused"] = violations(page)

    page.fill("#text", TABLE + ARABIC)
    page.click("form.panel button")
    page.wait_for_selector("#rows")
    assert "sur 3" in page.inner_text("main")
    screens["results"] = violations(page)
    assert stays_in_its_width(page)

    page.select_option("#resultat", "manqué")
    page.click("text=Filtrer")
    page.wait_for_selector("text=Phrases trouvées : 1")
    assert page.locator("section:has(#rows) tbody tr").count() == 1

    with page.expect_download() as download:
        page.click("text=Résultats (CSV)")
    lines = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [line[5] for line in lines[1:3]] == ["juste", "manqué"]

    page.click("text=Rapport à imprimer")
    page.wait_for_selector("text=Les phrases manquées (1)")
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).borderBottomStyle") == "solid"
    screens["report"] = violations(page)
    page.go_back()

    page.click("text=Effacer ce lot")
    page.wait_for_selector("#text")
    assert page.locator("text=Vos lots").count() == 0
    assert {screen: found for screen, found in screens.items() if found} == {}
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_long_table_shows_how_far_it_is_and_can_be_stopped(chromium: Browser, bench_url: str, tmp_path: Path, scripts: bool) -> None:
    """The count grows by itself, with or without scripts; « Arrêter » keeps what is done."""
    long = tmp_path / "long.csv"
    # All different: repeated ones are remembered, and would be over before the page without scripts looks again.
    sentences = [f"mon propriétaire garde ma caution de {euros} euros" for euros in range(MAX_ROWS)]
    long.write_text("\n".join(["text", *sentences]), encoding="utf-8")
    page = sign_in(chromium, bench_url, java_script_enabled=scripts)
    page.set_input_files("#file", str(long))
    page.click("form.panel button")
    seen = {page.inner_text("#count")}
    deadline = time.monotonic() + 30
    while len(seen) < 3 and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        seen.add(page.inner_text("#count"))
    assert len(seen) >= 3
    if scripts:
        assert violations(page) == []

    page.click("text=Arrêter")
    page.wait_for_selector("text=ont une réponse")
    assert f"sur {MAX_ROWS}" in page.inner_text("main")


def test_the_observatory_is_read_by_everybody(chromium: Browser, bench_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures and tables, in light and dark, on a narrow screen; the report to print."""
    monkeypatch.setenv("BOUSSOLE_STATE", str(tmp_path))
    recorder.cache_clear()
    day = date(2026, 11, 21)
    count_store().add(
        {Key(day, measure, value): count for measure in Measure for value, count in {"voisinage": 40, "dettes": 30}.items()}
        | {Key(day, Measure.NEED, "caf-prestations"): 2}
    )
    for options in ({}, {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}}):
        page = sign_in(chromium, bench_url, **options)
        page.goto(f"{bench_url}/observatoire?de=2026-11&a=2026-11")
        assert page.locator("svg[role=img]").count() == 6
        assert violations(page) == []
        assert stays_in_its_width(page)

    page.click("text=Rapport 2026 pour le Contrat de ville")
    page.wait_for_selector("text=non-recours")
    assert violations(page) == []
    recorder.cache_clear()

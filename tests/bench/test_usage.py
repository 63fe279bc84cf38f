"""The observatory's page: pictures with their tables, months chosen, files to take away, small numbers nowhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Iterator

import pytest
from starlette.testclient import TestClient

from bot.engine.observing import count_store, recorder
from bot.observatory import Key, Measure

BROWSER = {"Accept": "text/html"}
MONTH = {"de": "2026-11", "a": "2026-11"}


@pytest.fixture(autouse=True)
def a_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sixty neighbours, twelve debts that nobody answers, three people in Georgian."""
    monkeypatch.setenv("BOUSSOLE_STATE", str(tmp_path))
    recorder.cache_clear()
    day = date(2026, 11, 21)
    needs = {Key(day, Measure.NEED, "voisinage"): 60, Key(day, Measure.NEED, "dettes"): 12, Key(day, Measure.UNMET, "dettes"): 12}
    languages = {Key(day, Measure.LANGUAGE, "fr"): 69, Key(day, Measure.LANGUAGE, "ka"): 3}
    count_store().add({**needs, **languages, Key(day, Measure.OUTCOME, "orient"): 72, Key(day, Measure.SURFACE, "kiosk"): 72})
    yield
    recorder.cache_clear()


def test_a_month_is_shown_in_pictures_and_in_tables(program: TestClient) -> None:
    """In the house's own words."""
    page = program.get("/bench/observatoire", params=MONTH, headers=BROWSER).text

    assert page.count("<svg") == 5
    assert "Un problème avec un voisin (bruit, conflit)" in page
    assert "Borne de la Maison" in page
    assert "samedi 21 novembre" in page


def test_three_people_in_a_language_are_seen_in_no_form(program: TestClient) -> None:
    """Neither on the page, nor in the CSV, nor in the report."""
    addresses = ("/bench/observatoire", "/bench/observatoire/observatoire.csv", "/bench/observatoire/rapport")
    for address in addresses:
        text = program.get(address, params=MONTH, headers=BROWSER).text
        assert "géorgien" not in text, address
        assert "Trop peu" in text or address.endswith("csv")


def test_this_month_is_shown_when_none_is_asked_for(program: TestClient) -> None:
    """And what was counted a second ago is in it."""
    program.post("/api/orient", json={"text": "bonjour"})
    for _number in range(5):
        program.post("/api/orient", json={"text": "mon voisin fait du bruit toutes les nuits"})
    page = program.get("/bench/observatoire", headers=BROWSER).text

    assert "Programmes (API)" in page


@pytest.mark.parametrize("asked", [{"de": "hier"}, {"de": "2026-12", "a": "2026-01"}, {"de": "2026-99"}])
def test_wrong_months_are_told_in_a_sentence(program: TestClient, asked: dict[str, str]) -> None:
    """On every address."""
    for address in ("/bench/observatoire", "/bench/observatoire/observatoire.csv", "/bench/observatoire/rapport"):
        response = program.get(address, params=asked)
        assert response.status_code == 400
        assert "2026" in response.json()["error"]


def test_counters_that_cannot_be_read_are_said_so(program: TestClient, tmp_path: Path) -> None:
    """A damaged file gives a sentence, not a blank page."""
    (tmp_path / "observatory.sqlite").write_bytes(b"not a database" * 100)

    assert "Recommencez" in program.get("/bench/observatoire", params=MONTH).json()["error"]

"""The batches of the bench: brought, watched, stopped, filtered, taken home, and gone from the server."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from bench.conftest import SECRET
from bot.batch.rows import Row
from bot.errors import BadInput
from bot.surfaces.bench import batches
from bot.surfaces.bench.jobs import MAX_KEPT, MAX_RUNNING, Jobs, State

BROWSER = {"Accept": "text/html"}
FEW = "phrase;partenaire;numéro\nle voisin fait du bruit toutes les nuits;tranquillite-publique;\nmon mari me frappe;caf;3919\n=2+2;;\n"


def start(client: TestClient, text: str = FEW, wait: bool = True) -> str:
    """Sends a batch as a program does; gives its address."""
    sent = client.post("/bench/lots", files={"file": ("essai.csv", text.encode())})
    assert sent.status_code == 202, sent.text
    address = f"/bench/lots/{sent.json()['id']}"
    for _attempt in range(600 if wait else 0):
        if not client.get(f"{address}/etat").json()["running"]:
            break
        time.sleep(0.1)
    return address


def test_a_batch_is_answered_shown_and_taken_home(program: TestClient) -> None:
    """Hits and misses, figures, confusions; CSV, ODS and a report to print."""
    address = start(program)
    page = program.get(address, headers=BROWSER).text

    assert program.get(f"{address}/etat").json() == {"state": "fini", "done": 3, "total": 3, "running": False}
    assert "1 sur 2 (50\xa0%)" in page
    assert page.count('<span class="tag bad">manqué</span>') == 1
    assert "<td>caf</td><td>solidarite-femmes-13</td>" in page
    assert "'=2+2" in program.get(f"{address}/resultats.csv").content.decode("utf-8-sig")
    assert program.get(f"{address}/resultats.ods").content.startswith(b"PK")
    assert "Essai d'un lot de phrases" in program.get(f"{address}/rapport").text


def test_rows_are_filtered_by_result_language_and_need(program: TestClient) -> None:
    """Only the missed ones, for whoever will correct them."""
    address = start(program)
    missed = program.get(address, params={"resultat": "manqué"}, headers=BROWSER).text

    assert "mon mari me frappe" in missed
    assert "le voisin fait du bruit" not in missed
    assert "Aucune phrase avec ces filtres" in program.get(address, params={"langue": "zz", "page": "99"}, headers=BROWSER).text


def test_a_wrong_file_is_told_row_by_row_and_what_was_pasted_is_not_lost(program: TestClient) -> None:
    """On the page for a person, as JSON for a program."""
    wrong = "text;partner\nbonjour <b>;xyz\n;caf\n"
    page = program.post("/bench/lots", data={"text": wrong}, headers=BROWSER)
    sent = program.post("/bench/lots", data={"text": wrong})

    assert page.status_code == sent.status_code == 400
    assert "Ligne 2, colonne « partner » : aucun partenaire « xyz »" in page.text
    assert "Ligne 3, colonne « text » : la phrase manque" in page.text
    assert "bonjour &lt;b&gt;;xyz" in page.text
    assert "Ligne 2" in sent.json()["error"]
    assert program.post("/bench/lots", data={}, headers=BROWSER).status_code == 400


def test_a_batch_under_way_can_be_stopped_and_keeps_what_is_done(program: TestClient) -> None:
    """The rows already answered stay there to be read."""
    address = start(program, "text\n" + "mon propriétaire garde ma caution\n" * 400, wait=False)
    while program.get(f"{address}/etat").json()["done"] < 2:
        time.sleep(0.02)
    assert program.post(f"{address}/arreter").status_code == 303
    state = program.get(f"{address}/etat").json()

    assert (state["state"], state["running"]) == ("arrêté", False)
    assert 2 <= state["done"] < 400
    assert "Lot arrêté. " in program.get(address, headers=BROWSER).text


def test_an_erased_batch_is_nowhere_any_more(program: TestClient) -> None:
    """Its page, its files, its words in memory."""
    address = start(program)
    job = batches._jobs.get(address.rpartition("/")[2], "programme")
    assert job is not None
    assert program.post(f"{address}/effacer").status_code == 303

    assert program.get(address).status_code == 404
    assert program.get(f"{address}/resultats.csv").status_code == 404
    assert (list(job.rows), job.results) == ([], [])


def test_nothing_of_an_upload_is_written_to_the_disk(program: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a temporary file, for an upload of three megabytes."""

    def refuse(_file: Any) -> None:
        raise AssertionError("an upload went to the disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    large = "text\n" + "\n".join(f"une phrase assez longue pour peser, numéro {number} " + "a" * 900 for number in range(3_000))

    assert len(large) > 2_500_000
    refused = program.post("/bench/lots", files={"file": ("grand.csv", large.encode())})
    assert "Coupez le fichier" in refused.json()["error"]


def test_a_batch_belongs_to_the_browser_that_brought_it(program: TestClient, app: Any) -> None:
    """Another colleague who is signed in does not see it, even with its address."""
    address = start(program)
    with TestClient(app, follow_redirects=False) as colleague:
        colleague.post("/bench/entrer", data={"secret": SECRET})

        assert colleague.get(address, headers=BROWSER).status_code == 404
        assert address not in colleague.get("/bench/lots", headers=BROWSER).text
    assert address in program.get("/bench/lots", headers=BROWSER).text


def test_the_report_lets_nothing_run(program: TestClient) -> None:
    """Its own style, by its fingerprint, and nothing else."""
    policy = program.get(f"{start(program)}/rapport").headers["content-security-policy"]

    assert re.search(r"style-src 'sha256-[\w+/=]+'", policy)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_batches_have_a_number_and_an_end(assistant: Any) -> None:
    """At most two at once, at most eight kept, none after its hour."""
    rows = [Row(1, "bonjour")]
    jobs = Jobs(lifetime=0.2)
    running = [jobs.start("a", rows * 50, assistant.answer) for _number in range(MAX_RUNNING)]
    with pytest.raises(BadInput, match="déjà en cours"):
        jobs.start("a", rows, assistant.answer)
    for job in running:
        job.stop()
    for _number in range(MAX_KEPT + 3):
        last = jobs.start("a", rows, assistant.answer)
        assert last.task is not None
        await last.task

    assert len(jobs.of("a")) <= MAX_KEPT
    assert running[0].state is State.STOPPED
    for _attempt in range(100):
        await asyncio.sleep(0.05)
        if not jobs.of("a"):
            break
    assert not jobs.of("a")
    assert jobs.get(last.id, "a") is None

"""The REST surfaces: whatever comes in, a clear answer goes out, and the emergency lines with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.surfaces.server import create_app


@pytest.fixture(scope="module")
def client(assistant: Any) -> Any:
    """The real application on the real model."""
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


FIELDS = [
    "id",
    "text",
    "language",
    "reply_language",
    "outcome",
    "danger",
    "needs",
    "services",
    "lines",
    "footer",
    "cards",
    "options",
    "why",
    "reply",
]


def test_a_sentence_gives_the_reply_of_the_contract(client: Any) -> None:
    """Every field, in order, and a card with its next sessions."""
    response = client.post("/api/orient", json={"id": 7, "text": "mon voisin fait du bruit toutes les nuits"})
    reply = response.json()

    assert response.status_code == 200
    assert list(reply)[: len(FIELDS)] == FIELDS
    assert reply["id"] == 7
    assert reply["services"][0] == "tranquillite-publique"
    assert reply["cards"][0]["phones"][0]["number"] == "0800126756"
    assert {"17", "112", "114", "15", "119", "3919"} <= set(reply["footer"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"3",
        b"not json",
        b'{"text": 3}',
        b'{"text": null}',
        b'{"txt": "a"}',
        b'{"text": "a", "lang": 3}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"text": "' + b"a" * 1_000_000 + b'"}',
    ],
)
def test_a_body_that_cannot_be_used_is_refused_with_the_lines(client: Any, body: bytes) -> None:
    """A 4xx that says what is expected, and who to ring all the same."""
    response = client.post("/api/orient", content=body, headers={"content-type": "application/json"})

    assert 400 <= response.status_code < 500
    assert response.json()["error"]
    assert "3919" in response.json()["footer"]
    assert "17" in response.json()["reply"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u0000",
        "\u200b\u200b",
        "😀",
        "12345",
        "\ud800",
        "a" * 5000,
        "/restart",
        "/violence-conjugale{}",
        "؟",
        "\r\n\t",
        "{}[]$",
        "%s%n",
    ],
)
def test_an_odd_text_gets_a_polite_reply(client: Any, text: str) -> None:
    """Empty, invisible, broken or endless texts are answered like any other."""
    response = client.post("/api/orient", content=json.dumps({"text": text}).encode(), headers={"content-type": "application/json"})

    assert response.status_code == 200
    assert response.json()["text"] == text
    assert "3919" in response.json()["footer"]


def test_a_long_message_is_read_up_to_a_thousand_characters_and_says_so(client: Any) -> None:
    """The danger at the start of a long story is seen; the person knows that the end was not read."""
    reply = client.post("/api/orient", json={"text": "mon mari me frappe. " + "il fait beau " * 500}).json()

    assert reply["outcome"] == "danger"
    assert "j'en ai lu le début" in reply["reply"]


def test_the_rest_webhook_answers_in_rasas_own_shape(client: Any) -> None:
    """A list of messages with the recipient, the text and the whole Reply."""
    answers = client.post("/webhooks/rest/webhook", json={"sender": "anna", "message": "bonjour"}).json()

    assert answers[0]["recipient_id"] == "anna"
    assert answers[0]["text"].startswith("Bonjour")
    assert answers[0]["custom"]["outcome"] == "chitchat"


def test_two_people_without_a_name_never_share_a_conversation(client: Any) -> None:
    """Each gets an id of its own, so that "et c'est quand ?" never shows another person's partner."""
    first = client.post("/webhooks/rest/webhook", json={"message": "mon propriétaire garde ma caution"}).json()
    second = client.post("/webhooks/rest/webhook", json={"message": "et c'est quand ?"}).json()

    assert first[0]["recipient_id"] != second[0]["recipient_id"]
    assert "ufc-que-choisir" not in second[0]["custom"]["services"]


def test_an_unknown_address_or_method_is_refused_with_the_lines(client: Any) -> None:
    """Even a wrong address gives the numbers."""
    for response in (client.get("/api/orient"), client.get("/nulle-part"), client.post("/health")):
        assert 400 <= response.status_code < 500
        assert "17" in response.json()["footer"]


def test_health_says_ok(client: Any) -> None:
    """For whoever watches the service."""
    assert client.get("/health").json() == {"status": "ok"}


def test_the_served_port_answers(assistant: Any) -> None:
    """``boussole run`` as it is started in the house: the real server on a real port gives an answer."""
    import socket
    import subprocess
    import sys
    import time
    import urllib.request

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _attempt in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as response:
                    answer = json.loads(response.read())
                break
            except OSError:
                time.sleep(0.5)
        assert answer == {"status": "ok"}
    finally:
        server.terminate()
        server.wait(timeout=30)

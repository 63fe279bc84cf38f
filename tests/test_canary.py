"""A word that exists nowhere else is sent by every way there is; then everything that was printed, written or kept is searched."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

import httpx
import pytest
import redis as redis_client
from peers import Redis, Server, running_redis
from spacy.vocab import Vocab

from bot.house import House

ROOT = Path(__file__).parent.parent
CANARY = "zébulon-canari-7f3a"
FORMS = [CANARY.encode(), json.dumps(CANARY)[1:-1].encode(), b"canari-7f3a"]
SENTENCES = [f"mon voisin {CANARY} fait du bruit", f"mon mari {CANARY} me frappe", f"{CANARY} qsdf", f"/restart {CANARY}"]


def holds_canary(content: bytes) -> bool:
    """Whether the word is there, in any of the forms it may be written in."""
    return any(form in content for form in FORMS)


def written_since(start: float, *folders: Path) -> list[Path]:
    """Files written since then that hold the word; sources, environments and git's own files are not looked at."""
    passed_over = {".git", ".venv", ".tools", ".pytest_cache", ".hypothesis", "stock", "__pycache__"}
    found = []
    for folder in folders:
        for directory, names, files in os.walk(folder):
            names[:] = [name for name in names if name not in passed_over]
            for path in (Path(directory) / name for name in files):
                if path.is_file() and path.stat().st_mtime >= start and holds_canary(path.read_bytes()):
                    found.append(path)
    return found


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    """A real Redis, as when several workers share conversations."""
    with running_redis() as running:
        yield running


def test_the_server_keeps_nothing_at_its_most_talkative(redis: Redis, tmp_path: Path, assistant: object) -> None:
    """Answers, refusals, wrong addresses and broken bodies at level DEBUG: nothing on the screen, the disk, Redis, or /metrics."""
    start = time.time()
    server = Server({"BOUSSOLE_LOG": "DEBUG", "REDIS_URL": redis.url, "TMPDIR": str(tmp_path), "PYTHONASYNCIODEBUG": "1"})
    json_type = {"content-type": "application/json"}
    try:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            for sentence in SENTENCES:
                assert CANARY in client.post("/api/orient", json={"text": sentence, "id": CANARY}).json()["text"]
                client.post("/webhooks/rest/webhook", json={"sender": CANARY, "message": sentence})
            refusals = [
                client.post("/api/orient", content=b'{"text": "' + CANARY.encode(), headers=json_type),
                client.post("/api/orient", json={CANARY: CANARY}),
                client.post("/api/orient", json={"text": CANARY, "lang": [CANARY]}),
                client.post("/api/orient", content=CANARY.encode() * 5000, headers=json_type),
                client.post("/api/orient", content=CANARY.encode(), headers={"content-type": "text/plain"}),
                client.get(f"/{CANARY}"),
                client.get("/api/orient", params={"text": CANARY}),
                client.request("OPTIONS", "/api/orient", headers={"x-canary": "canari-7f3a"}),
            ]
            metrics = client.get("/metrics").content
            raw = httpx.get(f"{server.url}/health", headers={"referer": "https://x/canari-7f3a"})
    finally:
        printed = server.stop()
    client = redis_client.Redis(port=redis.port)
    kept = [key + (client.get(key) or b"") for key in client.keys("*")]

    assert "DEBUG" in printed
    assert not holds_canary(printed.encode())
    assert not [answer.url for answer in [*refusals, raw] if holds_canary(answer.content) or holds_canary(str(answer.headers).encode())]
    assert not holds_canary(metrics)
    assert kept
    assert not [key for key in kept if holds_canary(key)]
    assert written_since(start, ROOT, tmp_path) == []


def test_the_command_line_keeps_nothing_at_its_most_talkative(tmp_path: Path, assistant: object) -> None:
    """Good and broken lines through ``orient --jsonl``: only the answers hold the word that was sent."""
    start = time.time()
    lines = [json.dumps({"id": rank, "text": text}) for rank, text in enumerate(SENTENCES)]
    lines += [f"{CANARY} is not json", json.dumps({"id": 9, "txt": CANARY})]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "orient", "--jsonl"],
        input="\n".join(lines).encode(),
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=True,
        env={**os.environ, "BOUSSOLE_LOG": "DEBUG", "TMPDIR": str(tmp_path)},
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [answer["text"] for answer in answers[:4]] == SENTENCES
    assert not [answer for answer in answers[4:] if holds_canary(json.dumps(answer).encode())]
    assert b"DEBUG" in done.stderr
    assert not holds_canary(done.stderr)
    assert written_since(start, ROOT, tmp_path) == []


def test_no_word_stays_in_the_vocabulary_of_the_patterns(house: House) -> None:
    """spaCy keeps every word it ever meets, in whatever part of the patterns: it is shown none that a pattern does not know."""
    house.net.find(f"mon mari {CANARY} me frappe", list(house.dangers.kinds))
    vocabularies = [kept for kept in gc.get_objects() if isinstance(kept, Vocab)]
    known = {word for vocabulary in vocabularies for word in vocabulary.strings}

    assert "mari" in known
    assert not [word for word in known if "canari" in word or "bulon" in word]

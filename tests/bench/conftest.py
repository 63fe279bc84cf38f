"""What the bench's tests share: the real application with a secret, a client that holds it, and a browser signed in."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, AsyncIterator, Iterator

import pytest
import yaml
from playwright.async_api import Browser, Page, async_playwright
from starlette.testclient import TestClient

from bot.surfaces.server import create_app

SECRET = "un secret que personne ne devine"


@pytest.fixture
def app(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The real application, its bench open to whoever holds ``SECRET``."""
    monkeypatch.setenv("BOUSSOLE_BENCH_TOKEN", SECRET)
    return create_app(assistant)


@pytest.fixture
def stranger(app: Any) -> Iterator[TestClient]:
    """Somebody without the secret."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def program(app: Any) -> Iterator[TestClient]:
    """A program that holds the secret."""
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, follow_redirects=False) as client:
        yield client


ROOT = Path(__file__).parent.parent.parent
SENTENCES_KEPT = 4
"""Of each need: enough to tell one from another, few enough to learn them in seconds."""
CASES_KEPT = 40


def small_copy(destination: Path) -> Path:
    """The project as it is, with few sentences in two languages and few cases: it trains in seconds."""
    for folder in ("bot", "actions", "locales"):
        shutil.copytree(ROOT / folder, destination / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", destination / "data", ignore=shutil.ignore_patterns("nlu", "backups", "corrections"))
    for path in sorted([*(ROOT / "data" / "nlu" / "fr").glob("*.yml"), *(ROOT / "data" / "nlu" / "en").glob("*.yml")]):
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))
        for block in blocks["nlu"]:
            block["examples"] = "".join(block["examples"].splitlines(keepends=True)[:SENTENCES_KEPT])
        target = destination / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(blocks, allow_unicode=True), encoding="utf-8")
    cases = yaml.safe_load((ROOT / "tests" / "cases" / "fr.yaml").read_text(encoding="utf-8"))
    calm = [case for case in cases["cases"] if case.get("danger") is False]  # so few sentences teach no danger well
    cases["cases"] = calm[:: max(1, len(calm) // CASES_KEPT)]
    (destination / "tests" / "cases").mkdir(parents=True)
    (destination / "tests" / "cases" / "fr.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")
    (destination / ".cache").mkdir()
    (destination / ".cache" / "encoders").symlink_to(ROOT / ".cache" / "encoders")
    return destination


class Served:
    """A small project served on a real port, its bench open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = (root / "server.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bot", "run", "--port", str(self.port)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "BOUSSOLE_BENCH_TOKEN": SECRET},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait(self, seconds: int = 300) -> None:
        """Until it answers (it trains its model first)."""
        for _second in range(seconds):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/ready", timeout=5):
                return
            assert self._process.poll() is None, (self.root / "server.log").read_text()
            time.sleep(1)
        raise TimeoutError((self.root / "server.log").read_text())

    def stop(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def say(self, text: str, sender: str) -> dict[str, Any]:
        """What a resident in a conversation is answered."""
        request = urllib.request.Request(
            f"{self.address}/webhooks/rest/webhook",
            json.dumps({"sender": sender, "message": text}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            reply: dict[str, Any] = json.load(answer)[0]["custom"]
        return reply


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small copy of the project, trained and served: what the bench writes stays in it."""
    running = Served(small_copy(tmp_path_factory.mktemp("project")))
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A real browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser, served: Served) -> AsyncIterator[Page]:
    """A page signed in to the bench of the small project."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.goto(f"{served.address}/bench/")
    await page.fill("#secret", SECRET)
    await page.press("#secret", "Enter")
    await page.wait_for_selector("#text")
    yield page
    await context.close()

"""A real browser on the real server: Chromium, the trained model, a port of this machine, and nothing else on the network."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bot.surfaces.server import create_app

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_A_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SWITCHES = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
SCREENSHOTS = Path(__file__).parents[2] / "reports" / "kiosk"

KIOSK, PHONE, NARROW = (1080, 1920), (390, 844), (320, 640)
"""The upright screen of the house, a phone, and the narrowest screen that must work (WCAG 1.4.10)."""


def find_browser() -> str:
    """An installed Chromium or Chrome."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    found = found or next((path for path in ON_A_MAC if Path(path).exists()), None)
    if found is None:
        pytest.fail(
            "Les tests de la borne ont besoin de Chromium ou de Chrome. Debian, Ubuntu : « apt-get install chromium » ; "
            "Mac : « brew install --cask chromium » ; puis relancez « make test ».",
            pytrace=False,
        )
    return found


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """An application on a port of this machine, in a thread of its own; it can be stopped and started again there."""

    def __init__(self, app: Any, port: int | None = None) -> None:
        self.app = app
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> Served:
        """Serves, and waits until it answers."""
        config = uvicorn.Config(self.app, port=self.port, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start within a minute"
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """Stops, and waits until the port is free."""
        self._server.should_exit = True
        self._thread.join(timeout=30)


@pytest.fixture(scope="package")
def served(assistant: Any) -> Iterator[Served]:
    """The whole application on the real model."""
    server = Served(create_app(assistant)).start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browser. Stopped with these tests: while it runs, no test of the other folders can run a loop of its own."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests; each test opens contexts of its own."""
    launched = playwright.chromium.launch(executable_path=find_browser(), args=list(SWITCHES))
    yield launched
    launched.close()


def until(page: Page, expression: str) -> None:
    """Waits, twenty seconds at most, until something is true in the page (our policy forbids the browser tool's own way)."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true in the page: {expression}")


class Visitor:
    """A person before the screen: the page, every address it asked for, and every complaint of the browser."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(20_000)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)

    def open(self, path: str = "/", lang: str = "fr") -> Visitor:
        """Opens a page in a language."""
        self.page.goto(f"{self.base}{path}?lang={lang}")
        return self

    def write(self, sentence: str) -> Visitor:
        """Writes a sentence, sends it, and waits for the answer."""
        self.page.fill("#text", sentence)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#answer .back")
        return self

    def touch(self, subject: str) -> Visitor:
        """Touches a subject of the home screen, or an option, and waits for the answer."""
        self.page.click(f"[data-tap={subject}]")
        self.page.wait_for_selector("#answer .back")
        return self

    def keep_a_picture(self, name: str) -> None:
        """A screenshot for people to look at, in ``reports/kiosk``."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def strangers(self) -> list[str]:
        """The addresses asked for on any other server than ours."""
        return [url for url in self.requests if not url.startswith((self.base, "data:"))]


Arrival = Callable[..., Visitor]


@pytest.fixture
def arrive(browser: Browser, served: Served) -> Iterator[Arrival]:
    """Somebody arrives: ``arrive(KIOSK)`` gives a Visitor with a browser that remembers nobody."""
    contexts = []

    def arrive(size: tuple[int, int] = KIOSK, **options: Any) -> Visitor:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(context)
        return Visitor(context.new_page(), served.url)

    yield arrive
    for context in contexts:
        context.close()

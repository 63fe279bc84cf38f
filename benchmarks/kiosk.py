"""How fast the kiosk is in a real Chromium: first paint, weight, and the time from a touch to the answer.

``.venv/bin/python benchmarks/kiosk.py`` starts the server on a free port of this machine, opens the page twenty times in a
browser that remembers nothing, and prints medians and the slowest.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import threading
import time

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from bot.engine.training import prepare_rasa

VISITS = 20
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main() -> None:
    """Measures and prints."""
    url = serve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        visits = [visit(browser, url) for _ in range(VISITS)]
        browser.close()
    paints, weights, touches, sentences = zip(*visits)
    print(f"première peinture   médiane {statistics.median(paints):.0f} ms, la plus lente {max(paints):.0f} ms")
    print(f"poids de la page    {max(weights) / 1024:.0f} ko, tout compris")
    print(f"un sujet touché     réponse à l'écran en {statistics.median(touches):.0f} ms (médiane), {max(touches):.0f} ms au pire")
    print(f"une phrase écrite   réponse à l'écran en {statistics.median(sentences):.0f} ms (médiane), {max(sentences):.0f} ms au pire")


def serve() -> str:
    """The whole application, in a thread; its address once it answers."""
    prepare_rasa()
    from bot.surfaces.server import create_app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(), port=port, log_config=None, access_log=False, ws="none"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.1)
    return f"http://127.0.0.1:{port}"


def visit(browser: Browser, url: str) -> tuple[float, int, float, float]:
    """One person: milliseconds to the first paint, bytes received, milliseconds from a touch, then from a sentence, to the answer."""
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    page = context.new_page()
    bodies: list[int] = []
    page.on("requestfinished", lambda request: bodies.append(request.sizes()["responseBodySize"]))
    page.goto(url, wait_until="networkidle")
    paint, weight = page.evaluate(FIRST_PAINT), sum(bodies)
    start = time.perf_counter()
    page.click("[data-tap=consommation]")
    page.wait_for_selector("#answer .card")
    touch = time.perf_counter() - start
    page.fill("#text", "le voisin du dessus fait du bruit toutes les nuits")
    start = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer .card:has-text('quiétude')")
    sentence = time.perf_counter() - start
    context.close()
    return paint, weight, touch * 1000, sentence * 1000


if __name__ == "__main__":
    main()

"""Logs hold nothing that a person wrote, no token and nobody's name, whoever writes them and however talkative they are."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot.engine import logs

ROOT = Path(__file__).parent.parent
CANARY = "zébulon-canari-7f3a"
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrbGbqr4K-bc"


@pytest.fixture(autouse=True)
def configured() -> None:
    """As in service."""
    logs.configure()


@pytest.mark.parametrize(
    "library", ["rasa.core.processor", "telegram.ext.Updater", "httpx", "httpcore", "uvicorn.error", "asyncio", "redis"]
)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.ERROR, logging.CRITICAL])
def test_a_library_tells_its_name_and_place_only(caplog: pytest.LogCaptureFixture, library: str, level: int) -> None:
    """Rasa prints messages, httpx the bot's token, python-telegram-bot whole bodies: none of their words goes out."""
    with caplog.at_level(logging.DEBUG, logger=library):
        logging.getLogger(library).log(level, f"received {CANARY} from %s at https://api.telegram.org/bot{TOKEN}/x", CANARY)

    assert "test_logs.py" in caplog.text
    assert CANARY not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("name", ["bot.engine.assistant", "rasa.core.agent"])
def test_an_error_tells_its_kind_and_place_never_its_text(caplog: pytest.LogCaptureFixture, name: str) -> None:
    """An exception often quotes what was being read, and so does the one it came from."""
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise LookupError(CANARY) from error
    except LookupError:
        logging.getLogger(name).exception("Une étape a échoué.")

    assert "LookupError test_logs.py" in caplog.text
    assert "ValueError test_logs.py" in caplog.text
    assert CANARY not in caplog.text
    assert all(record.exc_info is None and not record.args for record in caplog.records)


@pytest.mark.parametrize("said", [f"bot{TOKEN}", TOKEN, "https://x/?token=abcdef", "secret=abcdef", "Authorization: Bearer abcdef"])
def test_a_token_in_our_own_sentence_is_masked(said: str) -> None:
    """Should one of us ever write one."""
    assert "***" in logs.masked(said)
    assert "abcdef" not in logs.masked(said)
    assert TOKEN not in logs.masked(said)


def test_a_line_break_cannot_forge_a_record() -> None:
    """ASVS 16.4.1: what follows a line break is set in, control characters are replaced."""
    assert logs.masked("a\nERROR bot : faux\r\x1b[2K\u2028b") == "a\n    ERROR bot : faux��[2K�b"


CRASHES = {
    "a program": "raise ValueError(canary)",
    "a thread": "import threading; t = threading.Thread(target=lambda: int(canary)); t.start(); t.join()",
    "an object on its way out": "C = type('C', (), {'__del__': lambda self: int(canary)}); C()",
    "a task nobody waits for": (
        "import asyncio, gc\n"
        "async def bad(): int(canary)\n"
        "async def main():\n"
        "    asyncio.create_task(bad()); await asyncio.sleep(0.01); gc.collect()\n"
        "asyncio.run(main())"
    ),
}


@pytest.mark.parametrize("code", CRASHES.values(), ids=CRASHES.keys())
def test_a_crash_prints_where_never_what(code: str) -> None:
    """The last words of a process go through us too."""
    program = f"from bot.engine import logs; logs.configure(); canary = {CANARY!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert "ValueError" in done.stderr
    assert CANARY not in done.stdout + done.stderr

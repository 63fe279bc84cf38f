"""Neither the token, nor a word, nor who wrote it leaves the surface: not to a log, not to a store, not to the disk."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from bot_api import TOKEN, BotApi
from stage import FAST, api  # noqa: F401

from bot.engine import logs
from bot.engine.conversation_ids import ConversationIds, shared_key
from bot.expiring import Expiring
from bot.surfaces.telegram import Settings, TelegramService
from bot.surfaces.telegram.memory import DELETABLE_FOR, LANGUAGE_LIFETIME, MOST_CHATS, MOST_MESSAGES, Traces

CANARY = "zébulon-canari-7f3a"
PERSON = 777_000_111_222


async def test_neither_the_token_nor_a_word_nor_a_person_goes_to_a_log_or_the_disk(
    api: BotApi,
    assistant: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Through an answer, a server that fails, a malformed update, a refused token and a crash of a handler."""
    logs.configure()
    broken = "Bad Request " + CANARY
    with caplog.at_level(logging.DEBUG):
        service = TelegramService(assistant, Settings(TOKEN, api.url), tmp_path, FAST)
        async with service.running():
            await api.write(PERSON, f"mon voisin {CANARY} fait du bruit")
            api.refusals["sendMessage"] += [{"error_code": 502, "description": CANARY}, {"error_code": 400, "description": broken}]
            await api.push(api.update(message={"message_id": 1, "chat": PERSON, "text": CANARY}))
            await api.write(PERSON, f"{CANARY} encore")
            api.refusals["sendMessage"] += [{"error_code": 400, "description": broken}] * 2
            await api.push(api.update(message=api.message(PERSON, f"{CANARY} toujours")))
            await api.until(lambda: not api.pending)
        refused = TelegramService(assistant, Settings(TOKEN.replace("1", "2"), api.url), tmp_path, FAST)
        async with refused.running():
            await api.until(lambda: True)
            for _ in range(50):
                if "TELEGRAM_TOKEN" in caplog.text:
                    break
                await _short_wait()
    told = caplog.text + "".join(capfd.readouterr())
    kept = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())

    conversations = assistant.conversations.primary
    in_memory = "".join(key + conversations.kept_of(key) for key in conversations._kept)

    assert "Telegram refuse TELEGRAM_TOKEN" in told
    for secret in (TOKEN, TOKEN.split(":")[1], CANARY, str(PERSON)):
        assert secret not in told
        assert secret not in kept
        assert secret not in in_memory
    assert not [path for path in tmp_path.rglob("*") if TOKEN.split(":")[0] in path.name]


async def _short_wait() -> None:
    import asyncio

    await asyncio.sleep(0.1)


def test_a_conversation_is_named_by_a_keyed_hash() -> None:
    """The same person has the same name in one process, another in the next; the number is nowhere in it."""
    ids, others = ConversationIds(), ConversationIds()

    assert ids.of("telegram", PERSON) == ids.of("telegram", PERSON)
    assert ids.of("telegram", PERSON) != others.of("telegram", PERSON)
    assert len({ids.of("telegram", chat, user) for chat in range(50) for user in range(50)}) == 2500
    assert str(PERSON) not in ids.of("telegram", PERSON)


def test_processes_that_share_redis_share_the_key(tmp_path: Path) -> None:
    """A real Redis: the first process draws the key, the second gets the same; without Redis each has its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        shutil.which("redis-server") or "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(tmp_path),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        first = None
        for _attempt in range(50):
            first = shared_key(url)
            if first is not None:
                break
            time.sleep(0.1)
        second = shared_key(url)
    finally:
        server.terminate()
        server.wait(10)

    assert first is not None
    assert first == second
    assert ConversationIds(first).of("telegram", 1) == ConversationIds(second).of("telegram", 1)
    assert shared_key(url) is None


def test_what_the_surface_remembers_ends() -> None:
    """A language after thirty minutes, message numbers after the two days in which Telegram lets them be deleted."""
    now = [0.0]
    languages: Expiring[str, str] = Expiring(LANGUAGE_LIFETIME, MOST_CHATS, lambda: now[0])
    traces = Traces(lambda: now[0])
    languages.put("a", "ar")
    for message in range(2 * MOST_MESSAGES):
        traces.add("a", message)

    assert len(traces.deletable("a")) == MOST_MESSAGES
    now[0] = LANGUAGE_LIFETIME + 1
    assert languages.get("a") is None
    traces.add("a", 7)
    now[0] = DELETABLE_FOR + 1
    assert traces.deletable("a") == [7]
    now[0] = 2 * DELETABLE_FOR
    assert traces.deletable("a") == []

"""Every message is answered, in order, once: through refusals, failures, malformed updates, a crash, a crowd."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, AsyncIterator

import httpx
import pytest
from bot_api import TOKEN, BotApi
from stage import FAST, api, bot  # noqa: F401

from bot.surfaces.telegram import Settings, TelegramService, read_settings
from bot.surfaces.telegram.answered import KEPT, Answered, file_for
from bot.surfaces.telegram.inbox import MOST_WAITING
from bot.surfaces.telegram.patience import backoff
from bot.surfaces.telegram.service import FOLDER
from bot.surfaces.telegram.webhook import MOST_BYTES, SECRET_HEADER

ROOT = Path(__file__).parent.parent.parent
FIVE = ("bonjour", "mon voisin fait du bruit toutes les nuits", "et c'est quand ?", "merci", "mon mari me frappe")
"""What five answers look like, in order: each holds the mark under it, and only it does."""
MARKS = ("Dites-moi en une phrase", "0800 126 756", "appelez pour les connaître", "Avec plaisir", "En danger maintenant")


async def test_two_hundred_people_at_once_are_each_answered_in_order_and_once(api: BotApi, bot: Any) -> None:
    """Two hundred chats of five messages: a thousand answers, each chat's in the order of its messages, none twice."""
    chats = range(1, 201)
    await api.push(*(api.update(message=api.message(chat, text)) for text in FIVE for chat in chats))
    await api.until(lambda: len(api.of("sendMessage")) >= 1000 and not api.pending, within=400)

    for chat in chats:
        texts = [call.text for call in api.shown(chat)]
        assert len(texts) == len(FIVE)
        assert all(mark in text for mark, text in zip(MARKS, texts)), texts


async def test_the_same_update_delivered_twice_is_answered_once(api: BotApi, bot: Any) -> None:
    """Telegram may send an update again: the person is not answered again."""
    update = api.update(message=api.message(1, "bonjour"))
    await api.push(update, update)
    await api.answer(1)
    await api.push(update)
    await api.write(1, "merci")

    assert len(api.shown(1)) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        {"error_code": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}},
        {"error_code": 500, "description": "Internal Server Error"},
        {"error_code": 502, "description": "Bad Gateway"},
    ],
    ids=["too many requests", "internal error", "bad gateway"],
)
async def test_an_answer_refused_for_now_is_sent_later_once(api: BotApi, bot: Any, refusal: dict[str, Any]) -> None:
    """Neither flood control nor a failing server loses an answer, or doubles it."""
    api.refusals["sendMessage"].append(refusal)
    await api.write(1, "bonjour")
    await api.write(1, "merci")

    assert [mark in call.text for mark, call in zip((MARKS[0], MARKS[3]), api.shown(1))] == [True, True]
    assert len(api.shown(1)) == 2


async def test_a_malformed_update_spoils_only_itself(api: BotApi, bot: Any) -> None:
    """Those behind it are answered, and it is not met again."""
    await api.push(
        api.update(message={"message_id": "x", "chat": 3}),
        api.update(message=[]),
        api.update(callback_query={"id": 1}),
        api.update(),
        api.update(message=api.message(1, "bonjour")),
    )

    assert MARKS[0] in (await api.answer(1)).text


async def test_an_update_is_confirmed_only_once_it_is_answered(
    api: BotApi, bot: Any, assistant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one answer is being made, Telegram keeps it and those behind it; other people are answered meanwhile."""
    gate = asyncio.Event()
    answer = assistant.answer

    async def slow(text: str, **kwargs: Any) -> Any:
        if text == "lent":
            await gate.wait()
        return await answer(text, **kwargs)

    monkeypatch.setattr(type(assistant), "answer", staticmethod(slow))
    await api.push(api.update(message=api.message(1, "lent")), api.update(message=api.message(2, "bonjour")))
    await api.until(lambda: api.shown(2))
    waiting = len(api.pending)
    gate.set()
    await api.answer(1)

    assert waiting == 2


async def test_a_flood_from_one_chat_is_bounded(api: BotApi, bot: Any) -> None:
    """Somebody who sends a hundred messages at once does not keep the others waiting for a hundred answers."""
    await api.push(*(api.update(message=api.message(1, "merci")) for _ in range(95)), api.update(message=api.message(2, "bonjour")))
    await api.answer(2)
    await api.until(lambda: not api.pending)

    assert len(api.shown(1)) == MOST_WAITING


async def test_telegram_may_be_down_when_the_server_starts(assistant: Any, tmp_path: Path) -> None:
    """The server does not wait for it; once it is back, the bot answers what was written meanwhile."""
    async with BotApi() as api:
        api.is_down = True
        service = TelegramService(assistant, Settings(TOKEN, api.url), tmp_path, FAST)
        async with service.running():
            await asyncio.sleep(0.2)
            assert not service.is_ready
            api.is_down = False
            assert MARKS[0] in (await api.write(1, "bonjour")).text


def test_waits_between_tries_grow_and_stay_bounded() -> None:
    """Half a second at first, half a minute at most."""
    waits = [wait for wait, _ in zip(backoff(), range(12))]

    assert waits[0] == 0.5
    assert max(waits) == waits[-1] == 30.0
    assert waits == sorted(waits)


def test_answered_updates_are_remembered_across_a_restart_by_number_alone(tmp_path: Path) -> None:
    """The file holds numbers and stays small; a line cut by a power cut harms nothing."""
    path = tmp_path / "a" / "bot.answered"
    answered = Answered(path)
    for number in range(5 * KEPT):
        answered.add(number)
    with path.open("a") as file:
        file.write("12")

    again = Answered(path)
    assert 5 * KEPT - 1 in again
    assert 0 not in again
    assert len(path.read_text().split()) <= 2 * KEPT + 1
    assert path.read_text().replace("\n", "").isdigit()


# ------------------------------------------------------------------------------------------------------------ webhook


SECRET = "mot-de-passe-du-webhook"


@pytest.fixture
async def posted(api: BotApi, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The whole server in webhook mode, with a client in Telegram's place."""
    file_for(FOLDER, TOKEN).unlink(missing_ok=True)
    from bot.surfaces.server import create_app

    for name, value in {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "TELEGRAM_WEBHOOK_URL": "https://boussole.example/telegram",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    app = create_app(assistant)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        await api.until(lambda: api.of("setWebhook"))
        yield client


async def _post(client: httpx.AsyncClient, content: Any, secret: str = SECRET) -> int:
    return (await client.post("/telegram", json=content, headers={SECRET_HEADER: secret})).status_code


async def test_the_webhook_answers_the_person_then_telegram(api: BotApi, posted: httpx.AsyncClient) -> None:
    """200 means answered; the same update posted again is dropped; order holds; the webhook was set with its secret."""
    first, second = (api.update(message=api.message(1, text)) for text in ("bonjour", "merci"))

    assert await asyncio.gather(_post(posted, first), _post(posted, second), _post(posted, first)) == [200, 200, 200]
    assert await _post(posted, first) == 200
    assert [mark in call.text for mark, call in zip((MARKS[0], MARKS[3]), api.shown(1))] == [True, True]
    assert len(api.shown(1)) == 2
    assert api.of("setWebhook")[0].sent["secret_token"] == SECRET
    assert api.of("setWebhook")[0].sent["url"] == "https://boussole.example/telegram"


@pytest.mark.parametrize("secret", ["", "faux", SECRET + "x", SECRET[:-1], "é"])
async def test_the_webhook_takes_nothing_without_its_secret(api: BotApi, posted: httpx.AsyncClient, secret: str) -> None:
    """Whoever is not Telegram is refused, and nobody is written to."""
    headers = {SECRET_HEADER.encode(): secret.encode()}
    response = await posted.post("/telegram", json=api.update(message=api.message(1, "bonjour")), headers=headers)

    assert response.status_code == 403
    assert not api.shown(1)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"not json", 400), (b"[" * 5000, 400), (b"[]", 200), (b'{"update_id": "x"}', 200), (b" " * (MOST_BYTES + 1), 413)],
    ids=["empty", "not JSON", "deep", "not an update", "no number", "too large"],
)
async def test_the_webhook_survives_any_body(posted: httpx.AsyncClient, body: bytes, status: int) -> None:
    """Odd bodies are refused in a word; a large one is not read to its end."""
    response = await posted.post("/telegram", content=body, headers={SECRET_HEADER: SECRET})

    assert response.status_code == status


# --------------------------------------------------------------------------------------------------- kill -9, restart


@contextlib.asynccontextmanager
async def _server(api: BotApi) -> AsyncIterator[asyncio.subprocess.Process]:
    """``boussole run`` as in the house, with Telegram set to the server of the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--port", str(port), cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_nothing_is_lost_when_the_machine_is_cut_off_and_only_an_answer_under_way_is_sent_twice(api: BotApi, assistant: Any) -> None:
    """``kill -9`` in the middle of a crowd, then a restart: each chat has all its answers, one of them at most twice."""
    file_for(FOLDER, TOKEN).unlink(missing_ok=True)
    chats = range(1, 21)
    await api.push(*(api.update(message=api.message(chat, text)) for text in FIVE for chat in chats))
    async with _server(api) as process:
        await api.until(lambda: len(api.of("sendMessage")) >= 30, within=120)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    before = len(api.of("sendMessage"))
    async with _server(api):
        await api.until(lambda: not api.pending, within=120)

    assert before < 100
    for chat in chats:
        texts = [call.text for call in api.shown(chat)]
        assert len(FIVE) <= len(texts) <= len(FIVE) + 1
        assert MARKS[0] in texts[0]
        assert [mark in "".join(texts) for mark in MARKS] == [True] * len(FIVE)
        assert MARKS[4] in texts[-1]


# -------------------------------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TELEGRAM_TOKEN": "mon-jeton"}, "@BotFather"),
        ({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "boussole.example"}, "https://"),
        ({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "https://boussole.example/t"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "https://boussole.example/t", "TELEGRAM_WEBHOOK_SECRET": "é à"}, "openssl"),
    ],
    ids=["a wrong token", "no scheme", "no secret", "an odd secret"],
)
def test_a_half_set_bot_is_refused_with_what_to_do(environment: dict[str, str], expected: str) -> None:
    """The message says what to set and never repeats the token."""
    from bot.errors import BadInput

    with pytest.raises(BadInput) as refused:
        read_settings(environment)

    assert expected in str(refused.value)
    assert TOKEN not in str(refused.value)


def test_without_a_token_there_is_no_bot_and_with_one_it_polls() -> None:
    """Nothing is required to run the house; a token alone is enough to be on Telegram."""
    assert read_settings({}) is None
    settings = read_settings({"TELEGRAM_TOKEN": TOKEN})
    assert settings is not None
    assert settings.webhook is None
    assert TOKEN not in repr(settings)

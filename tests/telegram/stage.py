"""What the tests of Telegram share: the server of the tests, and the real bot on the real model in front of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, AsyncIterator

import pytest_asyncio
from bot_api import TOKEN, BotApi

from bot.surfaces.telegram import Settings, TelegramService

FAST = 10_000.0
"""Messages a second: the server of the tests takes more than Telegram."""


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server."""
    async with BotApi() as server:
        yield server


@pytest_asyncio.fixture
async def bot(api: BotApi, assistant: Any, tmp_path: Path) -> AsyncIterator[TelegramService]:
    """The bot, polling that server."""
    service = TelegramService(assistant, Settings(TOKEN, api.url), tmp_path, FAST)
    async with service.running():
        yield service

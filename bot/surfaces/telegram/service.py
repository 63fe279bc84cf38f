"""The life of the bot beside the server: started in the background, connected when Telegram answers, stopped with it.

Nothing here holds the server back: without a network, the kiosk and the others answer, and Telegram is tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from pathlib import Path
from typing import Any, AsyncIterator

from telegram.error import InvalidToken
from telegram.ext import Application, ApplicationBuilder

from bot import project
from bot.engine.assistant import Assistant
from bot.engine.conversation_ids import ConversationIds, shared_key
from bot.surfaces.telegram import profile
from bot.surfaces.telegram.answered import Answered, file_for
from bot.surfaces.telegram.dialogue import Dialogue
from bot.surfaces.telegram.handlers import Handlers
from bot.surfaces.telegram.inbox import Inbox
from bot.surfaces.telegram.patience import MESSAGES_PER_SECOND, PatientRateLimiter, backoff
from bot.surfaces.telegram.polling import ALLOWED_UPDATES, poll
from bot.surfaces.telegram.settings import Settings

logger = logging.getLogger(__name__)

FOLDER = project.CACHE / "telegram"
_WEBHOOK_CONNECTIONS = 40
_LAST_ANSWERS_WITHIN = 5.0
"""Seconds given, when the server stops, to the answers under way."""
_MUTE = ("telegram", "httpx", "httpcore")
"""Libraries that write addresses with the token, or what a person wrote, in a log: what matters is said by us."""


class TelegramService:
    """The bot of one process. ``inbox`` takes updates once ``is_ready``."""

    def __init__(
        self,
        assistant: Assistant,
        settings: Settings,
        folder: Path | None = FOLDER,
        messages_per_second: float = MESSAGES_PER_SECOND,
    ) -> None:
        for name in _MUTE:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._assistant = assistant
        self._settings = settings
        self.application = _application(settings, messages_per_second)
        answered = Answered(None if folder is None else file_for(folder, settings.token))
        self.inbox = Inbox(self.application.bot, self.application.process_update, answered)
        self.is_ready = False
        self._tasks: list[asyncio.Task[None]] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs in the background for as long as the context is open."""
        self._tasks = [asyncio.create_task(self._live())]
        try:
            yield
        finally:
            await self._stop()

    async def _live(self) -> None:
        key = None
        if os.environ.get("REDIS_URL"):
            key = await asyncio.to_thread(shared_key, os.environ["REDIS_URL"])
        Handlers(Dialogue(self._assistant, ConversationIds(key))).add_to(self.application)
        await self._connect()
        self.is_ready = True
        self._tasks.append(asyncio.create_task(profile.publish(self.application.bot)))
        if self._settings.webhook is None:
            await poll(self.application.bot, self.inbox)

    async def _connect(self) -> None:
        """Says hello to Telegram and tells it how updates come, as many times as it takes."""
        for wait in backoff():
            try:
                await self.application.initialize()
                await self._tell_how_updates_come()
                return
            except InvalidToken:
                logger.error("Telegram refuse TELEGRAM_TOKEN : demandez le jeton à @BotFather (/token). Nouvel essai bientôt.")
            except Exception as error:  # whatever the server says, it is tried again
                logger.warning("Telegram ne se laisse pas joindre (%s) : nouvel essai.", type(error).__name__)
            await asyncio.sleep(wait)

    async def _tell_how_updates_come(self) -> None:
        bot, webhook = self.application.bot, self._settings.webhook
        if webhook is None:
            await bot.delete_webhook()
        else:
            await bot.set_webhook(
                webhook.url, secret_token=webhook.secret, allowed_updates=ALLOWED_UPDATES, max_connections=_WEBHOOK_CONNECTIONS
            )

    async def _stop(self) -> None:
        """Lets the answers under way be sent; those that cannot be are taken again at the next start."""
        self.is_ready = False
        await _cancel(self._tasks)
        answers = self.inbox.under_way()
        if answers:
            await asyncio.wait(answers, timeout=_LAST_ANSWERS_WITHIN)
        await _cancel(self.inbox.under_way())
        await self.application.shutdown()
        await self.application.bot.shutdown()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _application(settings: Settings, messages_per_second: float) -> Application[Any, Any, Any, Any, Any, Any]:
    """The library's application, without its own way of fetching updates (see ``polling``)."""
    return (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api}/bot")
        .rate_limiter(PatientRateLimiter(messages_per_second))
        .connect_timeout(10)
        .read_timeout(20)
        .pool_timeout(30)
        .updater(None)
        .job_queue(None)
        .build()
    )

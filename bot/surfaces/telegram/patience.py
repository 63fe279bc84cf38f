"""Calls to Telegram that wait rather than fail: its limits are kept, and an answer is sent however long it is down."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Callable, Coroutine, Iterator

from telegram.error import BadRequest, NetworkError
from telegram.ext import AIORateLimiter

logger = logging.getLogger(__name__)

MESSAGES_PER_SECOND = 30.0
"""What Telegram takes from one bot, all chats together."""
_SIGNS_OF_LIFE = ("sendChatAction", "answerCallbackQuery", "editMessageReplyMarkup")
_PROFILE = ("getMy", "setMy")
BEST_EFFORT = (*_SIGNS_OF_LIFE, *_PROFILE)
"""Calls that neither wait nor hold an answer back: a sign of life means nothing late, and for a bot's name Telegram may ask
to wait a day, which no person must wait."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


class PatientRateLimiter(AIORateLimiter):
    """The library's rate limiter, which honours ``RetryAfter``; beyond it, a server that is down is tried again until it answers."""

    def __init__(self, messages_per_second: float = MESSAGES_PER_SECOND) -> None:
        super().__init__(overall_max_rate=messages_per_second, max_retries=20)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Makes the call. A refusal (``BadRequest``, ``Forbidden``, ``InvalidToken``) is final and is raised."""
        if endpoint.startswith(BEST_EFFORT):
            return await callback(*args, **kwargs)
        waits = backoff()
        while True:
            try:
                return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)
            except NetworkError as error:
                if isinstance(error, BadRequest):
                    raise
                logger.warning("Telegram ne répond pas (%s) : nouvel essai.", type(error).__name__)
                await asyncio.sleep(next(waits))


def backoff() -> Iterator[float]:
    """Seconds to wait between tries: half a second, doubled up to half a minute."""
    wait = _FIRST_WAIT
    while True:
        yield wait
        wait = min(2 * wait, _LONGEST_WAIT)

"""What a message on Telegram costs us: two hundred chats of five messages, through the real library and the real model.

Two measures, against a Bot API server on this machine (``tests/telegram/bot_api.py``), which answers at once:

* *a crowd*: the thousand messages come together; our own time for each is from its turn to its answer sent, Telegram's time
  and the wait behind others left out;
* *a busy day*: the same thousand come one by one at a steady pace; what a person waits, from sent to received.

    .venv/bin/python benchmarks/chats.py --pace 10
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "telegram"))

from bot_api import TOKEN, BotApi  # noqa: E402

CHATS = 200
FIVE = ("bonjour", "mon voisin fait du bruit toutes les nuits", "et c'est quand ?", "merci", "mon mari me frappe")
FAST = 10_000.0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pace", type=float, default=10.0, help="messages a second of the busy day")
    options = parser.parse_args()
    from bot.engine import logs
    from bot.engine.training import prepare_rasa

    prepare_rasa()
    logs.configure()
    asyncio.run(_measure(options.pace))


async def _measure(pace: float) -> None:
    from bot.engine.assistant import Assistant

    assistant = Assistant.load()
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    seconds, own = await _crowd(assistant)
    print(f"a crowd: {len(own)} messages in {seconds:.1f} s ({len(own) / seconds:.0f} a second); own time {_figures(own)}")
    print(f"a busy day, {pace:g} messages a second: from sent to received {_figures(await _busy_day(assistant, pace))}")
    print(f"load average after: {os.getloadavg()[0]:.1f}")


async def _crowd(assistant: Any) -> tuple[float, list[float]]:
    """Seconds in all, and our own seconds for each message: the model's turn and the making of the answer."""
    own: list[float] = []
    answer = assistant.answer

    async def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        reply = await answer(*args, **kwargs)
        own.append(time.perf_counter() - started)
        return reply

    assistant.answer = timed
    try:
        async with BotApi() as api, _service(assistant, api).running():
            await api.until(lambda: len(api.of("setMyDescription")) == 11)
            started = time.perf_counter()
            await api.push(*(api.update(message=api.message(chat, text)) for text in FIVE for chat in range(1, CHATS + 1)))
            await api.until(lambda: len(api.of("sendMessage")) == CHATS * len(FIVE), within=600)
            return time.perf_counter() - started, own
    finally:
        assistant.answer = answer


async def _busy_day(assistant: Any, pace: float) -> list[float]:
    """Seconds that each person waits, when ``pace`` messages come in a second."""
    async with BotApi() as api, _service(assistant, api).running():
        await api.until(lambda: len(api.of("setMyDescription")) == 11)
        sent: dict[int, list[float]] = {}
        for rank in range(CHATS * len(FIVE)):
            chat = rank % CHATS + 1
            sent.setdefault(chat, []).append(time.monotonic())
            await api.push(api.update(message=api.message(chat, FIVE[rank // CHATS])))
            await asyncio.sleep(1 / pace)
        await api.until(lambda: len(api.of("sendMessage")) == CHATS * len(FIVE), within=600)
        return [call.at - at for chat, times in sent.items() for call, at in zip(api.shown(chat), times)]


def _service(assistant: Any, api: BotApi) -> Any:
    from bot.surfaces.telegram import Settings, TelegramService

    return TelegramService(assistant, Settings(TOKEN, api.url), None, FAST)


def _figures(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {1000 * cuts[49]:.0f} ms, p95 {1000 * cuts[94]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms"


if __name__ == "__main__":
    main()

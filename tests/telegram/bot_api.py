"""A Bot API server of the tests: the one double, because Telegram's own servers are truly outside.

It speaks HTTP on 127.0.0.1 to the real library, keeps updates until they are confirmed as Telegram does, records every call,
and can refuse, slow down or fail.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, AsyncIterator

from aiohttp import web

TOKEN = "123456789:canari-du-jeton-9f31-abcdefghijkl"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Boussole", "username": "boussole_test_bot"}


@dataclass
class Call:
    """One call of the bot: its method, what it sent, when it came (seconds)."""

    method: str
    sent: dict[str, Any]
    at: float = field(default_factory=time.monotonic)

    @property
    def chat(self) -> int:
        """The chat it is for."""
        return int(self.sent["chat_id"])

    @property
    def text(self) -> str:
        """The text it shows."""
        return str(self.sent.get("text", ""))

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons, in reading order."""
        return [button for row in (self.sent.get("reply_markup") or {}).get("inline_keyboard", []) for button in row]


class BotApi:
    """The server; ``url`` once it runs."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.pending: list[Any] = []
        self.refusals: dict[str, deque[dict[str, Any]]] = defaultdict(deque)
        self.is_down = False
        self.url = ""
        self._next_update = 1000
        self._next_message = 5000
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> BotApi:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    # ------------------------------------------------------------------------------------------- what people do

    def update(self, **content: Any) -> dict[str, Any]:
        """An update with the next number, given to nobody yet."""
        self._next_update += 1
        return {"update_id": self._next_update, **content}

    def message(self, chat: int, text: str | None = None, lang: str = "fr", **content: Any) -> dict[str, Any]:
        """A message as Telegram writes it; a leading slash makes a command."""
        self._next_message += 1
        message = {
            "message_id": self._next_message,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "from": {"id": chat, "is_bot": False, "first_name": "A", "language_code": lang},
        }
        if text is not None:
            message["text"] = text
            if text.startswith("/"):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return {**message, **content}

    async def push(self, *updates: Any) -> None:
        """Updates wait to be fetched."""
        async with self._changed:
            self.pending += updates
            self._changed.notify_all()

    async def write(self, chat: int, text: str, lang: str = "fr", **content: Any) -> Call:
        """A person writes, and reads the last message of the answer."""
        before = len(self.shown(chat))
        await self.push(self.update(message=self.message(chat, text, lang, **content)))
        return await self.answer(chat, before)

    async def tap(self, chat: int, shown: Call, label: str, lang: str = "fr") -> Call:
        """A person taps the button that holds ``label``, and reads the answer."""
        before = len(self.shown(chat))
        await self.push(self.update(callback_query=self.tapping(chat, shown, label, lang)))
        return await self.answer(chat, before)

    def tapping(self, chat: int, shown: Call, label: str, lang: str = "fr") -> dict[str, Any]:
        """The tap as Telegram writes it."""
        button = next(button for button in shown.buttons if label in button["text"])
        message = self.message(chat, shown.text, lang, reply_markup=shown.sent["reply_markup"])
        return {
            "id": f"q{self._next_message}",
            "from": message["from"],
            "chat_instance": "1",
            "data": button["callback_data"],
            "message": {**message, "from": BOT},
        }

    # ------------------------------------------------------------------------------------------- what they see

    def shown(self, chat: int) -> list[Call]:
        """What stands in a chat: messages, contacts, places, files."""
        methods = ("sendMessage", "sendContact", "sendVenue", "sendDocument")
        return [call for call in self.calls if call.method in methods and call.chat == chat]

    def of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    async def answer(self, chat: int, before: int = 0, within: float = 60) -> Call:
        """The last message of the next answer in a chat."""
        await self.until(lambda: len(self.shown(chat)) > before and not self.pending, within)
        return self.shown(chat)[-1]

    async def until(self, holds: Any, within: float = 60) -> None:
        """Waits for something to hold, and fails when it does not in time."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(holds), within)

    # --------------------------------------------------------------------------------------------- what it does

    async def _handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        sent = {key: _decoded(value) for key, value in (await request.post()).items()}
        if self.is_down:
            return web.json_response({"ok": False, "error_code": 502, "description": "Bad Gateway"}, status=502)
        if self.refusals[method]:
            refusal = self.refusals[method].popleft()
            return web.json_response({"ok": False, **refusal}, status=refusal["error_code"])
        if request.match_info["token"] != TOKEN:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        result = await self._updates(sent) if method == "getUpdates" else self._result(method, sent)
        if method != "getUpdates":
            async with self._changed:
                self.calls.append(Call(method, sent))
                self._changed.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def _updates(self, wanted: dict[str, Any]) -> list[Any]:
        """Confirms what is under the offset, then waits for something to give."""
        async with self._changed:
            offset = int(wanted.get("offset", 0))
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
            self._changed.notify_all()
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: self.pending), float(wanted.get("timeout", 0)))
            except asyncio.TimeoutError:
                return []
            return self.pending[: int(wanted.get("limit", 100))]

    def _result(self, method: str, sent: dict[str, Any]) -> Any:
        if method == "getMe":
            return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        if method == "getMyCommands":
            return []
        if method == "getMyName":
            return {"name": ""}
        if method == "getMyShortDescription":
            return {"short_description": ""}
        if method == "getMyDescription":
            return {"description": ""}
        if method.startswith("send") and method != "sendChatAction":
            self._next_message += 1
            chat = {"id": int(sent["chat_id"]), "type": "private", "first_name": "A"}
            return {"message_id": self._next_message, "date": int(time.time()), "chat": chat, "from": BOT}
        return True


def _decoded(value: Any) -> Any:
    if isinstance(value, web.FileField):
        return {"name": value.filename, "content": value.file.read()}
    try:
        return json.loads(value) if value[:1] in "{[" else value
    except ValueError:
        return value


async def running_api() -> AsyncIterator[BotApi]:
    """The server for a test."""
    async with BotApi() as api:
        yield api

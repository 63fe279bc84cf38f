"""``boussole orient --jsonl``: one JSON object a line in, one Reply a line out, in order, whatever comes in."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, BinaryIO, TextIO

from bot.engine.assistant import Assistant
from bot.errors import BadInput
from bot.surfaces.requests import OrientRequest, read_request


async def orient_lines(assistant: Assistant, source: BinaryIO, sink: TextIO, now: datetime | None) -> None:
    """Answers every line; a line that cannot be used gets ``{"id", "error"}`` and the emergency lines all the same."""
    for raw in source:
        if not raw.strip():
            continue
        answer = await _answer_line(assistant, raw, now)
        sink.write(json.dumps(answer, ensure_ascii=True) + "\n")
        sink.flush()


async def _answer_line(assistant: Assistant, raw: bytes, now: datetime | None) -> dict[str, Any]:
    try:
        request = read_request(raw)
    except BadInput as error:
        reply = await assistant.answer("", now=now, surface="jsonl")
        return {**reply.to_json(), "error": str(error)}
    return await answer_request(assistant, request, now, "jsonl")


async def answer_request(assistant: Assistant, request: OrientRequest, now: datetime | None, surface: str) -> dict[str, Any]:
    """The Reply to one request, each in a fresh conversation, under the sender's id."""
    reply = await assistant.answer(request.text, lang=request.lang, now=now, surface=surface)
    return reply.identified(request.id, request.text).to_json()

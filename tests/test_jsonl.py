"""``boussole orient --jsonl``: one answer a line, in order, whatever the lines hold."""

from __future__ import annotations

import io
import json
from typing import Any

from conftest import SATURDAY

from bot.surfaces.jsonl import orient_lines


async def test_every_line_gets_its_answer_in_order(assistant: Any) -> None:
    """Good lines, broken ones and odd ones: as many answers as lines, under the same ids."""
    lines = [
        b'{"id": "a", "text": "mon mari me frappe"}',
        b"not json",
        b'{"id": 2, "text": "se me acab\xc3\xb3 el contrato y no me pagan", "lang": "fr"}',
        b'{"id": 3}',
        b'{"id": 4, "text": ""}',
        b'{"id": 5, "text": "\\ud800"}',
        b"",
    ]
    sink = io.StringIO()
    await orient_lines(assistant, io.BytesIO(b"\n".join(lines)), sink, SATURDAY)
    answers = [json.loads(line) for line in sink.getvalue().splitlines()]

    assert [answer["id"] for answer in answers] == ["a", None, 2, None, 4, 5]
    assert answers[0]["outcome"] == "danger"
    assert answers[1]["error"]
    assert answers[2]["services"][0] == "avocat-travail"
    assert answers[2]["language"] == "es"
    assert answers[2]["reply_language"] == "fr"
    assert all("3919" in answer["footer"] for answer in answers)

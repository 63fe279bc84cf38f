"""Whole conversations, through the real model, rules and actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SATURDAY

from bot.engine.assistant import new_conversation_id

FOLDER = Path(__file__).parent / "conversations"
CONVERSATIONS = [
    (path.stem, conversation)
    for path in sorted(FOLDER.glob("*.yaml"))
    for conversation in yaml.safe_load(path.read_text(encoding="utf-8"))["conversations"]
]


@pytest.mark.parametrize(("language", "conversation"), CONVERSATIONS, ids=[f"{language}: {c['name']}" for language, c in CONVERSATIONS])
async def test_a_conversation_goes_as_a_social_worker_would_want(assistant: Any, language: str, conversation: dict[str, Any]) -> None:
    """Each turn gives the partner, the lines and the words it must, and none it must not."""
    conversation_id = new_conversation_id()
    for turn in conversation["turns"]:
        reply = await assistant.answer(turn["say"], conversation=conversation_id, now=SATURDAY)
        context = f"« {turn['say']} » → {reply.outcome} {reply.services} {reply.lines} {reply.why}"

        if "outcome" in turn:
            assert reply.outcome in _listed(turn["outcome"]), context
        if "first" in turn:
            assert reply.services[:1] == (turn["first"],), context
        if "among" in turn:
            assert set(turn["among"]) & set(reply.services[:2]), context
        assert set(turn.get("lines", ())) <= set(reply.lines), context
        assert not set(turn.get("never", ())) & set(reply.services), context
        for words in turn.get("reply", ()):
            assert words in reply.reply, reply.reply
        for words in turn.get("not_reply", ()):
            assert words not in reply.reply, reply.reply
        assert {"17", "112", "114", "15", "119", "3919"} <= set(reply.footer)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]

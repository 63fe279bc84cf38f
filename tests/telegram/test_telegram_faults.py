"""A part of the Telegram surface, or what stands under it, fails: the person still reads the lines and the house's number."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from bot_api import BotApi
from stage import api, bot  # noqa: F401

from bot import floor
from bot.engine.assistant import Assistant
from bot.surfaces.telegram import dialogue, handlers
from bot.surfaces.telegram.dialogue import Dialogue

CANARY = "zébulon-canari-7f3a"
FOOTER = {"17", "112", "114", "15", "119", "3919"}
CRIES = {"fr": "mon mari me frappe", "ar": "زوجي يضربني"}
PARTS = {
    "the assistant": (Assistant, "answer", True),
    "the keyboard": (dialogue, "keyboard", False),
    "what is known of the chat": (Dialogue, "answer", True),
    "the rendering": (dialogue, "render", False),
    "the words of the surface": (dialogue, "wording_for", False),
}


@pytest.mark.parametrize(("owner", "name", "keeps_danger"), PARTS.values(), ids=PARTS.keys())
@pytest.mark.parametrize("language", CRIES)
async def test_a_part_that_fails_leaves_the_numbers(
    api: BotApi,
    bot: Any,
    owner: Any,
    name: str,
    keeps_danger: bool,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The danger that the patterns see, where it can be shown; the numbers alone otherwise; not a word in a log."""

    def broken(*args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(CANARY, args)

    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr(owner, name, broken)
        shown = await api.write(1, f"{CRIES[language]} {CANARY}", language)
        monkeypatch.undo()
        after = await api.write(1, "merci", language)

    assert all(number in shown.text for number in FOOTER)
    assert floor.HOUSE_NUMBER in shown.text
    assert not keeps_danger or "3919" in shown.text.split("\n\n")[1]
    assert all(number in after.text for number in FOOTER)
    assert CANARY not in caplog.text


async def test_a_failing_floor_leaves_the_numbers(api: BotApi, bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left but the last resort."""

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Assistant, "answer", broken)
    monkeypatch.setattr(handlers, "current_house", broken)

    assert (await api.write(1, CRIES["fr"])).text == floor.LAST_RESORT

"""The floor under everything: when a part fails, the person still gets the lines, and the danger that patterns see."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import SATURDAY

from bot import floor
from bot.engine import assistant as assistant_module
from bot.errors import ModelUnavailable
from bot.house import House

FOOTER = {"17", "112", "114", "15", "119", "3919"}


def test_the_house_alone_gives_the_lines_and_its_number(house: House) -> None:
    """Without any model."""
    reply = floor.reply(house, "je ne sais pas quoi faire", None, SATURDAY)

    assert set(reply.footer) >= FOOTER
    assert reply.services == ("mdc",)
    assert "04 13 29 56 20" in reply.reply


@pytest.mark.parametrize(
    "failure", [RuntimeError("x"), ValueError("x"), KeyError("x"), OSError("x"), asyncio.TimeoutError(), ConnectionError("x")]
)
async def test_whatever_fails_in_rasa_an_answer_comes_back(assistant: Any, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    """A model, a store or an action that raises never leaves a person without an answer."""

    async def broken(*_args: Any, **_kwargs: Any) -> None:
        raise failure

    monkeypatch.setattr(assistant._agent, "handle_message", broken)
    reply = await assistant.answer("mon mari me frappe", now=SATURDAY)

    assert set(reply.footer) >= FOOTER
    assert "3919" in reply.reply
    assert reply.text == "mon mari me frappe"


async def test_an_action_that_raises_is_answered_by_the_floor(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa turns an action's exception into silence; we turn the silence into the lines."""

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("x")

    monkeypatch.setattr("actions.answer.clock.parse_instant", broken)
    reply = await assistant.answer("mon mari me frappe", now=SATURDAY)

    assert set(reply.footer) >= FOOTER
    assert "3919" in reply.reply


async def test_a_model_that_hangs_is_answered_in_time(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever."""

    async def hanging(*_args: Any, **_kwargs: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(assistant._agent, "handle_message", hanging)
    monkeypatch.setattr(assistant_module, "ANSWER_WITHIN", 0.05)
    reply = await assistant.answer("bonjour", now=SATURDAY)

    assert set(reply.footer) >= FOOTER


def test_a_missing_model_stops_the_start_with_a_clear_message(tmp_path: Any) -> None:
    """Never another model of the folder instead."""
    from bot.engine.training import ModelStore

    (tmp_path / "boussole-autre.tar.gz").write_bytes(b"x")
    with pytest.raises(ModelUnavailable, match="boussole train"):
        assistant_module.Assistant.load(ModelStore(tmp_path))


def test_an_altered_model_is_refused(tmp_path: Any) -> None:
    """A model is loaded only if it is the file that was trained here."""
    from bot.engine.training import ModelStore

    store = ModelStore(tmp_path)
    store.path().write_bytes(b"trained")
    store.record(store.path())
    store.put_in_service(store.path().name)
    assert store.is_current()

    store.path().write_bytes(b"altered")
    assert not store.is_current()
    with pytest.raises(ModelUnavailable, match="pas celui"):
        store.verified()

"""A danger once told stays open: whatever is said, in whatever language, whatever fails; only whoever erases closes it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SATURDAY
from peers import Server, running_redis, running_server
from test_processes import ask

from bot.engine.assistant import new_conversation_id
from bot.house import House
from bot.reply import Reply

CASES = yaml.safe_load((Path(__file__).parent / "open_dangers.yaml").read_text(encoding="utf-8"))
DANGERS = pytest.mark.parametrize("danger", CASES["dangers"], ids=[danger["kind"] for danger in CASES["dangers"]])


def check_open(reply: Reply, danger: dict[str, Any], house: House) -> None:
    """The lines of the danger stand in the answer, and no partner that it forbids."""
    context = f"{reply.text} → {reply.outcome} {reply.danger} {reply.lines} {reply.services}"
    assert reply.danger is not None, context
    assert set(reply.lines) >= set(danger["lines"]), context
    assert not set(reply.services) & set(house.dangers.kinds[danger["kind"]].forbidden), context
    assert all(number in reply.reply for number in danger["lines"]), context


@DANGERS
async def test_a_danger_stays_open_whatever_is_said_next(assistant: Any, house: House, danger: dict[str, Any]) -> None:
    """The same words again, another subject, thanks, a question about the answer, another language, nothing readable."""
    conversation = new_conversation_id()
    first = await assistant.answer(danger["say"], conversation=conversation, now=SATURDAY)
    assert first.danger is not None
    assert first.danger["kind"] == danger["kind"]
    for words in (danger["say"], *CASES["then"]):
        check_open(await assistant.answer(words, conversation=conversation, now=SATURDAY), danger, house)


@DANGERS
async def test_a_danger_stays_open_in_every_language(assistant: Any, house: House, danger: dict[str, Any]) -> None:
    """Picked on the screen or asked for in words; the answers follow it, the lines stay."""
    conversation = new_conversation_id()
    await assistant.answer(danger["say"], conversation=conversation, now=SATURDAY)
    for tag in house.languages.locales:
        reply = await assistant.answer("ok", conversation=conversation, lang=tag, now=SATURDAY)
        assert reply.reply_language == tag
        check_open(reply, danger, house)
    for words, language in CASES["languages"].items():
        reply = await assistant.answer(words, conversation=conversation, now=SATURDAY)
        assert reply.reply_language == language
        check_open(reply, danger, house)


@pytest.mark.parametrize("tap", CASES["taps"])
async def test_a_tap_leaves_the_danger_open(assistant: Any, house: House, tap: str) -> None:
    """What a danger offers, another partner, another need, something else, and a tap that means nothing."""
    danger, conversation = CASES["dangers"][0], new_conversation_id()
    await assistant.answer(danger["say"], conversation=conversation, now=SATURDAY)
    check_open(await assistant.answer("", conversation=conversation, picked=tap, now=SATURDAY), danger, house)
    check_open(await assistant.answer("et c'est quand ?", conversation=conversation, now=SATURDAY), danger, house)


@DANGERS
@pytest.mark.parametrize("seam", ["action", "encoder", "store"])
async def test_a_failure_in_between_loses_nothing(
    assistant: Any, house: House, danger: dict[str, Any], seam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message after the cry is answered by the floor, the danger still open in it and after it."""
    conversation = new_conversation_id()

    async def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    await assistant.answer(danger["say"], conversation=conversation, now=SATURDAY)
    with monkeypatch.context() as patch:
        if seam == "action":
            patch.setattr(assistant._agent.action_endpoint, "request", broken)
        elif seam == "encoder":
            patch.setattr(assistant._agent.processor, "parse_message", broken)
        else:
            patch.setattr(assistant.conversations.primary, "save", broken)
        check_open(await assistant.answer("je cherche un logement", conversation=conversation, now=SATURDAY), danger, house)
    check_open(await assistant.answer("et pour un logement ?", conversation=conversation, now=SATURDAY), danger, house)


@pytest.mark.parametrize("words", CASES["erasing"])
async def test_whoever_erases_closes_it(assistant: Any, words: str) -> None:
    """By a tap or in words: the next message begins anew."""
    conversation = new_conversation_id()
    await assistant.answer("mon mari me frappe", conversation=conversation, now=SATURDAY)
    picked = words if words == "effacer" else None
    await assistant.answer(words, conversation=conversation, picked=picked, now=SATURDAY)
    after = await assistant.answer("et c'est quand ?", conversation=conversation, now=SATURDAY)

    assert after.danger is None
    assert after.lines == ()


async def test_a_danger_of_one_person_is_not_another_s(assistant: Any) -> None:
    """Two conversations beside each other share nothing."""
    await assistant.answer("mon mari me frappe", conversation=new_conversation_id(), now=SATURDAY)
    other = await assistant.answer("je cherche un logement", conversation=new_conversation_id(), now=SATURDAY)

    assert other.danger is None


def test_a_danger_stays_open_through_a_restart(assistant: Any) -> None:
    """The process is killed and started again with the same Redis; then the person erases, and it is closed everywhere."""
    with running_redis() as redis:
        server = Server({"REDIS_URL": redis.url})
        first = ask(server, "mon mari me frappe", "anna")
        server.stop(signal.SIGKILL)
        with running_server({"REDIS_URL": redis.url}) as again:
            after = ask(again, "et pour le divorce ?", "anna")
            ask(again, "efface tout", "anna")
            closed = ask(again, "et c'est quand ?", "anna")

    assert first["danger"]
    assert after["danger"] is not None
    assert {"17", "112", "3919"} <= set(after["lines"])
    assert not {"recampado", "conciliateur"} & set(after["services"])
    assert closed["danger"] is None

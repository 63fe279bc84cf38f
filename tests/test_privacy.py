"""Not a word that a person writes is kept: not in the tracker, not in a log, not on the disk."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from conftest import SATURDAY

from bot.engine.assistant import new_conversation_id
from bot.engine.stores import LIFETIME, MAX_EVENTS, EphemeralTrackerStore

CANARY = "zébulon-canari-7f3a"
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "sentence", [f"mon voisin {CANARY} fait du bruit", f"mon mari {CANARY} me frappe", f"{CANARY} qsdf", f"bonjour {CANARY}"]
)
async def test_no_word_stays_in_the_conversation_store(assistant: Any, sentence: str) -> None:
    """The conversation remembers partners and choices, never words."""
    conversation = new_conversation_id()
    await assistant.answer(sentence, conversation=conversation, now=SATURDAY)

    kept = assistant.conversations.primary.kept_of(conversation)
    assert CANARY not in kept
    assert "voisin" not in kept.replace("voisinage", "")


async def test_no_word_goes_to_a_log(
    assistant: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even at the most talkative level, nor when something fails."""

    async def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(CANARY)

    with caplog.at_level(logging.DEBUG):
        await assistant.answer(f"mon propriétaire {CANARY}", now=SATURDAY)
        monkeypatch.setattr(assistant._agent, "handle_message", broken)
        await assistant.answer(f"mon propriétaire {CANARY}", now=SATURDAY)
    out, err = capfd.readouterr()

    assert CANARY not in caplog.text
    assert CANARY not in out + err


async def test_no_word_goes_to_the_disk(assistant: Any) -> None:
    """Nothing in the project's folders changes because somebody wrote."""
    await assistant.answer(f"ma fille {CANARY} a peur", conversation=new_conversation_id(), now=SATURDAY)

    for folder in ("models", ".cache", "reports"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.stat().st_size < 5_000_000:
                assert CANARY.encode() not in path.read_bytes()


async def test_erasing_forgets_at_once(assistant: Any) -> None:
    """After "effacer", the conversation is gone from memory."""
    conversation = new_conversation_id()
    await assistant.answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    await assistant.erase(conversation)

    assert conversation not in await assistant.conversations.keys()


async def test_erasing_waits_for_the_answer_under_way(assistant: Any) -> None:
    """Who leaves while an answer is being made is forgotten after it, not before."""
    conversation = new_conversation_id()
    await assistant.answer("mon voisin fait du bruit", conversation=conversation, now=SATURDAY)
    async with assistant._agent.lock_store.lock(conversation):
        erasing = asyncio.create_task(assistant.erase(conversation))
        await asyncio.sleep(0.01)
        assert conversation in await assistant.conversations.keys()
    await erasing

    assert conversation not in await assistant.conversations.keys()


async def test_a_silent_conversation_is_gone_after_thirty_minutes(assistant: Any) -> None:
    """Whatever the person forgot to erase, the house forgets."""
    clock = [0.0]
    store = EphemeralTrackerStore(assistant._agent.domain, clock=lambda: clock[0])
    tracker = await store.get_or_create_tracker("someone")
    await store.save(tracker)

    clock[0] = LIFETIME - 1
    assert await store.retrieve("someone") is not None
    clock[0] = LIFETIME + 1
    assert await store.retrieve("someone") is None


async def test_a_long_conversation_stays_small(assistant: Any) -> None:
    """At most :data:`MAX_EVENTS` events are kept, and it still answers."""
    conversation = new_conversation_id()
    for _turn in range(30):
        reply = await assistant.answer("et c'est quand ?", conversation=conversation, now=SATURDAY)
    kept = assistant.conversations.primary.kept_of(conversation)

    assert reply.footer
    assert kept.count('"event"') <= MAX_EVENTS


async def test_messages_of_one_person_are_answered_in_order(assistant: Any) -> None:
    """Five messages sent at once come back in the order they were sent."""
    import asyncio

    conversation = new_conversation_id()
    finished: list[int] = []

    async def send(rank: int) -> None:
        await assistant.answer(f"bonjour {rank}", conversation=conversation, now=SATURDAY)
        finished.append(rank)

    await asyncio.gather(*(send(rank) for rank in range(5)))

    assert finished == [0, 1, 2, 3, 4]


def test_conversation_ids_cannot_be_guessed() -> None:
    """128 random bits, never twice the same."""
    ids = {new_conversation_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert min(map(len, ids)) >= 22

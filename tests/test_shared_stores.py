"""Conversations shared through a real Redis: they go on elsewhere, in order, without a word kept, and without Redis too."""

from __future__ import annotations

import asyncio
from typing import Any, Iterator

import pytest
import redis as redis_client
from conftest import SATURDAY
from peers import Redis, running_redis

from bot.engine.assistant import Assistant, new_conversation_id
from bot.engine.stores import LIFETIME
from bot.errors import BadInput

CANARY = "zébulon-canari-7f3a"
FLOOR = "réponse de secours"
"""What the log says when the time given to an answer is over."""


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    """A real Redis."""
    with running_redis() as running:
        yield running


@pytest.fixture(scope="module")
def pair(assistant: Any, redis: Redis) -> tuple[Assistant, Assistant]:
    """Two assistants, as two workers have, that share one Redis."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDIS_URL", redis.url)
        return Assistant.load(), Assistant.load()


@pytest.fixture
def kept(redis: Redis) -> Any:
    """What Redis holds, read from outside."""
    client = redis_client.Redis(port=redis.port, decode_responses=True)
    client.flushall()
    return client


async def test_a_conversation_goes_on_at_another_worker(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """ "Et c'est quand ?" is understood by a worker that never saw what came before."""
    conversation = new_conversation_id()
    first = await pair[0].answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    second = await pair[1].answer("et c'est quand ?", conversation=conversation, now=SATURDAY)

    assert first.services
    assert second.services == first.services[: len(second.services)]
    assert second.why.startswith("la suite de la réponse")


@pytest.mark.parametrize("sentence", [f"mon voisin {CANARY} fait du bruit", f"mon mari {CANARY} me frappe", f"{CANARY} qsdf"])
async def test_no_word_is_in_redis(pair: tuple[Assistant, Assistant], kept: Any, sentence: str) -> None:
    """Whoever reads Redis learns which partners were shown, never what was written."""
    await pair[0].answer(sentence, conversation=new_conversation_id(), now=SATURDAY)
    everything = " ".join([key + str(kept.get(key)) for key in kept.keys("*")] + [str(entry) for entry in kept.slowlog_get()])

    assert "tracker" in everything
    assert CANARY not in everything
    assert CANARY.encode("unicode-escape").decode() not in everything


async def test_everything_in_redis_has_an_end(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """A silent conversation is gone after thirty minutes, whatever happens to the workers; no queue outlives its messages."""
    await pair[0].answer("bonjour", conversation=new_conversation_id(), now=SATURDAY)
    lives = {key: kept.ttl(key) for key in kept.keys("*")}

    assert len(lives) == 1
    assert all(0 < life <= LIFETIME for life in lives.values())


async def test_erasing_forgets_at_once_for_every_worker(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """After "effacer" at one worker, no worker remembers."""
    conversation = new_conversation_id()
    await pair[0].answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    await pair[1].erase(conversation)

    assert kept.keys("*") == []
    assert list(await pair[0].conversations.keys()) == []


async def test_messages_of_one_person_stay_in_order_across_workers(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """Ten messages sent to two workers in turn are answered in the order they were sent, one at a time."""
    conversation = new_conversation_id()
    finished: list[int] = []
    queue = pair[0]._agent.lock_store

    async def send(rank: int) -> None:
        await pair[rank % 2].answer(f"bonjour {rank}", conversation=conversation, now=SATURDAY)
        finished.append(rank)

    tasks = []
    for rank in range(10):
        tasks.append(asyncio.create_task(send(rank)))
        while not tasks[-1].done() and len(queue._read(conversation).tickets) + len(finished) <= rank:  # until it has reached us
            await asyncio.sleep(0.001)
    await asyncio.wait_for(asyncio.gather(*tasks), timeout=60)

    assert finished == list(range(10))


async def test_two_workers_never_answer_one_conversation_at_the_same_time(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """Tickets are taken in one step: two workers that ask in the same instant get two places."""
    inside = [0, 0]
    locks = [worker._agent.lock_store for worker in pair]

    async def enter(lock_store: Any) -> None:
        async with lock_store.lock("someone"):
            inside[0] += 1
            inside[1] = max(inside)
            await asyncio.sleep(0.002)
            inside[0] -= 1

    await asyncio.gather(*(enter(locks[rank % 2]) for rank in range(20)))

    assert inside == [0, 1]


async def test_a_worker_that_dies_holds_nobody_up_for_long(
    pair: tuple[Assistant, Assistant], kept: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A place in the queue that nobody renews is given to the next message before the person would get the floor's answer."""
    conversation = new_conversation_id()
    dead = pair[0]._agent.lock_store
    await dead._link.call(dead._change, conversation, lambda lock: lock.issue_ticket(3.0))

    reply = await pair[1].answer("mon mari me frappe", conversation=conversation, now=SATURDAY)

    assert reply.danger is not None
    assert FLOOR not in caplog.text


async def test_without_redis_every_message_is_still_understood(
    pair: tuple[Assistant, Assistant], redis: Redis, kept: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis dies and comes back: answers stay right, one line of log says it, and conversations are remembered again."""
    conversation = new_conversation_id()
    redis.stop()
    try:
        during = [await pair[0].answer(text, conversation=conversation, now=SATURDAY) for text in ("mon mari me frappe", "bonjour")]
        is_ready = await pair[0].store_answers()
    finally:
        redis.start()
    pair[0]._link._away_until = 0.0
    await pair[0].answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    after = await pair[0].answer("et c'est quand ?", conversation=conversation, now=SATURDAY)

    assert [reply.outcome for reply in during] == ["danger", "chitchat"]
    assert all("3919" in reply.footer for reply in during)
    assert not is_ready
    assert after.why.startswith("la suite de la réponse")
    assert caplog.text.count("Redis ne répond pas") == 1


async def test_a_redis_that_hangs_holds_nobody_up(
    pair: tuple[Assistant, Assistant], redis: Redis, kept: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It accepts connections and says nothing: after one short wait it is left alone, and everybody is answered."""
    await pair[0].answer("bonjour", now=SATURDAY)
    redis.freeze()
    try:
        replies = await asyncio.gather(*(pair[0].answer("mon mari me frappe", now=SATURDAY) for _person in range(8)))
    finally:
        redis.thaw()
        pair[0]._link._away_until = 0.0

    assert {reply.outcome for reply in replies} == {"danger"}
    assert FLOOR not in caplog.text


async def test_an_erasure_asked_for_while_redis_is_away_is_made_when_it_is_back(
    pair: tuple[Assistant, Assistant], redis: Redis, kept: Any
) -> None:
    """Whoever asks to be forgotten is forgotten, be it a moment later; meanwhile nothing of the conversation is used."""
    conversation = new_conversation_id()
    await pair[0].answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    pair[0]._link._away_until = float("inf")
    await pair[0].erase(conversation)
    assert len(kept.keys("*")) == 1
    pair[0]._link._away_until = 0.0
    await pair[0].conversations.retrieve("someone else")

    assert kept.keys("*") == []


def test_a_wrong_address_is_refused_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an example."""
    from bot.engine.shared_stores import Link

    with pytest.raises(BadInput, match="redis://127"):
        Link("127.0.0.1:6379")


async def test_a_danger_told_while_redis_is_away_is_still_open_when_it_is_back(
    pair: tuple[Assistant, Assistant], redis: Redis, kept: Any
) -> None:
    """At the next message already, and for every worker once Redis answers; without a word kept anywhere."""
    conversation = new_conversation_id()
    await pair[0].answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    redis.stop()
    try:
        told = await pair[0].answer(f"mon mari {CANARY} me frappe", conversation=conversation, now=SATURDAY)
        during = await pair[0].answer("et c'est quand ?", conversation=conversation, now=SATURDAY)
        aside = pair[0].conversations.fallback_tracker_store._kept
    finally:
        redis.start()
    assert CANARY not in str(aside)
    pair[0]._link._away_until = pair[1]._link._away_until = 0.0
    back = await pair[0].answer("ok", conversation=conversation, now=SATURDAY)
    elsewhere = await pair[1].answer("et où ?", conversation=conversation, now=SATURDAY)

    for reply in (told, during, back, elsewhere):
        assert reply.danger is not None
        assert reply.danger["kind"] == "violence-conjugale"
        assert {"17", "112", "3919"} <= set(reply.lines)
    assert conversation not in aside


async def test_a_danger_open_before_redis_went_away_is_open_when_it_is_back(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """What is said in between does not write over it."""
    conversation = new_conversation_id()
    await pair[0].answer("mon mari me frappe", conversation=conversation, now=SATURDAY)
    pair[0]._link._away_until = float("inf")
    during = await pair[0].answer("la caf ne me paie plus", conversation=conversation, now=SATURDAY)
    pair[0]._link._away_until = 0.0
    back = await pair[0].answer("et c'est quand ?", conversation=conversation, now=SATURDAY)

    assert "3919" in during.footer
    assert back.danger is not None
    assert "3919" in back.lines


async def test_what_was_told_while_redis_is_away_can_be_erased_at_once(pair: tuple[Assistant, Assistant], kept: Any) -> None:
    """Here at once, in Redis when it is back."""
    conversation = new_conversation_id()
    await pair[0].answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    pair[0]._link._away_until = float("inf")
    await pair[0].answer("mon mari me frappe", conversation=conversation, now=SATURDAY)
    await pair[0].erase(conversation)
    during = await pair[0].answer("et c'est quand ?", conversation=conversation, now=SATURDAY)
    pair[0]._link._away_until = 0.0
    await pair[0].erase(conversation)

    assert during.danger is None
    assert conversation not in pair[0].conversations.fallback_tracker_store._kept
    assert kept.keys("*") == []

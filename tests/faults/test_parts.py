"""A part of the assistant fails, hangs, or lies: the person is answered, and the next message finds everything as before."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import SATURDAY

from bot import project
from bot.engine import assistant as assistant_module
from bot.engine import current_house as keeping
from bot.engine.assistant import new_conversation_id
from bot.engine.current_house import HouseKeeper, keeper
from bot.engine.packing import unpack
from bot.engine.reading import LIFETIME, READERS, REMEMBERED, Reader
from bot.house import open_house
from bot.nlu import cascade, vectors
from bot.nlu.need_model import NeedModel

FLOOR = "réponse de secours"


@pytest.fixture
def said() -> str:
    """A sentence never said before: what is remembered of others does not help."""
    return f"mon mari me frappe {time.monotonic_ns()}"


async def test_an_action_that_hangs_is_answered_in_time(
    assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """By the floor, danger lines first; the next message of the same person is answered as usual."""
    conversation = new_conversation_id()
    endpoint = assistant._agent.action_endpoint

    async def hangs(*_args: Any, **_kwargs: Any) -> None:
        await asyncio.sleep(3600)

    with monkeypatch.context() as patch:
        patch.setattr(endpoint, "request", hangs)
        patch.setattr(assistant_module, "ANSWER_WITHIN", 0.5)
        during = await assistant.answer(said, conversation=conversation, now=SATURDAY)
    after = await assistant.answer(said, conversation=conversation, now=SATURDAY)

    assert "3919" in during.lines
    assert caplog.text.count(FLOOR) == 1
    assert after.danger is not None


async def test_an_encoder_that_fails_is_answered_by_the_floor(
    assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Then it works again."""

    def broken(*_args: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(cascade, "WORDS_SURE_AT", 2.0)  # whatever its words say
        patch.setattr(vectors, "encode", broken)
        during = await assistant.answer(said, now=SATURDAY)
    after = await assistant.answer(said, now=SATURDAY)

    assert "3919" in during.lines
    assert FLOOR in caplog.text
    assert after.danger is not None
    assert after.why != during.why


async def test_a_long_message_delays_nobody(assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one message is being read, the process goes on: others are answered first."""
    began, may_end = threading.Event(), threading.Event()
    read = NeedModel.word_scores

    def slow(model: NeedModel, texts: Any) -> Any:
        if "interminable" in texts[0]:
            began.set()
            assert may_end.wait(20)
        return read(model, texts)

    monkeypatch.setattr(NeedModel, "word_scores", slow)
    long = asyncio.create_task(assistant.answer(f"{said} interminable", now=SATURDAY))
    await asyncio.to_thread(began.wait, 20)
    short = await assistant.answer(said, now=SATURDAY)
    long_is_done = long.done()
    may_end.set()

    assert short.danger is not None
    assert not long_is_done
    assert (await long).danger is not None


async def test_a_short_message_never_overtakes_a_long_one_of_the_same_person(
    assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a conversation the order holds, however long the reading."""
    read = NeedModel.word_scores

    def slow(model: NeedModel, texts: Any) -> Any:
        if "interminable" in texts[0]:
            time.sleep(0.3)
        return read(model, texts)

    monkeypatch.setattr(NeedModel, "word_scores", slow)
    conversation, finished = new_conversation_id(), []

    async def send(text: str) -> None:
        await assistant.answer(text, conversation=conversation, now=SATURDAY)
        finished.append(text)

    await asyncio.gather(send(f"{said} interminable"), send("oui"))

    assert finished == [f"{said} interminable", "oui"]


async def test_messages_read_at_the_same_time_are_read_as_if_alone(assistant: Any) -> None:
    """Forty sentences in two threads: nobody gets another's answer."""
    texts = [f"{text} {rank}" for rank in range(10) for text in ("mon mari me frappe", "bonjour", "mon voisin crie", "la caf ne paie plus")]
    reader = Reader(assistant._agent.processor)
    from rasa.core.channels.channel import UserMessage

    alone = [await Reader(assistant._agent.processor).read(UserMessage(text)) for text in texts]
    together = await asyncio.gather(*(reader.read(UserMessage(text)) for text in texts))

    assert [reading["text"] for reading in together] == texts
    assert [reading["intent"]["name"] for reading in together] == [reading["intent"]["name"] for reading in alone]
    for one, other in zip(alone, together):
        assert one["intent"]["confidence"] == pytest.approx(other["intent"]["confidence"], abs=1e-3)


async def test_messages_that_wait_are_read_together_and_one_that_cannot_be_read_stops_no_other(
    assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crowd writes while both readers are busy: what waits is read at once, and only the unreadable message fails."""
    from rasa.core.channels.channel import UserMessage

    reader = Reader(assistant._agent.processor)
    may_go, sizes, read = threading.Event(), [], NeedModel.word_scores

    def fragile(model: NeedModel, texts: Any) -> Any:
        sizes.append(len(texts))
        if any("interminable" in text for text in texts):
            assert may_go.wait(20)
        if any("illisible" in text for text in texts):
            raise ValueError
        return read(model, texts)

    monkeypatch.setattr(NeedModel, "word_scores", fragile)
    busy = [asyncio.create_task(reader.read(UserMessage(f"{said} interminable {rank}"))) for rank in range(READERS)]
    while len(sizes) < READERS:
        await asyncio.sleep(0.01)
    texts = [f"{said} {rank}" for rank in range(5)] + [f"{said} illisible"]
    waiting = [asyncio.create_task(reader.read(UserMessage(text))) for text in texts]
    await asyncio.sleep(0)
    may_go.set()
    *readable, unreadable = await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.gather(*busy)

    assert max(sizes) > 1
    assert [reading["text"] for reading in readable] == texts[:-1]
    assert all(reading["danger"] is not None for reading in readable)
    assert isinstance(unreadable, Exception)


async def test_a_crowd_that_never_stops_leaves_nothing_behind(assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While both readers are busy, whoever writes joins those that wait, and nothing else piles up; afterwards all are read."""
    from rasa.core.channels.channel import UserMessage

    reader = Reader(assistant._agent.processor)
    may_go = threading.Event()
    monkeypatch.setattr(reader, "_parse", lambda messages: [{"text": one.text} for one in messages if may_go.wait(20)])
    crowd = [asyncio.create_task(reader.read(UserMessage(f"{said} {rank}"))) for rank in range(100)]
    await asyncio.sleep(0.05)

    assert reader._threads._work_queue.qsize() == 0
    may_go.set()
    assert [reading["text"] for reading in await asyncio.gather(*crowd)] == [f"{said} {rank}" for rank in range(100)]
    reader._threads.shutdown(wait=True)  # the last reader leaves a moment after its last answer
    assert (reader._at_work, len(reader._waiting)) == (0, 0)


async def test_a_repeated_message_is_read_once_and_kept_without_its_words(
    assistant: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a key that only this process knows, for thirty minutes, a bounded number of them."""
    from rasa.core.channels.channel import UserMessage

    clock = [0.0]
    reader = Reader(assistant._agent.processor, lambda: clock[0])
    reads: list[str] = []
    parse = reader._parse
    monkeypatch.setattr(reader, "_parse", lambda messages: reads.extend(one.text for one in messages) or parse(messages))
    text = f"{said} zébulon-canari"
    first = await reader.read(UserMessage(text))
    again = await reader.read(UserMessage(text))

    assert json.loads(json.dumps(first)) == again
    assert len(reads) == 1
    assert not any("canari" in unpack(reader._kept.get(key)) for key in reader._kept)

    clock[0] = LIFETIME + 1
    await reader.read(UserMessage(text))
    assert len(reads) == 2
    for rank in range(REMEMBERED + 5):
        reader._keep(str(rank).encode(), keeper().house, {})
    assert len(reader._kept) == REMEMBERED


async def test_a_reading_is_forgotten_when_the_house_changes(assistant: Any, said: str) -> None:
    """A new danger pattern holds for the very next message, repeated or not."""
    from rasa.core.channels.channel import UserMessage

    reader = Reader(assistant._agent.processor)
    await reader.read(UserMessage(said))
    assert len(reader._kept) == 1
    keeper().reload()
    reader._recall(b"another")

    assert len(reader._kept) == 0


@pytest.mark.parametrize("jump", [-86_400.0, -3600.0, 3600.0, 86_400.0, 40 * 365 * 86_400.0])
async def test_a_clock_that_jumps_changes_no_answer(assistant: Any, jump: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock is set in the middle of a conversation, forwards or backwards."""
    conversation = new_conversation_id()
    await assistant.answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    reply = await assistant.answer("mon mari me frappe", conversation=conversation, now=SATURDAY)
    monkeypatch.undo()
    after = await assistant.answer("mon mari me frappe", conversation=conversation, now=SATURDAY)

    assert reply.danger is not None
    assert after.danger is not None


def test_a_broken_catalogue_never_goes_into_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody saves half a line: the last good house answers, the log says what is wrong in French, the mended file is taken up."""
    shutil.copytree(project.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("nlu"))
    shutil.copytree(project.LOCALES, tmp_path / "locales")
    catalogue = tmp_path / "data" / "services.yaml"
    whole = catalogue.read_text(encoding="utf-8")
    monkeypatch.setattr(keeping, "open_house", lambda: open_house(tmp_path))
    monkeypatch.setattr(keeping.project, "DATA", tmp_path / "data")
    keeping_it = HouseKeeper()
    first = keeping_it.house

    for broken in (whole[: len(whole) // 2], "", "{", "a: [", "services: 3", "\x00", whole.replace("id: mdc", "id: md c", 1)):
        catalogue.write_text(broken, encoding="utf-8")
        assert keeping_it.reload() is False
        assert keeping_it.house is first
    assert "services.yaml" in caplog.text
    catalogue.write_text(whole, encoding="utf-8")

    assert keeping_it.reload() is True
    assert keeping_it.house is not first

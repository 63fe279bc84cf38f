"""Each step between a message and its answer breaks, hangs or gives nothing: the person gets the lines and the house's number.

A danger that the patterns see is answered as that danger, in the person's language, and it is still open at the next message.
"""

from __future__ import annotations

import asyncio
import io
import logging
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, AsyncIterator, Callable, Iterator

import numpy as np
import pytest
from conftest import SATURDAY
from rasa.core.policies.rule_policy import RulePolicy
from starlette.testclient import TestClient

from bot import cards, conversation, floor, messages, schedule
from bot.engine import assistant as assistant_module
from bot.engine import observing
from bot.engine.assistant import new_conversation_id
from bot.engine.training import ModelStore
from bot.errors import ModelUnavailable
from bot.house import House
from bot.memory import Memory
from bot.nlu import cascade, danger_policy, partner_extractor, vectors
from bot.nlu.danger_net import DangerNet
from bot.nlu.language_model import LanguageModel
from bot.nlu.need_model import NeedModel
from bot.patterns import PatternIndex
from bot.surfaces import api, http
from bot.surfaces.kiosk import api as kiosk_api
from bot.surfaces.rates import TokenBuckets
from bot.surfaces.server import create_app
from bot.understanding import Understanding
from bot.wording import wording_for

CANARY = "zébulon-canari"
FOOTER = {"17", "112", "114", "15", "119", "3919"}
ITS_LINES = {"17", "112", "114", "3919"}
"""Those of violence at home."""
SENTENCES = {
    ("danger", "fr"): "mon mari me frappe",
    ("danger", "ar"): "زوجي يضربني",
    ("calm", "fr"): "mon propriétaire garde ma caution",
    ("calm", "ar"): "صاحب البيت لا يريد إرجاع مبلغ الضمان",
}
MESSAGES = pytest.mark.parametrize(("mood", "language"), SENTENCES, ids=[f"{mood}-{language}" for mood, language in SENTENCES])
_number = count()


@dataclass(frozen=True)
class Step:
    """A step of the path: where it is reached (an object and a name), or on the assistant at hand (``seam``); whether it is
    called and awaited. ``is_lost`` is what cannot be had without it: the danger, the language, what is remembered. ``needs`` is what
    must be set for the step to be reached."""

    owner: Any
    name: str
    is_awaited: bool = False
    is_lost: frozenset[str] = frozenset()
    needs: tuple[Any, str, Any] | None = None


DANGER, LANGUAGE, MEMORY = "danger", "language", "memory"
NUMBERS_ALONE = frozenset({LANGUAGE, MEMORY})
"""Where the house's own words cannot be had: the numbers are said in French."""


def agent(assistant: Any) -> Any:
    """Rasa's agent."""
    return assistant._agent


def store(assistant: Any) -> Any:
    """Where conversations are kept."""
    return assistant.conversations.primary


STEPS = {
    "the cleaning of the text": Step(assistant_module, "clean"),
    "the agent": Step(agent, "handle_message", is_awaited=True),
    "the reading of the conversation": Step(store, "retrieve", is_awaited=True),
    "the keeping of the conversation": Step(store, "save", is_awaited=True),
    "the language": Step(LanguageModel, "identify"),
    "the encoder": Step(vectors, "encode", needs=(cascade, "WORDS_SURE_AT", 2.0)),
    "the needs": Step(NeedModel, "word_scores"),
    "the patterns": Step(PatternIndex, "search", is_lost=frozenset({DANGER})),
    "the danger net": Step(DangerNet, "_find"),
    "the partners named": Step(partner_extractor, "named_partners"),
    "the danger policy": Step(danger_policy, "_next_action"),
    "the rules": Step(RulePolicy, "_predict"),
    "the action server": Step(lambda assistant: assistant._agent.action_endpoint, "request", is_awaited=True),
    "the action": Step(Understanding, "from_parse"),
    "the memory": Step(Memory, "from_json", is_lost=frozenset({MEMORY})),
    "the decision": Step(conversation, "_decide", is_lost=NUMBERS_ALONE),
    "the cards": Step(conversation, "card_for", is_lost=NUMBERS_ALONE),
    "the help lines": Step(conversation, "line_for", is_lost=NUMBERS_ALONE),
    "the wording": Step(conversation, "wording_for", is_lost=NUMBERS_ALONE),
    "the composing": Step(conversation, "compose", is_lost=NUMBERS_ALONE),
    "the sessions": Step(schedule, "upcoming"),
    "the opening hours": Step(schedule, "state_at"),
    "the hours of a phone": Step(cards, "state_at"),
    "the counting": Step(observing, "recorder"),
}
BROKEN = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
SPARED = (
    "the reading of the conversation",
    "the keeping of the conversation",
    "the sessions",
    "the opening hours",
    "the hours of a phone",
    "the counting",
)
"""Steps whose failure costs a date, a count or what was said before: the usual answer comes."""
FLOOR = "réponse de secours"
"""What the log says when it is not."""


def sentence(mood: str, language: str) -> str:
    """A sentence never said before, with a word that must not be found anywhere."""
    return f"{SENTENCES[mood, language]} {CANARY}{next(_number)}"


def put(step: Step, assistant: Any, monkeypatch: pytest.MonkeyPatch, instead: Callable[..., Any]) -> None:
    """Something stands instead of a step."""
    if step.needs is not None:
        monkeypatch.setattr(*step.needs)
    is_seam = callable(step.owner) and not isinstance(step.owner, type)
    monkeypatch.setattr(step.owner(assistant) if is_seam else step.owner, step.name, instead)


def raising(step: Step, reached: list[str]) -> Callable[..., Any]:
    """A step that raises what quotes the person, as real errors do, and says that it was reached."""

    def broken(*args: Any, **_kwargs: Any) -> None:
        reached.append(step.name)
        raise RuntimeError(CANARY, args)

    async def broken_later(*args: Any, **_kwargs: Any) -> None:
        broken(*args)

    return broken_later if step.is_awaited else broken


def has_numbers(reply: Any) -> bool:
    """Whether the emergency lines can be read, by a person and by a program."""
    return set(reply.footer) >= FOOTER and all(number in reply.reply for number in FOOTER)


def is_that_danger(reply: Any) -> bool:
    """Whether the answer is the one to violence at home."""
    return reply.danger is not None and reply.danger["kind"] == "violence-conjugale" and set(reply.lines) >= ITS_LINES


@BROKEN
@MESSAGES
async def test_a_step_that_raises_is_answered(
    assistant: Any,
    step: Step,
    mood: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The lines, the house's number or the usual answer, the danger that is seen, the person's language; not a word in a log."""
    conversation_id, text, reached = new_conversation_id(), sentence(mood, language), []
    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        put(step, assistant, patch, raising(step, reached))
        reply = await assistant.answer(text, conversation=conversation_id, now=SATURDAY)
    after = await assistant.answer("et c'est quand ?", conversation=conversation_id, lang="fr", now=SATURDAY)
    out, err = capfd.readouterr()

    assert reached
    assert has_numbers(reply)
    assert reply.text == text
    if step in [STEPS[name] for name in SPARED]:
        assert FLOOR not in caplog.text
        assert reply.cards
    else:
        assert floor.HOUSE_NUMBER in reply.reply
    if DANGER not in step.is_lost:
        assert is_that_danger(reply) == (mood == "danger")
    if LANGUAGE not in step.is_lost:
        assert reply.reply_language == language
    if mood == "danger" and not {DANGER, MEMORY} & step.is_lost:
        assert is_that_danger(after)
    assert CANARY not in caplog.text + out + err


@MESSAGES
async def test_a_queue_that_cannot_be_entered_is_answered(
    assistant: Any, mood: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of the conversation raises: what was said before cannot be had, the numbers can."""

    @asynccontextmanager
    async def broken(*_args: Any, **_kwargs: Any) -> AsyncIterator[None]:
        raise RuntimeError
        yield

    monkeypatch.setattr(assistant._locks, "lock", broken)
    reply = await assistant.answer(sentence(mood, language), conversation=new_conversation_id(), now=SATURDAY)

    assert has_numbers(reply)
    assert floor.HOUSE_NUMBER in reply.reply
    assert is_that_danger(reply) == (mood == "danger")
    assert reply.reply_language == language


HANGING = {name: STEPS[name] for name in ("the agent", "the encoder", "the keeping of the conversation", "the action server")}


@pytest.mark.parametrize("step", HANGING.values(), ids=HANGING.keys())
@MESSAGES
async def test_a_step_that_hangs_is_answered_in_time(
    assistant: Any, step: Step, mood: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the floor, and the next message finds the danger open."""
    conversation_id, released = new_conversation_id(), threading.Event()

    def hangs(*_args: Any, **_kwargs: Any) -> None:
        released.wait(60)
        raise RuntimeError

    async def hangs_later(*_args: Any, **_kwargs: Any) -> None:
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        put(step, assistant, patch, hangs_later if step.is_awaited else hangs)
        patch.setattr(assistant_module, "ANSWER_WITHIN", 0.2)
        patch.setattr(assistant_module, "REMEMBERED_WITHIN", 0.2)
        reply = await assistant.answer(sentence(mood, language), conversation=conversation_id, now=SATURDAY)
        released.set()
    after = await assistant.answer("et c'est quand ?", conversation=conversation_id, lang="fr", now=SATURDAY)

    assert has_numbers(reply)
    assert floor.HOUSE_NUMBER in reply.reply
    assert is_that_danger(reply) == (mood == "danger")
    assert reply.reply_language == language
    if step is not STEPS["the keeping of the conversation"]:
        assert is_that_danger(after) == (mood == "danger")


EMPTY: dict[str, Any] = {
    "the agent": None,
    "the language": None,
    "the encoder": np.zeros((0, 896), dtype=np.float32),
    "the needs": np.zeros((0, 0)),
    "the action server": {"events": [], "responses": []},
}


@pytest.mark.parametrize(("name", "nothing"), EMPTY.items(), ids=EMPTY.keys())
@MESSAGES
async def test_a_step_that_gives_nothing_is_answered(
    assistant: Any, name: str, nothing: Any, mood: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence is a failure like another."""

    async def gives_later(*_args: Any, **_kwargs: Any) -> Any:
        return nothing

    put(STEPS[name], assistant, monkeypatch, gives_later if STEPS[name].is_awaited else lambda *_args, **_kwargs: nothing)
    reply = await assistant.answer(sentence(mood, language), conversation=new_conversation_id(), now=SATURDAY)

    assert has_numbers(reply)
    assert floor.HOUSE_NUMBER in reply.reply
    assert is_that_danger(reply) == (mood == "danger")
    assert reply.reply_language == language


# ------------------------------------------------------------------------------------------------- languages and words


@pytest.fixture
def fresh_wordings() -> Iterator[None]:
    """Translations are read again, before and after."""
    wording_for.cache_clear()
    yield
    wording_for.cache_clear()


@pytest.mark.parametrize("mood", ["danger", "calm"])
async def test_a_catalogue_of_translations_that_cannot_be_read_is_answered_in_french(
    assistant: Any, mood: str, monkeypatch: pytest.MonkeyPatch, fresh_wordings: None
) -> None:
    """Better the danger's lines in French than none."""
    compiled = messages.compiled

    def unreadable(tag: str, *args: Any) -> Any:
        return io.BytesIO(b"not a catalogue") if tag == "ar" else compiled(tag, *args)

    monkeypatch.setattr(messages, "compiled", unreadable)
    reply = await assistant.answer(sentence(mood, "ar"), lang="ar", now=SATURDAY)

    assert reply.reply_language == "fr"
    assert has_numbers(reply)
    assert floor.HOUSE_NUMBER in reply.reply
    assert is_that_danger(reply) == (mood == "danger")


@pytest.mark.parametrize("mood", ["danger", "calm"])
async def test_a_translation_that_names_a_value_that_there_is_not_costs_its_sentence_only(
    assistant: Any, mood: str, monkeypatch: pytest.MonkeyPatch, fresh_wordings: None
) -> None:
    """A translator wrote {numeros} for {numbers}: that line comes in French, the rest as usual."""
    read = messages.read

    def mistyped(tag: str, *args: Any) -> Any:
        catalog = read(tag, *args)
        for message in catalog:
            if "{numbers}" in str(message.id):
                message.string = str(message.string).replace("{numbers}", "{numeros}")
        return catalog

    monkeypatch.setattr(messages, "read", mistyped)
    reply = await assistant.answer(sentence(mood, "ar"), lang="ar", now=SATURDAY)

    assert reply.reply_language == "ar"
    assert reply.cards
    assert "Urgences :" in reply.reply
    assert has_numbers(reply)
    assert is_that_danger(reply) == (mood == "danger")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("أريد موعدا", "ar"),
        ("می‌خواهم وقت بگیرم", "fa"),
        ("хочу записаться", "ru"),
        ("хочу записатися на прийом, їжа", "uk"),
        ("مجھے وقت چاہیے", "fr"),
        ("rendez-vous", "fr"),
        ("", "fr"),
    ],
)
def test_the_letters_tell_the_language_when_nothing_else_can(house: House, text: str, language: str) -> None:
    """Arabic, Persian, Russian, Ukrainian; Urdu is none of them."""
    assert floor.reply(house, text, None, SATURDAY).reply_language == language


def test_a_calm_message_is_answered_in_its_language_alone(house: House) -> None:
    """No sentence of the floor's answer is left in French; the names of the house are."""
    for tag in house.languages.locales:
        reply = floor.reply(house, "", tag, SATURDAY)
        french = floor.reply(house, "", "fr", SATURDAY)
        assert reply.cards[0].id == "mdc"
        assert reply.say == ()
        assert tag == "fr" or reply.cards[0].what != french.cards[0].what
        assert reply.why.startswith(FLOOR)


@pytest.mark.parametrize("chosen", ["xx", "", "fr-FR", "../../etc"])
def test_an_unknown_language_is_answered(house: House, chosen: str) -> None:
    """In French, as every language that is not one of ours."""
    reply = floor.reply(house, "mon mari me frappe", chosen, SATURDAY)

    assert is_that_danger(reply)
    assert reply.reply_language == "fr"


async def test_a_text_too_long_keeps_its_danger(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cry before a thousand words is heard by the floor too."""
    with monkeypatch.context() as patch:
        put(STEPS["the encoder"], assistant, patch, raising(STEPS["the encoder"], []))
        reply = await assistant.answer(f"mon mari me frappe {next(_number)} " + "parce que " * 50_000, now=SATURDAY)

    assert is_that_danger(reply)
    assert floor.HOUSE_NUMBER in reply.reply


# --------------------------------------------------------------------------------------------------- without a model


@pytest.fixture(scope="module")
def modelless() -> Any:
    """The assistant of a machine where no model loads."""
    return assistant_module.Assistant.without_model()


@MESSAGES
async def test_without_a_model_the_lines_and_the_danger_are_there(modelless: Any, mood: str, language: str) -> None:
    """And the danger is open at the next message, in whatever language."""
    conversation_id, text = new_conversation_id(), sentence(mood, language)
    reply = await modelless.answer(text, conversation=conversation_id, now=SATURDAY)
    after = await modelless.answer("ok merci", conversation=conversation_id, now=SATURDAY)

    assert has_numbers(reply)
    assert floor.HOUSE_NUMBER in reply.reply
    assert is_that_danger(reply) == is_that_danger(after) == (mood == "danger")
    assert reply.reply_language == after.reply_language == language


async def test_without_a_model_who_asks_to_be_forgotten_is(modelless: Any) -> None:
    """The danger is no longer open, and nothing is kept."""
    conversation_id = new_conversation_id()
    await modelless.answer("mon mari me frappe", conversation=conversation_id, now=SATURDAY)
    await modelless.erase(conversation_id)

    assert conversation_id not in await modelless.conversations.keys()
    assert (await modelless.answer("ok merci", conversation=conversation_id, now=SATURDAY)).danger is None


async def test_a_model_that_comes_later_answers_and_the_conversation_goes_on(assistant: Any) -> None:
    """It is trained again while people write: the danger that the floor saw is still open."""
    late, conversation_id = assistant_module.Assistant.without_model(), new_conversation_id()
    await late.answer("mon mari me frappe", conversation=conversation_id, now=SATURDAY)
    await late.replace_model(ModelStore().verified())
    after = await late.answer("et c'est quand ?", conversation=conversation_id, now=SATURDAY)

    assert is_that_danger(after)
    assert not after.why.startswith(FLOOR)
    assert late.model == assistant.model


def test_a_server_whose_model_does_not_load_starts_and_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Alive for whoever writes, not ready for whoever watches; on every surface the lines and the house's number."""

    def broken(*_args: Any) -> None:
        raise ModelUnavailable("Lancez : boussole train")

    monkeypatch.setattr(ModelStore, "verified", broken)
    with TestClient(create_app()) as client:
        health, ready = client.get("/health"), client.get("/ready")
        api = client.post("/api/orient", json={"text": "mon mari me frappe"}).json()
        rest = client.post("/webhooks/rest/webhook", json={"sender": "anna", "message": "زوجي يضربني"}).json()[0]["custom"]
        kiosk = client.post("/api/kiosk/message", json={"conversation": new_conversation_id(), "lang": "ar", "text": "زوجي يضربني"}).json()

    assert (health.status_code, ready.status_code) == (200, 503)
    assert "Lancez : boussole train" in caplog.text
    for reply in (api, rest):
        assert reply["danger"]["kind"] == "violence-conjugale"
        assert set(reply["lines"]) >= ITS_LINES
        assert floor.HOUSE_NUMBER in reply["reply"]
    assert rest["reply_language"] == kiosk["lang"] == "ar"
    assert {line["number"] for line in kiosk["lines"]} >= ITS_LINES
    assert any(floor.HOUSE_NUMBER in words for words in kiosk["say"])


# ---------------------------------------------------------------------------------------------------------- surfaces


FAILING_SURFACES = {
    "the assistant itself, api": (assistant_module.Assistant, "answer", "/api/orient", {"text": "mon mari me frappe"}),
    "the request of a program": (api, "answer_request", "/api/orient", {"text": "mon mari me frappe"}),
    "the shape of Rasa's channel": (api, "rest_answer", "/webhooks/rest/webhook", {"message": "mon mari me frappe"}),
    "the screen of the kiosk": (
        kiosk_api,
        "answer_view",
        "/api/kiosk/message",
        {"conversation": "a" * 22, "lang": "fr", "text": "mon mari me frappe"},
    ),
    "the rates": (TokenBuckets, "wait", "/api/orient", {"text": "mon mari me frappe"}),
}


@pytest.mark.parametrize(("owner", "name", "address", "body"), FAILING_SURFACES.values(), ids=FAILING_SURFACES.keys())
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_surface_that_fails_gives_the_lines(
    assistant: Any,
    owner: Any,
    name: str,
    address: str,
    body: dict[str, str],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In the language that the browser asks for; the reason is told, never what was written."""

    def broken(*args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(CANARY, args)

    monkeypatch.setattr(owner, name, broken)
    text = {key: f"{value} {CANARY}" if key in ("text", "message") else value for key, value in body.items()}
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client, caplog.at_level(logging.DEBUG):
        response = client.post(address, json=text, headers={"accept-language": language})
    reply = response.json()

    assert response.status_code == 503
    assert reply["error"]
    assert reply["reply_language"] == language
    assert set(reply["footer"]) >= FOOTER
    assert floor.HOUSE_NUMBER in reply["reply"]
    assert CANARY not in caplog.text + response.text


def test_when_even_the_house_is_lost_the_numbers_are_given(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catalogue, patterns, translations: all gone at once, in the middle of a message."""

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        for module in (assistant_module, http):
            monkeypatch.setattr(module, "current_house", broken)
        put(STEPS["the encoder"], assistant, monkeypatch, raising(STEPS["the encoder"], []))
        response = client.post("/api/orient", json={"text": sentence("danger", "fr")})
        monkeypatch.undo()

    assert response.status_code == 503
    assert set(response.json()["footer"]) >= FOOTER
    assert response.json()["reply"] == floor.LAST_RESORT

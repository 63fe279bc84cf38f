"""Whoever asks for a language gets it, in the words of any of the twelve, and keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SATURDAY

from bot.engine.assistant import new_conversation_id
from bot.house import House

REQUESTS = yaml.safe_load((Path(__file__).parent / "data" / "language-requests.yaml").read_text(encoding="utf-8"))
TAGS = ["fr", "fr-x-facile", "en", "ar", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"]
ASKED = [(speaker, wanted, text) for speaker, texts in REQUESTS["asked"].items() for wanted, text in zip(TAGS, texts, strict=True)]
AGAIN = [(wanted, text) for wanted, texts in REQUESTS["again"].items() for text in texts]


@pytest.mark.parametrize(("speaker", "wanted", "text"), ASKED)
def test_every_language_can_ask_for_every_language(house: House, speaker: str, wanted: str, text: str) -> None:
    """Twelve by twelve."""
    locale = house.languages.requested_in(text)

    assert locale is not None
    assert locale.tag == wanted


@pytest.mark.parametrize(("wanted", "text"), AGAIN)
def test_a_language_is_known_by_its_other_names(house: House, wanted: str, text: str) -> None:
    """Dari, Moldovan, FALC, Arabic in Latin letters."""
    locale = house.languages.requested_in(text)

    assert locale is not None
    assert locale.tag == wanted


@pytest.mark.parametrize("text", REQUESTS["never"])
def test_a_sentence_about_a_language_is_not_a_request(house: House, text: str) -> None:
    """An English neighbour does not turn the conversation into English."""
    assert house.languages.requested_in(text) is None


@pytest.mark.parametrize("number", range(len(TAGS)), ids=TAGS)
async def test_a_language_asked_for_is_kept(assistant: Any, number: int) -> None:
    """Each language asks for the next one; what follows stays in it, also when written in French."""
    conversation, wanted = new_conversation_id(), TAGS[(number + 1) % len(TAGS)]
    asked = REQUESTS["asked"][TAGS[number]][(number + 1) % len(TAGS)]

    reply = await assistant.answer(asked, conversation=conversation, now=SATURDAY)
    assert (reply.reply_language, reply.outcome) == (wanted, "chitchat")

    reply = await assistant.answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)
    assert reply.reply_language == wanted
    assert {"ufc-que-choisir", "clcv"} & set(reply.services[:2])


async def test_what_was_shown_comes_again_in_the_language_asked_for(assistant: Any) -> None:
    """Nobody has to write their trouble twice; the rest of the partners still wait."""
    conversation = new_conversation_id()
    before = await assistant.answer("mon patron ne me paie pas mes heures", conversation=conversation, now=SATURDAY)
    after = await assistant.answer("English please", conversation=conversation, now=SATURDAY)

    assert after.reply_language == "en"
    assert after.services == before.services
    assert "Employment lawyer" in after.reply


async def test_a_danger_stays_open_when_the_language_changes(assistant: Any) -> None:
    """The lines are there in the new language, and never a mediator."""
    conversation = new_conversation_id()
    await assistant.answer("mon mari me frappe", conversation=conversation, now=SATURDAY)
    reply = await assistant.answer("بالعربية", conversation=conversation, now=SATURDAY)

    assert reply.reply_language == "ar"
    assert {"17", "112", "114", "3919"} <= set(reply.lines)
    assert reply.danger is not None
    assert not {"recampado", "conciliateur"} & set(reply.services)


async def test_a_question_under_way_comes_again_in_the_language_asked_for(assistant: Any) -> None:
    """With the same answers to pick, in the new words."""
    conversation = new_conversation_id()
    before = await assistant.answer("problème avec mon propriétaire", conversation=conversation, now=SATURDAY)
    after = await assistant.answer("по-русски", conversation=conversation, now=SATURDAY)

    assert before.outcome == after.outcome == "clarify"
    assert [option.id for option in after.options] == [option.id for option in before.options]
    assert after.question == "О чём идёт речь?"


async def test_a_tap_on_a_language_wins_over_what_was_asked_before(assistant: Any) -> None:
    """One tap changes it: the language picked on the surface is the language of the answer."""
    conversation = new_conversation_id()
    await assistant.answer("in English please", conversation=conversation, now=SATURDAY)
    reply = await assistant.answer("mon propriétaire garde ma caution", conversation=conversation, lang="tr", now=SATURDAY)

    assert reply.reply_language == "tr"

"""Whoever writes in a language of the house is answered in it, with the same numbers and the same hours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import write_po
from conftest import SATURDAY

from bot import messages, project
from bot.checks.translations import check_translations, numbers
from bot.house import House

TAGS = ["fr-x-facile", "en", "ar", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"]
SENTENCES = {
    "fr": "mon propriétaire garde ma caution",
    "en": "my landlord will not give me my deposit back",
    "ar": "صاحب البيت لا يريد إرجاع مبلغ الضمان",
    "es": "el dueño no me devuelve la fianza del piso",
    "pt": "o senhorio não me devolve a caução da casa",
    "it": "il padrone di casa non mi restituisce la caparra",
    "tr": "ev sahibi depozitomu geri vermiyor",
    "ro": "proprietarul nu îmi dă înapoi garanția",
    "ru": "хозяин квартиры не возвращает мне залог",
    "uk": "власник квартири не повертає мені заставу",
    "fa": "صاحبخانه پول ضمانت من را پس نمی‌دهد",
}
SCRIPTS = {"ar": r"[\u0600-\u06ff]", "fa": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]", "uk": r"[\u0400-\u04ff]"}


def test_every_sentence_is_translated_with_its_numbers() -> None:
    """Nothing empty, nothing fuzzy, no placeholder, number or hour lost, in eleven languages."""
    assert check_translations(project.LOCALES, TAGS) == []


def test_a_lost_number_is_told(tmp_path: Path) -> None:
    """A wrong number in one language can never go unseen."""
    path = messages.po_path("es", tmp_path)
    path.parent.mkdir(parents=True)
    catalog = messages.read("es")
    for message in catalog:
        if message.context == "danger.harcelement-scolaire.say":
            message.string = message.string.replace("3018", "3020")
    with path.open("wb") as file:
        write_po(file, catalog)

    assert any("mêmes nombres" in problem.expected for problem in check_translations(tmp_path, ["es"]))


@pytest.mark.parametrize(
    ("french", "other"),
    [("de 13h30 à 16h30", "13:30–16:30"), ("de 9h à 12h", "9:00-12:00"), ("24 h/24, 7 j/7", "24/24, 7/7"), ("le 3018 aide", "3018 helps")],
)
def test_hours_are_compared_whatever_their_spelling(french: str, other: str) -> None:
    """13h30 is 13:30."""
    assert numbers(french) == numbers(other)


@pytest.mark.parametrize("language", SENTENCES)
async def test_the_answer_is_in_the_language_of_the_question(assistant: Any, language: str) -> None:
    """The right partner, and the words in the person's language and script."""
    reply = await assistant.answer(SENTENCES[language], now=SATURDAY)

    assert reply.language == language
    assert reply.reply_language == language
    assert {"ufc-que-choisir", "clcv"} & set(reply.services[:2])
    assert "04 13 29 56 20" in reply.reply
    if language in SCRIPTS:
        letters = re.findall(r"[^\W\d_]", reply.reply)
        assert len(re.findall(SCRIPTS[language], reply.reply)) > 0.4 * len(letters)
    elif language != "fr":
        assert "Sur rendez-vous" not in reply.reply


@pytest.mark.parametrize("language", ["ar", "fa"])
async def test_numbers_keep_their_order_in_right_to_left_text(assistant: Any, language: str) -> None:
    """A phone number stands between isolates, so that it is dialled as it is read."""
    reply = await assistant.answer(SENTENCES[language], now=SATURDAY)

    assert "\u206804 13 29 56 20\u2069" in reply.reply


@pytest.mark.parametrize("language", TAGS)
async def test_a_danger_is_answered_in_every_language(assistant: Any, house: House, language: str) -> None:
    """The lines come first, in the language picked on the surface."""
    reply = await assistant.answer("mon mari me frappe", lang=language, now=SATURDAY)

    assert reply.reply_language == language
    assert {"17", "112", "114", "3919"} <= set(reply.lines)
    first = reply.reply.splitlines()[0]
    assert "17" in first
    assert "112" in first


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich suche eine Wohnung und kann die Miete nicht bezahlen", "de"),
        ("我丈夫打我，我很害怕", "zh"),
        ("Szukam prawnika, szef mi nie zapłacił", "pl"),
    ],
)
async def test_a_language_without_a_locale_is_answered_in_french_and_english(assistant: Any, text: str, language: str) -> None:
    """And the answer says so."""
    reply = await assistant.answer(text, now=SATURDAY)

    assert reply.language == language
    assert reply.reply_language == "fr"
    assert "je ne sais répondre qu'en français et en anglais" in reply.reply
    assert "— English —" in reply.reply


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("in English please", "en"),
        ("بالعربية", "ar"),
        ("español", "es"),
        ("en français facile", "fr-x-facile"),
        ("по-русски", "ru"),
        ("Türkçe", "tr"),
    ],
)
async def test_a_language_asked_for_is_the_language_kept(assistant: Any, asked: str, expected: str) -> None:
    """One message changes the language, and what follows stays in it."""
    from bot.engine.assistant import new_conversation_id

    conversation = new_conversation_id()
    reply = await assistant.answer(asked, conversation=conversation, now=SATURDAY)

    assert reply.reply_language == expected

    reply = await assistant.answer("mon propriétaire garde ma caution", conversation=conversation, now=SATURDAY)

    assert reply.reply_language == expected


async def test_one_word_does_not_change_the_language_of_a_conversation(assistant: Any) -> None:
    """Who writes Turkish and then "ok" is still answered in Turkish."""
    from bot.engine.assistant import new_conversation_id

    conversation = new_conversation_id()
    await assistant.answer("kocam beni dövüyor çok korkuyorum", conversation=conversation, now=SATURDAY)
    reply = await assistant.answer("ok", conversation=conversation, now=SATURDAY)

    assert reply.reply_language == "tr"

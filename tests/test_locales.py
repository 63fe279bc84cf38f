"""Whoever writes in a language of the house is answered in it, with the same numbers and the same hours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import write_po
from conftest import SATURDAY

from bot import messages, project
from bot.cards import card_for, line_for
from bot.checks.languages import check_languages
from bot.checks.problems import Problem
from bot.checks.translations import check_translations, numbers
from bot.direction import has_isolates, with_isolates
from bot.documents import read
from bot.house import House
from bot.wording import wording_for

TAGS = ["fr-x-facile", "en", "ar", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"]
ANSWERED = {raw["tag"]: raw for raw in read(project.LANGUAGES).data["answered"]}
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
    """Nothing empty, nothing fuzzy, no placeholder, number, hour, plural or direction mark lost, in eleven languages."""
    assert check_translations(project.LOCALES, list(ANSWERED.values())) == []


def _broken(tmp_path: Path, tag: str, context: str | None, change: Callable[[Message], None]) -> list[Problem]:
    """The problems of a locale whose message under ``context`` (or the one that counts) was changed."""
    path = messages.po_path(tag, tmp_path)
    path.parent.mkdir(parents=True)
    catalog = messages.read(tag)
    message = next(m for m in catalog if m.id and (m.context == context if context else m.pluralizable))
    change(message)
    with path.open("wb") as file:
        write_po(file, catalog)
    return check_translations(tmp_path, [ANSWERED[tag]])


def _replace(before: str, after: str) -> Callable[[Message], None]:
    def change(message: Message) -> None:
        assert before in message.string
        message.string = message.string.replace(before, after)

    return change


def _empty(message: Message) -> None:
    message.string = ""


def _fuzzy(message: Message) -> None:
    message.flags.add("fuzzy")


def _one_form_lost(message: Message) -> None:
    message.string = (*message.string[:-1], "")


BREAKAGES = [
    ("a message left empty", "es", "danger.traite.say", _empty, "la traduction de"),
    ("a message marked fuzzy", "it", "danger.traite.say", _fuzzy, "sans la marque"),
    ("a number that changed", "es", "danger.harcelement-scolaire.say", _replace("3018", "3020"), "mêmes nombres"),
    ("an hour that changed", "ru", "lines.3018.words", _replace("23:00", "22:00"), "mêmes heures"),
    ("digits that no telephone has", "fa", "danger.traite.say", _replace(".", " ۱."), "chiffres 0-9"),
    ("a plural form lost, in Arabic", "ar", None, _one_form_lost, "6 formes"),
    ("a plural form lost, in Russian", "ru", None, _one_form_lost, "3 formes"),
    ("a direction mark lost around a name", "ar", "services.csqs.name", _replace("\u2068CSQS\u2069", "CSQS"), "U+2068"),
    ("an isolate left open", "fa", "services.csqs.name", _replace("\u2069", ""), "U+2068"),
    ("a curly apostrophe in easy French", "fr-x-facile", "danger.violence-conjugale.say", _replace("n'a", "n’a"), "apostrophe droite"),
    ("English quotes in easy French", "fr-x-facile", "services.parentalite.what", _replace("« Bébé à venir »", '"Bébé à venir"'), "guillemets français"),
    ("a guillemet without its space", "fr-x-facile", "services.parentalite.what", _replace("« Bébé", "«Bébé"), "guillemets français"),
    ("a long sentence in easy French", "fr-x-facile", "danger.traite.say", _replace(". ", " et aussi "), "FALC"),
    ("an acronym alone in easy French", "fr-x-facile", "danger.traite.say", _replace("La loi", "La MDPH"), "FALC"),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "context", "change", "said"), [b[1:] for b in BREAKAGES], ids=[b[0] for b in BREAKAGES])
def test_a_broken_translation_is_told(tmp_path: Path, tag: str, context: str | None, change: Callable[[Message], None], said: str) -> None:
    """What would mislead a reader never goes unseen."""
    assert any(said in problem.expected for problem in _broken(tmp_path, tag, context, change))


def test_french_with_the_wrong_signs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A curly apostrophe in the source would make two messages of one sentence."""
    monkeypatch.setattr("bot.messages.data_texts", lambda: iter([("data/needs.yaml", "needs.x.label", "L’aide “gratuite”")]))

    assert any(problem.entry == "needs.x.label" for problem in check_translations(project.LOCALES, []))


@pytest.mark.parametrize("reviewer", ["null", '""'])
def test_a_language_is_not_called_reviewed_by_nobody(tmp_path: Path, reviewer: str) -> None:
    """Whoever reads « reviewed » can ask by whom."""
    path = tmp_path / "languages.yaml"
    text = project.LANGUAGES.read_text(encoding="utf-8")
    path.write_text(text.replace("state: draft, reviewer: null", f"state: reviewed, reviewer: {reviewer}", 1), encoding="utf-8")

    _document, problems = check_languages(path)

    assert any(problem.field == "reviewer" for problem in problems)


@pytest.mark.parametrize("tag", ANSWERED)
def test_each_number_takes_the_plural_that_the_language_wants(house: House, tag: str) -> None:
    """Whatever order a catalogue puts its forms in, two numbers share a form exactly when CLDR puts them in one category."""
    wording = wording_for(house.languages.locales[tag])
    cldr = Locale.parse(ANSWERED[tag]["cldr"], sep="-")
    one, many = "{number} partenaire pour vous aider", "{number} partenaires pour vous aider"
    said = {n: re.sub(r"\d+|[\u2066-\u2069]", "", wording.say_count(one, many, n)) for n in range(1, 130)}
    by_category: dict[str, set[str]] = {}
    for number, words in said.items():
        by_category.setdefault(cldr.plural_form(number), set()).add(words)

    assert all(len(words) == 1 for words in by_category.values()), by_category


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("مركز France Services في Istres", "مركز \u2068France Services\u2069 في \u2068Istres\u2069"),
        ("اتصلوا 04 13 29 56 20", "اتصلوا \u206804 13 29 56 20\u2069"),
        ("الرقم 119 و{number}", "الرقم 119 و{number}"),
        ("\u2068CSQS\u2069", "\u2068CSQS\u2069"),
    ],
)
def test_names_and_numbers_are_isolated_once(text: str, marked: str) -> None:
    """A Latin name or a phone number keeps its order in Arabic; a lone number and a placeholder need nothing."""
    assert with_isolates(text) == marked
    assert with_isolates(marked) == marked
    assert has_isolates(marked)


@pytest.mark.parametrize("tag", ANSWERED)
def test_every_number_of_every_card_is_the_catalogues_in_every_language(house: House, tag: str) -> None:
    """Thirty partners and seventeen lines, twelve languages: a number dialled from any of them reaches the right place."""
    wording = wording_for(house.languages.locales[tag])
    for service in house.catalogue.services.values():
        card = card_for(service, house.catalogue, wording, SATURDAY)
        assert [re.sub(r"\D", "", phone.display) for phone in card.phones] == [phone.number for phone in service.phones]
    for line in house.catalogue.lines.values():
        shown = line_for(line, house.catalogue, wording)
        former = [old for old, new in house.catalogue.former_numbers.items() if new == line.number]
        assert shown.number == line.number
        assert all(old in re.sub(r"\D", "", shown.details) for old in former)


@pytest.mark.parametrize(
    ("french", "other"),
    [
        ("de 13h30 à 16h30", "13:30–16:30"),
        ("24 h/24, 7 j/7", "24 hours a day, 7 days a week"),
        ("de 9h à 12h", "9:00-12:00"),
        ("24 h/24, 7 j/7", "24/24, 7/7"),
        ("le 3018 aide", "3018 helps"),
    ],
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


async def test_one_word_does_not_change_the_language_of_a_conversation(assistant: Any) -> None:
    """Who writes Turkish and then "ok" is still answered in Turkish."""
    from bot.engine.assistant import new_conversation_id

    conversation = new_conversation_id()
    await assistant.answer("kocam beni dövüyor çok korkuyorum", conversation=conversation, now=SATURDAY)
    reply = await assistant.answer("ok", conversation=conversation, now=SATURDAY)

    assert reply.reply_language == "tr"

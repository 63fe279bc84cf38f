"""Whole conversations in twelve languages, through the real model, rules and actions."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SATURDAY

from bot.engine.assistant import new_conversation_id
from bot.engine.training import ModelStore
from bot.house import House
from bot.nlu.language_model import LanguageModel
from bot.reply import Reply

FOLDER = Path(__file__).parent / "conversations"
CONVERSATIONS = [
    (path.stem, conversation)
    for path in sorted(FOLDER.glob("*.yaml"))
    for conversation in yaml.safe_load(path.read_text(encoding="utf-8"))["conversations"]
]


SCRIPTS = {"ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff", "ru": "\u0400-\u04ff", "uk": "\u0400-\u04ff"}
"""The letters of the languages that are not written in Latin ones."""
PHONE = re.compile(r"(?<![\d:])(?:0\d{3} \d{3} \d{3}|0 ?\d{3}(?: ?\d\d){3}|0\d(?: ?\d\d){4}|116 ?\d{3}|3\d ?\d\d|11\d)(?![\d:])")
"""What reads as a French phone number: ten digits, 116 xxx, 3xxx, 11x."""


@pytest.fixture(scope="module")
def identifier(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    """The project's own language identifier, as trained."""
    folder = tmp_path_factory.mktemp("identifier")
    with tarfile.open(ModelStore().verified()) as model:
        for member in model.getmembers():
            if member.name.endswith(".npy") and "/language/" in member.name:
                member.name = Path(member.name).name
                model.extract(member, folder)
    return LanguageModel.load(folder)


def test_there_are_sixty_conversations_five_at_least_in_each_language(house: House) -> None:
    """No language is left with the tests of another."""
    counts = {tag: sum(language == tag for language, _conversation in CONVERSATIONS) for tag in house.languages.locales}

    assert min(counts.values()) >= 5
    assert sum(counts.values()) >= 60


@pytest.mark.parametrize(("language", "conversation"), CONVERSATIONS, ids=[f"{language}: {c['name']}" for language, c in CONVERSATIONS])
async def test_a_conversation_goes_as_a_social_worker_would_want(
    assistant: Any, house: House, identifier: LanguageModel, language: str, conversation: dict[str, Any]
) -> None:
    """Each turn gives the partner, the lines and the words it must, none it must not, in its language, with the catalogue's numbers."""
    conversation_id = new_conversation_id()
    for turn in conversation["turns"]:
        reply = await assistant.answer(turn["say"], conversation=conversation_id, now=SATURDAY)
        context = f"« {turn['say']} » → {reply.outcome} {reply.services} {reply.lines} {reply.why}"

        if "outcome" in turn:
            assert reply.outcome in _listed(turn["outcome"]), context
        if "first" in turn:
            assert reply.services[:1] == (turn["first"],), context
        if "among" in turn:
            assert set(turn["among"]) & set(reply.services[:2]), context
        assert set(turn.get("lines", ())) <= set(reply.lines), context
        assert not set(turn.get("never", ())) & set(reply.services), context
        for words in turn.get("reply", ()):
            assert words in reply.reply, reply.reply
        for words in turn.get("not_reply", ()):
            assert words not in reply.reply, reply.reply
        assert {"17", "112", "114", "15", "119", "3919"} <= set(reply.footer)
        if turn.get("language", language) is not None:
            _check_language(reply, turn.get("language", language), house, identifier)
        _check_numbers(reply, house)


def _check_language(reply: Reply, tag: str, house: House, identifier: LanguageModel) -> None:
    """By the locale, by the script, and by what the identifier makes of the words."""
    assert reply.reply_language == tag, reply.reply
    words = _without_french_names(reply, house)
    if tag in SCRIPTS:
        letters = re.findall(r"[^\W\d_]", words)
        assert len(re.findall(f"[{SCRIPTS[tag]}]", words)) > 0.85 * len(letters), words
        words = re.sub(r"[A-Za-z\u00c0-\u024f]+", " ", words)
    assert identifier.identify([words])[0].language == house.languages.locales[tag].language, words


def _without_french_names(reply: Reply, house: House) -> str:
    """The answer without what stays in French in every language: names, addresses, what is quoted in brackets."""
    text = re.sub("[\u2066-\u2069]", "", reply.reply)
    catalogue = house.catalogue
    names = [service.name for service in catalogue.services.values()]
    names += [place.name for place in catalogue.places.values()] + [place.address for place in catalogue.places.values() if place.address]
    names += [line.name for line in catalogue.lines.values()] + [
        "Maison de la Citoyenne et du Citoyen",
        "CEC Les Heures-Claires",
        "Gisèle-Halimi",
    ]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return re.sub(r"\S+@\S+|www\.\S+|\S+\.fr\b|\d+", " ", text)


def _check_numbers(reply: Reply, house: House) -> None:
    """Every number that can be read as a phone number is one of the catalogue, digit for digit; so is each of the cards."""
    catalogue = house.catalogue
    known = {phone.number for service in catalogue.services.values() for phone in service.phones}
    known |= {*catalogue.lines, *catalogue.former_numbers}
    read = {re.sub(r"\D", "", number) for number in PHONE.findall(re.sub("[\u2066-\u2069]", "", reply.reply))}
    assert read <= known, read - known
    for card in reply.cards:
        wanted = [phone.number for phone in catalogue.services[card.id].phones]
        assert [re.sub(r"\D", "", phone.display) for phone in card.phones] == wanted
        assert [phone.number for phone in card.phones] == wanted


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]

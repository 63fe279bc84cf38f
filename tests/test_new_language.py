"""Whoever wants Boussole in one more language starts with one command, and nobody is offered a half-made language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import messages, project
from bot.checks.everything import check_everything
from bot.checks.problems import errors_of
from bot.documents import read
from bot.errors import BadInput
from bot.house import open_house
from bot.new_language import add_language


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    """What `boussole check` reads, in a folder that a test may change."""
    for folder in ("data", "locales", "bot"):
        shutil.copytree(project.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "web", "nlu"))
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "name", "direction"), [("de", "Deutsch", "ltr"), ("ps", "پښتو", "rtl"), ("pt-BR", "Português (Brasil)", "ltr")]
)
def test_a_new_language_is_a_draft_that_the_check_accepts(copied_house: Path, tag: str, name: str, direction: str) -> None:
    """Its own name and direction are there, the check has no error and says how much is left to translate."""
    add_language(tag, copied_house)

    entry = next(raw for raw in read(copied_house / "locales" / "languages.yaml").data["answered"] if raw["tag"] == tag)
    assert (entry["name"], entry["direction"], entry["state"], entry["reviewer"], entry["offered"]) == (
        name,
        direction,
        "draft",
        None,
        False,
    )
    problems = check_everything(copied_house)
    assert errors_of(problems) == []
    assert any(problem.is_warning and problem.entry == tag and "à traduire" in problem.found for problem in problems)


def test_a_language_is_not_offered_before_it_is_translated(copied_house: Path) -> None:
    """Nobody can pick it or get it by writing in it; once offered, what is missing is an error."""
    add_language("de", copied_house)
    assert "de" not in open_house(copied_house).languages.locales

    languages = copied_house / "locales" / "languages.yaml"
    languages.write_text(languages.read_text(encoding="utf-8").replace("offered: false", "offered: true"), encoding="utf-8")
    assert "de" in open_house(copied_house).languages.locales
    errors = errors_of(check_everything(copied_house))
    sentences = [message for domain in messages.DOMAINS for message in messages.template(domain) if message.id]
    assert len([error for error in errors if "la traduction de" in error.expected]) == len(sentences)


def test_a_new_language_is_asked_for_by_its_names(copied_house: Path) -> None:
    """CLDR knows how the others call it."""
    add_language("de", copied_house)
    languages = copied_house / "locales" / "languages.yaml"
    languages.write_text(languages.read_text(encoding="utf-8").replace("offered: false", "offered: true"), encoding="utf-8")

    requested = open_house(copied_house).languages.requested_in

    for words in ("Deutsch", "en allemand s'il vous plaît", "in German please", "الألمانية", "на немецкий"):
        assert getattr(requested(words), "tag", None) == "de", words


@pytest.mark.parametrize(("tag", "said"), [("fr", "déjà"), ("zz", "CLDR"), ("../x", "CLDR"), ("", "CLDR")])
def test_a_language_that_cannot_be_made_is_refused_in_french(copied_house: Path, tag: str, said: str) -> None:
    """And nothing is written."""
    before = (copied_house / "locales" / "languages.yaml").read_text(encoding="utf-8")

    with pytest.raises(BadInput, match=said):
        add_language(tag, copied_house)

    assert (copied_house / "locales" / "languages.yaml").read_text(encoding="utf-8") == before

"""Whoever reads with difficulty gets short sentences, easy words, and no initials without their meaning."""

from __future__ import annotations

import pytest

from bot import messages
from bot.checks.easy_french import EASY, EASY_FROM, complaint_about, kandel_moles, sentences, syllables

TEXTS = [form for message in messages.read(EASY) if message.id for form in messages.forms(message)]
ORDINARY = [str(message.id) for message in messages.template() if isinstance(message.id, str) and message.id]


def test_every_text_in_easy_french_keeps_its_rules() -> None:
    """Fifteen words a sentence at most, each acronym beside its words."""
    assert {text: complaint_about(text) for text in TEXTS if complaint_about(text)} == {}


def test_easy_french_is_easy_by_a_published_measure() -> None:
    """Kandel and Moles: the whole catalogue is « easy », and easier than the ordinary French it comes from."""
    assert kandel_moles(TEXTS) >= EASY_FROM
    assert kandel_moles(TEXTS) > kandel_moles(ORDINARY) + 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vous devez envoyer votre dossier complet avant la fin du mois prochain au bureau de la mairie de votre ville.", "mots"),
        ("Demandez un dossier à la MDPH.", "MDPH"),
        ("Allez au XYZ.", "XYZ"),
    ],
)
def test_what_is_not_easy_is_told(text: str, said: str) -> None:
    """The message says what to shorten or to explain."""
    assert any(said in complaint for complaint in complaint_about(text))


@pytest.mark.parametrize("text", ["Demandez un dossier à la MDPH (Maison départementale des personnes handicapées).", "Appelez le 115."])
def test_what_is_easy_passes(text: str) -> None:
    """An acronym with its words, a short order."""
    assert complaint_about(text) == []


@pytest.mark.parametrize(
    ("word", "count"), [("chat", 1), ("appelez", 3), ("personne", 2), ("gratuit", 2), ("aidez", 2), ("le", 1), ("115", 1)]
)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    """Near enough: a mute ending is not heard."""
    assert syllables(word) == count


def test_an_administrative_letter_scores_far_below() -> None:
    """The measure tells hard from easy, so that the threshold means something."""
    letter = (
        "Conformément aux dispositions réglementaires en vigueur, l'attribution de la prestation sollicitée demeure subordonnée à la "
        "transmission préalable des justificatifs mentionnés ci-dessus auprès de l'administration compétente."
    )

    assert kandel_moles([letter]) < 40
    assert len(sentences(letter)) == 1

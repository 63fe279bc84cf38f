"""A correction is kept where it can be read again, checked like everything else, and learnt only when asked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot import corrections
from bot.checks.cases import case_of, correction_cases
from bot.checks.corrections import check_corrections, refuse
from bot.corrections import Correction
from bot.errors import BadInput
from bot.house import House

SENTENCE = Correction(
    text="le syndic du voisin : il refuse « tout » [encore]",
    language="fr",
    needs=("copropriete",),
    services=("clcv",),
    lines=(),
    outcome=None,
    danger=False,
    why="c'est une copropriété, pas un voisin",
    author="MD",
    date=date(2026, 11, 28),
    train=True,
)


def problems(path: Path, house: House) -> list[str]:
    lines = list(house.catalogue.lines)
    found = check_corrections(
        path,
        list(house.needs.needs),
        list(house.catalogue.services),
        lines,
        frozenset(),
        [("tests/cases/fr.yaml", "un cas déjà écrit ailleurs")],
    )
    return [str(problem) for problem in found]


def test_what_is_written_is_what_is_read(tmp_path: Path, house: House) -> None:
    """Quotes, colons, brackets: the sentence comes back as typed, and the file passes the checks."""
    path = corrections.add(SENTENCE, tmp_path)

    assert path.name == "2026-11.yaml"
    assert corrections.read_all(tmp_path) == [SENTENCE]
    assert problems(path, house) == []
    assert correction_cases(tmp_path) == [case_of(SENTENCE)]


def test_two_people_correcting_at_once_lose_nothing(tmp_path: Path) -> None:
    """Forty corrections from eight hands: forty are kept."""
    sentences = [replace(SENTENCE, text=f"phrase numéro {number}") for number in range(40)]
    hands = [threading.Thread(target=lambda mine=sentences[hand::8]: [corrections.add(one, tmp_path) for one in mine]) for hand in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert sorted(kept.text for kept in corrections.read_all(tmp_path)) == sorted(one.text for one in sentences)


def test_taking_one_out_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    """And the head of the file that explains it."""
    for text in ("la première", "la deuxième", "la troisième"):
        path = corrections.add(replace(SENTENCE, text=text), tmp_path)
    head = path.read_text(encoding="utf-8").splitlines()[0]

    assert corrections.withdraw("la deuxième", tmp_path)
    assert not corrections.withdraw("la deuxième", tmp_path)
    assert [kept.text for kept in corrections.read_all(tmp_path)] == ["la première", "la troisième"]
    assert path.read_text(encoding="utf-8").startswith(head)
    assert corrections.withdraw("la première", tmp_path)
    assert corrections.withdraw("la troisième", tmp_path)
    assert corrections.read_all(tmp_path) == []


def test_only_what_is_ticked_is_learnt(tmp_path: Path) -> None:
    """In Rasa's own format, without what Rasa would read as an entity."""
    kept = [SENTENCE, replace(SENTENCE, text="à vérifier seulement", train=False)]
    learnt = yaml.safe_load(corrections.training_sentences(kept))["nlu"]

    assert learnt == [
        {"intent": "copropriete", "metadata": {"language": "fr"}, "examples": "- le syndic du voisin : il refuse « tout » (encore)\n"}
    ]
    assert corrections.training_sentences(kept[1:]) == ""


REFUSED = [
    ({"text": "Monsieur Dupont garde ma caution"}, "un nom de personne"),
    ({"why": "elle l'a dit au 06 12 34 56 78"}, "un numéro de téléphone"),
    ({"text": ""}, "Il manque la phrase"),
    ({"why": ""}, "la raison"),
    ({"author": "Marie"}, "initiales"),
    ({"needs": ("inventé",)}, "n'existe pas"),
    ({"services": ("clvc",)}, "n'existe pas"),
    ({"needs": (), "services": (), "train": False}, "Dites ce qui aurait dû venir"),
    ({"needs": ()}, "doit avoir un besoin"),
    ({"text": "Un cas DÉJÀ écrit ailleurs !"}, "presque la même qu'un cas de tests/cases/fr.yaml"),
]


@pytest.mark.parametrize(("change", "reason"), REFUSED)
def test_a_correction_that_cannot_be_kept_is_refused_with_the_reason(change: dict[str, object], reason: str, house: House) -> None:
    """Before anything is written."""
    with pytest.raises(BadInput, match=reason):
        refuse(replace(SENTENCE, **change), house, [("tests/cases/fr.yaml", "un cas déjà écrit ailleurs")])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("needs: [copropriete]", "needs: [copropriétaire]", "un besoin de data/needs.yaml"),
        ("author: MD", "auteur: MD", "une clé inconnue"),
        ("train: true", "train: peut-être", "true ou false"),
        ("c'est une copropriété", "Mme Durand l'a dit", "un nom de personne"),
        ("\ncorrections:", "\ncorections:", "une liste « corrections »"),
    ],
)
def test_a_file_edited_by_hand_is_checked_like_the_others(before: str, after: str, expected: str, tmp_path: Path, house: House) -> None:
    """``boussole check`` says what, where, and what to write instead."""
    path = corrections.add(SENTENCE, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    assert any(expected in problem for problem in problems(path, house)), problems(path, house)

"""A sentence kept for tests or training designates nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import personal_data, project
from bot.checks.cases import load_cases
from bot.checks.corrections import public_words
from bot.house import House

PERSONAL = [
    ("appelez-moi au 06 12 34 56 78", "téléphone"),
    ("mon numéro c'est +33 6 12 34 56 78", "téléphone"),
    ("00213 551 23 45 67 c'est mon frère", "téléphone"),
    ("écrivez à sophie.martin@exemple.fr", "électronique"),
    ("sophie arobase exemple.fr", "électronique"),
    ("mon compte FR76 3000 6000 0112 3456 7890 189 est bloqué", "IBAN"),
    ("ma carte vitale 1 85 05 78 006 084 36 ne marche plus", "sécurité sociale"),
    ("allocataire 1234567, toujours rien", "dossier"),
    ("j'habite 12 rue des Lilas et il y a des rats", "adresse"),
    ("je suis au 4 bis avenue Pasteur", "adresse"),
    ("je m'appelle karim et je cherche un logement", "nom"),
    ("mon nom est Benali", "nom"),
    ("My name is Anna, I need help", "nom"),
    ("me llamo jose y no me pagan", "nom"),
    ("Меня зовут Олег, мне негде жить", "nom"),
    ("اسمي فاطمة وزوجي يضربني", "nom"),
    ("Monsieur Dupont ne me rend pas ma caution", "nom"),
    ("Mme Lefèvre du 3e crie la nuit", "nom"),
    ("mon voisin Jean Martin fait du bruit", "nom"),
    ("née le 12 mars 1980, sans papiers", "naissance"),
    ("sa voiture AB-123-CD bloque la cour", "immatriculation"),
]


@pytest.mark.parametrize(("sentence", "kind"), PERSONAL)
def test_what_designates_somebody_is_found(sentence: str, kind: str, house: House) -> None:
    """And it is said what it is."""
    kinds = [finding.kind for finding in personal_data.find(sentence, public_words(house.catalogue))]

    assert any(kind in found for found in kinds), kinds


@pytest.mark.parametrize(
    "sentence",
    [
        "je dois 1 200 euros de loyer depuis janvier 2019",
        "audience le 12/03/2026 à 14h30, je n'ai pas d'avocat",
        "j'ai appelé le 39 19 et le 17",
        "France Travail m'a radié et la Maison Gisèle Halimi est fermée",
        "rendez-vous à la CAF de Martigues, Pôle emploi ne répond pas",
        "UFC-Que Choisir ou CLCV pour mon litige avec Free ?",
        "mon mari me frappe, j'ai peur de rentrer",
    ],
)
def test_the_house_its_partners_and_plain_figures_may_be_written(sentence: str, house: House) -> None:
    """A partner's name or a sum of money designates nobody."""
    assert personal_data.find(sentence, public_words(house.catalogue)) == []


def test_sentences_written_without_a_name_pass(house: House) -> None:
    """Of the cases, written by other hands about nobody in particular, one in fifty at most is refused."""
    known = public_words(house.catalogue)
    cases = load_cases(sorted(project.CASES.glob("*.yaml")))
    refused = [case.text for case in cases if personal_data.find(case.text, known)]

    assert len(refused) <= len(cases) / 50, refused


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    """Whatever is pasted, the check gives an answer."""
    assert all(finding.kind for finding in personal_data.find(text))


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_phone_number_is_found_wherever_it_stands(before: str, after: str) -> None:
    """Set apart by a space, whatever is around it."""
    kinds = [finding.kind for finding in personal_data.find(f"{before} ; 06 12 34 56 78 ; {after}")]

    assert kinds

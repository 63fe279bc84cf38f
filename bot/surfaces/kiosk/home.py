"""The twelve subjects of the home screen: the needs people come with most, each with a drawing of its own."""

from __future__ import annotations

from dataclasses import dataclass

from bot.house import House
from bot.wording import Wording

SUBJECTS = (
    "logement-litige",
    "logement-maintien",
    "voisinage",
    "separation-droits",
    "violence-conjugale",
    "travail-litige",
    "caf-prestations",
    "demarches-en-ligne",
    "courrier-administratif",
    "etrangers-sejour",
    "consommation",
    "droit-general",
)
"""Ids of ``data/needs.yaml``, in the order shown. The drawing of each is ``pictograms/<id>.svg``."""


@dataclass(frozen=True)
class Subject:
    """A button: the need it stands for, its words, and the examples that follow them in brackets (None: none)."""

    id: str
    title: str
    examples: str | None


def subjects(house: House, wording: Wording) -> list[Subject]:
    """The buttons, in a language."""
    return [_subject(need, wording.entry(f"needs.{need}.label", house.needs.needs[need].label)) for need in SUBJECTS]


def _subject(need: str, label: str) -> Subject:
    """A need's label is a few words, and sometimes examples in brackets at its end."""
    title, bracket, examples = label.partition("(")
    return Subject(need, title.strip(), examples.rstrip(") ") if bracket else None)

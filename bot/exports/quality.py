"""data·inclusion's quality score of a service, and what is missing to reach 1.

The definition is the one published in ``data_inclusion.schema.v1.score_qualite`` (package data-inclusion-schema 1.0.10): ten
criteria from 0 to 1, each left out where it does not apply, and their mean. A test holds it to the scores that package gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Callable, Mapping

FRESH_DAYS = 180
"""Six months, as the published score counts them."""
STALE_DAYS = 730
IDEAL_LENGTH = range(200, 2000)

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Quality:
    """``score`` from 0 to 1, two decimals; ``criteria`` by name, None where one does not apply."""

    score: float
    criteria: Mapping[str, float | None]

    @property
    def gaps(self) -> list[str]:
        """What to find out, in French, for each criterion under 1."""
        return [_TO_DO[name] for name, value in self.criteria.items() if value is not None and value < 1]


def quality(service: Data, today: date) -> Quality:
    """Scores an exported service."""
    criteria = {name: judge(service, today) for name, judge in _CRITERIA.items()}
    counted = [round(value, 2) for value in criteria.values() if value is not None]
    return Quality(round(sum(counted) / len(counted), 2), criteria)


def _filled(field: str, modes: str, mode: str) -> Callable[[Data, date], float | None]:
    """1 or 0 whether ``field`` is given, for a service that works in this mode."""
    return lambda service, _today: _yes(service[field]) if mode in (service[modes] or ()) else None


def _address(service: Data, _today: date) -> float | None:
    if "en-presentiel" in (service["modes_accueil"] or ()) or "se-presenter" in (service["modes_mobilisation"] or ()):
        return _yes(service["adresse"])
    return None


def _ways_in(service: Data, _today: date) -> float:
    return (_yes(service["modes_mobilisation"] is not None) + _yes(service["mobilisable_par"] is not None)) / 2


def _contact(service: Data, _today: date) -> float:
    return _yes(service["courriel"] or service["lien_mobilisation"] or service["telephone"])


def _freshness(service: Data, today: date) -> float:
    age = (today - date.fromisoformat(service["date_maj"])).days
    return min(1.0, max(0.0, (STALE_DAYS - age) / (STALE_DAYS - FRESH_DAYS)))


def _cost(service: Data, _today: date) -> float:
    if service["frais"] == "payant":
        return 1.0 if service["frais_precisions"] else 0.5
    return _yes(service["frais"])


def _length(service: Data, _today: date) -> float:
    length = len(service["description"])
    if length < 50:
        return 0.0
    return 1.0 if length in IDEAL_LENGTH else 0.5


def _yes(value: object) -> float:
    return 1.0 if value else 0.0


_CRITERIA: dict[str, Callable[[Data, date], float | None]] = {
    "adresse_bien_definie": _address,
    "modes_mobilisation_bien_definis": _ways_in,
    "au_moins_un_public": lambda service, _today: _yes(service["publics"]),
    "au_moins_une_thematique": lambda service, _today: _yes(service["thematiques"]),
    "au_moins_un_moyen_de_contact": _contact,
    "courriel_bien_defini": _filled("courriel", "modes_mobilisation", "envoyer-un-courriel"),
    "date_maj_recente": _freshness,
    "frais_bien_definis": _cost,
    "description_bien_definie": _length,
    "telephone_bien_defini": _filled("telephone", "modes_mobilisation", "telephoner"),
}

_TO_DO = {
    "adresse_bien_definie": "la rue et le code postal du lieu",
    "modes_mobilisation_bien_definis": "comment on y vient (téléphone, courriel, sur place)",
    "au_moins_un_public": "pour qui",
    "au_moins_une_thematique": "un besoin qui y mène",
    "au_moins_un_moyen_de_contact": "un téléphone ou un courriel",
    "courriel_bien_defini": "le courriel",
    "date_maj_recente": "une confirmation de moins de six mois (verified_on)",
    "frais_bien_definis": "si c'est gratuit (cost)",
    "description_bien_definie": "une description plus longue",
    "telephone_bien_defini": "le téléphone",
}

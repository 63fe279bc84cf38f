"""The needs: what a person comes with, which partners answer it, and the questions asked when a sentence is too broad."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Mapping

from bot.documents import Document


class Kind(str, Enum):
    """What a need calls for."""

    ORIENT = "orient"
    HOUSE = "house"
    CHITCHAT = "chitchat"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Facet:
    """A shade of a need that changes who is best placed to answer it."""

    id: str
    services: tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """One thing a person comes with. ``services`` are the partners for it, best first."""

    id: str
    theme: str
    label: str
    about: str
    kind: Kind
    services: tuple[str, ...]
    lines: tuple[str, ...]
    danger: str | None
    thematique: str | None
    list_code: str | None
    facets: Mapping[str, Facet]

    def services_for(self, facet: str | None) -> tuple[str, ...]:
        """The partners, best first, taking the facet into account when there is one."""
        if facet is not None and facet in self.facets:
            return self.facets[facet].services
        return self.services


@dataclass(frozen=True)
class Crossroads:
    """A sentence too broad to choose: one question, its answers (needs), and the best guesses shown meanwhile."""

    id: str
    theme: str
    about: str
    question: str
    options: tuple[str, ...]
    services: tuple[str, ...]
    danger: str | None


@dataclass(frozen=True)
class Needs:
    """All needs and crossroads, by id."""

    needs: Mapping[str, Need]
    crossroads: Mapping[str, Crossroads]

    def danger_kind(self, identifier: str) -> str | None:
        """The danger that a need or a crossroads stands for, if any."""
        if identifier in self.needs:
            return self.needs[identifier].danger
        return self.crossroads[identifier].danger if identifier in self.crossroads else None

    def theme(self, identifier: str) -> str:
        """The family of a need or a crossroads: the name of its file of sentences."""
        if identifier in self.needs:
            return self.needs[identifier].theme
        return self.crossroads[identifier].theme


def build(document: Document) -> Needs:
    """Builds the needs from a document that the checks have accepted."""
    return Needs(
        needs={raw["id"]: _need(raw) for raw in document.data["needs"]},
        crossroads={raw["id"]: _crossroads(raw) for raw in document.data["crossroads"]},
    )


def _need(raw: Mapping[str, Any]) -> Need:
    return Need(
        id=raw["id"],
        theme=raw["theme"],
        label=raw["label"],
        about=raw["about"],
        kind=Kind(raw.get("kind", Kind.ORIENT)),
        services=tuple(raw["services"]),
        lines=tuple(raw.get("lines", ())),
        danger=raw.get("danger"),
        thematique=raw.get("thematique"),
        list_code=raw.get("list_code"),
        facets={facet["id"]: Facet(facet["id"], tuple(facet["services"])) for facet in raw.get("facets", ())},
    )


def _crossroads(raw: Mapping[str, Any]) -> Crossroads:
    return Crossroads(
        id=raw["id"],
        theme=raw["theme"],
        about=raw["about"],
        question=raw["question"],
        options=tuple(raw["options"]),
        services=tuple(raw["services"]),
        danger=raw.get("danger"),
    )

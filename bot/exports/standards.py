"""``data/standards.yaml``: what the open standards want to know of a partner and the catalogue does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

from bot import project
from bot.catalogue import Service
from bot.documents import UnreadableDocument, read
from bot.errors import BadInput

_KEYS = {"networks", "public_body", "own_place"}


@dataclass(frozen=True)
class Partner:
    """How a partner is classed. ``networks`` are data·inclusion's « réseaux porteurs »."""

    networks: tuple[str, ...] = ()
    public_body: bool = False
    own_place: bool = False


@dataclass(frozen=True)
class Standards:
    """Our producer's name, and the words of others for ours."""

    source: str
    publics: Mapping[str, str]
    partners: Mapping[str, Partner] = field(default_factory=dict)

    def partner(self, service: Service) -> Partner:
        """How this partner is classed; nothing is known of one that the file does not name."""
        return self.partners.get(service.id, Partner())

    def identifier(self, service: Service) -> str:
        """« producteur--id », as data·inclusion wants it."""
        return f"{self.source}--{service.id}"


def open_standards(path: Path = project.STANDARDS) -> Standards:
    """Reads the file.

    Raises:
        BadInput: naming the line, when it cannot be used.
    """
    try:
        document = read(path)
    except UnreadableDocument as error:
        raise BadInput(f"{path.name}, ligne {error.line or 1} : {error.reason}.") from error
    data = document.data
    if not isinstance(data, dict) or not {"source", "publics", "partners"} <= set(data):
        raise BadInput(f"{document.name} : il faut les parties « source », « publics » et « partners ».")
    for identifier, raw in data["partners"].items():
        if not isinstance(raw, dict) or not set(raw) <= _KEYS:
            line = document.line(("partners", identifier))
            raise BadInput(f"{document.name}, ligne {line} : « {identifier} » n'a que {', '.join(sorted(_KEYS))}.")
    return Standards(str(data["source"]), data["publics"], {key: _partner(raw) for key, raw in data["partners"].items()})


def _partner(raw: Mapping[str, Any]) -> Partner:
    return Partner(tuple(raw.get("networks", ())), raw.get("public_body", False), raw.get("own_place", False))

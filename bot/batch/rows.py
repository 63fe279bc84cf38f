"""From a table to rows to answer: the columns found by their name, and every mistake told with its row and its column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, Sequence

from bot.batch.table import Cells, read_table
from bot.catalogue import Catalogue, Service, digits
from bot.checks.problems import did_you_mean
from bot.errors import BadInput

COLUMNS = {
    "text": ("text", "texte", "phrase", "message", "sentence"),
    "partner": ("partner", "partenaire", "service", "services", "attendu", "expected", "partenaire attendu"),
    "line": ("line", "ligne", "numero", "numéro", "numéro attendu", "lines"),
    "language": ("language", "langue", "lang"),
}
"""The columns, and how people call them. Only the first is needed; columns with other names are left alone."""
TITLES = frozenset(title for titles in COLUMNS.values() for title in titles)
MAX_ROWS = 2_000
MAX_TOLD = 20
"""Mistakes told at once: more is not read."""
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")
_BETWEEN_PARTNERS = re.compile(r"[|,;/]")


@dataclass(frozen=True)
class Row:
    """One sentence to answer. ``number`` is its line in the file, from 1. Nothing expected: the row is only answered.

    ``partners``: any of these is right. ``line``: this number must be shown. ``language``: the one it is written in."""

    number: int
    text: str
    partners: tuple[str, ...] = ()
    line: str | None = None
    language: str | None = None


def read_rows(data: bytes, catalogue: Catalogue) -> list[Row]:
    """The rows of a file (or of a pasted text, in UTF-8).

    Raises:
        BadInput: one line a mistake, each with the row and the column where it is.
    """
    table = read_table(data, TITLES)
    if not table:
        raise BadInput("Ce tableau est vide. Il faut une colonne « text », une phrase par ligne.")
    columns, first = _columns(table)
    reader = _Reader(catalogue, columns)
    rows = [row for number, cells in enumerate(table[first:], first + 1) if any(cells) and (row := reader.row(number, cells))]
    if reader.mistakes:
        raise BadInput(_told(reader.mistakes))
    if not rows:
        raise BadInput("Aucune phrase dans ce tableau : il n'y a que la ligne des titres.")
    if len(rows) > MAX_ROWS:
        raise BadInput(f"{len(rows)} phrases : c'est plus que les {MAX_ROWS} que l'on peut essayer d'un coup. Coupez le fichier.")
    return rows


def _told(mistakes: Sequence[str]) -> str:
    more = f"\n… et {len(mistakes) - MAX_TOLD} autres." if len(mistakes) > MAX_TOLD else ""
    return "\n".join(mistakes[:MAX_TOLD]) + more


@dataclass(frozen=True)
class _Column:
    """Where a column is, and what the person called it."""

    index: int
    title: str


def _columns(table: list[Cells]) -> tuple[dict[str, _Column], int]:
    """The columns found, and the first row after the titles. A plain list of sentences needs no title."""
    top = next((index for index, cells in enumerate(table) if any(cells)), 0)
    titles = [title.casefold() for title in table[top]]
    found = {
        name: _Column(index, table[top][index]) for name, titled in COLUMNS.items() for index, title in enumerate(titles) if title in titled
    }
    if "text" in found:
        return found, top + 1
    if max(len([cell for cell in cells if cell]) for cells in table) == 1 and not found:
        return {"text": _Column(next(index for index, cell in enumerate(table[top]) if cell), "text")}, top
    hint = did_you_mean(titles[0], TITLES) if titles else ""
    raise BadInput(
        f"Ligne {top + 1} : aucune colonne « text ». Trouvé : {', '.join(f'« {title} »' for title in titles if title)}. "
        f"Attendu : une première ligne avec « text », et si l'on veut « partner », « line », « language ». {hint}".strip()
    )


class _Reader:
    """Reads rows and gathers the mistakes instead of stopping at the first."""

    def __init__(self, catalogue: Catalogue, columns: Mapping[str, _Column]) -> None:
        self._catalogue = catalogue
        self._columns = columns
        self._by_name = {name: service.id for service in catalogue.services.values() for name in _names(service)}
        self.mistakes: list[str] = []

    def row(self, number: int, cells: Cells) -> Row | None:
        """The row, or None when its text is missing; a wrong cell is told and left empty."""
        text = self._cell(cells, "text")
        if not text:
            self._wrong(number, "text", "la phrase manque", "une phrase, ou une ligne tout à fait vide")
            return None
        return Row(number, text, self._partners(number, cells), self._line(number, cells), self._language(number, cells))

    def _cell(self, cells: Cells, column: str) -> str:
        found = self._columns.get(column)
        return cells[found.index] if found is not None and found.index < len(cells) else ""

    def _partners(self, number: int, cells: Cells) -> tuple[str, ...]:
        cell = self._cell(cells, "partner")
        whole = self._by_name.get(cell.casefold())
        if whole is not None:
            return (whole,)
        wanted = [part.strip() for part in _BETWEEN_PARTNERS.split(cell) if part.strip()]
        for name in wanted:
            if name.casefold() not in self._by_name:
                hint = did_you_mean(name.casefold(), self._by_name)
                self._wrong(number, "partner", f"aucun partenaire « {name} »", "un identifiant du catalogue (boussole when)", hint)
        return tuple(self._by_name[name.casefold()] for name in wanted if name.casefold() in self._by_name)

    def _line(self, number: int, cells: Cells) -> str | None:
        cell = self._cell(cells, "line")
        if not cell:
            return None
        dialled = digits(cell)
        replaced = self._catalogue.former_numbers.get(dialled)
        if replaced is not None:
            self._wrong(number, "line", f"« {cell} » n'existe plus", f"le numéro qui l'a remplacé, {replaced}")
        elif dialled not in self._catalogue.lines:
            self._wrong(number, "line", f"« {cell} » n'est pas un numéro du catalogue", "par exemple 3919, 119 ou 17")
        return dialled

    def _language(self, number: int, cells: Cells) -> str | None:
        cell = self._cell(cells, "language")
        if cell and not _LANGUAGE.match(cell):
            self._wrong(number, "language", f"« {cell} »", "un code de langue comme fr, ar, ar-Latn ou uk")
        return cell or None

    def _wrong(self, number: int, column: str, found: str, expected: str, hint: str = "") -> None:
        self.mistakes.append(f"Ligne {number}, colonne « {self._columns[column].title} » : {found} ; attendu : {expected}. {hint}".strip())


def _names(service: Service) -> set[str]:
    return {name.casefold() for name in (service.id, service.name, service.official_name, *service.aliases)}

"""A spreadsheet as plain rows of text, whatever wrote it: CSV with any usual separator and encoding, ODS, XLSX."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Collection, Iterable, Iterator, Sequence

from bot.errors import BadInput

MAX_BYTES = 5 * 1024 * 1024
"""A table of 2,000 long messages weighs less than 3 MB."""
MAX_UNPACKED = 60 * 1024 * 1024
"""ODS and XLSX are zips: a small one can hide gigabytes."""
MAX_LINES = 5_000
MAX_COLUMNS = 50
SEPARATORS = (";", "\t", ",", "|")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"

Cells = list[str]


def read_table(data: bytes, titles: Collection[str]) -> list[Cells]:
    """The cells, line by line, trimmed; empty lines are kept so that line numbers stay those that a person sees.

    ``titles`` (lower case) are the column names that tell a table in CSV from a plain list of sentences.

    Raises:
        BadInput: in French, when the file is not a table or is too large.
    """
    if not data.strip():
        raise BadInput("Le fichier est vide. Il faut une colonne « text », une phrase par ligne.")
    if len(data) > MAX_BYTES:
        raise BadInput(f"Le fichier dépasse {MAX_BYTES // 1024 // 1024} Mo. Coupez-le en plusieurs.")
    if data.startswith(_OLD_EXCEL):
        raise BadInput("C'est un ancien fichier Excel (.xls). Enregistrez-le en .xlsx, .ods ou .csv.")
    lines = _workbook(data) if data.startswith(_ZIP) else _csv(_decoded(data), titles)
    return _bounded(lines)


def _bounded(lines: Iterable[Sequence[object]]) -> list[Cells]:
    table: list[Cells] = []
    for line in lines:
        if len(table) >= MAX_LINES:
            raise BadInput(f"Le tableau dépasse {MAX_LINES} lignes. Coupez-le en plusieurs.")
        table.append([_cell(value) for value in line[:MAX_COLUMNS]])
    while table and not any(table[-1]):
        table.pop()
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


# --------------------------------------------------------------------------------------------------------------- CSV


def _decoded(data: bytes) -> str:
    """UTF-8 (or 16 with its mark) first; then Windows' own, which spreadsheets in France still write."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput("Ce fichier n'est pas un tableau que l'on peut lire. Formats acceptés : CSV, ODS, XLSX.")


def _csv(text: str, titles: Collection[str]) -> Iterator[Cells]:
    """One sentence a line when the first line is not one of titles: its commas are then part of the sentence."""
    separator = _separator(text.lstrip("\r\n").partition("\n")[0], titles)
    if separator is None:
        yield from ([_unquoted(line)] for line in text.splitlines())
        return
    csv.field_size_limit(MAX_BYTES)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error as error:
        raise BadInput("Un guillemet ouvert (\") n'est jamais refermé dans ce CSV. Réenregistrez-le depuis le tableur.") from error


def _separator(first: str, titles: Collection[str]) -> str | None:
    """The one that parts the first line into known titles; failing that, one that nobody types in a sentence."""
    for separator in SEPARATORS:
        parts = first.split(separator)
        if len(parts) > 1 and any(_unquoted(part).casefold() in titles for part in parts):
            return separator
    return next((separator for separator in ("\t", ";", "|") if separator in first), None)


def _unquoted(line: str) -> str:
    line = line.strip()
    if len(line) > 1 and line[0] == line[-1] == '"':
        return line[1:-1].replace('""', '"')
    return line


# ---------------------------------------------------------------------------------------------------------- workbooks


def _workbook(data: bytes) -> Iterable[Sequence[object]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise BadInput("Le classeur est trop gros une fois ouvert. Gardez une feuille, sans images.")
        if "xl/workbook.xml" in names:
            return list(_xlsx(data))
        if "content.xml" in names:
            return list(_ods(data))
    except BadInput:
        raise
    except Exception as error:  # damaged workbooks fail in a hundred ways, deep inside their readers
        raise BadInput("Ce classeur est abîmé ou protégé par un mot de passe. Réenregistrez-le, ou exportez-le en CSV.") from error
    raise BadInput("Cette archive n'est ni un classeur ODS ni un classeur XLSX.")


def _xlsx(data: bytes) -> Iterator[Sequence[object]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        yield from book.worksheets[0].iter_rows(values_only=True, max_col=MAX_COLUMNS, max_row=MAX_LINES + 1)
    finally:
        book.close()


def _ods(data: bytes) -> Iterator[list[object]]:
    from odf import teletype
    from odf.opendocument import load
    from odf.table import Table, TableCell, TableRow

    sheet = load(io.BytesIO(data)).spreadsheet.getElementsByType(Table)[0]
    for row in sheet.getElementsByType(TableRow):
        cells: list[object] = []
        for cell in row.getElementsByType(TableCell):
            text = re.sub(r"\s+", " ", teletype.extractText(cell))
            cells += [text] * min(_repeated(cell, "numbercolumnsrepeated"), MAX_COLUMNS)
        times = _repeated(row, "numberrowsrepeated")
        yield from [cells] * (times if any(cells) else min(times, MAX_LINES - 1))


def _repeated(element: object, attribute: str) -> int:
    return int(element.getAttribute(attribute) or 1)  # type: ignore[attr-defined]

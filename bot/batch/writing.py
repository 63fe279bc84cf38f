"""A batch's results as files that a spreadsheet opens, and that never run what somebody wrote in a cell."""

from __future__ import annotations

import csv
import io
from typing import Iterable, Sequence

from bot.batch.results import Result

TITLES = ("rang", "phrase", "langue", "attendu", "numéro attendu", "résultat", "partenaires", "besoin", "danger", "issue", "pourquoi")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so is a formula to a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection"""


def cells(result: Result) -> tuple[str, ...]:
    """One line of the file, in the order of :data:`TITLES`."""
    return (
        str(result.row.number),
        result.row.text,
        result.group_language,
        " | ".join(result.row.partners),
        result.row.line or "",
        result.verdict.value,
        " | ".join(result.services),
        result.need or "",
        result.danger or "",
        result.outcome,
        result.why,
    )


def safe(cell: str) -> str:
    """The same cell, taken for text by every spreadsheet: an apostrophe in front of what could be a formula, no control
    character, no half character."""
    cell = "".join(char for char in cell if (char >= " " or char in "\t\r\n") and not "\ud800" <= char <= "\udfff")
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def csv_bytes(titles: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark and semicolons: what a French spreadsheet opens without a question."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def ods_bytes(titles: Sequence[str], lines: Iterable[Sequence[str]], sheet: str = "Boussole") -> bytes:
    """An OpenDocument sheet whose cells are all text."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    for line in (titles, *lines):
        row = TableRow()
        for cell in line:
            written = TableCell(valuetype="string")
            written.addElement(P(text=safe(cell)))
            row.addElement(written)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()

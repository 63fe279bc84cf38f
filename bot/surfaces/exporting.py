"""``boussole export``: the catalogue in an open standard, or how good it is by data·inclusion's own score."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import clock
from bot.errors import BadInput
from bot.exports.data_inclusion import service
from bot.exports.formats import FORMATS
from bot.exports.quality import quality
from bot.exports.standards import open_standards
from bot.house import open_house


def export(name: str, output: str | None) -> int:
    """Writes the catalogue.

    Raises:
        BadInput: when the file cannot be written.
    """
    content = FORMATS[name](open_house(), open_standards(), clock.now().date())
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        sys.stdout.write(text)
        return 0
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"« {output} » ne peut pas être écrit : {error.strerror}. Choisissez un autre dossier.") from error
    print(f"Écrit : {output}", file=sys.stderr)
    return 0


def print_quality() -> int:
    """Each partner's score, worst first, and the facts to find out."""
    house, standards, today = open_house(), open_standards(), clock.now().date()
    scored = {partner.id: quality(service(partner, house, standards), today) for partner in house.catalogue.services.values()}
    table = Table("partenaire", "score", "à trouver")
    for identifier, found in sorted(scored.items(), key=lambda item: item[1].score):
        table.add_row(identifier, f"{found.score:.2f}", "\n".join(found.gaps))
    Console().print(table)
    return 0

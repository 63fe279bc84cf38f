"""``boussole brochure``: the leaflet as a page that prints on one A4 sheet folded in three, and as a PDF.

The browser found on the machine lays it out and prints it. The largest size of letters that holds on the two sides of one
sheet is kept; none is under 8.5 points.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pypdf import PdfReader

from bot.cards import spaced
from bot.errors import BadInput
from bot.house import House
from bot.leaflet import Leaflet, leaflet
from bot.wording import wording_for

_WEB = Path(__file__).resolve().parent.parent / "web" / "brochure"
SIZES = (9.5, 9.0, 8.5)
"""Points, largest first; the last is the smallest that a person reads without effort."""
SIDES = 2
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_SECONDS = 60


def write_brochure(house: House, lang: str, folder: Path, now: datetime, url: str | None = None) -> list[Path]:
    """Writes ``boussole-<lang>.html`` and, where a browser is found, ``.pdf`` into ``folder``; gives the files written.

    Raises:
        BadInput: when the language is not offered, or the folder cannot be written to.
    """
    if lang not in house.languages.locales:
        raise BadInput(f"« {lang} » n'est pas une langue de Boussole. Attendu : {', '.join(house.languages.locales)}.")
    wording = wording_for(house.languages.locales[lang])
    content = leaflet(house, wording, now)
    place = house.catalogue.places[house.catalogue.house.place or ""]
    address = url or f"https://{house.catalogue.house.web}"
    page, sheet = folder / f"boussole-{lang}.html", folder / f"boussole-{lang}.pdf"
    browser = find_browser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for size in SIZES if browser is not None else SIZES[-1:]:
            page.write_text(render(content, wording.entry(f"places.{place.id}.name", place.name), address, size), encoding="utf-8")
            if browser is None or _fits(print_pdf(browser, page, sheet)):
                break
    except OSError as error:
        raise BadInput(f"Impossible d'écrire dans « {folder} » ({error.strerror}). Choisissez un autre dossier avec --out.") from error
    if browser is None:
        print("Pas de PDF : aucun navigateur Chromium ou Chrome sur cette machine. Ouvrez la page HTML et imprimez-la.", file=sys.stderr)
        return [page]
    return [page, sheet]


def render(content: Leaflet, place: str, url: str, size: float) -> str:
    """The leaflet as one HTML page that needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(_WEB), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("leaflet.html").render(
        leaflet=content,
        place=place,
        url=url,
        size=size,
        spaced=spaced,
        css=Markup((_WEB / "leaflet.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        qr=Markup(segno.make(url, error="m").svg_inline(border=0, dark="#1b1f2a", omitsize=True)),  # noqa: S704 - drawn here
    )


def find_browser() -> str | None:
    """The first browser of the machine that prints without a window."""
    return next((path for path in map(shutil.which, BROWSERS) if path is not None), None)


def print_pdf(browser: str, page: Path, sheet: Path) -> Path:
    """Prints a page as a PDF.

    Raises:
        BadInput: when the browser fails or takes too long.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-extensions", "--no-first-run"]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to start as root otherwise
        command += [f"--user-data-dir={profile}", f"--print-to-pdf={sheet.resolve()}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, timeout=_SECONDS, capture_output=True)  # noqa: S603 - see above
        except (subprocess.SubprocessError, OSError) as error:
            raise BadInput(f"Le navigateur {browser} n'a pas pu imprimer ({type(error).__name__}). La page HTML est prête.") from error
    return sheet


def _fits(sheet: Path) -> bool:
    return len(PdfReader(sheet).pages) == SIDES

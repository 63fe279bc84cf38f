"""Whoever takes the leaflet home has every number and every hour of the house, in their language, on one sheet of paper."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import SATURDAY
from pypdf import PdfReader

from bot import cli
from bot.errors import BadInput
from bot.house import House
from bot.leaflet import leaflet
from bot.surfaces import brochure
from bot.surfaces.brochure import LAYOUTS, find_browser, render, write_brochure
from bot.wording import wording_for

SEED = Path(__file__).parent / "data" / "brochure-2024.txt"
A4 = (842, 595)
FACTS = [
    "gratuit et confidentiel", "tous les Istréens", "Contrat de ville", "discriminations", "RIPED", "RIPVC", "Point Justice",
    "santé, emploi, finances, vie quotidienne", "label France Services", "Istres et vous", "App Store", "Google Play",
    "violence conjugale", "habitat indigne", "insalubrité", "péril", "permis de louer", "conflits de voisinage", "service civique",
    "Corps européens de solidarité", "BAFA citoyen", "Service national universel", "Conseil municipal des jeunes",
    "mesures de responsabilisation", "veille éducative", "MDPH", "école municipale des sports", "séjours", "restauration scolaire",
    "périscolaire", "centres aérés", "guichet unique", "chantiers d'insertion", "psychologique", "commissariat", "avis éclairé",
    "moins de 18 ans", "allocataires", "service gratuit + prix appel", "séparations", "copropriété", "droit rural", "prud'homal",
    "charges", "assurance", "banque", "lanceurs d'alerte", "droits de l'enfant", "déontologie", "déclaration d'impôts", "dossier de bourse",
    "Pas de CV", "équipe pluridisciplinaire", "contrôle judiciaire", "majeurs protégés", "tuteurs familiaux", "construction",
    "Trois médiateurs", "trois ordinateurs", "deux espaces de confidentialité", "Allée des Piboules", "chèque énergie",
    "certificat d'immatriculation", "permis de conduire", "passeport biométrique", "MaPrimeRénov'", "MaPrimeAdapt'", "CARSAT",
    "Agirc-Arrco", "MSA", "coffre-fort numérique", "FranceConnect", "Emploi store", "kiosque famille", "kiosque citoyen", "février 2024",
]  # fmt: skip
"""What the printed brochure of 2024 says, in its words or in ours."""


@pytest.fixture(scope="module")
def sheets(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The leaflet printed in French, Arabic and Russian by the browser of the machine."""
    folder = tmp_path_factory.mktemp("leaflets")
    return {tag: write_brochure(house, tag, folder, SATURDAY)[1] for tag in ("fr", "ar", "ru")}


def text_of(sheet: Path) -> str:
    """The words of a PDF, spaces and direction marks made plain."""
    out = subprocess.run(["pdftotext", "-layout", str(sheet), "-"], capture_output=True, check=True, timeout=30).stdout.decode()
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", out))


@pytest.mark.parametrize("tag", ["fr", "ar", "ru"])
def test_it_is_one_a4_sheet_and_nothing_overflows(sheets: dict[str, Path], tag: str) -> None:
    """Two sides, landscape. The browser makes a third page of what does not hold, and shrinks what is too wide."""
    pages = PdfReader(sheets[tag]).pages

    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [A4, A4]
    size = float(re.search(r"--size: ([\d.]+)pt", sheets[tag].with_suffix(".html").read_text(encoding="utf-8")).group(1))  # type: ignore[union-attr]
    assert size >= 8.5


@pytest.mark.parametrize("tag", ["fr", "ar", "ru"])
def test_every_number_of_the_catalogue_is_printed(sheets: dict[str, Path], house: House, tag: str) -> None:
    """Digit for digit, whatever the direction of the text around; what a number replaced stands beside it."""
    printed = re.sub(r"\D", "", text_of(sheets[tag]))
    numbers = [phone.number for service in house.catalogue.services.values() for phone in service.phones]
    numbers += [*house.catalogue.lines, *house.catalogue.former_numbers]

    assert [number for number in numbers if number not in printed] == []


def test_the_french_one_has_every_fact_of_the_printed_brochure(house: House) -> None:
    """Side by side with the brochure of February 2024: its numbers, its addresses, its hours, what each partner does."""
    page = render(leaflet(house, wording_for(house.languages.locales["fr"]), SATURDAY), "https://www.istres.fr", 8.5, True)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.replace("&#39;", "'")))
    digits = re.sub(r"\s", "", words)
    seed = re.sub(r"\*\*|<sup>|</sup>|[✓#]", "", SEED.read_text(encoding="utf-8"))
    phones = {
        re.sub(r"\D", "", found)
        for found in re.findall(r"\b0\d(?: \d\d){4}\b|\b0800 126 756\b|\b3230\b|\b(?:30 20|39 19|39 77|39 28|119)\b", seed)
    }
    hours = set(re.findall(r"\b\d{1,2}h(?:\d\d)?\b", seed))
    addresses = set(re.findall(r"[\w.-]+@[\w.-]+\.\w+|www\.[\w.]+\w", seed))

    assert len(phones) > 15
    assert {phone for phone in phones if phone not in digits} == set()
    assert {hour for hour in hours if hour not in words} == set()
    assert {address for address in addresses if address not in words} == set()
    assert [fact for fact in FACTS if fact.casefold() not in words.casefold()] == []
    assert "anciennement 30 20" in words
    assert "anciennement 39 77" in words


@pytest.mark.parametrize("tag", ["fr", "fr-x-facile", "en", "ar", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"])
def test_there_is_a_page_in_every_language(house: House, tag: str) -> None:
    """Its direction, the emergency lines, the date of the facts, the QR code, and each partner's French name to look for on the door."""
    locale = house.languages.locales[tag]
    content = leaflet(house, wording_for(locale), SATURDAY)
    page = render(content, "https://example.org/boussole", 8.5, True)

    assert f'lang="{tag}" dir="{locale.direction}"' in page
    assert [line.number for line in content.emergency] == ["17", "112", "114", "15", "18"]
    assert wording_for(locale).month("2024-02") in content.words["facts"]
    assert "<svg" in page
    assert "https://example.org/boussole" in page
    assert sum(len(group.entries) for group in content.groups) == len(house.catalogue.services) - 1


def test_an_address_cannot_write_into_the_page(house: House) -> None:
    """``--url`` is text, never markup."""
    page = render(leaflet(house, wording_for(house.languages.locales["fr"]), SATURDAY), "https://x/<script>", LAYOUTS[0][0], True)

    assert "<script>" not in page


def test_without_a_browser_the_page_is_still_written(
    monkeypatch: pytest.MonkeyPatch, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the message says, in French, what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() is None

    written = write_brochure(house, "fr", tmp_path / "out", SATURDAY)

    assert [path.name for path in written] == ["boussole-fr.html"]
    assert "imprimez-la" in capsys.readouterr().err


def test_a_browser_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, house: House, tmp_path: Path) -> None:
    """The page is there all the same."""
    monkeypatch.setattr(brochure, "find_browser", lambda: "/bin/false")

    with pytest.raises(BadInput, match="n'a pas pu imprimer"):
        write_brochure(house, "fr", tmp_path, SATURDAY)

    assert (tmp_path / "boussole-fr.html").exists()


def test_an_unknown_language_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With those that can be had."""
    assert cli.main(["brochure", "--lang", "xx", "--out", str(tmp_path)]) == 1
    assert "fr-x-facile" in capsys.readouterr().err

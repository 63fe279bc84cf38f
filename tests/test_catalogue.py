"""The catalogue says what the brochure says, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.catalogue import digits
from bot.checks.fields import is_french_number
from bot.house import House

BROCHURE = re.sub(r"</?sup>|[*#\\\[\]]", "", (Path(__file__).parent / "data" / "brochure-2024.txt").read_text(encoding="utf-8"))
FLAT = re.sub(r"\s+", " ", BROCHURE)
NOT_PUBLIC = ("0413295045", "0608237041")
FROM_THE_BROCHURE = [
    "mdc",
    "familles-monoparentales",
    "qualite-habitat",
    "tranquillite-publique",
    "cohesion-sociale",
    "handicap-acces-droits",
    "aih-enfant",
    "ameli-provence",
    "adamal",
    "apers",
    "avocat-generaliste",
    "avocat-travail",
    "avocat-famille",
    "caf",
    "recampado",
    "conciliateur",
    "clcv",
    "defenseur-des-droits",
    "ecrivain-public",
    "pjj",
    "spip",
    "solidarite-femmes-13",
    "shm",
    "ufc-que-choisir",
    "france-services",
]
FROM_THE_SOCIAL_CENTRE = ["csqs", "point-appui-etrangers", "mission-locale", "plie", "parentalite"]
HOURS_IN_THE_BROCHURE = {
    "mdc": "du lundi au vendredi de 8h30 à 12h30 et de 13h30 à 17h30",
    "ameli-provence": "Tous les mardis de 13h30 à 17h et le 4e mercredi du mois de 13h30 à 17h",
    "avocat-generaliste": "les 2e et 4e jeudis du mois de 14h à 17h",
    "avocat-travail": "le 3e lundi du mois, de 14h à 17h",
    "avocat-famille": "les 2e et 4e mercredis du mois de 14h à 17h",
    "recampado": "les 2e et 4e mardis du mois de 14h à 17h",
    "defenseur-des-droits": "les 1er, 3e et 5e mardis du mois et les 2e et 4e vendredis du mois",
    "spip": "mercredi de 9h à 12h et de 13h30 à 17h",
    "ufc-que-choisir": "tous les lundis de 13h30 à 16h30 et tous les vendredis de 9h à 12h",
    "shm": "du mardi au vendredi de 13h30 à 17h",
}


def test_every_partner_of_the_documents_is_there_and_no_other(house: House) -> None:
    """Twenty-five entries of the brochure, five of the social centre."""
    assert sorted(house.catalogue.services) == sorted(FROM_THE_BROCHURE + FROM_THE_SOCIAL_CENTRE)


@pytest.mark.parametrize("identifier", FROM_THE_BROCHURE)
def test_numbers_and_addresses_are_printed_in_the_brochure(house: House, identifier: str) -> None:
    """Every phone, e-mail and site of a partner of the brochure stands in it, to the digit."""
    service = house.catalogue.services[identifier]
    printed = digits(BROCHURE)

    for phone in service.phones:
        assert phone.number in printed, phone.display
        assert phone.display in FLAT
    for address in filter(None, (service.email, service.web)):
        assert address in FLAT


def test_every_number_printed_in_the_brochure_is_in_the_catalogue(house: House) -> None:
    """Nothing that a resident could ring was left out."""
    known = {phone.number for service in house.catalogue.services.values() for phone in service.phones}
    known |= set(house.catalogue.lines) | set(house.catalogue.former_numbers)
    printed = {digits(number) for number in re.findall(r"\b0\d(?: \d\d){4}|\b0800 \d{3} \d{3}|\b3\d \d\d\b|\b3230\b|\b119\b", FLAT)}

    assert printed <= known


@pytest.mark.parametrize("identifier", HOURS_IN_THE_BROCHURE)
def test_days_and_hours_are_those_of_the_brochure(house: House, identifier: str) -> None:
    """The words of each rhythm are the brochure's own, and the computed rule says the same hours."""
    printed = HOURS_IN_THE_BROCHURE[identifier]
    rule = house.catalogue.services[identifier].sessions[0]
    hours = {f"{int(hour)}h{minute}" for hour, minute in re.findall(r"(\d{1,2})h(\d\d)?", printed)}
    computed = {f"{int(hour)}h{'' if minute == '00' else minute}" for hour, minute in re.findall(r"(\d\d):(\d\d)", rule.hours or "")}

    assert re.sub(r"[,\s]+", " ", printed.lower()) in re.sub(r"[,\s]+", " ", FLAT.lower())
    assert computed == hours


def test_the_two_numbers_of_professionals_are_nowhere(house: House) -> None:
    """Lines reserved to professionals, and the named person's address, are never published."""
    root = Path(__file__).parent.parent
    published = "".join(
        path.read_text(encoding="utf-8", errors="ignore")
        for folder in ("data", "locales", "bot", "actions")
        for path in (root / folder).rglob("*")
        if path.suffix in {".yaml", ".yml", ".po", ".py", ".html", ".js"} and "nlu" not in path.parts
    )

    for number in NOT_PUBLIC:
        assert number not in digits_without_spaces(published)
    assert "nury" not in published.lower()


def digits_without_spaces(text: str) -> str:
    return re.sub(r"(?<=\d)[ .](?=\d)", "", text)


def test_a_retired_number_is_never_one_to_ring(house: House) -> None:
    """3020 and 3977 keep their record and are in no list of numbers to show."""
    assert house.catalogue.former_numbers == {"3020": "3018", "3977": "3133"}
    assert not set(house.catalogue.former_numbers) & set(house.catalogue.lines)
    assert not set(house.catalogue.former_numbers) & set(house.catalogue.footer)


def test_every_number_can_be_dialled_in_france(house: House) -> None:
    """Short numbers included."""
    numbers = [phone.number for service in house.catalogue.services.values() for phone in service.phones]

    assert all(is_french_number(number) for number in [*numbers, *house.catalogue.lines])


def test_what_the_brochure_does_not_say_is_null(house: House) -> None:
    """No street for the house, no hour for ADAMAL, no cost that nobody wrote."""
    services = house.catalogue.services
    assert house.catalogue.places["maison"].address is None
    assert services["adamal"].sessions == ()
    assert services["apers"].cost is None
    assert services["avocat-famille"].minors_alone is True
    assert services["ecrivain-public"].not_for is not None
    assert "CV" in services["ecrivain-public"].not_for


def test_france_services_keeps_its_eleven_desks(house: House) -> None:
    """The table of partners of France Services, row for row."""
    assert len(house.catalogue.services["france-services"].desks) == 11

"""The kinds of values that the data files hold, and the French sentence for a value that is not of its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Callable, Mapping, Sequence

import phonenumbers
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]
from phonenumbers import shortnumberinfo

from bot.catalogue import digits
from bot.checks.problems import Report, did_you_mean, shown
from bot.documents import KeyPath

Complaint = tuple[str, str]
"""What was expected, and a hint (maybe empty)."""
Check = Callable[[Any], "Complaint | None"]

_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")
_WEB = re.compile(r"^(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?$")
_MONTH = re.compile(r"^(19|20)\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$")


@dataclass(frozen=True)
class Field:
    """What one key of an entry must hold; ``nullable`` when null is an honest answer."""

    check: Check
    nullable: bool = False
    optional: bool = False


def text(value: Any) -> Complaint | None:
    """A sentence or a name, not empty."""
    if isinstance(value, str) and value.strip():
        return None
    return "un texte", 'Entourez-le de guillemets : "…".' if isinstance(value, (int, float, bool)) else ""


def slug(value: Any) -> Complaint | None:
    """An identifier."""
    if isinstance(value, str) and _SLUG.match(value):
        return None
    return "un identifiant en minuscules, chiffres et tirets", ""


def flag(value: Any) -> Complaint | None:
    """True or false."""
    return None if isinstance(value, bool) else ("true ou false", "")


def phone(value: Any) -> Complaint | None:
    """A French number: ten digits, or a short one that exists."""
    if not isinstance(value, str):
        return "un numéro entre guillemets", 'Écrivez par exemple "04 13 29 56 20".'
    if re.search(r"[^\d +().]", value):
        return "un numéro de téléphone fait de chiffres et d'espaces", ""
    return None if is_french_number(digits(value)) else ("un numéro de téléphone français", _phone_hint(digits(value)))


def is_french_number(number: str) -> bool:
    """Whether the digits can be dialled in France (``phonenumbers`` knows short numbers only through their own table)."""
    parsed = phonenumbers.parse(number, "FR") if len(number) > 1 else None
    if parsed is None:
        return False
    if len(number) < 10:
        return bool(shortnumberinfo.is_valid_short_number_for_region(parsed, "FR"))
    return bool(phonenumbers.is_valid_number(parsed)) and len(number) == 10


def _phone_hint(number: str) -> str:
    return f"Il y a {len(number)} chiffres ; un numéro en a dix, ou moins s'il est court (3919)." if len(number) != 10 else ""


def email(value: Any) -> Complaint | None:
    """An e-mail address."""
    return None if isinstance(value, str) and _EMAIL.match(value) else ("une adresse électronique", "")


def web(value: Any) -> Complaint | None:
    """A web address."""
    return None if isinstance(value, str) and _WEB.match(value) else ("une adresse de site", "")


def hours(value: Any) -> Complaint | None:
    """An OSM ``opening_hours`` expression, free of the traps of that language."""
    syntax = "des horaires « opening_hours » (par exemple Mo-Fr 09:00-12:00; PH off)"
    if not isinstance(value, str):
        return syntax, ""
    try:
        OpeningHours(value, country="FR")
    except ParserError:
        return syntax, "Jours : Mo Tu We Th Fr Sa Su ; heures : 09:00-12:00 ; 2e et 4e mardi : Tu[2,4]."
    if "||" in value or re.search(r';\s*"', value):
        return (
            "des horaires sans texte de repli",
            "Après « || » ou un texte seul, tout compterait comme ouvert : écrivez-le dans « words ».",
        )
    if re.search(r"\bSH\b", value):
        return "des horaires sans SH", "Les vacances scolaires ne sont pas calculées : écrivez les dates dans « closures »."
    if "off" in value and not re.search(r"off\s*$", value):
        return "les fermetures en dernier", "La dernière règle l'emporte : mettez « …; PH off » à la fin."
    return None


def month(value: Any) -> Complaint | None:
    """A date of information: 2024-02 or 2024-02-15."""
    if isinstance(value, date) or (isinstance(value, str) and _MONTH.match(value)):
        return None
    return "une date comme 2024-02 ou 2024-02-15", ""


def day(value: Any) -> Complaint | None:
    """A day."""
    return None if isinstance(value, date) else ("un jour comme 2026-12-24", "")


def degrees(lowest: float, highest: float) -> Check:
    """A latitude or a longitude, in degrees."""

    def check(value: Any) -> Complaint | None:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and lowest <= value <= highest:
            return None
        return f"des degrés entre {lowest:g} et {highest:g}", "En France, la latitude d'abord (43,5), puis la longitude (5,0)."

    return check


def one_of(known: Sequence[str]) -> Check:
    """One value of a closed list."""

    def check(value: Any) -> Complaint | None:
        if value in known:
            return None
        return "une valeur parmi " + ", ".join(known), did_you_mean(value, known)

    return check


def known_id(known: Sequence[str], kind: str) -> Check:
    """The id of something that exists elsewhere."""

    def check(value: Any) -> Complaint | None:
        if value in known:
            return None
        return f"{kind} qui existe", did_you_mean(value, known)

    return check


def frame(value: Any) -> Complaint | None:
    """Words around a sentence."""
    return None if isinstance(value, str) and value.count("{text}") == 1 else ("une phrase qui contient {text} une fois", "")


def list_of(check: Check) -> Check:
    """A list whose every value passes."""

    def check_all(value: Any) -> Complaint | None:
        if not isinstance(value, list):
            return "une liste", "Écrivez [a, b] ou une ligne « - a » par valeur ; [] quand il n'y en a pas."
        for item in value:
            complaint = check(item)
            if complaint is not None:
                return f"une liste où chaque valeur est {complaint[0]} ({shown(item)} ne l'est pas)", complaint[1]
        return None

    return check_all


def check_entry(report: Report, path: KeyPath, entry: str, value: Any, fields: Mapping[str, Field]) -> bool:
    """Checks a mapping against its fields: missing, unknown and wrong values. True when nothing is wrong."""
    before = len(report.problems)
    if not isinstance(value, dict):
        report.error(path, entry, shown(value), "des lignes « clé: valeur »")
        return False
    for key in value:
        if key not in fields:
            report.error((*path, key), entry, f"une clé inconnue, « {key} »", "une clé connue", did_you_mean(key, fields))
    for key, expected in fields.items():
        if key not in value:
            if not expected.optional:
                report.error(
                    (*path, key), entry, "rien", f"la clé « {key} »", "Écrivez null si on ne sait pas." if expected.nullable else ""
                )
        elif value[key] is None and expected.nullable:
            continue
        else:
            complaint = expected.check(value[key])
            if complaint is not None:
                report.error((*path, key), entry, shown(value[key]), complaint[0], complaint[1])
    return len(report.problems) == before

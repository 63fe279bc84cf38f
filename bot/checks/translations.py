"""The checks of ``locales``: every sentence translated in every form, no placeholder, number or direction mark lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError

from bot import messages
from bot.checks.easy_french import EASY, complaint_about
from bot.checks.problems import Problem
from bot.direction import has_isolates
from bot.documents import display_name
from bot.language import DEFAULT

_PLACEHOLDER = re.compile(r"\{\w+\}")
_DIGITS = re.compile(r"\d+")
_OTHER_DIGITS = re.compile(r"[٠-٩۰-۹]")
_HOUR = re.compile(r"(?<!\d)\d{1,2}\s?h(?:\d{2})?(?![a-z])|(?<!\d)\d{1,2}:\d{2}")
_ROUND_THE_CLOCK = re.compile(r"24\D{1,16}24\D{1,8}7\D{1,16}7(?!\d)")
_WRONG_FRENCH_SIGN = re.compile(r"[’‘“”„\"]|«(?! )|(?<! )»")


@dataclass(frozen=True)
class _Place:
    """Where a translation stands, for the problems found in it."""

    file: str
    line: int | None
    entry: str

    def problem(self, field: str, found: str, expected: str, hint: str = "") -> Problem:
        return Problem(self.file, self.line, self.entry, field, found, expected, hint)


def check_translations(directory: Path, languages: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Every offered language's catalogues, the residents' and the bench's, against the sentences of the house.

    ``languages`` are entries of ``languages.yaml``. One that is not offered yet may be unfinished: a warning says how far it is.
    """
    wanted = {domain: [message for message in messages.template(domain) if message.id] for domain in messages.DOMAINS}
    problems = [problem for texts in wanted.values() for message in texts for problem in _check_french(message)]
    for language in languages:
        if language["tag"] == DEFAULT:
            continue
        found = [problem for domain, texts in wanted.items() for problem in _check_language(directory, language, domain, texts)]
        problems += found if language["offered"] else _as_progress(directory, language, found)
    return problems


def _check_french(message: Message) -> list[Problem]:
    file, line = message.locations[0]
    place = _Place(file, line or None, message.context or _texts(message)[0][:50])
    return [problem for text in _texts(message) for problem in _check_signs(place, text)]


def _check_signs(place: _Place, text: str) -> list[Problem]:
    """French is written here with straight apostrophes and « guillemets »: two spellings of one sentence would be two messages."""
    wrong = _WRONG_FRENCH_SIGN.search(text)
    if wrong is None:
        return []
    shown = text[max(0, wrong.start() - 20) : wrong.end() + 20]
    return [place.problem("", f"« {wrong.group()} » dans « {shown} »", "l'apostrophe droite (') et les guillemets français (« … »)")]


def _check_language(directory: Path, language: Mapping[str, Any], domain: str, wanted: Sequence[Message]) -> list[Problem]:
    tag = language["tag"]
    file = display_name(messages.po_path(tag, directory, domain))
    try:
        catalog = messages.read(tag, directory, domain)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        return [Problem(file, None, tag, "", f"un fichier illisible ({type(error).__name__})", "un catalogue gettext (.po)")]
    problems = []
    for message in wanted:
        found = catalog.get(message.id, message.context)
        place = _Place(file, None if found is None else found.lineno, message.context or _texts(message)[0][:50])
        problems += _check_message(place, language, catalog, message, found)
    return problems


def _check_message(place: _Place, language: Mapping[str, Any], catalog: Catalog, message: Message, found: Message | None) -> list[Problem]:
    french = _texts(message)
    translations = messages.forms(found) if found is not None else ()
    if not any(text.strip() for text in translations):
        return [place.problem("msgstr", "rien", f"la traduction de « {french[-1][:60]} »", "Lancez « make messages », puis traduisez.")]
    problems = []
    if message.pluralizable and (len(translations) != catalog.num_plurals or not all(text.strip() for text in translations)):
        filled = sum(bool(text.strip()) for text in translations)
        problems.append(
            place.problem("msgstr", f"{filled} forme(s) du pluriel", f"{catalog.num_plurals} formes, comme le dit « Plural-Forms »")
        )
    if found is not None and found.fuzzy:
        problems.append(place.problem("fuzzy", "une traduction à revoir (fuzzy)", "une traduction relue, sans la marque"))
    for text in filter(str.strip, translations):
        problems += _compare(place, french[-1], text)
        if language["direction"] == "rtl" and not has_isolates(text):
            problems.append(
                place.problem(
                    "msgstr",
                    f"« {text[:60]} », un nom latin ou un numéro sans marques de direction",
                    "chaque nom latin et chaque numéro entre U+2068 et U+2069",
                    "« make messages » les ajoute.",
                )
            )
        if language["language"] == DEFAULT:
            problems += _check_signs(place, text)
        if language["tag"] == EASY:
            problems += [place.problem("msgstr", complaint, "du français facile (FALC)") for complaint in complaint_about(text)]
    return problems


def _texts(message: Message) -> tuple[str, ...]:
    """The French of a message: singular and plural when it counts."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (str(message.id),)


def _as_progress(directory: Path, language: Mapping[str, Any], problems: Sequence[Problem]) -> list[Problem]:
    file = display_name(messages.po_path(language["tag"], directory))
    left = f"{len(problems)} phrase(s) à traduire ou à revoir" if problems else "tout est traduit"
    expected = "« offered: true » dans locales/languages.yaml quand elle est prête : elle n'est pas encore proposée aux gens"
    return [Problem(file, None, language["tag"], "", left, expected, is_warning=True)]


def _compare(place: _Place, text: str, translation: str) -> list[Problem]:
    problems = []
    if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(translation)):
        problems.append(place.problem("msgstr", f"« {translation[:60]} »", f"les mêmes accolades que « {text[:60]} »"))
    if _OTHER_DIGITS.search(translation):
        problems.append(place.problem("msgstr", f"« {translation[:60]} »", "des chiffres 0-9, comme sur un téléphone"))
    if numbers(text) != numbers(translation):
        problems.append(place.problem("msgstr", f"« {translation[:80]} »", f"les mêmes nombres et les mêmes heures que « {text[:80]} »"))
    return problems


def numbers(text: str) -> list[str]:
    """The numbers of a sentence, hours written alike: ``13h30`` and ``13:30`` are 13 30, ``9h`` and ``9:00`` are 9.

    "24 h/24, 7 j/7" is an idiom: it gives 24 and 7, as "24 hours a day, 7 days a week" does.
    """
    found: list[str] = []
    rest = text = _ROUND_THE_CLOCK.sub("24 7", text)
    for hour in _HOUR.findall(text):
        parts = [part.lstrip("0") or "0" for part in _DIGITS.findall(hour)]
        found.append(":".join(parts if len(parts) > 1 and parts[1] != "0" else parts[:1]))
        rest = rest.replace(hour, " ", 1)
    return sorted(found + _DIGITS.findall(rest))

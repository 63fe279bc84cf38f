"""The checks of ``locales``: every sentence translated, no placeholder, number or hour lost between two languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Sequence

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError

from bot import messages
from bot.checks.problems import Problem
from bot.documents import display_name
from bot.language import DEFAULT

_PLACEHOLDER = re.compile(r"\{\w+\}")
_DIGITS = re.compile(r"\d+")
_OTHER_DIGITS = re.compile(r"[٠-٩۰-۹]")
_HOUR = re.compile(r"(?<!\d)\d{1,2}\s?h(?:\d{2})?(?![a-z])|(?<!\d)\d{1,2}:\d{2}")


def check_translations(directory: Path, tags: Sequence[str]) -> list[Problem]:
    """Every locale's catalogue against the sentences of the house."""
    wanted = [(message.context, str(message.id)) for message in messages.template() if message.id]
    problems: list[Problem] = []
    for tag in tags:
        if tag != DEFAULT:
            problems += _check_locale(directory, tag, wanted)
            problems += _check_bench(directory, tag)
    return problems


def _check_bench(directory: Path, tag: str) -> list[Problem]:
    """The bench's own catalogue: what is not translated there is shown in French, which is worth one line and no more."""
    catalog = messages.read(tag, directory, messages.BENCH)
    missing = [str(message.id) for message in messages.template(messages.BENCH) if message.id and not (_string(catalog.get(message.id)))]
    if not missing:
        return []
    file = display_name(messages.po_path(tag, directory, messages.BENCH))
    return [
        Problem(
            file,
            None,
            tag,
            "",
            f"{len(missing)} phrases du banc sans traduction",
            "une traduction (elles sont montrées en français)",
            is_warning=True,
        )
    ]


def _string(message: Message | None) -> str:
    return str(message.string or "").strip() if message is not None else ""


def _check_locale(directory: Path, tag: str, wanted: Sequence[tuple[str | None, str]]) -> list[Problem]:
    file = display_name(messages.po_path(tag, directory))
    try:
        catalog = messages.read(tag, directory)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        return [Problem(file, None, tag, "", f"un fichier illisible ({type(error).__name__})", "un catalogue gettext (.po)")]
    problems = []
    for context, text in wanted:
        found = catalog.get(text, context)
        translation = str(found.string or "") if found is not None else ""
        entry = context or text[:50]
        line = found.lineno if found is not None else None
        if not translation.strip():
            problems.append(
                Problem(
                    file, line, entry, "msgstr", "rien", f"la traduction de « {text[:60]} »", "Lancez « make messages », puis traduisez."
                )
            )
            continue
        if found is not None and found.fuzzy:
            problems.append(Problem(file, line, entry, "fuzzy", "une traduction à revoir (fuzzy)", "une traduction relue, sans la marque"))
        problems += _compare(file, line, entry, text, translation)
    return problems


def _compare(file: str, line: int | None, entry: str, text: str, translation: str) -> list[Problem]:
    problems = []
    if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(translation)):
        problems.append(Problem(file, line, entry, "msgstr", f"« {translation[:60]} »", f"les mêmes accolades que « {text[:60]} »"))
    if _OTHER_DIGITS.search(translation):
        problems.append(Problem(file, line, entry, "msgstr", f"« {translation[:60]} »", "des chiffres 0-9, comme sur un téléphone"))
    if numbers(text) != numbers(translation):
        problems.append(
            Problem(file, line, entry, "msgstr", f"« {translation[:80]} »", f"les mêmes nombres et les mêmes heures que « {text[:80]} »")
        )
    return problems


def numbers(text: str) -> list[str]:
    """The numbers of a sentence, hours written alike: ``13h30`` and ``13:30`` are 13 30, ``9h`` and ``9:00`` are 9."""
    found: list[str] = []
    rest = text
    for hour in _HOUR.findall(text):
        parts = [part.lstrip("0") or "0" for part in _DIGITS.findall(hour)]
        found.append(":".join(parts if len(parts) > 1 and parts[1] != "0" else parts[:1]))
        rest = rest.replace(hour, " ", 1)
    return sorted(found + _DIGITS.findall(rest))

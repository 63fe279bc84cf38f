"""What may be chosen in the bench's forms: needs by family, partners, help lines, languages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Sequence

import babel

from bot.house import House
from bot.language import ARABIC_IN_LATIN, DEFAULT, Languages
from bot.needs import Need


@dataclass(frozen=True)
class Choices:
    """Pairs of (id, label); ``needs`` come in families."""

    needs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    partners: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]


def choices(house: House) -> Choices:
    """The choices of the house as it is now."""
    return Choices(
        needs=_families(list(house.needs.needs.values())),
        partners=tuple((service.id, service.name) for service in house.catalogue.services.values()),
        lines=tuple((line.number, f"{line.number} {line.name}") for line in house.catalogue.lines.values()),
        languages=_languages(house.languages),
        places=tuple((place.id, place.name) for place in house.catalogue.places.values()),
    )


def language_name(tag: str) -> str:
    """``arabe``, ``arabe (latin)``; the tag itself when CLDR does not know it."""
    try:
        return babel.Locale.parse(tag, sep="-").get_display_name(DEFAULT) or tag
    except (babel.UnknownLocaleError, ValueError):
        return tag


def _languages(languages: Languages) -> tuple[tuple[str, str], ...]:
    """Those the house answers in first, then those it only understands."""
    answered = dict.fromkeys([*(locale.language for locale in languages.locales.values()), ARABIC_IN_LATIN])
    others = sorted(languages.understood - set(answered))
    return tuple((tag, language_name(tag)) for tag in (*answered, *others))


def _families(needs: Sequence[Need]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    ordered = sorted(needs, key=lambda need: need.theme)
    return tuple(
        (theme.replace("-", " ").capitalize(), tuple((need.id, need.label) for need in family))
        for theme, family in groupby(ordered, key=lambda need: need.theme)
    )

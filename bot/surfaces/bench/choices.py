"""What may be chosen in the bench's forms: needs by family, partners, help lines, languages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Sequence

from bot.catalogue import HelpLine
from bot.house import House
from bot.language import ARABIC_IN_LATIN, Languages
from bot.needs import Need
from bot.wording import Wording


@dataclass(frozen=True)
class Choices:
    """Pairs of (id, label); ``needs`` come in families."""

    needs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    partners: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]


def choices(house: House, words: Wording) -> Choices:
    """The choices of the house as it is now, in the page's words; partners and places keep their French names."""
    return Choices(
        needs=_families(list(house.needs.needs.values()), words),
        partners=tuple((service.id, service.name) for service in house.catalogue.services.values()),
        lines=tuple((line.number, _line_label(line, words)) for line in house.catalogue.lines.values()),
        languages=_languages(house.languages, words),
        places=tuple((place.id, place.name) for place in house.catalogue.places.values()),
    )


def need_label(need: Need, words: Wording) -> str:
    """What a need is called in the page's words."""
    return words.entry(f"needs.{need.id}.label", need.label)


def _line_label(line: HelpLine, words: Wording) -> str:
    return f"{line.number} {words.entry(f'lines.{line.number}.name', line.name)}"


def _languages(languages: Languages, words: Wording) -> tuple[tuple[str, str], ...]:
    """Those the house answers in first, then those it only understands."""
    answered = dict.fromkeys([*(locale.language for locale in languages.locales.values()), ARABIC_IN_LATIN])
    others = sorted(languages.understood - set(answered))
    return tuple((tag, words.language_name(tag)) for tag in (*answered, *others))


def _families(needs: Sequence[Need], words: Wording) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    ordered = sorted(needs, key=lambda need: need.theme)
    return tuple(
        (theme.replace("-", " ").capitalize(), tuple((need.id, need_label(need, words)) for need in family))
        for theme, family in groupby(ordered, key=lambda need: need.theme)
    )

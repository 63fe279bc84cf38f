"""Words, dates and numbers in a person's language. The only caller of gettext; French is the source language."""

from __future__ import annotations

import gettext
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Mapping, Sequence

import babel
import babel.dates
import babel.lists
import babel.numbers

from bot import messages, project
from bot.clock import PARIS
from bot.direction import isolate
from bot.language import DEFAULT, Locale


class Wording:
    """Everything that is said in one language. Unknown texts come out in French, the source language."""

    def __init__(self, locale: Locale, directory: Path = project.LOCALES, domain: str = messages.DOMAIN) -> None:
        self.locale = locale
        self._messages = gettext.GNUTranslations(messages.compiled(locale.tag, directory))
        if domain != messages.DOMAIN:
            own = gettext.GNUTranslations(messages.compiled(locale.tag, directory, domain))
            own.add_fallback(self._messages)
            self._messages = own
        self._cldr = babel.Locale.parse(locale.cldr, sep="-")
        self._day_pattern = _weekday_day_month(self._cldr)

    def say(self, text: str, /, **values: object) -> str:
        """A sentence of the assistant; the values are put in after translation."""
        translated = self._messages.gettext(text)
        return _filled(translated, text, values) if values else translated

    def say_count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A sentence that counts, in the form that the language has for this ``number`` (CLDR plural rules)."""
        if self.locale.tag == DEFAULT:
            words = one if self._cldr.plural_form(number) == "one" else many
        else:
            words = self._messages.ngettext(one, many, number)
        return _filled(words, many, {"number": self.keep(str(number)), **values})

    def entry(self, context: str, french: str) -> str:
        """A text of the data files, translated under its own name (``services.apers.what``)."""
        return self._messages.pgettext(context, french)

    def keep(self, text: str) -> str:
        """A number or a French name, isolated so that right-to-left text around it keeps its order."""
        return isolate(text) if self.locale.is_rtl else text

    def day(self, day: date) -> str:
        """``mardi 24 novembre``, in the language's own order (CLDR skeleton, no year)."""
        words = str(babel.dates.format_date(day, self._day_pattern, locale=self._cldr))
        return words.replace(" 1 ", " 1er ") if self._cldr.language == "fr" else words

    def numeric_date(self, day: date) -> str:
        """``24/11/2026``, in the language's own order and with its own signs."""
        return str(babel.dates.format_skeleton("yMd", day, locale=self._cldr))

    def language_name(self, tag: str) -> str:
        """``arabe``, ``arabe (latin)``; the tag itself when CLDR has no name for it."""
        language, _, script = tag.partition("-")
        name = str(self._cldr.languages.get(language, tag))
        return f"{name} ({self._cldr.scripts[script]})" if script in self._cldr.scripts else name

    def percent(self, share: float) -> str:
        """``75 %`` for 0.75, the sign where the language puts it."""
        return str(babel.numbers.format_percent(share, locale=self._cldr))

    def day_parts(self, day: date) -> tuple[str, str, str]:
        """The weekday, the day and the month of a date, each apart, for a leaf of a calendar."""
        weekday, number, month = (str(babel.dates.format_date(day, pattern, locale=self._cldr)) for pattern in ("EEEE", "d", "LLLL"))
        return weekday, number, month

    def month(self, as_of: str) -> str:
        """``février 2024`` for a date of information written ``2024-02`` or ``2024-02-15``."""
        year, month = (int(part) for part in as_of.split("-")[:2])
        return str(babel.dates.format_skeleton("yMMMM", datetime(year, month, 1), locale=self._cldr))

    def hour(self, instant: datetime) -> str:
        """``14h``, ``8h30`` in French, as the house prints it; the language's short time elsewhere."""
        local = instant.astimezone(PARIS)
        if self._cldr.language == "fr":
            return f"{local.hour}h{local.minute:02d}" if local.minute else f"{local.hour}h"
        return self.keep(str(babel.dates.format_skeleton("Hm", local, tzinfo=PARIS, locale=self._cldr)))

    def distance(self, day: date, today: date) -> str:
        """``aujourd'hui``, ``demain``, ``dans 3 jours``."""
        days = (day - today).days
        if days == 0:
            return self.say("aujourd'hui")
        if days == 1:
            return self.say("demain")
        return str(babel.dates.format_timedelta(day - today, granularity="day", threshold=30, add_direction=True, locale=self._cldr))

    def commas(self, parts: Iterable[str | None]) -> str:
        """The parts that are there, between the language's own commas."""
        return ("، " if self.locale.is_rtl else ", ").join(part for part in parts if part)

    def semicolons(self, parts: Iterable[str | None]) -> str:
        """The parts that are there, between the language's own semicolons."""
        sign = " ; " if self._cldr.language == DEFAULT else "؛ " if self.locale.is_rtl else "; "
        return sign.join(part for part in parts if part)

    @property
    def colon(self) -> str:
        """The language's colon with its spaces."""
        return " : " if self._cldr.language == DEFAULT else ": "

    def listing(self, items: Sequence[str]) -> str:
        """``a, b et c``."""
        return str(babel.lists.format_list(list(items), locale=self._cldr))

    def alternatives(self, items: Sequence[str]) -> str:
        """``a, b ou c``."""
        return str(babel.lists.format_list(list(items), style="or", locale=self._cldr))


def _filled(translated: str, french: str, values: Mapping[str, object]) -> str:
    """A sentence with its values; in French when its translation names a value that there is not."""
    try:
        return translated.format(**values)
    except (KeyError, IndexError, ValueError):
        return french.format(**values)


def _weekday_day_month(cldr: babel.Locale) -> str:
    """The language's own pattern for a weekday, a day and a month, with the names written out in full.

    CLDR gives few languages the long skeleton; the medium one has the same order and only needs its names lengthened.
    """
    skeletons = cldr.datetime_skeletons
    pattern = next(str(skeletons[name]) for name in ("MMMMEEEEd", "MMMMEd", "MMMEd") if name in skeletons)
    return re.sub(r"L{3,}|M{3,}", "MMMM", re.sub(r"E+", "EEEE", re.sub(r"c+", "EEEE", pattern)))


@lru_cache(maxsize=64)
def wording_for(locale: Locale, domain: str = messages.DOMAIN) -> Wording:
    """The wording of a locale, loaded once; a domain of its own is looked at first."""
    return Wording(locale, domain=domain)

"""What must not be written down about a person: numbers, addresses, names. Found so that a sentence can be refused and mended.

A sentence kept for tests or training stands in a file that many people read. Better to refuse one sentence too many (« mon
voisin » says as much as his name) than to keep one name. Names of the house's own partners and places are not people's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Collection, Iterable, Iterator

from bot.text import normalise, words

_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("une adresse électronique", re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\]| arobase )\s?[\w-]+(?:\.[\w-]+)+", re.I)),
    ("un compte bancaire (IBAN)", re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){3,7}(?:[ .-]?[A-Z0-9]{1,3})?\b")),
    (
        "un numéro de sécurité sociale",
        re.compile(r"\b[12][ .]?\d{2}[ .]?\d{2}[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{2})?\b", re.I),
    ),
    ("un numéro de téléphone", re.compile(r"(?:(?:\+|00)[ .-]?\d{1,3}[ .()-]*|\b0)[1-9](?:[ .()/-]*\d){6,11}\b")),
    ("une date de naissance", re.compile(r"\b(?:née?|born|nac[ií]d[oa]|nascid[oa]|nat[oa])\b.{0,12}\b\d{1,2}[ ./-]\w+[ ./-]\d{2,4}", re.I)),
    ("une plaque d'immatriculation", re.compile(r"\b[A-HJ-NP-TV-Z]{2}[- ]?\d{3}[- ]?[A-HJ-NP-TV-Z]{2}\b")),
    ("un numéro de dossier ou de compte", re.compile(r"(?<![\d/])\d(?:[ .-]?\d){6,}(?![\d/])")),
    (
        "une adresse",
        re.compile(
            r"\b\d{1,4}\s?(?:bis|ter|quater)?,?\s+(?:rue|avenue|av\.?|boulevard|bd|bld|chemin|allée|allee|impasse|place|quai|route|cours|"
            r"square|résidence|residence|lotissement|calle|via|rua|strada|street|road)\s+\w+",
            re.I,
        ),
    ),
)

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_SELF = (
    r"(?:je m['’ ]?appelle|je me nomme|mon nom (?:est|c['’]est)|my name is|i am called|me llamo|mi nombre es|mi chiamo|chamo[- ]me|"
    r"o meu nome é|mă numesc|numele meu e(?:ste)?|меня зовут|мене звати|моє ім['’]я|benim adım|smiti|اسمي|أنا اسمي|اسم من|نام من)"
)
_CIVILITY = r"(?:M\.|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Mademoiselle|Maître|Me|Docteur|Dr\.?|Mrs\.?|Ms\.?|Señora?|Signora?|Senhora?)"
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("un nom de personne", re.compile(rf"{_SELF}\s+[^\W\d_]{{2,}}", re.I)),
    ("un nom de personne", re.compile(rf"\b{_CIVILITY}\s+{_NAME}")),
    ("un nom de personne", re.compile(rf"(?:je suis|c['’]est|ici)\s+{_NAME}\s+{_NAME}")),
)
_TWO_CAPITALS = re.compile(rf"(?<![\w'’-])({_NAME})\s+({_NAME}|[A-ZÀ-ÖØ-Þ]{{2,}})(?![\w-])")
_TWO_CAPITALS_ELSEWHERE = re.compile(r"(?<!\w)([А-ЯЁІЇЄҐ][а-яёіїєґ'’]+)\s+([А-ЯЁІЇЄҐ][а-яёіїєґ'’]+)(?!\w)")
_OFFICES = frozenset(
    words(
        "france pole maison conseil mission centre secours restos croix action assurance banque caisse defenseur point "
        "monsieur madame bonjour bonsoir merci allo le la les un une des mon ma mes son sa ses notre votre je j tu il elle on nous vous "
        "ils elles si est et ou mais car que qui quand comment pourquoi istres marseille martigues aix miramas fos salon bouches provence "
        "gisele halimi prepaou der die das ein eine mein meine meinen im my since el"
    )
)
"""Words that begin an office, a place or a sentence: beside another capital they make no person's name."""


@dataclass(frozen=True)
class Finding:
    """Something personal: ``kind`` in French ("un numéro de téléphone") and the words that show it."""

    kind: str
    words: str


def known_words(names: Iterable[str]) -> frozenset[str]:
    """The words of names that may be written (partners, places, help lines), made comparable."""
    return frozenset(word for name in names for word in words(name))


def find(text: str, known: Collection[str] = frozenset()) -> list[Finding]:
    """Everything personal in a text. ``known`` are the words that make no person's name, as :func:`known_words` gives them."""
    found: list[Finding] = []
    rest = text
    for kind, pattern in _NUMBERS:
        for match in pattern.finditer(rest):
            found.append(Finding(kind, match[0].strip()))
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    found += _names(rest, known)
    return found


def _names(text: str, known: Collection[str]) -> Iterator[Finding]:
    for kind, pattern in _NAMES:
        match = pattern.search(text)
        if match is not None:
            yield Finding(kind, match[0].strip())
            return
    for pattern in (_TWO_CAPITALS, _TWO_CAPITALS_ELSEWHERE):
        for match in pattern.finditer(text):
            pair = [normalise(word) for word in match.groups()]
            if not any(word in known or word in _OFFICES for word in pair):
                yield Finding("un nom de personne", match[0])
                return

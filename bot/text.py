"""Text as people type it, made comparable: case, accents, look-alike letters, stretched letters, invisible signs."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 1000
"""How much of a message is read: more adds nothing to a meaning, and lets one person slow everybody down."""

_INVISIBLE = dict.fromkeys([0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0x0640])
_INVISIBLE.update(dict.fromkeys(range(0x200B, 0x2010)))
_INVISIBLE.update(dict.fromkeys(range(0x202A, 0x202F)))
_INVISIBLE.update(dict.fromkeys(range(0x2060, 0x2070)))
_INVISIBLE.update(dict.fromkeys(range(0xFE00, 0xFE10)))
_INVISIBLE.update(dict.fromkeys(range(0xE0000, 0xE0080)))

_CYRILLIC_AS_LATIN = str.maketrans("аеорсухіјѕԁһԛԝАВЕЅІЈКМНОРСТХУ", "aeopcyxijsdhqwABESIJKMHOPCTXY")
_GREEK_AS_LATIN = str.maketrans("αορνικτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopviktuxABEZHIKMNOPTYX")
_PLAIN_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ı": "i", "ß": "ss", "đ": "d", "ł": "l", "ø": "o", "ё": "е"})
"""Letters that are no letter with an accent to Unicode, and that keyboards without them replace."""
_ARABIC_LETTERS = str.maketrans({"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u0629": "\u0647"})
"""Arabic and Persian keyboards have two yeh and two kaf; a final teh is often typed as a heh."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
"""Control signs, halves of surrogate pairs, signs of private use: Unicode's Cc, Cs and Co."""
_LOOK_ALIKE = re.compile("[\u0370-\u052f]")
"""Greek and Cyrillic, whose letters pass for Latin ones."""
_ACCENT = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")
"""The accents of Latin, and the short vowels of Arabic."""
_LATIN = re.compile(r"[A-Za-z\u00C0-\u024F]")
SHOUTED = 0.6
"""A text is shouted when this share of its words hold a capital."""
_STRETCHED = re.compile(r"(.)\1{2,}")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w\s']|_")
_SPELLED = re.compile(r"\b(?:[^\W\d_] ){3,}[^\W\d_]\b")


def clean(text: str) -> str:
    """What is read of a message: no control, invisible or broken character, spaces folded, the length bounded."""
    safe = text.encode("utf-8", "replace").decode("utf-8")
    composed = unicodedata.normalize("NFC", safe).translate(_INVISIBLE)
    return _SPACES.sub(" ", _UNPRINTABLE.sub(" ", composed)).strip()[:MAX_CHARACTERS].strip()


def normalise(text: str) -> str:
    """A text made comparable: compatibility forms, look-alike letters, case, accents, stretched letters, punctuation.

    ``"MON  MÄRI mе frâppe!!!"`` (with a Cyrillic е) gives ``"mon mari me frappe"``. Idempotent.
    """
    folded = unicodedata.normalize("NFKC", clean(text)).casefold().replace("’", "'").replace("ʼ", "'")
    if _LOOK_ALIKE.search(folded):
        folded = " ".join(_one_alphabet(word) for word in folded.split(" "))
    bare = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", folded)))
    plain = bare.translate(_PLAIN_LETTERS).translate(_ARABIC_LETTERS)
    spaced = _SPACES.sub(" ", _NOT_WORD.sub(" ", plain)).strip()
    return _STRETCHED.sub(r"\1\1", _SPELLED.sub(_join_letters, spaced))


def spoken(text: str) -> str:
    """A text as it would be said calmly: one shouted, or with a capital at every word, in small letters.

    Sentence encoders read capitals as names. A single word stays as it is: ``CAF`` is one.
    """
    said = text.split()
    capitals = sum(any(sign.isupper() for sign in word) for word in said)
    return text.lower() if len(said) > 1 and capitals >= SHOUTED * len(said) else text


def words(text: str) -> list[str]:
    """The words of a text, made comparable."""
    return normalise(text).replace("'", " ").split()


def _one_alphabet(word: str) -> str:
    """A word that mixes Latin with look-alike Cyrillic or Greek letters is a Latin word in disguise."""
    if not _LATIN.search(word):
        return word
    return word.translate(_CYRILLIC_AS_LATIN).translate(_GREEK_AS_LATIN)


def _join_letters(found: re.Match[str]) -> str:
    """``f.r.a.p.p.e`` and ``f r a p p e`` are one word, spelled out to pass unseen."""
    return found.group().replace(" ", "")

"""Text read from right to left: the Latin names and the numbers in it keep their own order.

A Latin run or a phone number in Arabic or Persian stands between two Unicode isolates (UAX #9, FSI … PDI). Without
them the reader sees ``20 56 29 13 04``, or two French names in the wrong order around a comma.
"""

from __future__ import annotations

import re

ISOLATE, END_ISOLATE = "\u2068", "\u2069"

_LATIN = r"A-Za-z\u00C0-\u024F"
_JOINTS = r"[ '’\-.&@+/]"
_RUN = re.compile(
    rf"\u2068[^\u2069]*\u2069"  # already isolated
    r"|\{\w+\}"  # a placeholder: what goes in is isolated by whoever puts it in
    rf"|[{_LATIN}][{_LATIN}0-9]*(?:{_JOINTS}{{1,2}}[{_LATIN}0-9]+)*"  # a Latin word or name
    r"|\d+(?: \d+)+"  # groups of digits: a phone number
)


def isolate(text: str) -> str:
    """The text between isolates."""
    return f"{ISOLATE}{text}{END_ISOLATE}"


def with_isolates(text: str) -> str:
    """A right-to-left sentence with its Latin names and phone numbers isolated. Idempotent."""
    return _RUN.sub(lambda run: run.group() if run.group()[0] in (ISOLATE, "{") else isolate(run.group()), text)


def has_isolates(text: str) -> bool:
    """Whether nothing in a right-to-left sentence is left to be reordered, and no isolate is left open."""
    return with_isolates(text) == text and text.count(ISOLATE) == text.count(END_ISOLATE)

"""What a program sends: ``{"text", "id"?, "lang"?}``, read with care, refused in a clear sentence."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from bot.errors import BadInput

MAX_BYTES = 64 * 1024
"""A message is read up to a thousand characters; a larger body is not a message."""
MAX_DEPTH = 16
"""How deep the JSON of a request may be: our own is one deep, the rest is room for the sender's ``id``."""


@dataclass(frozen=True)
class OrientRequest:
    """One sentence to orient. ``lang`` is the locale wanted for the answer; an unknown one is ignored."""

    text: str
    id: Any = None
    lang: str | None = None


def read_request(raw: bytes) -> OrientRequest:
    """Reads a request.

    Raises:
        BadInput: when it is too large, not JSON, not an object, or its fields are of the wrong type.
    """
    data = read_object(raw)
    text, lang = data.get("text"), data.get("lang")
    if not isinstance(text, str):
        raise BadInput('Il manque « text », une chaîne de caractères : {"text": "ma phrase"}.')
    if lang is not None and not isinstance(lang, str):
        raise BadInput("« lang » est une langue comme « fr » ou « ar ».")
    return OrientRequest(text, data.get("id"), lang)


def read_object(raw: bytes) -> dict[str, Any]:
    """Reads a JSON object.

    Raises:
        BadInput: when it is too large, too deep, or not a JSON object.
    """
    if len(raw) > MAX_BYTES:
        raise BadInput(f"Le message dépasse {MAX_BYTES // 1024} ko. Envoyez une phrase, mille caractères au plus sont lus.")
    try:
        data = json.loads(raw, parse_constant=_not_json, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadInput('Ce n\'est pas du JSON en UTF-8. Exemple : {"text": "ma phrase"}.') from error
    if not isinstance(data, dict):
        raise BadInput('Il faut un objet JSON : {"text": "ma phrase"}.')
    if _depth(data) > MAX_DEPTH:
        raise BadInput(f'Le JSON est imbriqué plus de {MAX_DEPTH} fois. Il faut un objet simple : {{"text": "ma phrase"}}.')
    return data


def _not_json(constant: str) -> None:
    """``NaN`` and ``Infinity`` are Python's, not JSON's: given back in an answer, no other program could read it."""
    raise ValueError(constant)


def _finite(number: str) -> float:
    """``1e999`` is JSON, but Python reads it as an infinity that it cannot write back."""
    read = float(number)
    if math.isinf(read):
        raise ValueError(number)
    return read


def _depth(value: Any) -> int:
    """How many arrays and objects stand one in another."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        level = [item for held in level for item in (held.values() if isinstance(held, dict) else held)]
    return depth

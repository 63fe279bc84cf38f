"""What a program sends: ``{"text", "id"?, "lang"?}``, read with care, refused in a clear sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.errors import BadInput

MAX_BYTES = 64 * 1024
"""A message is read up to a thousand characters; a larger body is not a message."""


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
        BadInput: when it is too large or not a JSON object.
    """
    if len(raw) > MAX_BYTES:
        raise BadInput(f"Le message dépasse {MAX_BYTES // 1024} ko. Envoyez une phrase, mille caractères au plus sont lus.")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadInput('Ce n\'est pas du JSON en UTF-8. Exemple : {"text": "ma phrase"}.') from error
    if not isinstance(data, dict):
        raise BadInput('Il faut un objet JSON : {"text": "ma phrase"}.')
    return data

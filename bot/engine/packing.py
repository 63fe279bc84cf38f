"""Texts kept in memory, packed: what is kept of conversations and of readings weighs a quarter."""

from __future__ import annotations

import zlib

LEVEL = 1
"""The quickest: a higher one saves little more of so short a text."""


def pack(text: str) -> bytes:
    """A text, packed."""
    return zlib.compress(text.encode(), LEVEL)


def unpack(packed: bytes) -> str:
    """The inverse of :func:`pack`."""
    return zlib.decompress(packed).decode()

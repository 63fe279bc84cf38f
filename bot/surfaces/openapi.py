"""The description of ``/api/*`` for programs, kept by hand in ``openapi.yaml``; a test holds it to the routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot import __version__

_FILE = Path(__file__).with_name("openapi.yaml")


def _read() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    document["info"]["version"] = __version__
    return document


DOCUMENT = _read()
"""The OpenAPI 3.1 document, as it is served at ``/api/openapi.json``."""

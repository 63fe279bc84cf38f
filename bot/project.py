"""Where the house keeps its things."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SERVICES = DATA / "services.yaml"
NEEDS = DATA / "needs.yaml"
NLU = DATA / "nlu"
DANGER = DATA / "danger"
CORRECTIONS = DATA / "corrections"
BACKUPS = DATA / "backups"
LEAFLET = DATA / "leaflet.yaml"
FOLLOWUPS = DATA / "followups.yaml"
NOISE = DATA / "noise.yaml"
STANDARDS = DATA / "standards.yaml"
LOCALES = ROOT / "locales"
LANGUAGES = LOCALES / "languages.yaml"
CASES = ROOT / "tests" / "cases"
RASA = ROOT / "bot"
WEB = ROOT / "bot" / "web"
MODELS = ROOT / "models"
CACHE = ROOT / ".cache"


def state() -> Path:
    """Where what changes while the house is open is kept (``BOUSSOLE_STATE``, ``var`` in the project without it)."""
    return Path(os.environ.get("BOUSSOLE_STATE") or ROOT / "var")

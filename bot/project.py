"""Where the house keeps its things."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SERVICES = DATA / "services.yaml"
NEEDS = DATA / "needs.yaml"
NLU = DATA / "nlu"
DANGER = DATA / "danger"
LEAFLET = DATA / "leaflet.yaml"
FOLLOWUPS = DATA / "followups.yaml"
LOCALES = ROOT / "locales"
LANGUAGES = LOCALES / "languages.yaml"
CASES = ROOT / "tests" / "cases"
RASA = ROOT / "bot"
MODELS = ROOT / "models"
CACHE = ROOT / ".cache"

"""All the checks, in the order in which a person mends: the catalogue first, what depends on it after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot import catalogue as facts
from bot import needs, project
from bot.checks.cases import build_cases, check_cases
from bot.checks.corrections import check_corrections, public_words
from bot.checks.danger import check_reach
from bot.checks.nlu import check_nlu
from bot.checks.noise import check_noise
from bot.checks.problems import Problem, errors_of
from bot.checks.rasa_files import check_rasa_files
from bot.checks.translations import check_translations
from bot.danger import build_patterns
from bot.house import inspect


def check_everything(root: Path = project.ROOT, today: date | None = None) -> list[Problem]:
    """Every problem of the house, warnings included."""
    inspection = inspect(root, today)
    problems = list(inspection.problems)
    documents = inspection.documents
    if "needs" not in documents or "catalogue" not in documents or "book" not in documents:
        return problems
    table = needs.build(documents["needs"])
    catalogue = documents["catalogue"].data
    service_ids = [raw["id"] for raw in catalogue["services"]]
    numbers = [raw["number"] for raw in catalogue["lines"] if raw["replaced_by"] is None]
    kinds = [raw["id"] for raw in documents["book"].data["kinds"]]
    texts: list[tuple[str, str]] = []
    for path in sorted((root / "tests" / "cases").glob("*.yaml")):
        document, found = check_cases(path, list(table.needs), service_ids, numbers, kinds)
        problems += found
        if document is not None and not errors_of(found):
            texts += [(document.name, case.text) for case in build_cases(document)]
    problems += check_noise(root / "data" / "noise.yaml", service_ids, numbers)[1]
    public = public_words(facts.build(documents["catalogue"]))
    for path in sorted((root / "data" / "corrections").glob("*.yaml")):
        problems += check_corrections(path, list(table.needs), service_ids, numbers, public, texts)
    texts += [("data/services.yaml", example) for raw in catalogue["services"] for example in raw["examples"]]
    languages = documents["languages"].data if "languages" in documents else {"answered": [], "understood": []}
    for name, document in documents.items():
        if name.startswith("danger/"):
            problems += check_reach(document, build_patterns(name.split("/")[1], document))
    problems += check_nlu(root / "data" / "nlu", table, texts, languages["understood"])
    problems += check_rasa_files(root / "bot", table)
    problems += check_translations(root / "locales", languages["answered"])
    return problems

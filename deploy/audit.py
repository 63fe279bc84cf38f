"""``make audit``: known vulnerabilities of the locked dependencies, against dated and reasoned exceptions.

pip-audit runs in an environment of its own (Rasa's pins exclude it). Ends with 0 when nothing new is known, 1 when something
is, or when an exception is out of date, and 2 when the database of vulnerabilities could not be asked: that is not a failure
of the project, and it is said plainly.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Sequence

import yaml

DEPLOY = Path(__file__).resolve().parent
ROOT = DEPLOY.parent
PIP_AUDIT = "pip-audit==2.9.0"
UNREACHABLE = 2


@dataclass(frozen=True)
class Accepted:
    """A vulnerability that is kept for a reason, until a day when it is looked at again."""

    id: str
    package: str
    reason: str
    until: date


def main() -> int:
    """Asks the database and tells what is new."""
    accepted = read_exceptions(DEPLOY / "audit-exceptions.yaml")
    report = ask_database(ROOT / "requirements.lock")
    if report is None:
        print("La base des failles n'a pas pu être interrogée : rien n'est vérifié. Relancez avec un accès à Internet.", file=sys.stderr)
        return UNREACHABLE
    complaints = judge(report, accepted, date.today())
    print("\n".join(complaints) if complaints else f"Aucune faille nouvelle ({len(accepted)} exception(s)).")
    return 1 if complaints else 0


def read_exceptions(path: Path) -> list[Accepted]:
    """The exceptions, every field required: an exception without a reason or a date is not one."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))["exceptions"]
    return [Accepted(**entry) for entry in raw]


def ask_database(lock: Path) -> dict[str, Any] | None:
    """pip-audit's report on a lock file, or None when the database could not be asked."""
    uvx = [str(ROOT / ".tools" / "bin" / "uv"), "tool", "run", "--quiet", "--from", PIP_AUDIT, "pip-audit"]
    options = ["--requirement", str(lock), "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run([*uvx, *options], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        report: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if all("skip_reason" in package for package in report["dependencies"]):
        return None  # pip-audit takes a database that knows no package at all for good news
    return report


def judge(report: dict[str, Any], accepted: Sequence[Accepted], today: date) -> list[str]:
    """What must be looked at: vulnerabilities without an exception, exceptions past their day or without an object."""
    known = {entry.id for entry in accepted}
    found = {
        (package["name"], vulnerability["id"], *vulnerability.get("aliases", ())): vulnerability.get("fix_versions", [])
        for package in report["dependencies"]
        for vulnerability in package.get("vulns", ())
    }
    complaints = [
        f"{package} : {ids[0]} (corrigée dans : {', '.join(fixed) or 'rien encore'})"
        for (package, *ids), fixed in found.items()
        if not known & set(ids)
    ]
    unknown = [package["name"] for package in report["dependencies"] if "skip_reason" in package]
    complaints += [f"{name} : non vérifié, la base ne le connaît pas" for name in unknown]
    everything = {name for _package, *ids in found for name in ids}
    stale = [entry for entry in accepted if entry.until < today]
    complaints += [f"{entry.package} : l'exception {entry.id} est à relire depuis le {entry.until}" for entry in stale]
    complaints += [f"{entry.package} : l'exception {entry.id} ne sert plus" for entry in accepted if entry.id not in everything]
    return complaints


if __name__ == "__main__":
    sys.exit(main())

"""The items of OWASP ASVS 5.0 that bear on Boussole, each held by a test here or by the one it names."""

from __future__ import annotations

import ast
import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from bot.engine.stores import LIFETIME
from bot.errors import EncoderUnavailable
from bot.nlu import encoders
from bot.surfaces.http import HEADERS

ROOT = Path(__file__).parent.parent
HELD_ELSEWHERE = {
    "2.2.1 what comes in is checked against what is expected": "test_api.py::test_a_body_that_cannot_be_used_is_refused_with_the_lines",
    "2.4.1 loops are slowed": "test_guard.py::test_one_conversation_in_a_loop_stops_no_other",
    "3.5.1 no request of another site passes": "test_guard.py::test_programs_speak_json_only",
    "4.1.1 the media type and charset are said": "test_openapi.py::test_whatever_is_sent_the_answer_is_as_described",
    "14.2.4 what is kept goes by itself": "test_privacy.py::test_a_silent_conversation_is_gone_after_thirty_minutes",
    "14.2.7 and in the shared store": "test_shared_stores.py::test_everything_in_redis_has_an_end",
    "14.3.2 nothing is cached": "test_guard.py::test_the_headers_are_on_every_response",
    "16.2.5 logs hold nothing sensitive": "test_canary.py::test_the_server_keeps_nothing_at_its_most_talkative",
    "16.4.1 logs cannot be forged": "test_logs.py::test_a_line_break_cannot_forge_a_record",
    "16.5.1 errors tell nothing": "test_guard.py::test_a_failure_behind_the_guard_is_answered_with_the_lines",
    "16.5.2 it goes on when a part is down": "test_shared_stores.py::test_without_redis_every_message_is_still_understood",
    "16.5.3 what cannot be trusted is refused": "test_floor.py::test_an_altered_model_is_refused",
    "16.5.4 a last resort answers": "test_guard.py::test_without_a_catalogue_the_numbers_are_still_there",
}


def deploy_module(name: str) -> ModuleType:
    """A script of ``deploy/``, loaded as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("item", HELD_ELSEWHERE)
def test_the_item_is_held_by_a_test_that_exists(item: str) -> None:
    """A renamed test does not leave a promise without its proof."""
    file, name = HELD_ELSEWHERE[item].split("::")
    functions = {node.name for node in ast.walk(ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))) if hasattr(node, "name")}

    assert name in functions


def test_3_4_the_headers_are_those_of_the_standard() -> None:
    """3.4.1 HSTS, 3.4.3 a policy that starts from nothing, 3.4.4 nosniff, 3.4.5 no referrer, 3.4.6 no frame."""
    policy = HEADERS["Content-Security-Policy"]

    assert HEADERS["Strict-Transport-Security"] == "max-age=31536000"
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Referrer-Policy"] == "no-referrer"


def test_3_2_2_pages_write_text_never_markup() -> None:
    """Our scripts never hand a string to the browser as HTML."""
    scripts = list((ROOT / "bot" / "web").rglob("*.js")) if (ROOT / "bot" / "web").exists() else []
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")

    assert [(path.name, word) for path in scripts for word in forbidden if word in path.read_text(encoding="utf-8")] == []


def test_14_2_1_no_page_puts_words_in_an_address() -> None:
    """A message is sent in a body: addresses end up in histories and logs. No route takes a text from its address."""
    for path in (ROOT / "bot" / "surfaces").glob("*.py"):
        assert "query_params" not in path.read_text(encoding="utf-8"), path.name


def test_14_2_4_thirty_minutes_at_most() -> None:
    """What the privacy page says."""
    assert LIFETIME == 30 * 60


def test_15_2_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    """An encoder's file is read only when it is the one that was measured."""
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"altered")

    with pytest.raises(EncoderUnavailable):
        encoders.check_sha256(weights, encoders._USE_WEIGHTS)


def test_13_rasas_own_server_is_never_started() -> None:
    """Its administration API can load a model from anywhere (CVE-2024-49375): no line of ours starts it."""
    started = ("enable-api", "enable_api", "rasa.core.run", "serve_application", "rasa.server")
    sources = [
        path for folder in ("bot", "actions", "deploy") for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yaml", ".conf")
    ]

    assert [(path.name, word) for path in sources for word in started if word in path.read_text(encoding="utf-8")] == []


def test_13_telemetry_is_off() -> None:
    """Rasa would send counts and errors to its makers."""
    import os

    from bot.engine.training import prepare_rasa

    prepare_rasa()

    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"


def test_15_1_every_dependency_is_pinned_by_its_hash() -> None:
    """Another file under the same name is refused at installation."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]

    assert len(pinned) > 100
    assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []


def test_15_2_every_accepted_vulnerability_has_a_reason_and_a_day() -> None:
    """And the day has not passed."""
    audit = deploy_module("audit")
    accepted = audit.read_exceptions(ROOT / "deploy" / "audit-exceptions.yaml")

    assert all(entry.id and entry.package and len(entry.reason) > 20 for entry in accepted)
    assert all(entry.until >= date.today() for entry in accepted)


def test_15_2_the_audit_tells_new_old_and_useless(tmp_path: Path) -> None:
    """A new vulnerability, an exception out of date, one that serves no more, a package nobody knows: each is said."""
    audit = deploy_module("audit")
    exceptions = tmp_path / "exceptions.yaml"
    exceptions.write_text(
        yaml.safe_dump(
            {
                "exceptions": [
                    {"id": "CVE-1", "package": "a", "reason": "r", "until": date(2026, 1, 1)},
                    {"id": "CVE-9", "package": "z", "reason": "r", "until": date(2999, 1, 1)},
                ]
            }
        )
    )
    report: dict[str, Any] = {
        "dependencies": [
            {"name": "a", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}]},
            {"name": "b", "vulns": [{"id": "CVE-2", "aliases": [], "fix_versions": []}]},
            {"name": "c", "skip_reason": "unknown"},
        ]
    }
    complaints = audit.judge(report, audit.read_exceptions(exceptions), date(2026, 11, 28))

    assert [complaint.split(" : ")[0] for complaint in complaints] == ["b", "c", "a", "z"]


def test_15_2_a_database_that_cannot_be_asked_is_not_good_news(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The audit then says that nothing was checked, and ends with its own code."""
    audit = deploy_module("audit")
    monkeypatch.setattr(audit, "ROOT", Path("/nulle-part"))

    assert audit.main() == audit.UNREACHABLE
    assert "rien n'est vérifié" in capsys.readouterr().err

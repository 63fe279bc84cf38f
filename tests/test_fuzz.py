"""Anything at all, at every door: a clear refusal or an answer, never an accident."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import project
from bot.documents import UnreadableDocument, read
from bot.errors import BadInput
from bot.house import inspect
from bot.surfaces.http import _asked_locale
from bot.surfaces.requests import read_object, read_request
from bot.surfaces.rest_channel import read_rest_message
from bot.surfaces.server import create_app
from bot.text import MAX_CHARACTERS, clean, normalise

FAST = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SLOW = settings(FAST, max_examples=25)
ANY_TEXT = st.text(st.characters(), max_size=300)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(ANY_TEXT, inside, max_size=4),
    max_leaves=20,
)


@FAST
@given(ANY_TEXT)
@example("\ud800" * 10)
@example("a\u0300" * 2000)
def test_any_text_is_made_readable(text: str) -> None:
    """Bounded, without an invisible or broken character; what is made comparable stays as it is when made so again."""
    read = clean(text)

    assert len(read) <= MAX_CHARACTERS
    assert read == read.strip()
    read.encode("utf-8")
    assert normalise(normalise(text)) == normalise(text)


@FAST
@given(st.binary(max_size=400) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_read_or_refused_in_a_sentence(body: bytes) -> None:
    """By the API and by the REST channel; what is read can be written back as JSON that everybody reads."""
    for reading in (read_request, lambda raw: read_rest_message(read_object(raw))):
        try:
            message = reading(body)
        except BadInput as error:
            assert str(error).endswith(".")  # noqa: PT017 -- either is right
        else:
            assert isinstance(message.text, str)
            json.dumps(getattr(message, "id", None), allow_nan=False)


@FAST
@given(ANY_TEXT)
def test_any_accept_language_is_one_of_ours_or_none(header: str) -> None:
    """Browsers and scanners send everything."""
    assert _asked_locale(header, {"fr": None, "tr": None}) in (None, "fr", "tr")  # type: ignore[dict-item]


@FAST
@given(st.binary(max_size=300) | ANY_TEXT.map(lambda text: text.encode("utf-8", "replace")))
@example(b"a: &a [*a]")
@example(b"!!python/object/apply:os.system ['true']")
@example(b"a: " + b"[" * 3000)
@example(b"a: 1\na: 2")
def test_any_file_is_read_or_refused_with_its_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """A data file that somebody broke: what is wrong is said, nothing in it is ever run."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        document = read(path)
    except UnreadableDocument as error:
        assert str(error)  # noqa: PT017 -- either is right
    else:
        assert document.lines is not None


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house's data."""
    root = tmp_path_factory.mktemp("house")
    shutil.copytree(project.DATA, root / "data", ignore=shutil.ignore_patterns("nlu"))
    shutil.copytree(project.LOCALES, root / "locales")
    return root


@SLOW
@given(st.data())
def test_any_accident_in_the_catalogue_is_a_problem_never_a_crash(copied: Path, data: st.DataObject) -> None:
    """A line cut, doubled, moved, or replaced by anything in the catalogue: the check ends, and says."""
    path = copied / "data" / "services.yaml"
    whole = (project.SERVICES).read_text(encoding="utf-8")
    lines = whole.splitlines(keepends=True)
    where = data.draw(st.integers(0, len(lines) - 1))
    what = data.draw(st.sampled_from(["cut", "double", "indent", "value"]))
    replaced = {
        "cut": "",
        "double": lines[where] * 2,
        "indent": "  " + lines[where],
        "value": lines[where].split(":")[0] + ": " + data.draw(ANY_TEXT) + "\n",
    }
    path.write_text("".join([*lines[:where], replaced[what], *lines[where + 1 :]]), encoding="utf-8", errors="replace")
    problems = inspect(copied).problems

    assert all(str(problem) for problem in problems)


@pytest.fixture(scope="module")
def client(assistant: Any) -> Any:
    """The real application on the real model."""
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


@settings(FAST, max_examples=60)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]),
    path=st.sampled_from(["/api/orient", "/webhooks/rest/webhook", "/health", "/ready", "/metrics", "/api/openapi.json"]) | st.text("/.%azé\\?#&=+ ", max_size=20).map("/".__add__),
    body=st.binary(max_size=200) | ANY_JSON.map(lambda value: json.dumps(value).encode()) | ANY_TEXT.map(lambda text: json.dumps({"text": text, "message": text}).encode()),
    kind=st.sampled_from(["application/json", "text/plain", "application/json; charset=latin-1", "", "x" * 300]),
)  # fmt: skip
def test_any_request_is_answered(client: Any, method: str, path: str, body: bytes, kind: str) -> None:
    """Whatever the method, the address, the body and its kind: never a 5xx, always the headers. The same by the hundred thousand
    in ``benchmarks/fuzz.py``."""
    response = client.request(method, path, content=body, headers={"content-type": kind})

    assert response.status_code < 500
    assert response.headers["x-content-type-options"] == "nosniff"

"""The description that programs read says what the API does: no more, no less, whatever is sent."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from peers import Server, running_server
from schemathesis.checks import CHECKS
from starlette.routing import Route

from bot.surfaces import openapi
from bot.surfaces.server import create_app

SCHEMA = schemathesis.openapi.from_dict(openapi.DOCUMENT)


@pytest.fixture(scope="module")
def server(assistant: Any) -> Any:
    """Boussole as it is started in the house."""
    with running_server() as running:
        yield running


def test_the_document_names_every_route_of_the_api_and_no_other(assistant: Any) -> None:
    """With its methods. ``/api/kiosk`` is the kiosk's own pages speaking to themselves: it changes with them."""
    routes = [route for route in create_app(assistant).routes if isinstance(route, Route) and route.path.startswith("/api/")]
    routes = [route for route in routes if not route.path.startswith("/api/kiosk/")]
    served = {(route.path, method.lower()) for route in routes for method in route.methods or () if method != "HEAD"}
    written = {(path, method) for path, methods in openapi.DOCUMENT["paths"].items() for method in methods}

    assert written == served


def test_the_document_is_served_as_it_is_written(server: Server) -> None:
    """At ``/api/openapi.json``."""
    served = httpx.get(f"{server.url}/api/openapi.json", timeout=10)

    assert served.json() == json.loads(json.dumps(openapi.DOCUMENT))
    assert yaml.safe_load(openapi._FILE.read_text(encoding="utf-8"))["openapi"] == "3.1.0"


@SCHEMA.parametrize()
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_as_described(case: Any, server: Server) -> None:
    """Good and bad requests made from the document: never a 5xx, always a described status, type and shape."""
    case.call_and_validate(base_url=server.url, timeout=30, checks=[CHECKS.get_one(name) for name in CHECKS_HELD])


CHECKS_HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
)

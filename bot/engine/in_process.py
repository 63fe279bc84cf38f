"""Actions run inside our own process: no second server, no network, no schema rebuilt at each message.

Rasa calls its action server over HTTP and rebuilds a constant JSON schema for every answer, which costs about 14 ms a
message. Here the endpoint is the ``rasa_sdk`` executor itself, and the schema is built once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class InProcessActionEndpoint(EndpointConfig):  # type: ignore[misc]
    """Looks like an action server to Rasa, and runs the actions of a package here."""

    def __init__(self, package: str) -> None:
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, *_args: Any, json: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Runs the action that Rasa asks for and gives its events and responses."""
        result = await self._executor.run(json)
        return result or {"events": [], "responses": []}


def validate_with_one_schema() -> None:
    """Makes Rasa check action results against a schema that is built once."""
    RemoteAction._validate_action_result = _is_valid


@lru_cache(maxsize=1)
def _validator() -> Any:
    return jsonschema.Draft7Validator(RemoteAction.action_response_format_spec())


def _is_valid(_action: RemoteAction, result: dict[str, Any]) -> bool:
    problem = next(_validator().iter_errors(result), None)
    if problem is not None:
        raise RasaException(f"an action returned something that is not an action result: {problem.message}")
    return True

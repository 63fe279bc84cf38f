"""Actions run inside our own process: no second server, no network.

Rasa calls its action server over HTTP and rebuilds a constant JSON schema for every answer, which costs about 14 ms a
message. Here the endpoint is the ``rasa_sdk`` executor itself.
"""

from __future__ import annotations

from typing import Any

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

"""The formats of ``boussole export``, by the name people type."""

from __future__ import annotations

from datetime import date
from typing import Any, Callable, Mapping

from bot.exports import data_inclusion, hsds, schema_org
from bot.exports.standards import Standards
from bot.house import House

Export = Callable[[House, Standards, date], Mapping[str, Any]]

FORMATS: dict[str, Export] = {"data-inclusion": data_inclusion.export, "hsds": hsds.export, "jsonld": schema_org.export}

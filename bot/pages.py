"""HTML from the templates of ``bot/web``: everything that goes in is escaped, a missing name is an error."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import project


def render(template: str, **values: Any) -> str:
    """The page. SVG drawn by :mod:`bot.charts` is the only text that a template marks as safe."""
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    templates = FileSystemLoader(project.WEB)
    return Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

"""The core knows no framework: it can be read, tested and reused without Rasa, Telegram or a web server."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"
PACKAGES = ("checks", "exports", "batch")
CORE = sorted([*BOT.glob("*.py"), *(path for package in PACKAGES for path in (BOT / package).glob("*.py"))])
SURFACE_MODULES = {"cli.py", "__main__.py"}
FRAMEWORKS = {"rasa", "rasa_sdk", "telegram", "starlette", "uvicorn", "fastapi", "flask", "aiohttp", "sanic"}


@pytest.mark.parametrize("path", [path for path in CORE if path.name not in SURFACE_MODULES], ids=lambda path: path.name)
def test_the_core_imports_no_framework(path: Path) -> None:
    """Neither a framework, nor our own modules that stand on one."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module)

    assert not {name.split(".")[0] for name in imported} & FRAMEWORKS
    assert not [name for name in imported if name.startswith(("bot.engine", "bot.nlu", "bot.surfaces", "actions"))]

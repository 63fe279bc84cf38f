"""YAML files read with the line of every value, so that an error can say where to look."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import yaml

from bot import project

Key = Union[str, int]
KeyPath = tuple[Key, ...]


class UnreadableDocument(Exception):
    """A file that is missing, empty, not UTF-8 or not YAML; ``line`` counts from 1 and is None when unknown."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class Document:
    """A parsed file: its content, and the line of each value by its path of keys."""

    path: Path
    data: Any
    lines: dict[KeyPath, int]

    def line(self, path: KeyPath) -> int | None:
        """The line of a value, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    @property
    def name(self) -> str:
        """The file as a person of the house knows it."""
        return display_name(self.path)


def display_name(path: Path) -> str:
    """A path from the project's root when it is inside it."""
    try:
        return path.resolve().relative_to(project.ROOT).as_posix()
    except ValueError:
        return path.name


def read(path: Path) -> Document:
    """Reads a YAML file.

    Raises:
        UnreadableDocument: with the reason in French and the line where known.
    """
    text = _text(path)
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        if node is None:
            raise UnreadableDocument("le fichier est vide")
        lines: dict[KeyPath, int] = {}
        _record(node, (), lines)
        return Document(path, yaml.load(text, Loader=yaml.CSafeLoader), lines)
    except yaml.YAMLError as error:
        raise _in_french(error, text) from error
    except (RecursionError, ValueError, TypeError) as error:
        raise UnreadableDocument("le fichier n'est pas du YAML que l'on peut lire") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnreadableDocument("le fichier n'existe pas") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDocument("le fichier n'est pas un texte en UTF-8 que l'on peut lire") from error


def _record(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int]) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise UnreadableDocument(f"« {key.value} » est écrit deux fois au même endroit", key.start_mark.line + 1)
            seen.add(key.value)
            inner = (*path, key.value)
            _record(value, inner, lines)
            lines[inner] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _record(value, (*path, index), lines)


def _in_french(error: yaml.YAMLError, text: str) -> UnreadableDocument:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else None
    source = text.splitlines()
    if line is not None and line <= len(source) and "\t" in source[line - 1]:
        return UnreadableDocument("une tabulation : en YAML on décale avec des espaces", line)
    return UnreadableDocument(
        "ce n'est pas du YAML valable (décalage, deux-points ou guillemets : entourez le texte de \"…\" s'il contient « : »)",
        line,
    )

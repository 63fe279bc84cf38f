"""Editing ``data/services.yaml``: one entry at a time, its comments and order kept, checked as ``boussole check`` does.

An entry is seen as a form sees it (:data:`Values`): texts, empty where the catalogue says null; ``sessions``, ``phones`` and
``closures`` are lists of such rows. Saving applies only what changed since the form was shown, to the file as it is now:
two people who edit different things both keep theirs, and two who edit the same thing are told.
"""

from __future__ import annotations

import difflib
import io
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Mapping, Union

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot import clock, project
from bot.checks.catalogue import check_catalogue
from bot.checks.problems import Problem, errors_of
from bot.documents import Document
from bot.errors import BadInput, BrokenData
from bot.safe_file import only_writer, write_whole

Row = Mapping[str, str]
Values = Mapping[str, Union[str, "list[Row]"]]

TEXTS = ("name", "what", "for_whom", "not_for", "place", "appointment", "email", "web", "booking", "cost", "as_of", "verified_on")
ROWS: Mapping[str, tuple[str, ...]] = {
    "sessions": ("hours", "words", "place", "note"),
    "phones": ("number", "label", "hours", "answered_by", "cost"),
    "closures": ("from", "to", "reason"),
}
_QUOTED = ("number", "hours")
_IDENTIFIED_BY = {"services": "id", "lines": "number"}


class EditedMeanwhile(BadInput):
    """Somebody changed the same thing since the form was shown; ``now`` is what the file says, ``fields`` what collides."""

    def __init__(self, fields: tuple[str, ...], now: Values) -> None:
        super().__init__("Quelqu'un a changé la même chose pendant que vous écriviez. Rien n'est perdu : comparez, puis enregistrez.")
        self.fields = fields
        self.now = now


@dataclass(frozen=True)
class Draft:
    """The catalogue as it would be: its text, the errors in it, and the document when there is none."""

    before: str
    text: str
    errors: tuple[Problem, ...]
    document: Document | None

    def diff(self) -> list[str]:
        """The lines that change, marked ``-`` and ``+``, with one line around them."""
        before, after = self.before.splitlines(), self.text.splitlines()
        start = next((place for place, (old, new) in enumerate(zip(before, after)) if old != new), min(len(before), len(after)))
        first = max(0, start - 1)  # difflib takes a line that is frequent in a long file for noise: it is given the entry alone
        tail = 0
        while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        stop = max(0, tail - 1)
        lines = difflib.unified_diff(before[first : len(before) - stop], after[first : len(after) - stop], n=1, lineterm="")
        return [line for line in lines if not line.startswith(("---", "+++"))]


def values_of(service: str, path: Path = project.SERVICES) -> Values:
    """A partner's entry as a form shows it.

    Raises:
        BadInput: when there is no such partner.
    """
    return _values(_entry(_yaml().load(path.read_text(encoding="utf-8")), "services", service))


def draft(service: str, base: Values, wanted: Values, path: Path = project.SERVICES) -> Draft:
    """The catalogue with what changed from ``base`` to ``wanted`` in a partner's entry; nothing is written.

    Raises:
        BadInput: when there is no such partner.
        EditedMeanwhile: when the file does not say ``base`` any more where ``wanted`` changes it.
    """
    before = path.read_text(encoding="utf-8")
    data = _yaml().load(before)
    entry = _entry(data, "services", service)
    now = _values(entry)
    mine = {key: value for key, value in wanted.items() if value != base.get(key)}
    collisions = tuple(key for key, value in mine.items() if now[key] not in (base.get(key), value))
    if collisions:
        raise EditedMeanwhile(collisions, now)
    for key, value in mine.items():
        _put(entry, key, value)
    return _checked(before, _dump(data))


def save(service: str, base: Values, wanted: Values, path: Path = project.SERVICES, backups: Path = project.BACKUPS) -> Draft:
    """Writes what :func:`draft` gives, the file of before kept in ``backups`` under its date.

    Raises:
        BadInput, EditedMeanwhile: as :func:`draft`.
        BrokenData: when the catalogue would be wrong; nothing is written.
    """
    with only_writer(path):
        made = draft(service, base, wanted, path)
        _write(made, path, backups)
    return made


def add_closure(service: str, first: str, last: str, reason: str, path: Path = project.SERVICES, backups: Path = project.BACKUPS) -> Draft:
    """Adds an exceptional closure, both days included.

    Raises:
        BadInput: when there is no such partner.
        BrokenData: when a day or the reason is not one.
    """
    with only_writer(path):
        base = values_of(service, path)
        closures = base["closures"]
        assert isinstance(closures, list)
        made = draft(service, base, {"closures": [*closures, {"from": first, "to": last, "reason": reason}]}, path)
        _write(made, path, backups)
    return made


def confirm(section: str, identifier: str, today: date, path: Path = project.SERVICES, backups: Path = project.BACKUPS) -> None:
    """Writes that an entry of ``services`` or ``lines`` was confirmed today.

    Raises:
        BadInput: when there is no such entry.
    """
    with only_writer(path):
        before = path.read_text(encoding="utf-8")
        data = _yaml().load(before)
        _entry(data, section, identifier)["verified_on"] = today
        _write(_checked(before, _dump(data)), path, backups)


def _write(made: Draft, path: Path, backups: Path) -> None:
    if made.errors:
        raise BrokenData(made.errors)
    if made.text != made.before:
        write_whole(backups / f"{path.stem}-{clock.now():%Y-%m-%dT%H-%M-%S-%f}.yaml", made.before)
        write_whole(path, made.text)


def _checked(before: str, text: str) -> Draft:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "services.yaml"
        path.write_text(text, encoding="utf-8")
        document, problems = check_catalogue(path, clock.now().date())
    errors = tuple(errors_of(problems))
    return Draft(before, text, errors, None if errors else document)


def _yaml() -> YAML:
    """Reads and writes back the very same bytes where nothing changed."""
    yaml = YAML()
    yaml.preserve_quotes = True  # type: ignore[assignment]
    yaml.width = 100_000  # type: ignore[assignment]
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(type(None), lambda dumper, _none: dumper.represent_scalar("tag:yaml.org,2002:null", "null"))
    return yaml


def _dump(data: Any) -> str:
    stream = io.StringIO()
    _yaml().dump(data, stream)
    return stream.getvalue()


def _entry(data: Any, section: str, identifier: str) -> Any:
    key = _IDENTIFIED_BY.get(section)
    found = next((raw for raw in data[section] if str(raw[key]) == identifier), None) if key else None
    if found is None:
        raise BadInput(f"« {identifier} » n'est pas dans le catalogue.")
    return found


def _values(entry: Any) -> dict[str, Union[str, list[Row]]]:
    values: dict[str, Union[str, list[Row]]] = {key: _shown(entry[key]) for key in TEXTS}
    for key, columns in ROWS.items():
        values[key] = [{column: _shown(row[column]) for column in columns} for row in entry[key]]
    return values


def _shown(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _put(entry: Any, key: str, value: Union[str, list[Row]]) -> None:
    if isinstance(value, str):
        entry[key] = _typed(key, value)
        return
    rows = entry[key]
    for position, wanted in enumerate(value):
        if position == len(rows):
            rows.append(_new_row(key))
        for column in ROWS[key]:
            if column not in rows[position] or _shown(rows[position][column]) != wanted[column]:
                rows[position][column] = _typed(column, wanted[column])
    del rows[len(value) :]


def _new_row(key: str) -> CommentedMap:
    row = CommentedMap()
    if key != "sessions":
        row.fa.set_flow_style()
    return row


def _typed(key: str, value: str) -> Any:
    """A text of a form as the catalogue holds it: null when empty, a date when it is one."""
    if not value:
        return None
    if key in _QUOTED:
        return DoubleQuotedScalarString(value)
    if key in ("from", "to", "as_of", "verified_on"):
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            return value
    return value

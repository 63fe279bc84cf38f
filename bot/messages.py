"""Every sentence Boussole can say, gathered for translators, one gettext catalogue a language.

The sentences come from two places: ``say("…")`` in the code and in the pages, and the texts of ``data/`` under their own names
(``services.apers.what``), so that two partners' texts never share a translation by accident.
"""

from __future__ import annotations

import gettext
import io
from datetime import datetime
from pathlib import Path
from typing import Any, Iterator

from babel import Locale as Cldr
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot import documents, project
from bot.direction import with_isolates
from bot.language import DEFAULT

DOMAIN, BENCH = "boussole", "bench"
DOMAINS = (DOMAIN, BENCH)
"""What residents read, and what the staff reads on the bench: a catalogue each, so that whoever reviews the sentences said to
people in trouble has those alone before their eyes. The same checks hold for both."""
_OF_STAFF = {"surfaces/bench/**.py": "python", "observatory_report.py": "python", "web/bench/**.html": "jinja2"}
_METHODS = {
    DOMAIN: [*((pattern, "ignore") for pattern in _OF_STAFF), ("**.py", "python"), ("**.html", "jinja2")],
    BENCH: list(_OF_STAFF.items()),
}
_KEYWORDS: dict[str, Any] = {"say": None, "say_count": (1, 2)}
_HEADER: dict[str, Any] = {
    "header_comment": "# Boussole : les phrases de l'assistant. « state » dans locales/languages.yaml dit si elles ont été relues.",
    "version": "0.1.0",
    "msgid_bugs_address": "dccs@istres.fr",
    "creation_date": datetime(2026, 11, 21),
    "revision_date": datetime(2026, 11, 21),
    "last_translator": "Boussole",
    "language_team": "Boussole",
}


def template(domain: str = DOMAIN) -> Catalog:
    """All messages of a domain, in French, with the place each comes from."""
    catalog = Catalog(project=domain, charset="utf-8")
    for path, line, message, comments, _context in extract_from_dir(
        str(project.ROOT / "bot"), method_map=_METHODS[domain], keywords=_KEYWORDS
    ):
        catalog.add(message, locations=[(f"bot/{path}", line)], auto_comments=comments)
    for name, context, text in data_texts() if domain == DOMAIN else ():
        catalog.add(text, context=context, locations=[(name, 0)])
    return catalog


def data_texts() -> Iterator[tuple[str, str, str]]:
    """The texts of ``data/`` that are shown: file, name of the text, French."""
    yield from _service_texts(documents.read(project.SERVICES).data)
    for need in documents.read(project.NEEDS).data["needs"]:
        yield "data/needs.yaml", f"needs.{need['id']}.label", need["label"]
    for crossroads in documents.read(project.NEEDS).data["crossroads"]:
        yield "data/needs.yaml", f"crossroads.{crossroads['id']}.question", crossroads["question"]
    leaflet = documents.read(project.LEAFLET).data
    for part, field in (("about", "text"), ("groups", "title")):
        for entry in leaflet[part]:
            yield "data/leaflet.yaml", f"leaflet.{part}.{entry['id']}", entry[field].strip()
    book = documents.read(project.DANGER / "kinds.yaml").data
    for kind in book["kinds"]:
        for field in ("say", "minor_say", "other_say"):
            yield "data/danger/kinds.yaml", f"danger.{kind['id']}.{field}", kind[field]
    for part in book["guide"]:
        for field in ("label", "say"):
            yield "data/danger/kinds.yaml", f"guide.{part['id']}.{field}", part[field]


def _service_texts(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    file = "data/services.yaml"
    for service in data["services"]:
        key = f"services.{service['id']}"
        for field in ("name", "what", "for_whom", "not_for"):
            if service[field] is not None:
                yield file, f"{key}.{field}", service[field].strip()
        for index, rule in enumerate(service["sessions"]):
            yield file, f"{key}.sessions.{index}.words", rule["words"].strip()
            if rule["note"] is not None:
                yield file, f"{key}.sessions.{index}.note", rule["note"]
        for index, phone in enumerate(service["phones"]):
            for field in ("label", "cost"):
                if phone[field] is not None:
                    yield file, f"{key}.phones.{index}.{field}", phone[field]
    for identifier, place in data["places"].items():
        for field in ("name", "note"):
            if place[field] is not None:
                yield file, f"places.{identifier}.{field}", place[field]
    for line in data["lines"]:
        if line["replaced_by"] is None:
            for field in ("name", "for", "words", "note"):
                if line[field] is not None:
                    yield file, f"lines.{line['number']}.{field}", line[field]


def po_path(tag: str, directory: Path = project.LOCALES, domain: str = DOMAIN) -> Path:
    """The catalogue of a locale."""
    return directory / tag / "LC_MESSAGES" / f"{domain}.po"


def read(tag: str, directory: Path = project.LOCALES, domain: str = DOMAIN) -> Catalog:
    """A locale's catalogue, empty when it has none yet."""
    try:
        with po_path(tag, directory, domain).open("rb") as file:
            return read_po(file, domain=domain)
    except FileNotFoundError:
        return Catalog(domain=domain, charset="utf-8")


def compiled(tag: str, directory: Path = project.LOCALES, domain: str = DOMAIN) -> io.BytesIO:
    """A locale's catalogue in gettext's binary form, made in memory: never stale."""
    binary = io.BytesIO()
    write_mo(binary, read(tag, directory, domain))
    binary.seek(0)
    return binary


def update(tag: str, cldr: str, directory: Path = project.LOCALES, domain: str = DOMAIN) -> None:
    """Brings a locale's catalogue up to the template: new messages empty, gone ones removed, the rest kept.

    In a right-to-left language the Latin names and phone numbers of the translations are put between isolates.
    """
    known = read(tag, directory, domain)
    language = Cldr.parse(cldr, sep="-")
    fresh = Catalog(locale=language, project="Boussole", charset="utf-8", fuzzy=False, **_HEADER)
    for message in template(domain):
        if not message.id:
            continue
        kept = known.get(message.id, message.context)
        texts = forms(kept) if kept is not None else ()
        if language.text_direction == "rtl":
            texts = tuple(map(with_isolates, texts))
        if message.pluralizable:
            wanted: str | tuple[str, ...] = (*texts, *("",) * fresh.num_plurals)[: fresh.num_plurals]
        else:
            wanted = texts[0] if texts else ""
        fresh.add(
            message.id,
            wanted,
            locations=sorted({(name, 0) for name, _line in message.locations}),
            auto_comments=_form_examples(fresh) if message.pluralizable else (),
            flags=[*message.flags, *(["fuzzy"] if kept is not None and kept.fuzzy else [])],
            context=message.context,
        )
    path = po_path(tag, directory, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=120, include_lineno=False, ignore_obsolete=True)


def forms(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one a plural form."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (str(message.string or ""),)


def _form_examples(catalog: Catalog) -> list[str]:
    """For the translator: which numbers each plural form is for, by the catalogue's own rule.

    The order of the forms is not the same everywhere: Babel's Arabic puts 100 before 11, most tools the reverse.
    """
    form_of = gettext.c2py(catalog.plural_expr)
    by_form: dict[int, list[int]] = {}
    for number in range(120):
        by_form.setdefault(form_of(number), []).append(number)
    return [f"forme {form} : {', '.join(map(str, numbers[:5]))}…" for form, numbers in sorted(by_form.items())]


def main() -> None:
    """``make messages``: every locale's catalogue brought up to date."""
    for raw in documents.read(project.LANGUAGES).data["answered"]:
        if raw["tag"] != DEFAULT:
            for domain in DOMAINS:
                update(raw["tag"], raw["cldr"], domain=domain)


if __name__ == "__main__":
    main()

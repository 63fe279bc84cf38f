"""A new language: its entry, its empty catalogues and its first danger patterns, as a draft that nobody is offered yet."""

from __future__ import annotations

from pathlib import Path

import babel
import yaml

from bot import messages, project
from bot.documents import read
from bot.errors import BadInput

_ENTRY = """  - {{tag: {tag}, language: {language}, cldr: {tag}, name: {name}, direction: {direction}, state: draft, reviewer: null,
     offered: false, words: {words}}}
"""
_DANGER = """# {name} : comment on reconnaît un danger dans cette langue. La tête de fr.yaml explique comment un motif s'écrit.
# À remplir avec une personne dont c'est la langue ; en attendant, le modèle seul veille, et les motifs des autres langues.
groups: {{}}
patterns: {{}}
"""


def add_language(tag: str, root: Path = project.ROOT) -> list[Path]:
    """Adds a language by its CLDR tag (``de``, ``pt-BR``) and gives the files written or changed.

    What CLDR knows is filled in (own name, direction, names in the house's languages); the sentences are left empty, so
    that they come out in French. ``offered: false`` keeps the language from people until it is translated.

    Raises:
        BadInput: when CLDR does not know the language, or the house has it already.
    """
    tag = tag.strip().replace("_", "-")
    try:
        cldr = babel.Locale.parse(tag, sep="-")
    except (babel.UnknownLocaleError, ValueError) as error:
        raise BadInput(f"« {tag} » n'est pas une langue connue de CLDR. Attendu : un code comme de, pl ou pt-BR.") from error
    languages = root / "locales" / "languages.yaml"
    answered = read(languages).data["answered"]
    if tag in [raw["tag"] for raw in answered]:
        raise BadInput(f"« {tag} » est déjà dans locales/languages.yaml.")
    entry = _ENTRY.format(
        tag=tag,
        language=cldr.language,
        name=_quoted(_title(cldr.get_display_name(cldr) or tag)),
        direction=cldr.text_direction,
        words=f"[{', '.join(map(_quoted, _names(cldr, [raw['cldr'] for raw in answered])))}]",
    )
    text = languages.read_text(encoding="utf-8")
    languages.write_text(text.replace("\nasking:\n", f"{entry}\nasking:\n", 1), encoding="utf-8")
    written = [languages]
    for domain in messages.DOMAINS:
        messages.update(tag, tag, root / "locales", domain)
        written.append(messages.po_path(tag, root / "locales", domain))
    danger = root / "data" / "danger" / f"{tag}.yaml"
    if not danger.exists():
        danger.write_text(_DANGER.format(name=_title(cldr.get_display_name("fr") or tag)), encoding="utf-8")
        written.append(danger)
    return written


def _names(cldr: babel.Locale, others: list[str]) -> list[str]:
    """The language's name in itself and in the languages of the house, as CLDR gives them."""
    speakers = [cldr, *(babel.Locale.parse(other, sep="-") for other in others)]
    names = [cldr.get_language_name(speaker) for speaker in speakers]
    return list(dict.fromkeys(name.casefold() for name in names if name))


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _quoted(text: str) -> str:
    """Text as a YAML value inside brackets."""
    return yaml.safe_dump(text, allow_unicode=True, default_flow_style=True, default_style='"').strip()

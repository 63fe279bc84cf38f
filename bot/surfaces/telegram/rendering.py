"""A Reply as Telegram messages: HTML with every text escaped, each number a tap away from being dialled, cut at paragraph ends."""

from __future__ import annotations

import re
from functools import partial
from html import escape as escape_html
from typing import Iterable, Sequence

from bot.catalogue import digits
from bot.conversation import ENGLISH_FOLLOWS
from bot.presenter import card_text, footer_text, line_text, lines_to_show
from bot.reply import Card, Reply
from bot.wording import Wording

MOST_CHARACTERS = 4096
"""Telegram's limit, in UTF-16 units; ours counts the tags too, so it is never passed."""
escape = partial(escape_html, quote=False)


def render(reply: Reply, wording: Wording, notice: str | None = None) -> list[str]:
    """The messages, in order: who to ring now, the help lines, what to know, the partners, the question, the footer.

    ``notice`` is a last paragraph of the surface's own.
    """
    lines = [_dialled(escape(line_text(line, wording)), [line.number]) for line in lines_to_show(reply) if not line.text_only]
    by_text = [escape(line_text(line, wording)) for line in lines_to_show(reply) if line.text_only]
    blocks = [
        "\n".join(_bold(_dialled(escape(text), _voice_numbers(reply))) for text in reply.alert),
        "\n".join([*lines, *by_text]),
        "\n".join(escape(text) for text in reply.say),
        *(card_block(card, wording, rank if len(reply.cards) > 1 else None) for rank, card in enumerate(reply.cards, 1)),
        _bold(escape(reply.question)) if reply.question else "",
        _dialled(escape(footer_text(reply, wording)), _voice_numbers(reply)),
        escape(_in_english(reply)),
        f"<i>{escape(notice)}</i>" if notice else "",
    ]
    return split(blocks)


def card_block(card: Card, wording: Wording, rank: int | None = None) -> str:
    """One partner: its name in bold, its number in the list, its phones to dial."""
    name, _, rest = card_text(card, wording).partition("\n")
    title = escape(name if rank is None else f"{rank}. {name}")
    return f"{_bold(title)}\n{_dialled(escape(rest), [phone.number for phone in card.phones])}"


def split(blocks: Iterable[str], limit: int = MOST_CHARACTERS) -> list[str]:
    """Paragraphs gathered in messages under the limit: cut between paragraphs, else between lines, else anywhere in plain text."""
    messages: list[str] = []
    for block in filter(None, blocks):
        for position, piece in enumerate(_pieces(block, limit)):
            gap = "\n\n" if position == 0 else "\n"
            if messages and _length(messages[-1] + gap + piece) <= limit:
                messages[-1] += gap + piece
            else:
                messages.append(piece)
    return messages


def _pieces(block: str, limit: int) -> Sequence[str]:
    if _length(block) <= limit:
        return [block]
    pieces = []
    for line in block.split("\n"):
        if _length(line) <= limit:
            pieces.append(line)
        else:  # no text of ours is that long: the tags go, so that none is cut in two
            plain = re.sub(r"<[^>]+>", "", line)
            pieces += [plain[start : start + limit // 8] for start in range(0, len(plain), limit // 8)]
    return pieces


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _bold(text: str) -> str:
    return f"<b>{text}</b>"


def _voice_numbers(reply: Reply) -> list[str]:
    lines = {line.number: line for line in (*reply.line_cards, *reply.footer_cards)}
    return [number for number, line in lines.items() if not line.text_only]


def _dialled(text: str, numbers: Sequence[str]) -> str:
    """The first place where each number is read becomes a link that dials it, however it is spaced."""
    for number in numbers:
        spaced = r"[\s\u00a0\u202f]?".join(digits(number))
        link = rf'<a href="tel:{_international(number)}">\g<0></a>'
        text = re.sub(rf'(?<![\d:+"])(?<!\d ){spaced}(?![\d"])(?! ?\d)', link, text, count=1)
    return text


def _international(number: str) -> str:
    """``+33413295620``; a short number is dialled as it is."""
    return f"+33{number[1:]}" if len(number) == 10 and number.startswith("0") else number


def _in_english(reply: Reply) -> str:
    """What follows in English, for a language that has no locale."""
    _, mark, english = reply.reply.partition(f"\n{ENGLISH_FOLLOWS}\n")
    return ENGLISH_FOLLOWS + "\n" + english if mark else ""

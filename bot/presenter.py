"""A Reply as plain text, as a resident reads it where there is nothing but text."""

from __future__ import annotations

from bot.reply import Card, Line, Reply
from bot.wording import Wording


def compose(reply: Reply, wording: Wording) -> str:
    """The whole answer: who to ring now, what to know, the partners, the question, and the emergency lines last."""
    blocks = [
        "\n".join(reply.alert),
        "\n".join(line_text(line, wording) for line in lines_to_show(reply)),
        "\n".join(reply.say),
        *(card_text(card, wording) for card in reply.cards),
        _question(reply),
        footer_text(reply, wording),
    ]
    return "\n\n".join(block for block in blocks if block)


_ALREADY_IN_ALERT = frozenset({"17", "112", "114"})


def lines_to_show(reply: Reply) -> tuple[Line, ...]:
    """The help lines of the answer, without those that its alert already says to ring."""
    return tuple(line for line in reply.line_cards if line.number not in _ALREADY_IN_ALERT or not reply.alert)


def card_text(card: Card, wording: Wording) -> str:
    """One partner: name, what for, next session, place, how to reach it."""
    say = wording.say
    name = card.name if card.name == card.french_name else f"{card.name} ({wording.keep(card.french_name)})"
    lines = [name, card.what]
    if card.for_whom:
        lines.append(say("Pour qui : {text}", text=card.for_whom))
    if card.not_for:
        lines.append(card.not_for)
    lines.append(_when(card, wording))
    if card.note:
        lines.append(card.note)
    if card.place:
        where = ", ".join(part for part in (card.place["name"], card.place["address"] or card.place["city"]) if part)
        lines.append(say("Où : {text}", text=where))
    lines.append(_contact(card, wording))
    if card.email:
        lines.append(say("E-mail : {text}", text=wording.keep(card.email)))
    if card.booking or card.web:
        lines.append(say("Site : {text}", text=wording.keep(card.booking or card.web or "")))
    if card.cost:
        lines.append(say("Coût : {text}", text=card.cost))
    lines.append(say("Information donnée en {month}, appelez pour confirmer.", month=card.as_of_words))
    return "\n".join(lines)


def _when(card: Card, wording: Wording) -> str:
    say = wording.say
    if card.next_words and card.open_now:
        return say("Maintenant : {text}", text=card.open_state)
    if card.next_words:
        return say("Prochaine fois : {text}", text=card.next_words)
    if card.schedule:
        return say("Quand : {text}", text=card.schedule)
    return say("Jours et heures : appelez pour les connaître.")


def _contact(card: Card, wording: Wording) -> str:
    phones = []
    for phone in card.phones:
        details = ", ".join(detail for detail in (phone.label, phone.cost, phone.state) if detail)
        phones.append(f"{phone.display} ({details})" if details else phone.display)
    start = card.appointment_words or wording.say("Téléphone")
    return wording.say("{how} : {phones}", how=start, phones=" / ".join(phones))


def line_text(line: Line, wording: Wording) -> str:
    """One help line: number, name, and when it answers."""
    return wording.say(
        "{number} : {name} ({details})", number=wording.keep(line.number), name=line.name, details=line.details or line.purpose
    )


def _question(reply: Reply) -> str:
    if not reply.question:
        return ""
    options = [f"{index}. {option.label}" for index, option in enumerate(reply.options, 1)]
    return "\n".join([reply.question, *options])


def footer_text(reply: Reply, wording: Wording) -> str:
    """The emergency lines that stand under every answer."""
    numbers = " · ".join(
        wording.say("{number} (SMS)", number=wording.keep(line.number)) if line.text_only else f"{wording.keep(line.number)} {line.name}"
        for line in reply.footer_cards
    )
    return wording.say("Urgences : {numbers}", numbers=numbers)

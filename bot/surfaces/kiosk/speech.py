"""An answer as it is read aloud: short sentences, numbers as people say them."""

from __future__ import annotations

from bot.cards import spaced
from bot.reply import Card, Reply
from bot.wording import Wording


def spoken(reply: Reply, wording: Wording) -> list[str]:
    """The sentences to say, in the order of what matters; a voice stops on long texts, so each stands alone."""
    lines = [f"{said(line.number, wording)}. {line.name}." for line in reply.line_cards]
    cards = [sentence for card in reply.cards for sentence in _card(card, wording)]
    question = [reply.question] if reply.question else []
    return [*reply.alert, *lines, *reply.say, *cards, *question, *(option.label for option in reply.options)]


def _card(card: Card, wording: Wording) -> list[str]:
    when = wording.say("Prochaine fois : {text}", text=card.next_words) if card.next_words else card.schedule
    phones = [f"{wording.say('Téléphone')} : {said(phone.number, wording)}" for phone in card.phones]
    return [sentence for sentence in (card.name, card.what, when, *phones) if sentence]


def said(number: str, wording: Wording) -> str:
    """``39 19`` and ``04 13 29 56 20`` in French, where numbers go by pairs; digit by digit elsewhere."""
    if wording.locale.language != "fr":
        return " ".join(number)
    if len(number) == 10:
        return " ".join(number[index : index + 2] for index in range(0, 10, 2))
    return spaced(number)

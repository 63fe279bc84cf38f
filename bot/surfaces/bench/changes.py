"""What an answer would say differently at another moment: the next session, open or closed, a number that answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reply import Card, Reply
from bot.wording import Wording


@dataclass(frozen=True)
class Change:
    """One thing said of a partner, now and then."""

    partner: str
    what: str
    before: str
    after: str


def changes(before: Reply, after: Reply, words: Wording) -> list[Change]:
    """Everything that differs between two answers to the same sentence."""
    later = {card.id: card for card in after.cards}
    found = [change for card in before.cards if card.id in later for change in _of_card(card, later[card.id], words)]
    if [card.id for card in before.cards] != [card.id for card in after.cards]:
        found.append(Change("", words.say("Partenaires montrés"), _names(before), _names(after)))
    return found


def _of_card(card: Card, then: Card, words: Wording) -> list[Change]:
    say = words.say
    pairs = [
        *([(say("Prochaine permanence"), card.next_words, then.next_words)] if card.next[:1] != then.next[:1] else []),
        (say("Accueil"), card.open_state, then.open_state),
        *((say("Téléphone {number}", number=now.display), now.state, later.state) for now, later in zip(card.phones, then.phones)),
    ]
    return [Change(card.name, what, now or "–", later or "–") for what, now, later in pairs if now != later]


def _names(reply: Reply) -> str:
    return ", ".join(card.name for card in reply.cards)

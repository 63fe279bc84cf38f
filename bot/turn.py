"""What a turn of a conversation is decided from (:class:`Turn`), and what is decided (:class:`Draft`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from bot.danger import Danger
from bot.house import House
from bot.language import Locale
from bot.memory import Memory
from bot.orientation import Outcome
from bot.reply import OTHER, Option
from bot.understanding import Guess, Understanding
from bot.wording import Wording

SHOWN_CARDS = 2
SHOWN_CARDS_IN_DANGER = 3
CALL_DISCREETLY, CANNOT_SPEAK, WHO_TO_SEE, ERASE = "discret", "muet", "guide", "effacer"
DANGER_ACTIONS = (CALL_DISCREETLY, CANNOT_SPEAK, WHO_TO_SEE, ERASE)
"""What a danger answer offers on a tap."""


@dataclass(frozen=True)
class Draft:
    """What an answer will hold, before it is put into words."""

    outcome: Outcome
    needs: tuple[Guess, ...] = ()
    services: tuple[str, ...] = ()
    shown: int = SHOWN_CARDS
    say: tuple[str, ...] = ()
    question: str | None = None
    options: tuple[Option, ...] = ()
    lines: tuple[str, ...] = ()
    danger: Danger | None = None
    why: str = ""


@dataclass(frozen=True)
class Turn:
    """Everything a turn is decided from."""

    house: House
    understanding: Understanding
    memory: Memory
    now: datetime
    locale: Locale
    wording: Wording
    picked: str | None = None
    """What the person tapped rather than wrote: a need, a danger action, a partner, "something else", "another partner"."""


def options_for(turn: Turn, need_ids: Sequence[str]) -> tuple[Option, ...]:
    """The needs as answers to pick, "something else" last."""
    return tuple(Option(option, option_label(turn, option)) for option in (*need_ids, OTHER))


def option_label(turn: Turn, option: str) -> str:
    """The words of an answer to pick."""
    if option == OTHER:
        return turn.wording.say("Autre chose")
    if option in DANGER_ACTIONS:
        return next(action.label for action in danger_actions(turn.wording) if action.id == option)
    return turn.wording.entry(f"needs.{option}.label", turn.house.needs.needs[option].label)


def danger_actions(wording: Wording) -> tuple[Option, ...]:
    """What may be asked for after the first answer, on a tap only."""
    return (
        Option(CALL_DISCREETLY, wording.say("Appeler discrètement")),
        Option(CANNOT_SPEAK, wording.say("Je ne peux pas parler")),
        Option(WHO_TO_SEE, wording.say("Qui voir, et quand")),
        Option(ERASE, wording.say("Quitter et effacer")),
    )


def why(turn: Turn, danger: Danger | None = None) -> str:
    """For a social worker: the danger and its rule, the need and its confidence, the nearest training sentence."""
    top = turn.understanding.guesses[0]
    parts = [f"danger {danger.kind} ({danger.rule})"] if danger is not None else []
    parts.append(f"besoin {top.id} ({top.chance:.0%})")
    if turn.understanding.also is not None:
        parts.append(f"et aussi {turn.understanding.also}")
    if turn.understanding.nearest is not None:
        parts.append(f"phrase d'entraînement la plus proche : « {turn.understanding.nearest} »")
    return " ; ".join(parts)


def erases(draft: Draft) -> bool:
    """Whether the person asked to be forgotten."""
    return bool(draft.needs) and draft.needs[0].id == ERASE

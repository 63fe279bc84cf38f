"""The turn of a person in danger: who to ring, who to see, the fixed words, and a danger that stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Iterable, Sequence

from bot.danger import Danger, DangerKind
from bot.house import House
from bot.memory import Memory
from bot.needs import Kind
from bot.orientation import Outcome
from bot.turn import (
    CALL_DISCREETLY,
    CANNOT_SPEAK,
    ERASE,
    SHOWN_CARDS_IN_DANGER,
    Draft,
    Turn,
    danger_actions,
    erases,
    options_for,
    why,
)
from bot.understanding import Guess
from bot.wording import Wording

IMMEDIATE = "danger-immediat"
SOMEONE_HURTS = ("violence-conjugale", "violence-sexuelle", "enfant-en-danger", "maltraitance-vulnerable", "menaces", "violences")
"""The dangers that call for the words of the immediate danger when they are happening now."""
WORDS_TO_ERASE = 3
"""A longer sentence may speak of something else to erase (a debt, a record): it erases less easily here, and on Telegram deletes
nobody's messages."""
ERASE_AT, ERASE_AT_LENGTH = 0.75, 0.97
"""How sure the model must be that a person in danger asks to be forgotten, in so few words and in more. Measured on ways to
ask for it and to speak of something else in nine languages."""
SUNDAY, OPENS, CLOSES = 6, 8, 19
"""Before and after these hours, and on Sundays, no partner of the house receives anyone."""


def answer_danger(turn: Turn, danger: Danger) -> Draft:
    """The answer to a message in danger: it needs no click, and nothing in it is a question but who is in danger."""
    kind = turn.house.dangers.kinds[danger.kind]
    minor = danger.minor or turn.memory.minor
    still_open = tuple(other for other in (*danger.also, *turn.memory.dangers) if other != kind.id)
    danger = replace(danger, minor=minor, immediate=danger.immediate or kind.immediate, also=tuple(dict.fromkeys(still_open)))
    crossroads = next((c for c in turn.house.needs.crossroads.values() if c.danger == kind.id), None)
    asks = crossroads is not None and not turn.memory.asked
    needs = _needs(turn, kind)
    return Draft(
        outcome=Outcome.DANGER,
        needs=needs,
        services=_services(turn, kind, danger, needs),
        shown=SHOWN_CARDS_IN_DANGER,
        say=_words(turn, kind, danger),
        question=turn.wording.entry(f"crossroads.{crossroads.id}.question", crossroads.question) if crossroads and asks else None,
        options=options_for(turn, crossroads.options) if crossroads and asks else danger_actions(turn.wording),
        lines=turn.house.dangers.lines_for(danger),
        danger=danger,
        why=why(turn, danger),
    )


def _words(turn: Turn, kind: DangerKind, danger: Danger) -> tuple[str, ...]:
    """The fixed words: what to do now when it is now, 114 for who cannot speak, then the words of the danger; at night and
    on Sundays, that the partners are closed and the lines are not."""
    wording = turn.wording
    now = turn.house.dangers.kinds[IMMEDIATE]
    said = [_voice(wording, now, danger)] if danger.immediate and kind.id in SOMEONE_HURTS and kind.id != IMMEDIATE else []
    if danger.cannot_speak:
        said.append(_by_text_message(wording))
    said.append(_voice(wording, kind, danger))
    if _partners_are_closed(turn.now):
        said.append(wording.say("À cette heure-ci, les partenaires sont fermés. Les numéros d'urgence, eux, répondent."))
    return tuple(said)


def _voice(wording: Wording, kind: DangerKind, danger: Danger) -> str:
    """The words of a danger, for a minor, for who speaks of someone else, or for the person."""
    if danger.minor:
        return wording.entry(f"danger.{kind.id}.minor_say", kind.minor_say)
    if danger.about_other:
        return wording.entry(f"danger.{kind.id}.other_say", kind.other_say)
    return wording.entry(f"danger.{kind.id}.say", kind.say)


def _by_text_message(wording: Wording) -> str:
    return wording.say("Envoyez un SMS au 114 : écrivez où vous êtes et ce qui se passe. On vous répond par SMS, jour et nuit.")


def _partners_are_closed(now: datetime) -> bool:
    return now.weekday() == SUNDAY or not OPENS <= now.hour < CLOSES


def _needs(turn: Turn, kind: DangerKind) -> tuple[Guess, ...]:
    """The danger's own need first, then the other real needs of the message ("il me frappe et je veux la garde")."""
    needs = turn.house.needs.needs
    guesses = [guess for guess in turn.understanding.guesses if guess.id in needs and needs[guess.id].kind is Kind.ORIENT]
    own = [guess for guess in guesses if needs[guess.id].danger == kind.id]
    also = [guess for guess in guesses if guess.id == turn.understanding.also and guess not in own]
    rest = [guess for guess in guesses if guess not in own and guess not in also]
    return tuple([*own, *also, *rest][:3])


def _services(turn: Turn, kind: DangerKind, danger: Danger, needs: Sequence[Guess]) -> tuple[str, ...]:
    """The danger's partners, those of its facet first, then the best partner of a second need; never one that this danger, or
    another that it may be, forbids."""
    table = turn.house.needs.needs
    own = [guess for guess in needs if table[guess.id].danger == kind.id and guess.facet is not None]
    faceted = [service for guess in own for service in table[guess.id].services_for(guess.facet)]
    second = _other_need(turn)
    extra = table[second].services[:1] if second is not None else ()
    minor_first = [service for service in kind.services if danger.minor and turn.house.catalogue.services[service].minors_alone]
    ranked = faceted or list(kind.services)
    merged = dict.fromkeys((*ranked[:1], *extra, *ranked[1:], *minor_first))
    forbidden = _forbidden_by(turn.house, (kind.id, *danger.also))
    return tuple(service for service in merged if service not in forbidden)[:4]


def _other_need(turn: Turn) -> str | None:
    """A calm need that stands beside the danger: the second need of the message, or its likeliest need when the danger is
    only a doubt. Its best partner is shown too, so that a false alarm never hides the answer."""
    table = turn.house.needs.needs
    for need in (turn.understanding.also, turn.understanding.guesses[0].id):
        if need is not None and need in table and table[need].danger is None and table[need].kind is Kind.ORIENT:
            return need
    return None


def danger_action(turn: Turn, action: str) -> Draft:
    """The answer to one of these taps; the danger stays open, except for who leaves."""
    say = turn.wording.say
    if action == ERASE:
        return Draft(
            Outcome.CHITCHAT, (Guess("effacer", 1.0),), say=(say("C'est effacé. Je ne garde rien de notre conversation."),), why=action
        )
    if action == CALL_DISCREETLY:
        words: tuple[str, ...] = (
            say("Le 3919 et le 119 n'apparaissent pas sur les factures. Effacez ensuite l'appel de l'historique du téléphone."),
            say("Si on vous entend, le 114 répond par SMS."),
        )
        return keep_danger_open(turn, Draft(Outcome.DANGER, lines=("3919", "119", "114"), say=words, why=action))
    if action == CANNOT_SPEAK:
        words = (_by_text_message(turn.wording),)
        return keep_danger_open(turn, Draft(Outcome.DANGER, lines=("114",), say=words, why=action))
    guide = turn.house.dangers.guide.values()
    lines = tuple(dict.fromkeys(number for part in guide for number in part.lines))
    services = tuple(dict.fromkeys(service for part in guide for service in part.services))
    words = tuple(
        say(
            "{name} : {detail}",
            name=turn.wording.entry(f"guide.{part.id}.label", part.label),
            detail=turn.wording.entry(f"guide.{part.id}.say", part.say),
        )
        for part in guide
    )
    return keep_danger_open(turn, Draft(Outcome.DANGER, services=services, shown=SHOWN_CARDS_IN_DANGER, lines=lines, say=words, why=action))


def keep_danger_open(turn: Turn, draft: Draft) -> Draft:
    """While a danger is open, its lines and its taps stay and its forbidden partners stay away, whatever comes next."""
    still_open = open_danger(turn.house, turn.memory)
    if still_open is None or draft.danger is not None or erases(draft):
        return draft
    forbidden = forbidden_partners(turn)
    return replace(
        draft,
        lines=tuple(dict.fromkeys((*turn.house.dangers.lines_for(still_open), *draft.lines))),
        services=tuple(service for service in draft.services if service not in forbidden),
        options=draft.options or danger_actions(turn.wording),
        danger=still_open,
    )


def open_danger(house: House, memory: Memory) -> Danger | None:
    """The danger told latest in the conversation, with the others that are open; None when none is."""
    kinds = [house.dangers.kinds[kind] for kind in memory.dangers if kind in house.dangers.kinds]
    if not kinds:
        return None
    also = tuple(kind.id for kind in kinds[1:])
    return Danger(kinds[0].id, kinds[0].immediate, "conversation : ce danger est ouvert", also, minor=memory.minor)


def closes_danger_by_mistake(turn: Turn, guess: Guess) -> bool:
    """Whether words that look like "effacer" must not close an open danger: "il a effacé mes messages" asks for nothing.

    They close it when they are a few words, or when the model is as sure as it ever is; a tap always does, and it is offered.
    """
    if guess.id != ERASE or turn.picked is not None or open_danger(turn.house, turn.memory) is None:
        return False
    is_short = len(turn.understanding.text.split()) <= WORDS_TO_ERASE
    return guess.confidence < (ERASE_AT if is_short else ERASE_AT_LENGTH)


def forbidden_partners(turn: Turn) -> set[str]:
    """The partners that no danger open in the conversation allows."""
    return _forbidden_by(turn.house, turn.memory.dangers)


def _forbidden_by(house: House, kinds: Iterable[str]) -> set[str]:
    """A kind that is no longer in the catalogue forbids nobody: a conversation may be older than it."""
    dangers = house.dangers.kinds
    return {service for kind in kinds if kind in dangers for service in dangers[kind].forbidden}

"""From what was understood to who can help: a vote of the likely needs, and the decision to ask or to answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from operator import add
from typing import Iterable, Sequence

from bot.catalogue import HOUSE
from bot.needs import Kind, Needs
from bot.understanding import Guess, Understanding

MAX_SERVICES = 4
"""How many partners an answer names: more is not read."""

SHOWN_BEFORE_A_NAME = 2
"""A partner that the message names is shown too, after the likeliest two: "the CAF pays no more" is not always for the CAF."""

FIT = (1.0, 0.62, 0.42, 0.32)
"""How well the first, second… partner of a need fits it, for the vote."""

ASK_BELOW = 0.45
"""Under this confidence a question may be worth asking (see :func:`decide`)."""

CLOSE_SHARE = 0.6
"""A second need with this share of the first's confidence is close enough to ask about."""

OUTSIDE_AT = 0.12
"""Out-of-scope sentences are endless and their examples are few, so the model gives them too little: measured on cases by
other hands, this share of the probability tells 97 % of them and loses 0.4 % of the others, provided that no need is likelier
alone: a divorce asked about by its price is a divorce."""

OUTSIDE_DESPITE_A_NAME = 0.6
"""A message that names a partner is out of scope only from this share on: "how do I fold (*plier*) a napkin" names one too."""

NOT_UNDERSTOOD_BELOW = 0.1
"""Under this confidence nothing was understood."""


class Outcome(str, Enum):
    """What an answer is."""

    ORIENT = "orient"
    CLARIFY = "clarify"
    DANGER = "danger"
    HOUSE = "house"
    CHITCHAT = "chitchat"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Orientation:
    """The decision: what kind of answer, the needs kept (best first), the partners (best first), what to ask."""

    outcome: Outcome
    needs: tuple[Guess, ...]
    services: tuple[str, ...]
    question: str | None = None
    options: tuple[str, ...] = ()


def orient(understanding: Understanding, needs: Needs, forbidden: Iterable[str] = ()) -> Orientation:
    """Decides what to answer to a message that is not a danger."""
    guesses = understanding.guesses
    outcome = _outcome(understanding, needs)
    if outcome in (Outcome.CHITCHAT, Outcome.OUTSIDE):
        return Orientation(outcome, _kept(guesses, needs, outcome)[:1], ())
    if outcome is Outcome.HOUSE:
        kept = _kept(guesses, needs, outcome)[:1]
        return Orientation(outcome, kept, understanding.partners or needs.needs[kept[0].id].services)
    kept = _likely_needs(understanding, needs)
    voted = vote(guesses, needs, understanding.also)
    named = tuple(partner for partner in understanding.partners if partner != HOUSE)
    ranked = _merge(voted[:SHOWN_BEFORE_A_NAME], (*named, *voted))
    services = tuple(service for service in ranked if service not in set(forbidden))[:MAX_SERVICES]
    top = guesses[0]
    if top.id in needs.crossroads:
        crossroads = needs.crossroads[top.id]
        ranked = _merge(crossroads.services, services)[:MAX_SERVICES]
        return Orientation(Outcome.CLARIFY, kept, ranked, crossroads.question, crossroads.options)
    if understanding.also is None and _too_close(kept):
        return Orientation(Outcome.CLARIFY, kept, services, None, tuple(guess.id for guess in kept[:3]))
    return Orientation(Outcome.ORIENT, kept, services)


def vote(guesses: Sequence[Guess], needs: Needs, also: str | None = None) -> tuple[str, ...]:
    """Partners by the summed confidence of the needs they answer, weighted by how well they fit each.

    When the message holds a second need (``also``), the best partner of each comes first.
    """
    scores: dict[str, float] = {}
    for guess in guesses:
        for rank, service in enumerate(_services(guess, needs)):
            scores[service] = scores.get(service, 0.0) + guess.confidence * FIT[min(rank, len(FIT) - 1)]
    ranked = tuple(sorted(scores, key=lambda service: -scores[service]))
    if also is None:
        return ranked
    first = guesses[0]
    leading = (*_services(first, needs)[:1], *_services(Guess(also, 1.0), needs)[:1])
    return _merge(leading, ranked)


def _services(guess: Guess, needs: Needs) -> tuple[str, ...]:
    if guess.id in needs.crossroads:
        return needs.crossroads[guess.id].services
    need = needs.needs[guess.id]
    return need.services_for(guess.facet) if need.kind is Kind.ORIENT else ()


def _outcome(understanding: Understanding, needs: Needs) -> Outcome:
    """The kind of answer that has the most confidence behind it. Who names a partner ("UFC") asks about the house, unless one
    need is likelier: many needs that are each unlikely say nothing against a name."""
    weight = dict.fromkeys(Kind, 0.0)
    together = max if understanding.partners else add
    likeliest_need = 0.0
    for guess in understanding.guesses:
        kind = Kind.ORIENT if guess.id in needs.crossroads else needs.needs[guess.id].kind
        weight[kind] = together(weight[kind], guess.confidence)
        if kind in (Kind.ORIENT, Kind.HOUSE):
            likeliest_need = max(likeliest_need, guess.confidence)
    if understanding.partners and weight[Kind.OUTSIDE] < OUTSIDE_DESPITE_A_NAME:
        del weight[Kind.OUTSIDE]
    elif weight[Kind.OUTSIDE] >= max(OUTSIDE_AT, likeliest_need, weight[Kind.CHITCHAT]):
        return Outcome.OUTSIDE
    if understanding.guesses[0].confidence < NOT_UNDERSTOOD_BELOW:
        return Outcome.OUTSIDE
    return Outcome(max(weight, key=lambda kind: weight[kind]).value)


def _kept(guesses: Sequence[Guess], needs: Needs, outcome: Outcome) -> tuple[Guess, ...]:
    return tuple(guess for guess in guesses if guess.id in needs.needs and needs.needs[guess.id].kind.value == outcome.value)


def _likely_needs(understanding: Understanding, needs: Needs) -> tuple[Guess, ...]:
    """The real needs worth naming: the first ones, the second need of a double message moved up to second place."""
    real = [guess for guess in understanding.guesses if guess.id in needs.needs and needs.needs[guess.id].kind is Kind.ORIENT]
    if understanding.also is not None:
        second = next((guess for guess in real if guess.id == understanding.also), None)
        if second is not None and real[0] is not second:
            real = [real[0], second, *(guess for guess in real[1:] if guess is not second)]
    return tuple(real[:3])


def _too_close(kept: Sequence[Guess]) -> bool:
    if len(kept) < 2 or kept[0].confidence >= ASK_BELOW:
        return False
    return kept[1].confidence >= CLOSE_SHARE * kept[0].confidence


def _merge(first: Sequence[str], then: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))

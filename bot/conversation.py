"""One turn of a conversation: a message understood and what is remembered go in, a Reply and a new memory come out.

Pure: it knows no channel, no Rasa and no clock. The order of the decisions is the order of what matters: danger first,
then what the person asks about the answer before, then what they came with.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Sequence

from bot import catalogue as facts
from bot.cards import card_for, line_for
from bot.danger import Danger
from bot.danger_turn import answer_danger, closes_danger_by_mistake, danger_action, forbidden_partners, keep_danger_open
from bot.followup import FollowUp
from bot.house import House
from bot.language import DEFAULT, Locale
from bot.memory import Memory
from bot.needs import Kind
from bot.orientation import Orientation, Outcome, orient
from bot.presenter import compose
from bot.reply import OTHER, Reply
from bot.small_talk import answer_house, answer_small_talk, say_again
from bot.turn import DANGER_ACTIONS, Draft, Turn, erases, option_label, options_for, why
from bot.understanding import Guess, Understanding
from bot.wording import Wording, wording_for

SECOND_LOCALE = "en"
"""A message in a language without a locale is answered in French and in this one."""
ENGLISH_FOLLOWS = "— English —"
"""Stands alone on a line between the two."""


def answer(
    house: House,
    understanding: Understanding,
    memory: Memory,
    now: datetime,
    chosen: str | None = None,
    starting: str | None = None,
    picked: str | None = None,
) -> tuple[Reply, Memory]:
    """Answers one message.

    ``chosen`` is the language picked on the surface (a locale's tag), when there is one; ``starting`` the one a
    conversation begins in when its first message does not show another; ``picked`` what was tapped rather than written
    (see :class:`bot.turn.Turn`): it needs no understanding and changes no language.
    """
    memory = replace(memory, locale=memory.locale or starting)
    if picked is not None:
        understanding = _understood_as(picked, understanding)
    locale = reply_locale(house, understanding, memory, chosen)
    turn = Turn(house, understanding, memory, now, locale, wording_for(locale), picked)
    draft = _decide(turn)
    reply = _finish(turn, draft)
    return reply, _remember(turn, draft)


def _understood_as(picked: str, understanding: Understanding) -> Understanding:
    """A tap means what its button says, whatever the model makes of its id."""
    return Understanding(understanding.text, DEFAULT, (Guess(picked, 1.0),), language_sure=False)


def reply_locale(house: House, understanding: Understanding, memory: Memory, chosen: str | None = None) -> Locale:
    """The locale of the answer.

    In order: the one picked on the surface, the one this message asks for, the one asked for earlier, the message's own
    when it is plain, the conversation's, French.
    """
    locales = house.languages.locales
    if chosen is not None and chosen in locales:
        return locales[chosen]
    asked = requested_locale(house, understanding) or locales.get(memory.chosen_locale or "")
    if asked is not None:
        return asked
    remembered = locales.get(memory.locale or "")
    spoken = house.languages.locale_for(understanding.language)
    if remembered is not None and (not understanding.language_sure or spoken is None or remembered.language == spoken.language):
        return remembered
    return spoken or locales[DEFAULT]


def requested_locale(house: House, understanding: Understanding) -> Locale | None:
    """The locale that the message asks for ("in English please"), if any."""
    return house.languages.requested_in(understanding.text, is_request=understanding.guesses[0].id == "changer-langue")


def _decide(turn: Turn) -> Draft:
    if turn.understanding.danger is not None:
        return answer_danger(turn, turn.understanding.danger)
    if turn.picked is None and requested_locale(turn.house, turn.understanding) is not None:
        return keep_danger_open(turn, say_again(turn))
    picked = turn.picked or _picked_option(turn)
    if picked is not None:
        return _answer_pick(turn, picked)
    asked = turn.house.followups.asked(turn.understanding.text)
    if asked is not None and (turn.memory.shown or turn.memory.options):
        draft = _follow_up(turn, asked)
        if draft is not None:
            return keep_danger_open(turn, draft)
    return keep_danger_open(turn, _orient(turn))


# ------------------------------------------------------------------------------------------------------- follow-ups


def _answer_pick(turn: Turn, picked: str) -> Draft:
    """The answer to what was picked. A surface may still offer an answer that the conversation has forgotten."""
    if picked == OTHER:
        return _ask_again(turn)
    if picked == FollowUp.MORE.value:
        return keep_danger_open(turn, _another_partner(turn))
    if picked in DANGER_ACTIONS:
        return danger_action(turn, picked)
    need = turn.house.needs.needs.get(picked)
    if need is not None and need.kind is Kind.ORIENT:
        return _orient_to(turn, picked)
    if picked in turn.house.catalogue.services:
        return keep_danger_open(turn, Draft(Outcome.ORIENT, services=(picked,), why=f"choix de la personne : {picked}"))
    return _ask_again(turn) if need is None else keep_danger_open(turn, _orient(turn))


def _picked_option(turn: Turn) -> str | None:
    options = turn.memory.options
    if not options:
        return None
    labels = [option_label(turn, option) for option in options]
    index = turn.house.followups.picked(turn.understanding.text, labels)
    if turn.understanding.text.removeprefix("/") in options:
        index = options.index(turn.understanding.text.removeprefix("/"))
    if index is None and OTHER in options and turn.house.followups.asked(turn.understanding.text) is FollowUp.MORE:
        index = options.index(OTHER)
    return None if index is None else options[index]


def _orient_to(turn: Turn, need_id: str) -> Draft:
    """The answer for a need that the person picked."""
    need = turn.house.needs.needs[need_id]
    if need.danger is not None:
        picked = Danger(need.danger, False, f"choix de la personne : {need_id}", minor=turn.memory.minor)
        chosen = replace(
            turn, understanding=replace(turn.understanding, guesses=_only(turn, need_id)), memory=replace(turn.memory, asked=True)
        )
        return answer_danger(chosen, picked)
    return keep_danger_open(
        turn,
        Draft(
            outcome=Outcome.ORIENT,
            needs=(Guess(need_id, 1.0),),
            services=need.services,
            lines=need.lines,
            why=f"choix de la personne : {need_id}",
        ),
    )


def _only(turn: Turn, need_id: str) -> tuple[Guess, ...]:
    return (Guess(need_id, 1.0), *(guess for guess in turn.understanding.guesses if guess.id != need_id))


def _ask_again(turn: Turn) -> Draft:
    """None of the answers fitted: never a second question, the house's own people instead."""
    return keep_danger_open(
        turn,
        Draft(
            outcome=Outcome.ORIENT,
            services=(facts.HOUSE,),
            say=(turn.wording.say("Dites-moi avec vos mots ce qui se passe, ou appelez la Maison : quelqu'un vous orientera."),),
            why="aucune des réponses proposées",
        ),
    )


def _follow_up(turn: Turn, asked: FollowUp) -> Draft | None:
    if asked is FollowUp.NO:
        return _ask_again(turn)
    if asked is FollowUp.YES and turn.memory.asked and turn.memory.options:
        return _orient_to(turn, turn.memory.options[0])
    if asked is FollowUp.MORE:
        return _another_partner(turn)
    if asked is FollowUp.YES or not turn.memory.shown:
        return None
    return Draft(
        outcome=Outcome.ORIENT,
        services=turn.memory.shown,
        say=tuple(_detail(turn, service, asked) for service in turn.memory.shown),
        why=f"la suite de la réponse précédente : {asked.value}",
    )


def _another_partner(turn: Turn) -> Draft:
    if not turn.memory.waiting:
        return _ask_again(turn)
    return Draft(Outcome.ORIENT, services=turn.memory.waiting, why="la suite : un autre partenaire")


def _detail(turn: Turn, service_id: str, asked: FollowUp) -> str:
    """One line about a partner already shown: when, which number, or where."""
    card = card_for(turn.house.catalogue.services[service_id], turn.house.catalogue, turn.wording, turn.now)
    say = turn.wording.say
    if asked is FollowUp.PHONE:
        return say("{name} : {detail}", name=card.name, detail=turn.wording.listing([phone.display for phone in card.phones]))
    if asked is FollowUp.WHERE:
        place = card.place
        where = turn.wording.commas((place["name"], place["address"], place["city"])) if place else None
        return say("{name} : {detail}", name=card.name, detail=where or say("lieu à demander au téléphone"))
    when = card.next_words or card.schedule or say("jours et heures à demander au téléphone")
    return say("{name} : {detail}", name=card.name, detail=when)


# ------------------------------------------------------------------------------------------------------ orientation


def _orient(turn: Turn) -> Draft:
    found = orient(turn.understanding, turn.house.needs, forbidden_partners(turn))
    if found.outcome is Outcome.HOUSE:
        return answer_house(turn, found)
    if any(closes_danger_by_mistake(turn, guess) for guess in found.needs[:1]):
        return _ask_again(turn)
    if found.outcome in (Outcome.CHITCHAT, Outcome.OUTSIDE):
        return answer_small_talk(turn, found)
    lines = tuple(number for guess in found.needs[:2] for number in turn.house.needs.needs[guess.id].lines if _is_likely(guess, found))
    draft = Draft(found.outcome, found.needs, found.services, lines=lines, why=why(turn))
    if found.outcome is Outcome.CLARIFY and not turn.memory.asked:
        question = _question(turn, found)
        return replace(draft, question=question, options=options_for(turn, found.options))
    return replace(draft, outcome=Outcome.ORIENT)


def _is_likely(guess: Guess, found: Orientation) -> bool:
    return guess.confidence >= 0.5 * found.needs[0].confidence


def _question(turn: Turn, found: Orientation) -> str:
    crossroads = turn.house.needs.crossroads.get(turn.understanding.guesses[0].id)
    if crossroads is not None:
        return turn.wording.entry(f"crossroads.{crossroads.id}.question", crossroads.question)
    return turn.wording.say("C'est à propos de quoi ?")


# ----------------------------------------------------------------------------------------------------------- finish


def _finish(turn: Turn, draft: Draft) -> Reply:
    catalogue, wording = turn.house.catalogue, turn.wording
    cards = tuple(card_for(catalogue.services[service], catalogue, wording, turn.now) for service in draft.services[: draft.shown])
    notices = _notices(turn)
    line_cards = tuple(line_for(catalogue.lines[number], catalogue, wording) for number in draft.lines)
    reply = Reply(
        text=turn.understanding.text,
        language=turn.understanding.language,
        reply_language=turn.locale.tag,
        outcome=draft.outcome.value,
        danger=None if draft.danger is None else draft.danger.to_json(),
        needs=tuple((guess.id, guess.chance) for guess in draft.needs),
        services=draft.services,
        lines=draft.lines,
        footer=catalogue.footer,
        cards=cards,
        options=draft.options,
        why=draft.why,
        reply="",
        alert=_alert(wording, draft),
        say=(*notices, *draft.say),
        question=draft.question,
        line_cards=line_cards,
        footer_cards=tuple(line_for(catalogue.lines[number], catalogue, wording) for number in catalogue.footer),
    )
    return _with_second_language(turn, draft, replace(reply, reply=compose(reply, wording)))


def _alert(wording: Wording, draft: Draft) -> tuple[str, ...]:
    """Who to ring now, before anything else."""
    if draft.danger is None:
        return ()
    calls = [number for number in ("115", "3114", "17", "112", "15", "18") if number in draft.lines]
    first = [number for number in calls if number in ("115", "3114")] or calls[:2]
    alert = [wording.say("En danger maintenant, appelez : {numbers}", numbers=_or(wording, [n for n in calls if n not in ("115", "3114")]))]
    if draft.danger.kind in ("sans-abri", "detresse-suicidaire"):
        alert.insert(0, wording.say("Jour et nuit, appelez : {numbers}", numbers=_or(wording, first)))
    if "114" in draft.lines:
        silent = wording.say("Impossible de parler : SMS au {number}", number=wording.keep("114"))
        alert.insert(0 if draft.danger.cannot_speak else len(alert), silent)
    return tuple(alert)


def _or(wording: Wording, numbers: Sequence[str]) -> str:
    return wording.alternatives([wording.keep(number) for number in numbers])


def _notices(turn: Turn) -> tuple[str, ...]:
    if turn.understanding.truncated:
        return (turn.wording.say("Votre message est long : j'en ai lu le début."),)
    return ()


def _with_second_language(turn: Turn, draft: Draft, reply: Reply) -> Reply:
    """A language without a locale: the answer says so, and comes in French then in English."""
    if turn.house.languages.locale_for(turn.understanding.language) is not None or turn.locale.tag != DEFAULT:
        return reply
    second = turn.house.languages.locales.get(SECOND_LOCALE)
    if second is None:
        return reply
    english = replace(turn, locale=second, wording=wording_for(second))
    notice = turn.wording.say("Je vous comprends un peu, mais je ne sais répondre qu'en français et en anglais.")
    notice_in_english = english.wording.say("Je vous comprends un peu, mais je ne sais répondre qu'en français et en anglais.")
    translated = _translated(english, draft, reply)
    return replace(
        reply,
        say=(notice, notice_in_english, *reply.say),
        reply=f"{notice}\n{notice_in_english}\n\n{reply.reply}\n\n{ENGLISH_FOLLOWS}\n{translated}",
    )


def _translated(turn: Turn, draft: Draft, reply: Reply) -> str:
    again = _decide(turn)
    return compose(
        replace(
            reply,
            reply_language=turn.locale.tag,
            cards=tuple(
                card_for(turn.house.catalogue.services[card.id], turn.house.catalogue, turn.wording, turn.now) for card in reply.cards
            ),
            alert=_alert(turn.wording, draft),
            say=again.say,
            question=again.question,
            options=again.options,
            line_cards=tuple(line_for(turn.house.catalogue.lines[number], turn.house.catalogue, turn.wording) for number in reply.lines),
            footer_cards=tuple(line_for(turn.house.catalogue.lines[number], turn.house.catalogue, turn.wording) for number in reply.footer),
        ),
        turn.wording,
    )


def _remember(turn: Turn, draft: Draft) -> Memory:
    if erases(draft):
        return Memory(locale=turn.locale.tag)
    requested = requested_locale(turn.house, turn.understanding)
    kept = replace(
        turn.memory,
        locale=turn.locale.tag,
        chosen_locale=requested.tag if requested is not None else turn.memory.chosen_locale,
        asked=draft.question is not None,
        options=tuple(option.id for option in draft.options),
    )
    if draft.danger is not None:
        dangers = tuple(dict.fromkeys((draft.danger.kind, *kept.dangers)))
        kept = replace(kept, dangers=dangers, minor=kept.minor or draft.danger.minor)
    if draft.services and draft.services != turn.memory.shown:  # shown again, the same partners keep the others waiting
        kept = replace(kept, shown=draft.services[: draft.shown], waiting=draft.services[draft.shown :])
    return kept

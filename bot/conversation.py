"""One turn of a conversation: a message understood and what is remembered go in, a Reply and a new memory come out.

Pure: it knows no channel, no Rasa and no clock. The order of the decisions is the order of what matters: danger first,
then what the person asks about the answer before, then what they came with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Sequence

from bot import catalogue as facts
from bot.cards import card_for, line_for
from bot.danger import Danger, DangerKind
from bot.followup import FollowUp
from bot.house import House
from bot.language import DEFAULT, Locale
from bot.memory import Memory
from bot.needs import Kind
from bot.orientation import Orientation, Outcome, orient
from bot.presenter import compose
from bot.reply import OTHER, Option, Reply
from bot.understanding import Guess, Understanding
from bot.wording import Wording, wording_for

SHOWN_CARDS = 2
SHOWN_CARDS_IN_DANGER = 3
CALL_DISCREETLY, CANNOT_SPEAK, WHO_TO_SEE, ERASE = "discret", "muet", "guide", "effacer"
DANGER_ACTIONS = (CALL_DISCREETLY, CANNOT_SPEAK, WHO_TO_SEE, ERASE)
"""What a danger answer offers on a tap."""
SECOND_LOCALE = "en"
"""A message in a language without a locale is answered in French and in this one."""


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


def answer(house: House, understanding: Understanding, memory: Memory, now: datetime, chosen: str | None = None) -> tuple[Reply, Memory]:
    """Answers one message. ``chosen`` is the language picked on the surface (a locale's tag), when there is one."""
    locale = reply_locale(house, understanding, memory, chosen)
    turn = Turn(house, understanding, memory, now, locale, wording_for(locale))
    draft = _decide(turn)
    reply = _finish(turn, draft)
    return reply, _remember(turn, draft)


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
    return house.languages.requested_in(understanding.text) if _asks_for_a_language(understanding) else None


def _asks_for_a_language(understanding: Understanding) -> bool:
    return understanding.guesses[0].id == "changer-langue" or len(understanding.text.split()) <= 2


def _decide(turn: Turn) -> Draft:
    if turn.understanding.danger is not None:
        return _danger(turn, turn.understanding.danger)
    picked = _picked_option(turn)
    if picked is not None:
        return picked
    asked = turn.house.followups.asked(turn.understanding.text)
    if asked is not None and (turn.memory.shown or turn.memory.options):
        draft = _follow_up(turn, asked)
        if draft is not None:
            return _keep_danger_open(turn, draft)
    return _keep_danger_open(turn, _orient(turn))


# ---------------------------------------------------------------------------------------------------------- danger


def _danger(turn: Turn, danger: Danger) -> Draft:
    kind = turn.house.dangers.kinds[danger.kind]
    minor = danger.minor or turn.memory.minor
    still_open = tuple(other for other in (*danger.also, *turn.memory.dangers) if other != kind.id)
    danger = replace(danger, minor=minor, immediate=danger.immediate or kind.immediate, also=tuple(dict.fromkeys(still_open)))
    crossroads = next((c for c in turn.house.needs.crossroads.values() if c.danger == kind.id), None)
    asks = crossroads is not None and not turn.memory.asked
    needs = _danger_needs(turn, kind)
    return Draft(
        outcome=Outcome.DANGER,
        needs=needs,
        services=_danger_services(turn, kind, danger, needs),
        shown=SHOWN_CARDS_IN_DANGER,
        say=(_danger_words(turn.wording, kind, danger),),
        question=turn.wording.entry(f"crossroads.{crossroads.id}.question", crossroads.question) if crossroads and asks else None,
        options=_options(turn, crossroads.options) if crossroads and asks else _danger_actions(turn.wording),
        lines=_danger_lines(turn.house, kind, danger),
        danger=danger,
        why=_why(turn, danger),
    )


def _danger_words(wording: Wording, kind: DangerKind, danger: Danger) -> str:
    if danger.minor:
        return wording.entry(f"danger.{kind.id}.minor_say", kind.minor_say)
    if danger.about_other:
        return wording.entry(f"danger.{kind.id}.other_say", kind.other_say)
    return wording.entry(f"danger.{kind.id}.say", kind.say)


def _danger_lines(house: House, kind: DangerKind, danger: Danger) -> tuple[str, ...]:
    """The danger's own lines, the child line when a minor writes, then the lines of what it may be as well."""
    others = [number for other in danger.also for number in house.dangers.kinds[other].lines]
    return tuple(dict.fromkeys((*kind.lines, *(kind.if_minor if danger.minor else ()), *others)))


def _danger_needs(turn: Turn, kind: DangerKind) -> tuple[Guess, ...]:
    """The danger's own need first, then the other real needs of the message ("il me frappe et je veux la garde")."""
    needs = turn.house.needs.needs
    guesses = [guess for guess in turn.understanding.guesses if guess.id in needs and needs[guess.id].kind is Kind.ORIENT]
    own = [guess for guess in guesses if needs[guess.id].danger == kind.id]
    also = [guess for guess in guesses if guess.id == turn.understanding.also and guess not in own]
    rest = [guess for guess in guesses if guess not in own and guess not in also]
    return tuple([*own, *also, *rest][:3])


def _danger_services(turn: Turn, kind: DangerKind, danger: Danger, needs: Sequence[Guess]) -> tuple[str, ...]:
    """The danger's partners, those of its facet first, then the best partner of a second need; never a forbidden one."""
    table = turn.house.needs.needs
    own = [guess for guess in needs if table[guess.id].danger == kind.id and guess.facet is not None]
    faceted = [service for guess in own for service in table[guess.id].services_for(guess.facet)]
    also = turn.understanding.also
    second = [also] if also is not None and also in table and table[also].danger is None else []
    extra = [service for need in second for service in table[need].services[:1]]
    minor_first = [service for service in kind.services if danger.minor and turn.house.catalogue.services[service].minors_alone]
    ranked = faceted or list(kind.services)
    merged = dict.fromkeys((*ranked[:1], *extra, *ranked[1:], *minor_first))
    forbidden = {*kind.forbidden, *_forbidden(turn)}
    return tuple(service for service in merged if service not in forbidden)[:4]


def _danger_actions(wording: Wording) -> tuple[Option, ...]:
    """What may be asked for after the first answer, on a tap only."""
    return (
        Option(CALL_DISCREETLY, wording.say("Appeler discrètement")),
        Option(CANNOT_SPEAK, wording.say("Je ne peux pas parler")),
        Option(WHO_TO_SEE, wording.say("Qui voir, et quand")),
        Option(ERASE, wording.say("Quitter et effacer")),
    )


def _danger_action(turn: Turn, action: str) -> Draft:
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
        return _keep_danger_open(turn, Draft(Outcome.DANGER, lines=("3919", "119", "114"), say=words, why=action))
    if action == CANNOT_SPEAK:
        words = (say("Envoyez un SMS au 114 : écrivez où vous êtes et ce qui se passe. On vous répond par SMS, jour et nuit."),)
        return _keep_danger_open(turn, Draft(Outcome.DANGER, lines=("114",), say=words, why=action))
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
    return _keep_danger_open(
        turn, Draft(Outcome.DANGER, services=services, shown=SHOWN_CARDS_IN_DANGER, lines=lines, say=words, why=action)
    )


def _keep_danger_open(turn: Turn, draft: Draft) -> Draft:
    """While a danger is open, its lines and its taps stay and its forbidden partners stay away, whatever comes next."""
    dangers = turn.house.dangers.kinds
    still_open = [dangers[kind] for kind in turn.memory.dangers if kind in dangers]
    if not still_open or draft.danger is not None or _erases(draft):
        return draft
    latest = still_open[0]
    also = tuple(kind.id for kind in still_open[1:])
    open_danger = Danger(latest.id, latest.immediate, "conversation : ce danger est ouvert", also, minor=turn.memory.minor)
    forbidden = _forbidden(turn)
    return replace(
        draft,
        lines=tuple(dict.fromkeys((*_danger_lines(turn.house, latest, open_danger), *draft.lines))),
        services=tuple(service for service in draft.services if service not in forbidden),
        options=draft.options or _danger_actions(turn.wording),
        danger=open_danger,
    )


def _forbidden(turn: Turn) -> set[str]:
    """The partners that no danger open in the conversation allows."""
    dangers = turn.house.dangers.kinds
    return {service for kind in turn.memory.dangers if kind in dangers for service in dangers[kind].forbidden}


# ------------------------------------------------------------------------------------------------------- follow-ups


def _picked_option(turn: Turn) -> Draft | None:
    options = turn.memory.options
    if not options:
        return None
    labels = [_option_label(turn, option) for option in options]
    index = turn.house.followups.picked(turn.understanding.text, labels)
    if turn.understanding.text.removeprefix("/") in options:
        index = options.index(turn.understanding.text.removeprefix("/"))
    if index is None and OTHER in options and turn.house.followups.asked(turn.understanding.text) is FollowUp.MORE:
        index = options.index(OTHER)
    if index is None:
        return None
    if options[index] == OTHER:
        return _ask_again(turn)
    if options[index] in DANGER_ACTIONS:
        return _danger_action(turn, options[index])
    return _orient_to(turn, options[index])


def _orient_to(turn: Turn, need_id: str) -> Draft:
    """The answer for a need that the person picked."""
    need = turn.house.needs.needs[need_id]
    if need.danger is not None:
        picked = Danger(need.danger, False, f"choix de la personne : {need_id}", minor=turn.memory.minor)
        chosen = replace(
            turn, understanding=replace(turn.understanding, guesses=_only(turn, need_id)), memory=replace(turn.memory, asked=True)
        )
        return _danger(chosen, picked)
    return _keep_danger_open(
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
    return _keep_danger_open(
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
        waiting = turn.memory.waiting
        if not waiting:
            return _ask_again(turn)
        return Draft(Outcome.ORIENT, services=waiting, why="la suite : un autre partenaire")
    if asked is FollowUp.YES or not turn.memory.shown:
        return None
    return Draft(
        outcome=Outcome.ORIENT,
        services=turn.memory.shown,
        say=tuple(_detail(turn, service, asked) for service in turn.memory.shown),
        why=f"la suite de la réponse précédente : {asked.value}",
    )


def _detail(turn: Turn, service_id: str, asked: FollowUp) -> str:
    """One line about a partner already shown: when, which number, or where."""
    card = card_for(turn.house.catalogue.services[service_id], turn.house.catalogue, turn.wording, turn.now)
    say = turn.wording.say
    if asked is FollowUp.PHONE:
        return say("{name} : {detail}", name=card.name, detail=turn.wording.listing([phone.display for phone in card.phones]))
    if asked is FollowUp.WHERE:
        place = card.place
        where = ", ".join(part for part in (place["name"], place["address"], place["city"]) if part) if place else None
        return say("{name} : {detail}", name=card.name, detail=where or say("lieu à demander au téléphone"))
    when = card.next_words or card.schedule or say("jours et heures à demander au téléphone")
    return say("{name} : {detail}", name=card.name, detail=when)


# ------------------------------------------------------------------------------------------------------ orientation


def _orient(turn: Turn) -> Draft:
    found = orient(turn.understanding, turn.house.needs, _forbidden(turn))
    if found.outcome is Outcome.HOUSE:
        return _house(turn, found)
    if found.outcome in (Outcome.CHITCHAT, Outcome.OUTSIDE):
        return _small_talk(turn, found)
    lines = tuple(number for guess in found.needs[:2] for number in turn.house.needs.needs[guess.id].lines if _is_likely(guess, found))
    draft = Draft(found.outcome, found.needs, found.services, lines=lines, why=_why(turn))
    if found.outcome is Outcome.CLARIFY and not turn.memory.asked:
        question = _question(turn, found)
        return replace(draft, question=question, options=_options(turn, found.options))
    return replace(draft, outcome=Outcome.ORIENT)


def _is_likely(guess: Guess, found: Orientation) -> bool:
    return guess.confidence >= 0.5 * found.needs[0].confidence


def _question(turn: Turn, found: Orientation) -> str:
    crossroads = turn.house.needs.crossroads.get(turn.understanding.guesses[0].id)
    if crossroads is not None:
        return turn.wording.entry(f"crossroads.{crossroads.id}.question", crossroads.question)
    return turn.wording.say("C'est à propos de quoi ?")


def _options(turn: Turn, need_ids: Sequence[str]) -> tuple[Option, ...]:
    return tuple(Option(option, _option_label(turn, option)) for option in (*need_ids, OTHER))


def _option_label(turn: Turn, option: str) -> str:
    if option == OTHER:
        return turn.wording.say("Autre chose")
    if option in DANGER_ACTIONS:
        return next(action.label for action in _danger_actions(turn.wording) if action.id == option)
    return turn.wording.entry(f"needs.{option}.label", turn.house.needs.needs[option].label)


def _house(turn: Turn, found: Orientation) -> Draft:
    need = found.needs[0].id
    named = turn.understanding.partners or (turn.memory.shown if _is_bare(turn) else ())
    services = named or found.services
    outcome = Outcome.HOUSE if services == (facts.HOUSE,) else Outcome.ORIENT
    draft = Draft(outcome, found.needs, services, why=_why(turn))
    house_words = _HOUSE_WORDS.get(need)
    if need == "urgences":
        return replace(draft, lines=turn.house.catalogue.footer, say=(turn.wording.say("Voici les numéros d'urgence. Ils sont gratuits."),))
    if house_words is not None:
        return replace(draft, say=tuple(turn.wording.say(words) for words in house_words))
    return draft


def _is_bare(turn: Turn) -> bool:
    """A question too short to be about anything but the answer before it."""
    return len(turn.understanding.text.split()) <= 4


_HOUSE_WORDS = {
    "gratuite-confidentialite": (
        "Venir à la Maison est gratuit et confidentiel. On ne vous demande pas votre nom ici.",
        "La Maison accueille tous les Istréens. Si vous habitez ailleurs, appelez : on vous dira qui peut vous recevoir.",
        "Les moins de 18 ans peuvent voir seuls l'avocat de la famille et de l'enfance.",
    ),
    "rendez-vous": ("Je ne prends pas de rendez-vous moi-même : appelez le numéro du partenaire, il vous en donnera un.",),
}


def _small_talk(turn: Turn, found: Orientation) -> Draft:
    say = turn.wording.say
    intent = found.needs[0].id if found.needs else "hors-sujet"
    if found.outcome is Outcome.OUTSIDE:
        words: tuple[str, ...] = (
            say(
                "Je n'ai pas de réponse à cela. J'aide à trouver le bon interlocuteur pour le logement, la famille, "
                "le travail, les papiers, les violences…"
            ),
            say("Vous pouvez aussi appeler la Maison : {number}.", number=turn.wording.keep(turn.house.catalogue.house.phones[0].display)),
        )
        return Draft(found.outcome, found.needs, say=words, why=_why(turn))
    if intent == "changer-langue":
        words = (say("D'accord. Dites-moi ce qui vous amène."),)
    elif intent == "bonjour":
        words = (say("Bonjour ! Dites-moi en une phrase ce qui vous amène, dans la langue que vous voulez."),)
    elif intent == "merci":
        words = (say("Avec plaisir. Je reste là si vous avez une autre question."),)
    elif intent == "au-revoir":
        words = (say("Au revoir, et bon courage."),)
    elif intent == "effacer":
        words = (say("C'est effacé. Je ne garde rien de notre conversation."),)
    else:
        words = (
            say("Je suis Boussole, un programme de la Maison de la Citoyenne et du Citoyen. Je ne suis pas une personne."),
            say("J'indique qui peut vous aider, où et quand. Je ne donne pas de conseil juridique et je ne garde pas vos messages."),
        )
    return Draft(found.outcome, found.needs, say=words, why=_why(turn))


# ----------------------------------------------------------------------------------------------------------- finish


def _why(turn: Turn, danger: Danger | None = None) -> str:
    top = turn.understanding.guesses[0]
    parts = [f"danger {danger.kind} ({danger.rule})"] if danger is not None else []
    parts.append(f"besoin {top.id} ({top.confidence:.0%})")
    if turn.understanding.also is not None:
        parts.append(f"et aussi {turn.understanding.also}")
    if turn.understanding.nearest is not None:
        parts.append(f"phrase d'entraînement la plus proche : « {turn.understanding.nearest} »")
    return " ; ".join(parts)


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
        needs=tuple((guess.id, guess.confidence) for guess in draft.needs),
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
        alert.append(wording.say("Impossible de parler : SMS au {number}", number=wording.keep("114")))
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
        reply=f"{notice}\n{notice_in_english}\n\n{reply.reply}\n\n— English —\n{translated}",
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


def _erases(draft: Draft) -> bool:
    return bool(draft.needs) and draft.needs[0].id == ERASE


def _remember(turn: Turn, draft: Draft) -> Memory:
    if _erases(draft):
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
    if draft.services:
        kept = replace(kept, shown=draft.services[: draft.shown], waiting=draft.services[draft.shown :])
    return kept

"""The turns that are about the house itself, or about nothing: hours, free or not, hello, thank you, the weather."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from bot import catalogue as facts
from bot.orientation import Orientation, Outcome
from bot.turn import Draft, Turn, options_for, why
from bot.understanding import Guess


def answer_house(turn: Turn, found: Orientation) -> Draft:
    """Hours, address, appointment, cost: of the house, or of the partner that is named or was just shown."""
    need = found.needs[0].id
    named = turn.understanding.partners or (turn.memory.shown if _is_bare(turn) else ())
    services = named or found.services
    outcome = Outcome.HOUSE if services == (facts.HOUSE,) else Outcome.ORIENT
    draft = Draft(outcome, found.needs, services, why=why(turn))
    if need == "urgences":
        return replace(draft, lines=turn.house.catalogue.footer, say=(turn.wording.say("Voici les numéros d'urgence. Ils sont gratuits."),))
    return replace(draft, say=_house_words(need, turn.wording.say))


def _is_bare(turn: Turn) -> bool:
    """A question too short to be about anything but the answer before it."""
    return len(turn.understanding.text.split()) <= 4


def _house_words(need: str, say: Callable[[str], str]) -> tuple[str, ...]:
    """What is said of the house itself, beside the card."""
    if need == "gratuite-confidentialite":
        return (
            say("Venir à la Maison est gratuit et confidentiel. On ne vous demande pas votre nom ici."),
            say("La Maison accueille tous les Istréens. Si vous habitez ailleurs, appelez : on vous dira qui peut vous recevoir."),
            say("Les moins de 18 ans peuvent voir seuls l'avocat de la famille et de l'enfance."),
        )
    if need == "rendez-vous":
        return (say("Je ne prends pas de rendez-vous moi-même : appelez le numéro du partenaire, il vous en donnera un."),)
    return ()


def say_again(turn: Turn) -> Draft:
    """Another language is asked for: what was shown or asked before comes again, in that language."""
    memory = turn.memory
    services, why_again = (*memory.shown, *memory.waiting), f"la langue demandée : {turn.locale.tag}"
    needs = [option for option in memory.options if option in turn.house.needs.needs]
    if memory.asked and needs:
        question = turn.wording.say("C'est à propos de quoi ?")
        return Draft(
            Outcome.CLARIFY,
            services=services,
            shown=len(memory.shown),
            question=question,
            options=options_for(turn, needs),
            why=why_again,
        )
    if services:
        return Draft(Outcome.ORIENT, services=services, shown=len(memory.shown), why=why_again)
    agreed = turn.wording.say("D'accord. Dites-moi ce qui vous amène.")
    return Draft(Outcome.CHITCHAT, (Guess("changer-langue", 1.0),), say=(agreed,), why=why_again)


def answer_small_talk(turn: Turn, found: Orientation) -> Draft:
    """Greetings, thanks, who are you, and what is out of scope."""
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
        return Draft(found.outcome, found.needs, say=words, why=why(turn))
    if intent == "changer-langue":
        if turn.memory.shown:
            return Draft(Outcome.ORIENT, found.needs, turn.memory.shown, shown=len(turn.memory.shown), why="la réponse précédente, redite")
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
    return Draft(found.outcome, found.needs, say=words, why=why(turn))

"""What only Telegram has to say, in every language: its own privacy, what is not read, what cannot be erased."""

from __future__ import annotations

from bot.house import House
from bot.wording import Wording


def privacy(house: House, wording: Wording) -> str:
    """Said with the first answer: what Telegram keeps, and where to talk without it."""
    return wording.say(
        "Telegram garde cette discussion sur votre téléphone et sur ses serveurs. Pour l'effacer : /effacer. "
        "Vous pouvez aussi venir à la Maison, ou appeler le {number}.",
        number=wording.keep(house.catalogue.house.phones[0].display),
    )


def only_text(wording: Wording) -> str:
    """To a voice note, a photo, a file, a place: none is opened."""
    return wording.say(
        "Je ne lis que les mots : je n'ouvre ni message vocal, ni photo, ni fichier. Écrivez en une phrase ce qui vous amène."
    )


def not_erased(wording: Wording) -> str:
    """After /effacer: what Telegram does not let a bot delete."""
    return wording.say(
        "Telegram ne me laisse supprimer que les messages de moins de 48 heures. Pour tout enlever, supprimez la discussion dans Telegram."
    )


def in_private(wording: Wording) -> str:
    """In a group, to somebody in danger: nothing that the others may read."""
    return wording.say("D'autres personnes lisent ici. Écrivez-moi en privé, je vous réponds tout de suite.")


def commands(wording: Wording) -> dict[str, str]:
    """The commands and what each does, as Telegram's menu shows them."""
    say = wording.say
    return {
        "start": say("Commencer"),
        "langue": say("Choisir la langue"),
        "urgence": say("Les numéros d'urgence"),
        "services": say("Tous les partenaires"),
        "horaires": say("Les jours et les heures"),
        "effacer": say("Effacer la discussion"),
        "aide": say("Comment ça marche"),
        "confidentialite": say("Ce qui est gardé"),
    }

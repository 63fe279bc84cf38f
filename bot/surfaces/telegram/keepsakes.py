"""What a person can keep of a partner: a contact card, a place, the date of the next session in their phone's calendar."""

from __future__ import annotations

from telegram import Bot, InputFile

from bot import calendar_file, clock
from bot.cards import card_for
from bot.engine.current_house import current_house
from bot.reply import Card
from bot.surfaces.telegram.dialogue import Chat, Dialogue
from bot.surfaces.telegram.taps import Tap, Verb
from bot.wording import Wording


async def give(bot: Bot, chat: Chat, dialogue: Dialogue, tap: Tap) -> None:
    """Sends what the button promises, made from the catalogue as it is now."""
    wording = dialogue.wording(chat, tap.locale)
    house = current_house()
    card = card_for(house.catalogue.services[tap.target], house.catalogue, wording, clock.now())
    sent = None
    if tap.verb is Verb.CONTACT:
        sent = await _contact(bot, chat, card)
    elif tap.verb is Verb.DATE:
        sent = await _date(bot, chat, card, wording)
    elif tap.verb is Verb.PLACE:
        sent = await _venue(bot, chat, card)
    if sent is not None:
        dialogue.traces.add(chat.conversation, sent)
    else:
        await dialogue.say(bot, chat, _in_words(card, wording), wording=wording)


async def _contact(bot: Bot, chat: Chat, card: Card) -> int | None:
    if not card.phones:
        return None
    number = card.phones[0].number
    dialled = f"+33{number[1:]}" if len(number) == 10 else number
    return (await bot.send_contact(chat.id, phone_number=dialled, first_name=card.french_name)).message_id


async def _date(bot: Bot, chat: Chat, card: Card, wording: Wording) -> int | None:
    content = calendar_file.next_session_file(card, wording, clock.now())
    if content is None:
        return None
    document = InputFile(content, filename=calendar_file.file_name(card))
    return (await bot.send_document(chat.id, document, caption=f"{card.name}\n{card.next_words}")).message_id


async def _venue(bot: Bot, chat: Chat, card: Card) -> int | None:
    """A point on the map, only where the catalogue holds one."""
    catalogue = current_house().catalogue
    place = catalogue.place_of(catalogue.services[card.id])
    if place is None or place.latitude is None or place.longitude is None:
        return None
    address = place.address or place.city
    return (await bot.send_venue(chat.id, place.latitude, place.longitude, title=place.name, address=address)).message_id


def _in_words(card: Card, wording: Wording) -> str:
    """The place and the days, as far as the sources give them."""
    say = wording.say
    place = card.place
    where = ", ".join(part for part in (place["name"], place["address"], place["city"]) if part) if place else None
    return "\n".join(
        [
            card.name,
            say("Où : {text}", text=where or say("lieu à demander au téléphone")),
            say("Quand : {text}", text=card.next_words or card.schedule or say("jours et heures à demander au téléphone")),
        ]
    )

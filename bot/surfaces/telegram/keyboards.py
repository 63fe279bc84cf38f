"""The buttons under an answer. Whoever is in danger gets neither a contact nor a date to keep: another may look at the phone."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.house import House
from bot.reply import Card, Reply
from bot.surfaces.telegram.taps import ANOTHER_PARTNER, Tap, Verb
from bot.wording import Wording

_CHOSEN = "✓ "


def keyboard(reply: Reply, wording: Wording, house: House) -> InlineKeyboardMarkup:
    """The answers to pick, what can be kept of each partner, another partner, another language."""
    tag, say = reply.reply_language, wording.say
    rows = [[_button(option.label, Tap(Verb.PICK, option.id, tag))] for option in reply.options]
    if reply.danger is None:
        several = len(reply.cards) > 1
        rows += [_card_row(card, wording, house, f"{rank}. " if several else "") for rank, card in enumerate(reply.cards, 1)]
        if len(reply.services) > len(reply.cards) > 0:
            rows.append([_button(say("Un autre partenaire"), Tap(Verb.PICK, ANOTHER_PARTNER, tag))])
    rows.append([_button("🌐 " + say("Une autre langue"), Tap(Verb.LANGUAGES, tag, tag))])
    return InlineKeyboardMarkup(rows)


def languages_keyboard(house: House) -> InlineKeyboardMarkup:
    """Every language under its own name, two a row."""
    buttons = [_button(locale.name, Tap(Verb.SPEAK, locale.tag, locale.tag)) for locale in house.languages.locales.values()]
    return InlineKeyboardMarkup([buttons[start : start + 2] for start in range(0, len(buttons), 2)])


def partners_keyboard(house: House, wording: Wording) -> InlineKeyboardMarkup:
    """Every partner, one a row."""
    tag = wording.locale.tag
    names = [(service.id, wording.entry(f"services.{service.id}.name", service.name)) for service in house.catalogue.services.values()]
    return InlineKeyboardMarkup([[_button(name, Tap(Verb.PICK, identifier, tag))] for identifier, name in names])


def with_mark(markup: InlineKeyboardMarkup, data: str) -> InlineKeyboardMarkup | None:
    """The same buttons with the chosen one marked; None when it already is."""
    rows = [[_marked(button) if button.callback_data == data else button for button in row] for row in markup.inline_keyboard]
    fresh = InlineKeyboardMarkup(rows)
    return None if fresh == markup else fresh


def _marked(button: InlineKeyboardButton) -> InlineKeyboardButton:
    text = button.text if button.text.startswith(_CHOSEN) else _CHOSEN + button.text
    return InlineKeyboardButton(text, callback_data=button.callback_data)


def _card_row(card: Card, wording: Wording, house: House, rank: str) -> list[InlineKeyboardButton]:
    """A place has a button only where the catalogue holds its point on the map: its name already stands on the card."""
    say, tag = wording.say, wording.locale.tag
    place = house.catalogue.place_of(house.catalogue.services[card.id])
    row = [_button(rank + say("Contact"), Tap(Verb.CONTACT, card.id, tag))] if card.phones else []
    if place is not None and place.latitude is not None:
        row.append(_button(rank + say("Lieu"), Tap(Verb.PLACE, card.id, tag)))
    if card.next:
        row.append(_button(rank + say("Agenda"), Tap(Verb.DATE, card.id, tag)))
    return row


def _button(text: str, tap: Tap) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=tap.data())

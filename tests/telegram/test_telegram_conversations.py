"""Whole conversations on Telegram, through the real library, model, rules and actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from bot_api import BOT, BotApi, Call
from stage import api, bot  # noqa: F401

CONVERSATIONS = yaml.safe_load((Path(__file__).parent / "conversations.yaml").read_text(encoding="utf-8"))
FOOTER = {"17", "112", "114", "15", "119", "3919"}


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[conversation["name"] for conversation in CONVERSATIONS])
async def test_a_conversation_goes_as_a_social_worker_would_want(api: BotApi, bot: Any, conversation: dict[str, Any]) -> None:
    """Each turn shows the words and the buttons it must, none it must not, and the emergency lines."""
    shown: Call | None = None
    for turn in conversation["turns"]:
        if "tap" in turn:
            assert shown is not None
            shown = await api.tap(1, shown, turn["tap"], conversation["profile"])
        else:
            shown = await api.write(1, turn["write"], conversation["profile"])

        labels = [button["text"] for button in shown.buttons]
        for words in turn.get("shows", ()):
            assert words in shown.text
        for words in turn.get("never", ()):
            assert words not in shown.text
        for label in turn.get("buttons", ()):
            assert any(label in text for text in labels), labels
        for label in turn.get("no_buttons", ()):
            assert not any(label in text for text in labels), labels
        assert all(number in shown.text for number in FOOTER)
        assert all(len(button["callback_data"].encode()) <= 64 for button in shown.buttons)


async def test_a_partner_can_be_kept_on_the_phone(api: BotApi, bot: Any) -> None:
    """The contact card opens in the phone's address book, the next session in its calendar."""
    shown = await api.write(1, "mon propriétaire ne veut pas me rendre ma caution")
    contact = await api.tap(1, shown, "1. Contact")
    date = await api.tap(1, shown, "1. Agenda")

    assert (contact.method, contact.sent["phone_number"], contact.sent["first_name"]) == ("sendContact", "+33413295620", "UFC-Que Choisir")
    assert date.sent["document"]["name"] == "ufc-que-choisir.ics"
    assert b"SUMMARY:UFC-Que Choisir" in date.sent["document"]["content"]


async def test_a_place_is_shown_on_a_map_only_where_the_catalogue_has_its_point(
    api: BotApi,
    bot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No source gives coordinates today, so no button offers them; with some, the venue is theirs."""
    from dataclasses import replace

    from bot.engine.current_house import keeper

    question = "mon propriétaire ne veut pas me rendre ma caution"
    without = await api.write(1, question)
    house = keeper().house
    places = {**house.catalogue.places, "maison": replace(house.catalogue.places["maison"], latitude=43.5, longitude=5.0)}
    monkeypatch.setattr(keeper(), "house", replace(house, catalogue=replace(house.catalogue, places=places)))
    venue = await api.tap(1, await api.write(1, question), "1. Lieu")

    assert not any("Lieu" in button["text"] for button in without.buttons)
    assert (venue.method, venue.sent["latitude"], venue.sent["longitude"]) == ("sendVenue", "43.5", "5.0")


async def test_a_tap_is_acknowledged_and_the_chosen_button_is_marked(api: BotApi, bot: Any) -> None:
    """The button stops waiting, and the person sees what was chosen."""
    shown = await api.write(1, "casa", "it")
    await api.tap(1, shown, "Affitto", "it")

    marked = [button["text"] for call in api.of("editMessageReplyMarkup") for button in call.buttons if button["text"].startswith("✓")]
    assert len(api.of("answerCallbackQuery")) == 1
    assert len(marked) == 1
    assert "Affitto" in marked[0]


async def test_typing_is_shown_before_the_answer(api: BotApi, bot: Any) -> None:
    """The person sees at once that somebody is there."""
    await api.write(1, "bonjour")
    methods = [call.method for call in api.calls if call.method in ("sendChatAction", "sendMessage")]

    assert methods == ["sendChatAction", "sendMessage"]


@pytest.mark.parametrize("words", ["/effacer", "efface tout"])
async def test_who_erases_leaves_in_the_chat_only_what_telegram_keeps(api: BotApi, bot: Any, assistant: Any, words: str) -> None:
    """Every message of both sides is deleted, the conversation forgotten, and what cannot be deleted is said."""
    kept_before = set(await assistant.conversations.keys())
    await api.write(1, "mon propriétaire ne veut pas me rendre ma caution")
    await api.write(1, "et c'est quand ?")
    shown = await api.write(1, words)

    (deletion,) = api.of("deleteMessages")
    assert len(deletion.sent["message_ids"]) == 5
    assert "C'est effacé" in shown.text
    assert "moins de 48 heures" in shown.text
    assert set(await assistant.conversations.keys()) <= kept_before
    assert "UFC" not in (await api.write(1, "et c'est quand ?")).text


async def test_messages_are_deleted_one_by_one_when_telegram_refuses_them_together(api: BotApi, bot: Any) -> None:
    """One message too old does not save the others."""
    await api.write(1, "bonjour")
    api.refusals["deleteMessages"].append({"error_code": 400, "description": "Bad Request: message can't be deleted"})
    await api.write(1, "/effacer")

    assert len(api.of("deleteMessage")) == 3


MEDIA = {
    "voice": {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
    "photo": {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]},
    "sticker": {
        "sticker": {
            "file_id": "f",
            "file_unique_id": "u",
            "type": "regular",
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
        }
    },
    "file": {"document": {"file_id": "f", "file_unique_id": "u"}},
    "place": {"location": {"latitude": 43.5, "longitude": 5.0}},
    "contact": {"contact": {"phone_number": "+33600000000", "first_name": "B"}},
}


@pytest.mark.parametrize("kind", MEDIA)
async def test_what_is_not_text_gets_a_polite_word_and_is_never_opened(api: BotApi, bot: Any, kind: str) -> None:
    """A voice note, a photo, a sticker, a file, a place: the person knows that only words are read."""
    await api.push(api.update(message=api.message(1, **MEDIA[kind])))
    shown = await api.answer(1)

    assert "Je ne lis que les mots" in shown.text
    assert all(number in shown.text for number in FOOTER)
    assert not api.of("getFile")


async def test_an_album_is_one_message(api: BotApi, bot: Any) -> None:
    """Three pictures sent together get one polite word."""
    await api.push(*(api.update(message=api.message(1, media_group_id="7", **MEDIA["photo"])) for _ in range(3)))
    await api.answer(1)

    assert len(api.shown(1)) == 1


async def test_the_caption_of_a_photo_is_read(api: BotApi, bot: Any) -> None:
    """Who shows a wound and says who did it is in danger."""
    await api.push(api.update(message=api.message(1, caption="c'est mon mari qui m'a frappée", **MEDIA["photo"])))

    assert "En danger maintenant" in (await api.answer(1)).text


async def test_forwarded_and_corrected_messages_are_read(api: BotApi, bot: Any) -> None:
    """A forwarded text is answered like another; a corrected one is answered anew, a moving place is not."""
    forwarded = api.message(1, "mon voisin fait du bruit", forward_origin={"type": "hidden_user", "sender_user_name": "B", "date": 1})
    await api.push(api.update(message=forwarded))
    assert "0800 126 756" in (await api.answer(1)).text

    await api.push(
        api.update(edited_message=api.message(2, "mon mari me frappe", edit_date=2)),
        api.update(edited_message=api.message(3, edit_date=2, **MEDIA["place"])),
    )
    assert "En danger maintenant" in (await api.answer(2)).text
    assert not api.shown(3)


def _in_group(api: BotApi, text: str, **content: Any) -> dict[str, Any]:
    message = api.message(9, text, **content)
    return {**message, "chat": {"id": -100, "type": "supergroup", "title": "Quartier"}}


async def test_a_group_is_answered_only_when_it_speaks_to_the_bot(api: BotApi, bot: Any) -> None:
    """Not a word to what people say to one another."""
    name = f"@{BOT['username']}"
    mention = [{"type": "mention", "offset": 0, "length": len(name)}]
    ours = {**_in_group(api, "Bonjour"), "from": BOT}
    await api.push(
        api.update(message=_in_group(api, "mon voisin fait du bruit")),
        api.update(message=_in_group(api, "photo", **MEDIA["photo"])),
        api.update(message=_in_group(api, f"{name} mon voisin fait du bruit", entities=mention)),
        api.update(message=_in_group(api, "mon voisin fait du bruit", reply_to_message=ours)),
        api.update(message=_in_group(api, "/urgence")),
    )
    await api.until(lambda: len(api.shown(-100)) >= 3 and not api.pending)

    assert len(api.shown(-100)) == 3


async def test_danger_in_a_group_is_answered_in_private(api: BotApi, bot: Any) -> None:
    """The others read neither what it is about nor where to go; one tap opens a private chat with the lines."""
    name = f"@{BOT['username']}"
    mention = [{"type": "mention", "offset": 0, "length": len(name)}]
    await api.push(api.update(message=_in_group(api, f"{name} mon mari me frappe", entities=mention)))
    shown = await api.answer(-100)

    assert "D'autres personnes lisent ici" in shown.text
    assert "Solidarité" not in shown.text
    assert [button["url"] for button in shown.buttons] == [f"https://t.me/{BOT['username']}?start=urgence"]
    assert "Voici les numéros d'urgence" in (await api.write(9, "/start urgence")).text


async def test_silence_is_kept_where_nobody_is_to_be_answered(api: BotApi, bot: Any) -> None:
    """Channel posts, other bots, people who join, the bot being added: nothing is said."""
    channel = {"message_id": 1, "date": 1, "chat": {"id": -200, "type": "channel", "title": "C"}, "text": "bonjour"}
    members = {"old_chat_member": {"user": BOT, "status": "left"}, "new_chat_member": {"user": BOT, "status": "member"}}
    await api.push(
        api.update(channel_post=channel),
        api.update(message={**api.message(8, "bonjour"), "from": {"id": 8, "is_bot": True, "first_name": "B"}}),
        api.update(message=api.message(7, pinned_message=api.message(7, "x"))),
        api.update(
            my_chat_member={
                "chat": {"id": 6, "type": "private"},
                "from": {"id": 6, "is_bot": False, "first_name": "A"},
                "date": 1,
                **members,
            }
        ),
    )
    await api.until(lambda: not api.pending)

    assert not [call for call in api.calls if call.method == "sendMessage"]


async def test_who_blocks_the_bot_is_forgotten(api: BotApi, bot: Any, assistant: Any) -> None:
    """A refused answer breaks nothing, and nothing of the person stays."""
    before = set(await assistant.conversations.keys())
    api.refusals["sendMessage"].append({"error_code": 403, "description": "Forbidden: bot was blocked by the user"})
    await api.push(api.update(message=api.message(5, "mon voisin fait du bruit")))
    await api.until(lambda: not api.pending)

    assert set(await assistant.conversations.keys()) <= before
    assert not api.shown(5)
    assert "Urgences :" in (await api.write(5, "bonjour")).text


async def test_an_answer_that_telegram_cannot_read_comes_as_plain_words(api: BotApi, bot: Any) -> None:
    """Should its marks be refused, the numbers still arrive."""
    api.refusals["sendMessage"].append({"error_code": 400, "description": "Bad Request: can't parse entities"})
    shown = await api.write(1, "mon mari me frappe")

    assert "<b>" not in shown.text
    assert "17" in shown.text


async def test_a_button_of_another_time_still_gets_an_answer(api: BotApi, bot: Any) -> None:
    """A button that means nothing any more leads to the house's own people, not to silence."""
    shown = await api.write(1, "bonjour")
    tap = {**api.tapping(1, shown, "🌐"), "data": "p:0000000000000000:fr"}
    await api.push(api.update(callback_query=tap))

    assert "Dites-moi avec vos mots" in (await api.answer(1, 1)).text


async def test_whatever_breaks_the_person_gets_the_lines(api: BotApi, bot: Any, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when the assistant itself fails."""

    async def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(assistant), "answer", staticmethod(broken))
    shown = await api.write(1, "bonjour")

    assert all(number in shown.text for number in FOOTER)


async def test_the_bot_presents_itself_in_every_language(api: BotApi, bot: Any) -> None:
    """Commands, name and descriptions are set for each language, within Telegram's limits."""
    await api.until(lambda: len(api.of("setMyDescription")) == 11)
    codes = {call.sent.get("language_code", "") for call in api.of("setMyCommands")}
    arabic = next(call for call in api.of("setMyCommands") if call.sent.get("language_code") == "ar")

    assert codes == {"", "en", "ar", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"}
    assert [command["command"] for command in arabic.sent["commands"]] == [
        "start", "langue", "urgence", "services", "horaires", "effacer", "aide", "confidentialite"
    ]  # fmt: skip
    assert all(len(call.sent["short_description"]) <= 120 for call in api.of("setMyShortDescription"))
    assert all(len(call.sent["description"]) <= 512 for call in api.of("setMyDescription"))
    assert all(len(call.sent["name"]) <= 64 for call in api.of("setMyName"))

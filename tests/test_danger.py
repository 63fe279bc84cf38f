"""Danger: found whatever surrounds it, set aside where it is only a way of speaking."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.house import House
from bot.patterns import MalformedPattern, compile_pattern, spaced_tokens

PLAIN = ["mon mari me frappe", "il m'a violée", "je veux mourir", "je dors dehors ce soir", "ça sent le gaz chez moi"]
PADDING = st.text(alphabet=" .,!?…\n\t😀🙏-«»", max_size=12)
ZERO_WIDTH = "\u200b"


def found(house: House, text: str) -> bool:
    return house.net.find(text, list(house.dangers.kinds)) is not None


@pytest.mark.parametrize("sentence", PLAIN)
def test_plain_cries_are_found_by_patterns_alone(house: House, sentence: str) -> None:
    """Without any model, the plainest words raise the alarm."""
    assert found(house, sentence)


@given(sentence=st.sampled_from(PLAIN), before=PADDING, after=PADDING, upper=st.booleans(), hole=st.integers(0, 30))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_padding_case_and_invisible_signs_hide_nothing(
    house: House, sentence: str, before: str, after: str, upper: bool, hole: int
) -> None:
    """Emoji, punctuation, capitals and zero-width characters around or inside the cry change nothing."""
    disguised = sentence[:hole] + ZERO_WIDTH + sentence[hole:]

    assert found(house, before + (disguised.upper() if upper else disguised) + after)


@pytest.mark.parametrize(
    "sentence", ["je meurs de faim", "c'est mort de rire", "bonjour", "mon voisin fait du bruit", "je cherche un logement"]
)
def test_ways_of_speaking_raise_nothing(house: House, sentence: str) -> None:
    """Patterns alone stay quiet on everyday words."""
    assert not found(house, sentence)


@pytest.mark.parametrize("source", ["", "...", "... frappe", "frappe ...", "<inconnu> frappe", "(oui)", "!!!"])
def test_a_malformed_pattern_is_refused(source: str) -> None:
    """A pattern that could never work is told to its author."""
    with pytest.raises(MalformedPattern):
        compile_pattern(source, {})


@pytest.mark.parametrize(
    ("source", "text", "matches"),
    [
        ("mon <mari> ... me frapp~", "mon copain il me frappe", True),
        ("mon <mari> ... me frapp~", "mon copain un deux trois quatre cinq me frappe", False),
        ("me (re) frapp~", "il me re frappait", True),
        ("me|m tape", "il m'tape", True),
        ("cours ecole", "cour d'école", False),
        ("<mari> violent", "ex mari violent", True),
    ],
)
def test_a_pattern_matches_as_it_is_written(source: str, text: str, matches: bool) -> None:
    """Groups, gaps, optional words, choices and endings."""
    pattern = compile_pattern(source, {"mari": ["mari", "copain", "ex mari"]})

    assert bool(pattern.regex.search(spaced_tokens(text))) is matches


def test_every_danger_has_its_words_and_its_lines(house: House) -> None:
    """No danger without lines, without fixed words, or with a partner it forbids; never a question."""
    for kind in house.dangers.kinds.values():
        assert kind.lines
        assert not set(kind.services) & set(kind.forbidden)
        for words in (kind.say, kind.minor_say, kind.other_say):
            assert words.strip()
            assert "?" not in words
        assert "parents" not in kind.minor_say


def test_conjugal_violence_never_leads_to_mediation(house: House) -> None:
    """The rule of the house, written down twice."""
    assert {"recampado", "conciliateur"} <= set(house.dangers.kinds["violence-conjugale"].forbidden)

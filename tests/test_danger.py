"""Danger: found whatever surrounds or disguises it, in every language, set aside where it is only a way of speaking."""

from __future__ import annotations

import pytest
from conftest import SATURDAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.conversation import answer
from bot.danger import Danger
from bot.evaluation.danger_report import Misses, cases_of, judged_by_patterns
from bot.house import House
from bot.memory import Memory
from bot.nlu.danger_net import DangerNet
from bot.patterns import MalformedPattern, compile_pattern, spaced_tokens
from bot.understanding import Guess, Understanding

PLAIN = ["mon mari me frappe", "il m'a violée", "je veux mourir", "je dors dehors ce soir", "ça sent le gaz chez moi"]
IN_EVERY_LANGUAGE = [
    *PLAIN,
    "my husband beats me",
    "زوجي يضربني",
    "rajli kaydrebni",
    "mi marido me pega",
    "o meu marido bate-me",
    "mio marito mi picchia",
    "kocam beni dövüyor",
    "soțul meu mă bate",
    "муж меня избивает",
    "чоловік мене побив",
    "شوهرم مرا کتک می‌زند",
    "mein Mann schlägt mich",
    "mój mąż mnie bije",
    "mijn man slaat mij",
    "съпругът ми ме бие",
    "老公打我",
    "chồng tôi đánh tôi",
    "স্বামী আমাকে মারে",
    "கணவர் என்னை அடிக்கிறார்",
    "ամուսինս ինձ ծեծում է",
    "ქმარი მცემს",
]
PADDING = st.text(alphabet=" .,!?…\n\t😀🙏-«»", max_size=12)
ZERO_WIDTH = "\u200b"
LOOK_ALIKE_LETTERS = str.maketrans("aeopcx", "аеорсх")
SLIPS = ["mon mari m'étrangle souvent", "je pense au suicide", "tentative de violences conjugales", "mon mari me frappait violemment"]


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


@pytest.mark.parametrize("sentence", IN_EVERY_LANGUAGE)
def test_the_plainest_cry_is_found_in_every_language(house: House, sentence: str) -> None:
    """Whatever the language, with or without a locale, the plainest words are enough."""
    assert found(house, sentence)


@given(sentence=st.sampled_from(IN_EVERY_LANGUAGE), before=PADDING, after=PADDING, times=st.integers(1, 3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_around_a_cry_hides_it_in_any_language(house: House, sentence: str, before: str, after: str, times: int) -> None:
    """Signs before, after and between words, and a cry said twice, change nothing."""
    spaced = sentence.replace(" ", " " * times)

    assert found(house, f"{before} {spaced}{after} {sentence}")


@given(sentence=st.sampled_from(PLAIN), which=st.integers(0, 5), times=st.integers(3, 9))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_look_alike_letters_and_stretched_letters_hide_nothing(house: House, sentence: str, which: int, times: int) -> None:
    """Cyrillic letters in Latin words, and a last letter held down."""
    letter = "aeopcx"[which]

    assert found(house, sentence.replace(letter, letter.translate(LOOK_ALIKE_LETTERS), 1))
    assert found(house, sentence + sentence[-1] * times)


@given(sentence=st.sampled_from(SLIPS), at=st.integers(1, 200), slip=st.sampled_from(["missing", "doubled", "swapped"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_slip_of_the_finger_in_a_long_word_hides_nothing(house: House, sentence: str, at: int, slip: str) -> None:
    """One letter missing, doubled or swapped inside the longest word of a cry."""
    word = max(sentence.replace("'", " ").split(), key=len)
    cut = 1 + at % (len(word) - 2)
    slipped = {
        "missing": word[:cut] + word[cut + 1 :],
        "doubled": word[:cut] + word[cut] + word[cut:],
        "swapped": word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
    }[slip]

    assert found(house, sentence.replace(word, slipped))


@pytest.mark.parametrize("sentence", ["كنا نشوفو مسلسل وزوجي ضربني", "زوجي سكران وضربني قدام الأولاد", "دخل للبيت فضربني زوجي"])
def test_an_arabic_and_written_onto_a_word_hides_nothing(house: House, sentence: str) -> None:
    """« وزوجي ضربني » is « و زوجي ضربني »."""
    assert found(house, sentence)


def test_true_words_are_never_mended_into_a_danger(house: House) -> None:
    """A headscarf, a procedure and a stranger are what they are."""
    for sentence in ("une femme voilée", "los trámites de la caf", "je suis étrangère", "j'ai investi dans un commerce"):
        assert not found(house, sentence)


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("papa frappe maman et je me cache", "3919"),
        ("papa frappe maman et je me cache", "119"),
        ("mon mari me frappe devant les enfants", "119"),
        ("mon mari me frappe, je suis en fauteuil roulant", "3133"),
        ("il me frappe et je veux mourir", "3114"),
        ("mon mari m'a mise dehors, on dort dans la voiture avec les enfants", "115"),
        ("on m'a violée hier", "116006"),
    ],
)
def test_each_danger_in_a_message_brings_its_line(house: House, sentence: str, number: str) -> None:
    """A child who sees it, a wheelchair, two dangers at once: nobody is sent to one line when two are needed."""
    danger = house.net.find(sentence, list(house.dangers.kinds))

    assert danger is not None
    assert number in house.dangers.lines_for(danger)


def test_who_cannot_speak_is_given_the_text_message_number_first(house: House) -> None:
    """114 before any number to ring."""
    danger = house.net.find("il me frappe, je ne peux pas parler", list(house.dangers.kinds))

    assert danger is not None
    assert danger.cannot_speak
    assert house.dangers.lines_for(danger)[0] == "114"


@pytest.mark.parametrize(
    "sentence", ["je meurs de faim", "c'est mort de rire", "bonjour", "mon voisin fait du bruit", "je cherche un logement"]
)
def test_ways_of_speaking_raise_nothing(house: House, sentence: str) -> None:
    """Patterns alone stay quiet on everyday words."""
    assert not found(house, sentence)


@pytest.mark.parametrize(
    ("today", "calm"),
    [
        ("ma mère fait un AVC elle a 80 ans", "il a fait un AVC il y a deux ans, quelles aides ?"),
        ("papa me met au placard quand je pleure", "mon chef me met au placard depuis mars"),
        ("maman n'est pas rentrée depuis hier", "je suis rentrée hier, maman va bien"),
        ("les murs se sont affaissés vite", "la haie s'est affaissée chez le voisin"),
    ],
)
def test_a_danger_of_today_is_told_from_what_resembles_it(house: House, today: str, calm: str) -> None:
    """A look-alike quiets what is past or said of work, and never the danger itself."""
    assert found(house, today)
    assert not found(house, calm)


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


def test_the_lines_of_the_catalogue_hold_every_danger(house: House) -> None:
    """Whatever the danger, whoever writes, at most ten numbers and the police among them, or the shelter line."""
    for kind in house.dangers.kinds:
        lines = house.dangers.lines_for(Danger(kind, False, "essai", minor=True, child_there=True, vulnerable=True))
        assert set(lines) <= set(house.catalogue.lines)
        assert {"112", "114"} <= set(lines)
        assert len(lines) <= 10


def test_the_bound_on_misses_is_the_known_one() -> None:
    """No miss among 59 still allows 5 % (the rule of three); a miss everywhere allows everything."""
    assert Misses(0, 59).bound == pytest.approx(0.0495, abs=0.001)
    assert Misses(0, 300).bound == pytest.approx(0.00994, abs=0.0005)
    assert Misses(3, 3).bound == 1.0


def test_patterns_alone_hold_their_ground(house: House) -> None:
    """Without any model, under 1.5 % of calm messages alarmed and under 6 % of look-alikes, four dangers in ten found and more."""
    judged = judged_by_patterns(house, cases_of())
    calm = [alarmed for case, alarmed in judged if case.danger is False and case.style != "benign"]
    sayings = [alarmed for case, alarmed in judged if case.style == "benign"]
    dangers = [seen for case, seen in judged if case.danger]

    assert sum(calm) / len(calm) <= 0.015
    assert sum(sayings) / len(sayings) <= 0.06
    assert sum(dangers) / len(dangers) >= 0.4


def test_conjugal_violence_never_leads_to_mediation(house: House) -> None:
    """The rule of the house, written down twice."""
    assert {"recampado", "conciliateur"} <= set(house.dangers.kinds["violence-conjugale"].forbidden)


def named(text: str, *guesses: tuple[str, float]) -> Danger:
    """The danger of a message in which the model believes these needs."""
    message = Message({"text": text, "language": "fr", "guesses": [(need, confidence, None, confidence) for need, confidence in guesses]})
    DangerNet(DangerNet.get_default_config()).process([message])
    return Danger(**message.get("danger"))


def test_a_doubting_model_does_not_rename_what_the_words_say(house: House) -> None:
    """« Mon père me tape » is a child in danger: the model says otherwise only when it finds that much likelier, and its guess stays beside."""
    doubt = named("mon père me tape", ("voisinage", 0.5), ("sans-abri", 0.3), ("enfant-en-danger", 0.1))
    sure = named("mon père me tape", ("violence-conjugale", 0.9), ("enfant-en-danger", 0.05))

    assert (doubt.kind, "sans-abri" in doubt.also) == ("enfant-en-danger", True)
    assert (sure.kind, "enfant-en-danger" in sure.also) == ("violence-conjugale", True)


def test_a_danger_that_may_be_another_keeps_the_partners_of_both_away(house: House) -> None:
    """A night outside that may be a child hit at home never ends at the town's mediators, though neighbours are spoken of."""
    guesses = (Guess("voisinage", 0.6, "bruit"), Guess("sans-abri", 0.2), Guess("enfant-en-danger", 0.1))
    alone = Understanding("…", "fr", guesses, danger=Danger("sans-abri", False, "essai"))
    doubtful = Understanding("…", "fr", guesses, danger=Danger("sans-abri", False, "essai", also=("enfant-en-danger",)))

    assert "tranquillite-publique" in answer(house, alone, Memory(), SATURDAY)[0].services
    assert "tranquillite-publique" not in answer(house, doubtful, Memory(), SATURDAY)[0].services

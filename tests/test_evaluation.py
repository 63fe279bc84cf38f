"""What is said of the model is true: figures with their doubt, confidences that can be checked, noise that repeats, one model
refused beside another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.async_playwright import Axe
from conftest import SATURDAY
from playwright.async_api import async_playwright

from bot import floor, project
from bot.charts import reliability as drawn
from bot.checks.cases import Case
from bot.checks.noise import check_noise
from bot.cli import main
from bot.engine.training import ModelStore
from bot.errors import BadInput, BrokenData, ModelUnavailable
from bot.evaluation.answering import SURFACE
from bot.evaluation.calibration import calibration_error, judged, reliability
from bot.evaluation.checklist import Direction, is_steady, judge, sheets, trials
from bot.evaluation.command import Wanted, evaluate, read_book
from bot.evaluation.compare import compare
from bot.evaluation.confusion import NOTHING_NAMED, confused, confused_needs, expected_needs
from bot.evaluation.measure import Answered, Share, hit_at
from bot.evaluation.noise import Lexicon, Noise, noised
from bot.evaluation.page import Evaluation, page
from bot.evaluation.sheet import figure
from bot.evaluation.tables import crossed, tables
from bot.house import House
from bot.reply import Reply

SENTENCE = "Mon propriétaire ne répond plus, que faire ?"


def case(text: str = SENTENCE, **fields: Any) -> Case:
    return Case(**{"text": text, "language": "fr", "style": "clean", **fields})


def reply(**fields: Any) -> Reply:
    usual: dict[str, Any] = {
        "text": SENTENCE, "language": "fr", "reply_language": "fr", "outcome": "orient", "danger": None, "needs": (), "services": (),
        "lines": (), "footer": (), "cards": (), "options": (), "why": "", "reply": "",
    }  # fmt: skip
    return Reply(**{**usual, **fields})


HIT = Answered(case(services=("clcv",), danger=False), reply(services=("clcv",)))
MISSED = Answered(case(style="sms", services=("clcv",)), reply(services=("caf",)))
DANGER = {"kind": "violence-conjugale", "immediate": False}


# ------------------------------------------------------------------------------------------------------------ figures


def test_a_figure_says_how_sure_it_is() -> None:
    """Wilson's interval, as published: 81 of 263 gives 25.5 % to 36.6 % (Newcombe 1998, table I)."""
    assert figure(Share(81, 263)) == "30,8\u202f% (26–37) 263"
    assert figure(Share(0, 0)) == "–"


def test_a_language_is_crossed_with_the_ways_of_writing() -> None:
    """Who reads it sees that French is understood when it is clean and not in SMS; what is not measured has no column."""
    benign = Answered(case(style="benign", danger=False), reply())
    english = Answered(case(language="en", services=("caf",)), reply(services=("mdc", "caf")))
    sheet = crossed("", hit_at(2), [HIT, MISSED, english, benign])

    assert sheet.columns == ("", "clean", "sms")
    assert [[cell.split(" ")[0] for cell in row] for row in sheet.rows] == [
        ["fr", "100,0\u202f%", "0,0\u202f%"],
        ["en", "100,0\u202f%", "–"],
    ]


def test_a_missed_danger_stands_in_the_tables_with_what_it_may_hide() -> None:
    """One missed of two: the true rate may be as high as 97.5 % (Clopper and Pearson, one-sided 95 %)."""
    seen = Answered(case(danger=True, kind="menaces"), reply(danger=DANGER))
    unseen = Answered(case(danger=True, kind="menaces"), reply())
    *_others, by_language, by_kind = tables([seen, unseen, HIT])

    assert by_language.rows == (("fr", "1 sur 2", "97,5\u202f%"),)
    assert by_kind.rows == (("menaces", "1 sur 2", "97,5\u202f%"),)


# -------------------------------------------------------------------------------------------------------- calibration


def test_a_confidence_is_held_to_what_it_says() -> None:
    """Four answers at 0.9 of which two are right, four at 0.1 all wrong: off by 0.4 and 0.1, 0.25 in the mean."""
    bins = reliability([(0.9, True), (0.9, True), (0.9, False), (0.9, False), *[(0.1, False)] * 4])

    assert [(one.low, one.high, one.right) for one in bins] == [(0.1, 0.2, Share(0, 4)), (0.9, 1.0, Share(2, 4))]
    assert calibration_error(bins) == pytest.approx(0.25)
    assert calibration_error([]) == 0


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    """And not in a bin of its own above it."""
    (only,) = reliability([(1.0, True), (0.95, True)])

    assert (only.low, only.right.total) == (0.9, 2)


def test_only_claimed_confidences_are_judged(house: House) -> None:
    """An answer that asks claims nothing; in a danger the first need is the danger's, whatever its confidence."""
    expected = case(needs=("voisinage",))
    right = Answered(expected, reply(needs=(("voisinage", 0.8),)))
    wrong = Answered(expected, reply(needs=(("dettes", 0.3),)))
    silent = [Answered(expected, reply(outcome=outcome, needs=(("voisinage", 0.8),))) for outcome in ("clarify", "danger", "outside")]

    assert judged([right, wrong, *silent, HIT], house.needs)[:2] == [(0.8, True), (0.3, False)]
    assert len(judged([right, wrong, *silent], house.needs)) == 2


def test_the_curve_goes_up_as_answers_get_better() -> None:
    """A better share is drawn higher: a smaller ordinate."""
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawn("", [(0.2, 0.1, 0.0, 0.3), (0.8, 0.9, 0.7, 1.0)]))]

    assert heights[0] > heights[1]


# ---------------------------------------------------------------------------------------------------------- confusion


def test_the_expected_need_is_the_one_named_or_the_one_its_partner_answers(house: House) -> None:
    """A case that names only a partner is held to the needs which that partner answers first."""
    assert expected_needs(case(needs=("dettes",), services=("clcv",)), house.needs) == ("dettes",)
    assert expected_needs(case(outcome="outside"), house.needs) == ("hors-sujet",)
    assert "voisinage" in expected_needs(case(services=("tranquillite-publique",)), house.needs)
    assert expected_needs(case(danger=True), house.needs) == ()


def test_who_is_taken_for_whom_is_counted_out_of_a_hundred() -> None:
    """A case that accepts two needs counts for the one that came."""
    found = confused([(("a", "b"), "b"), (("a",), "a"), (("a",), "a"), (("a",), "c"), ((), "z")])

    assert found.counts == {("b", "b"): 1, ("a", "a"): 2, ("a", "c"): 1}
    assert found.percents == {("b", "b"): 100, ("a", "a"): 67, ("a", "c"): 33}
    assert found.mistakes == [("a", "c", 1)]


def test_an_answer_without_a_need_is_a_confusion_too(house: House) -> None:
    """Nothing named where something was expected."""
    assert confused_needs([Answered(case(needs=("dettes",)), reply())], house.needs).mistakes == [("dettes", NOTHING_NAMED, 1)]


# -------------------------------------------------------------------------------------------------------------- noise

WORDS = Lexicon(
    abbreviations={"rendez-vous": "rdv", "que": "q"},
    synonyms={"propriétaire": "bailleur", "mon propriétaire": "mon bailleur à moi"},
    forms={"répond": "répondait"},
    turns={"que faire": "que dois-je faire"},
    frames=("Bonjour. {text} Merci.",),
)


@pytest.mark.parametrize(
    ("noise", "changed"),
    [
        (Noise.ABBREVIATIONS, "Mon propriétaire ne répond plus, q faire ?"),
        (Noise.SYNONYMS, "mon bailleur à moi ne répond plus, que faire ?"),
        (Noise.FORMS, "Mon propriétaire ne répondait plus, que faire ?"),
        (Noise.PARAPHRASES, "Bonjour. Mon propriétaire ne répond plus, que dois-je faire ? Merci."),
    ],
)
def test_words_are_swapped_whole_and_the_longest_first(noise: Noise, changed: str) -> None:
    """« que » is not found inside « quelque », nor « propriétaire » inside « mon propriétaire »."""
    assert noised(SENTENCE, noise, WORDS) == changed
    assert noised("quelques répondeurs", noise, replace(WORDS, frames=())) is None


@pytest.mark.parametrize("noise", [Noise.CASING, Noise.PUNCTUATION])
def test_case_and_signs_change_and_no_letter_does(noise: Noise) -> None:
    """The words stay the words."""
    changed = noised(SENTENCE, noise)

    assert changed is not None
    assert changed != SENTENCE
    assert re.findall(r"\w+", changed.lower()) == re.findall(r"\w+", SENTENCE.lower())


@pytest.mark.parametrize("text", [SENTENCE, "Моя соседка шумит каждую ночь", "صاحب البيت لا يرد على رسائلي"])
def test_a_misspelling_keeps_the_beginning_of_each_word(text: str) -> None:
    """In every alphabet; the sentence can still be read."""
    changed = noised(text, Noise.MISSPELLINGS)

    assert changed is not None
    pairs = list(zip(text.split(), changed.split(), strict=True))
    assert all(before[0] == after[0] for before, after in pairs)
    assert 1 <= sum(before != after for before, after in pairs) <= len(pairs) // 2


def test_a_noise_that_has_no_hold_is_not_counted() -> None:
    """Chinese has no capitals; a sentence without a known word has nothing to abbreviate: no false success."""
    assert noised("房东不回复我", Noise.CASING) is None
    assert noised(SENTENCE, Noise.ABBREVIATIONS, Lexicon()) is None


def test_the_same_noise_comes_at_every_run() -> None:
    """Two models are measured on the same sentences, whatever the order of the cases."""
    book = read_book()
    cases = [case(f"Mon voisin numéro {number} fait du bruit", services=("mdc",), danger=False) for number in range(300)]

    first, again = trials(cases, book), trials(list(reversed(cases)), book)
    assert {one.text for one in first.cases} == {one.text for one in again.cases}
    assert len(first.clean) == 75


def test_the_noises_of_the_house_can_be_used() -> None:
    """French and English have all seven; every direction is said in every language of the house."""
    book = read_book()

    for language in ("fr", "en"):
        assert all(vars(book.lexicons[language]).values())
    for direction in book.directions:
        assert {"fr", "en", "ar", "ar-Latn", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"} <= set(direction.say)


def test_a_wrong_noise_is_told_with_its_line(tmp_path: Path) -> None:
    """Where, what was found, what to do."""
    path = tmp_path / "noise.yaml"
    path.write_text(
        'words:\n  fr:\n    synonyms: {Mari: époux}\n    frames: ["Bonjour."]\ndirections:\n  - {name: x, services: [caaf], say: {fr: y}}\n'
    )
    _document, problems = check_noise(path, ["caf"], ["17"])

    assert [problem.line for problem in problems] == [3, 4, 6]
    assert "minuscules" in str(problems[0])
    assert "{text}" in str(problems[1])
    assert "« caf »" in str(problems[2])
    with pytest.raises(BrokenData):
        read_book(path)


# ---------------------------------------------------------------------------------------------------------- checklist


def test_noise_that_moves_the_first_partner_or_hides_a_danger_is_a_failure() -> None:
    """A danger that noise makes appear is not: it costs a line of text."""
    calm, alarmed = reply(services=("caf", "mdc")), reply(services=("caf",), danger=DANGER)

    assert is_steady(calm, reply(services=("caf", "csqs")))
    assert is_steady(calm, alarmed)
    assert not is_steady(calm, reply(services=("mdc", "caf")))
    assert not is_steady(alarmed, calm)


def test_a_direction_holds_when_all_it_expects_is_there() -> None:
    """The danger, its line, the partner."""
    fear = Direction("peur", danger=True, lines=("3919",), services=(), say={})
    named = Direction("caf", danger=False, lines=(), services=("caf",), say={})

    assert fear.holds(reply(danger=DANGER, lines=("17", "3919")))
    assert not fear.holds(reply(danger=DANGER, lines=("17",)))
    assert not fear.holds(reply(lines=("3919",)))
    assert named.holds(reply(services=("mdc", "caf")))
    assert not named.holds(reply(services=("mdc",)))


def test_directions_are_added_to_calm_sentences_and_courtesies_are_left_alone() -> None:
    """« Merci » inside polite words is no longer a mere « merci »."""
    cases = [
        case("Merci", outcome="chitchat"),
        case("Il me frappe", danger=True, services=("apers",)),
        HIT.case,
        case("jsui perdu", style="sms"),
    ]
    asked = trials(cases, read_book())

    assert {one.text for one in asked.clean} == {"Il me frappe", SENTENCE}
    assert all(one.text.startswith(SENTENCE) and one.text != SENTENCE for made in asked.directed.values() for one in made)
    assert all(len(made) == 1 for made in asked.directed.values())


def test_failures_under_noise_are_told_from_failures_without() -> None:
    """An answerer that listens to nothing but capitals: right on every sentence as it is, moved by the case alone."""
    book = read_book()
    asked = trials([case("Mon voisin fait du bruit, que faire ?", services=("mdc",), danger=False)], book)
    answered = [Answered(one, reply(services=("caf" if one.text.isupper() or one.text.islower() else "mdc",))) for one in asked.cases]
    accuracy, failures = sheets(judge(asked, answered, book))
    failed = {name: share.split(" ")[0] for name, share in failures.rows}

    assert failed["MFT : la phrase telle quelle"] == "0,0\u202f%"
    assert failed["INV : ponctuation"] == "0,0\u202f%"
    assert failed["INV : majuscules et minuscules"] == "100,0\u202f%"
    assert all(share == "100,0\u202f%" for name, share in failed.items() if name.startswith("DIR"))
    assert [row[0] for row in accuracy.rows] == [noise.value for noise in Noise]


# ------------------------------------------------------------------------------------------------- the page, the command


async def test_the_page_stands_alone_and_follows_the_rules_of_wcag(house: House, tmp_path: Path) -> None:
    """No request leaves it, no script is in it, axe finds nothing; a sentence that holds HTML is only text."""
    answered = [HIT, Answered(case("<script>alert(1)</script>", services=("clcv",)), reply(needs=(("dettes", 0.4),), services=("caf",)))]
    asked = trials([one.case for one in answered], read_book())
    found = Evaluation(
        model="boussole-0.tar.gz",
        answered=answered,
        bins=reliability([(0.9, True), (0.4, False)]),
        confusion=confused([(("dettes",), "dettes"), (("dettes",), "caf-prestations")]),
        robustness=judge(asked, [Answered(one, reply()) for one in asked.cases], read_book()),
        comparison=compare([HIT, HIT], answered, ()),
    )
    path = tmp_path / "page.html"
    path.write_text(page(found, SATURDAY, with_misses=True), encoding="utf-8")

    requests: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = await browser.new_page()
        shown.on("request", lambda request: requests.append(request.url))
        await shown.goto(path.as_uri())
        violations = (await Axe().run(shown)).response["violations"]
        titles = await shown.locator("h2").all_inner_texts()
        await browser.close()

    assert requests == [path.as_uri()]
    assert violations == []
    assert "<script" not in path.read_text(encoding="utf-8")
    assert {"Par langue", "Langue × style : hits@2", "Échecs, à la manière de CheckList", "Cas perdus (1)"} <= set(titles)


class WithoutModel:
    """The floor: what answers when the model is broken. Really worse, and never silent."""

    model = ""

    def __init__(self, house: House) -> None:
        self._house = house

    async def answer(self, text: str, *, now: datetime | None = None, surface: str = SURFACE) -> Reply:
        """The floor's reply."""
        return floor.reply(self._house, text, None, now or SATURDAY)


@pytest.fixture
def handful(tmp_path: Path) -> Path:
    """A folder with a few of the house's English cases, a danger in them."""
    cases = yaml.safe_load((project.CASES / "en.yaml").read_text(encoding="utf-8"))["cases"][:24]
    directory = tmp_path / "cases"
    directory.mkdir()
    (directory / "en.yaml").write_text(yaml.safe_dump({"language": "en", "cases": cases}, allow_unicode=True), encoding="utf-8")
    return directory


def test_a_model_is_not_refused_for_being_itself(assistant: Any, handful: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole command: tables, noise, page, comparison, exit code 0."""
    written = tmp_path / "page.html"
    code = evaluate(assistant, Wanted(str(handful), misses=True, noise=True, html=str(written)), lambda: assistant)
    printed = capsys.readouterr().out

    assert code == 0
    assert "gagnés 0, perdus 0, p = 1.000" in printed
    assert "Pas moins bon" in printed
    assert all(noise.value in printed for noise in Noise)
    assert "Pas moins bon" in written.read_text(encoding="utf-8")


def test_a_worse_model_is_refused_with_exit_code_1(assistant: Any, house: House, handful: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its model the assistant loses most partners, and dangers that no pattern says: it may not be put in service."""
    assert evaluate(WithoutModel(house), Wanted(str(handful)), lambda: assistant) == 1
    assert "MOINS BON" in capsys.readouterr().out
    assert evaluate(assistant, Wanted(str(handful)), lambda: WithoutModel(house)) == 0


def test_what_cannot_be_measured_is_said_at_once(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without cases, a model that is not there: before anything is loaded."""
    with pytest.raises(BadInput, match="Aucun fichier de cas"):
        evaluate(WithoutModel(house), Wanted(str(tmp_path)))
    assert main(["evaluate", "--against", "nulle-part.tar.gz"]) == 1
    assert "« nulle-part.tar.gz »" in capsys.readouterr().err


def test_a_model_is_found_by_what_it_is(tmp_path: Path) -> None:
    """The champion, the one before, or a file; one that was altered is refused."""
    store = ModelStore(tmp_path)
    model = tmp_path / "boussole-0123456789abcdef.tar.gz"
    model.write_bytes(b"model")
    store.record(model)

    assert store.find("challenger") == store.find(model.name) == model
    assert store.find(str(model)) == model
    with pytest.raises(ModelUnavailable, match="previous"):
        store.find("previous")
    model.write_bytes(b"altered")
    with pytest.raises(ModelUnavailable, match="pas celui"):
        store.find("challenger")

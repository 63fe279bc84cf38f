"""A challenger is judged on the cases, danger first; which model answers is one line of a file, and one click goes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import floor
from bot.checks.cases import Case
from bot.clock import now
from bot.engine import training
from bot.engine.training import ModelStore
from bot.errors import ModelUnavailable
from bot.evaluation.compare import Comparison, compare, mcnemar
from bot.evaluation.measure import Answered
from bot.house import House


def answered(house: House, case: Case, service: str = "", danger: bool = False) -> Answered:
    """A case with an answer that leads to a partner, or raises a danger."""
    reply = floor.reply(house, case.text, None, now())
    kind = {"kind": "violence-conjugale", "immediate": False} if danger else None
    return Answered(case, replace(reply, services=(service,) if service else (), danger=kind))


def case(text: str, danger: bool | None = None) -> Case:
    return Case(text, "fr", "clean", services=("clcv",), danger=danger)


def test_mcnemar_gives_the_textbook_values() -> None:
    """Exact binomial, two-sided: 2 × P(X ≤ min) with X ~ B(n, ½)."""
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == pytest.approx(2 / 2**5)
    assert mcnemar(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar(3, 3) == 1.0


def test_cases_gained_and_lost_are_named(house: House) -> None:
    """Sentence by sentence, with what each model answers."""
    cases = [case(text) for text in ("gagné", "perdu", "juste", "faux", "appris")]
    before = [answered(house, one, service) for one, service in zip(cases, ("caf", "clcv", "clcv", "caf", "caf"))]
    after = [answered(house, one, service) for one, service in zip(cases, ("clcv", "caf", "clcv", "caf", "clcv"))]
    result = compare(before, after, learnt={"appris"})

    assert [one.text for one in result.gained] == ["gagné"]
    assert [(one.text, one.champion, one.challenger) for one in result.lost] == [("perdu", "clcv", "caf")]
    assert (result.cases, result.champion_right, result.challenger_right) == (4, 2, 2)
    assert (result.learnt, result.learnt_right) == (1, 1)
    assert not result.is_blocked
    assert Comparison.from_json(result.to_json()) == result


def test_one_danger_newly_missed_blocks_whatever_else_is_better(house: House) -> None:
    """Even when the sentence was learnt, even with a hundred cases gained."""
    cases = [case("il me frappe", danger=True), *(case(f"cas {number}") for number in range(100))]
    before = [answered(house, cases[0], "clcv", danger=True), *(answered(house, one, "caf") for one in cases[1:])]
    after = [answered(house, cases[0], "clcv"), *(answered(house, one, "clcv") for one in cases[1:])]
    result = compare(before, after, learnt={"il me frappe"})

    assert len(result.gained) == 100
    assert result.is_blocked


def test_a_challenger_that_loses_beyond_chance_is_said_to_be_worse(house: House) -> None:
    """Ten lost for none gained."""
    cases = [case(f"cas {number}") for number in range(10)]
    result = compare([answered(house, one, "clcv") for one in cases], [answered(house, one, "caf") for one in cases], learnt=())

    assert result.is_plainly_worse
    assert not compare(
        [answered(house, one, "clcv") for one in cases[:2]], [answered(house, one, "caf") for one in cases[:2]], ()
    ).is_plainly_worse


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """A store with a champion, as after the first training."""
    store = ModelStore(tmp_path)
    trained(store, "")
    store.put_in_service(name_of(""))
    return store


def name_of(learnt: str) -> str:
    return f"boussole-{training.fingerprint()}{'-' + learnt if learnt else ''}.tar.gz"


def trained(store: ModelStore, learnt: str) -> None:
    path = store.directory / name_of(learnt)
    path.write_bytes(f"model {learnt}".encode())
    store.record(path)


def test_a_challenger_waits_until_a_person_puts_it_in_service(store: ModelStore) -> None:
    """Training changes nothing of what answers; one word changes it, one more goes back."""
    trained(store, "aaaaaaaa")
    assert store.verified().name == name_of("")
    assert store.is_current()

    store.put_in_service(name_of("aaaaaaaa"))
    assert store.verified().name == name_of("aaaaaaaa")
    assert store.can_go_back()

    store.go_back()
    assert store.verified().name == name_of("")
    store.go_back()
    assert store.verified().name == name_of("aaaaaaaa")


def test_models_that_nobody_can_go_back_to_are_removed(store: ModelStore) -> None:
    """The champion, the one before and the latest challenger stay."""
    for learnt in ("aaaaaaaa", "bbbbbbbb"):
        trained(store, learnt)
        store.put_in_service(name_of(learnt))
    trained(store, "cccccccc")

    assert sorted(path.name for path in store.directory.glob("*.tar.gz")) == [name_of("aaaaaaaa"), name_of("bbbbbbbb"), name_of("cccccccc")]


def test_a_model_of_other_data_is_never_put_in_service(store: ModelStore) -> None:
    """Nor one whose bytes are not those that were trained."""
    other = store.directory / "boussole-0123456789abcdef.tar.gz"
    other.write_bytes(b"other")
    store.record(other)
    with pytest.raises(ModelUnavailable, match="d'autres données"):
        store.put_in_service(other.name)

    trained(store, "aaaaaaaa")
    (store.directory / name_of("aaaaaaaa")).write_bytes(b"altered")
    with pytest.raises(ModelUnavailable, match="pas celui"):
        store.put_in_service(name_of("aaaaaaaa"))
    assert store.verified().name == name_of("")


def test_without_a_previous_model_there_is_nothing_to_go_back_to(store: ModelStore) -> None:
    """Said, not guessed."""
    assert not store.can_go_back()
    with pytest.raises(ModelUnavailable, match="précédent"):
        store.go_back()


def test_new_corrections_wait_and_do_not_make_the_model_stale(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart serves the champion; only a retraining and a person's word take the corrections in."""
    monkeypatch.setattr(training, "corrections_fingerprint", lambda: "dddddddd")

    assert store.is_current()
    assert store.path().name == name_of("dddddddd")
    assert store.path().name != store.manifest().champion

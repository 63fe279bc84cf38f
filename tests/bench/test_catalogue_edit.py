"""The catalogue edited by form: its comments stay, nothing wrong is written, two people lose nothing."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from bot import catalogue, catalogue_edit, project
from bot.catalogue_edit import EditedMeanwhile
from bot.errors import BadInput, BrokenData


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the real catalogue."""
    path = tmp_path / "services.yaml"
    shutil.copy(project.SERVICES, path)
    return path


def values(service: str, book: Path) -> dict[str, Any]:
    return dict(catalogue_edit.values_of(service, book))


def save(service: str, book: Path, base: Any, **changes: Any) -> None:
    catalogue_edit.save(service, base, {**base, **changes}, book, book.parent / "backups")


def test_saving_without_a_change_writes_the_very_same_bytes(book: Path) -> None:
    """Comments, order, quotes and empty lines are where they were."""
    before = book.read_bytes()
    base = values("apers", book)
    made = catalogue_edit.draft("apers", base, base, book)
    save("apers", book, base)

    assert made.diff() == []
    assert made.errors == ()
    assert book.read_bytes() == before


def test_a_change_touches_its_own_line_alone(book: Path) -> None:
    """One number corrected: one line of the file differs."""
    base = values("adamal", book)
    before = book.read_text(encoding="utf-8").splitlines()
    save("adamal", book, base, phones=[{**base["phones"][0], "number": "04 42 11 02 81"}])
    after = book.read_text(encoding="utf-8").splitlines()

    changed = [(old, new) for old, new in zip(before, after) if old != new]
    assert len(before) == len(after)
    assert len(changed) == 1
    assert '"04 42 11 02 81"' in changed[0][1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phones": [{"number": "04 42 11", "label": "", "hours": "", "answered_by": "", "cost": ""}]}, "phones.1.number"),
        ({"phones": []}, "phones"),
        ({"name": ""}, "name"),
        ({"place": "ailleurs"}, "place"),
        ({"email": "dccs(a)istres.fr"}, "email"),
        ({"verified_on": "hier"}, "verified_on"),
        ({"closures": [{"from": "2026-12-24", "to": "2026-12-20", "reason": "congés"}]}, "closures.1"),
        ({"closures": [{"from": "bientôt", "to": "2026-12-20", "reason": "congés"}]}, "closures.1.from"),
        ({"sessions": [{"hours": "lundi 14h", "words": "le lundi", "place": "", "note": ""}]}, "sessions.1.hours"),
    ],
)
def test_a_wrong_edit_is_never_written(changes: dict[str, Any], field: str, book: Path) -> None:
    """By the same rules as ``boussole check``; the problem names the field of the form."""
    before = book.read_bytes()
    with pytest.raises(BrokenData) as refused:
        save("adamal", book, values("adamal", book), **changes)

    assert field in [problem.field for problem in refused.value.problems]
    assert book.read_bytes() == before
    assert not (book.parent / "backups").exists()


def test_every_save_keeps_the_file_of_before(book: Path) -> None:
    """Under its date, whole."""
    before = book.read_bytes()
    save("adamal", book, values("adamal", book), cost="gratuit")
    kept = list((book.parent / "backups").iterdir())

    assert [path.read_bytes() for path in kept] == [before]
    assert kept[0].name.startswith("services-20")


def test_two_people_who_change_different_things_both_keep_theirs(book: Path) -> None:
    """Even of one partner, even from forms shown before either saved."""
    base = values("adamal", book)
    save("adamal", book, base, cost="gratuit")
    save("adamal", book, base, email="contact@adamal.example")
    now = values("adamal", book)

    assert (now["cost"], now["email"]) == ("gratuit", "contact@adamal.example")


def test_two_people_who_change_the_same_thing_are_told(book: Path) -> None:
    """The second sees what the first wrote; nothing of either is lost."""
    base = values("adamal", book)
    save("adamal", book, base, cost="gratuit")
    with pytest.raises(EditedMeanwhile) as told:
        save("adamal", book, base, cost="5 euros", name="ADAMAL, logement")

    assert told.value.fields == ("cost",)
    assert told.value.now["cost"] == "gratuit"
    assert values("adamal", book)["cost"] == "gratuit"
    save("adamal", book, told.value.now, cost="5 euros")
    assert values("adamal", book)["cost"] == "5 euros"


def test_four_people_saving_at_the_same_instant_lose_nothing(book: Path) -> None:
    """Each closes another partner: four closures are in the file."""
    services = ("adamal", "apers", "csqs", "caf")
    hands = [
        threading.Thread(
            target=catalogue_edit.add_closure, args=(service, "2026-12-24", "2026-12-31", "congés", book, book.parent / "backups")
        )
        for service in services
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert all(
        values(service, book)["closures"] == [{"from": "2026-12-24", "to": "2026-12-31", "reason": "congés"}] for service in services
    )
    assert len(list((book.parent / "backups").iterdir())) == 4


def test_a_closure_takes_its_sessions_away(book: Path) -> None:
    """Both days included; the sessions after come earlier in the list."""
    from conftest import SATURDAY

    def days() -> list[str]:
        made = catalogue_edit.draft("csqs", values("csqs", book), values("csqs", book), book)
        assert made.document is not None
        service = catalogue.build(made.document).services["csqs"]
        return [dated.session.day.isoformat() for dated in service.next_sessions(SATURDAY, 4)]

    open_days = days()
    catalogue_edit.add_closure("csqs", open_days[0], open_days[0], "formation", book, book.parent / "backups")

    assert open_days[0] not in days()
    assert len(days()) == 4


def test_a_row_can_be_added_and_taken_out(book: Path) -> None:
    """A second number, then the first goes."""
    base = values("adamal", book)
    second = {"number": "3919", "label": "écoute", "hours": "", "answered_by": "", "cost": ""}
    save("adamal", book, base, phones=[*base["phones"], second])
    now = values("adamal", book)
    assert now["phones"][1] == second

    save("adamal", book, now, phones=[second])
    assert values("adamal", book)["phones"] == [second]


def test_a_partner_that_does_not_exist_is_said(book: Path) -> None:
    """Not a traceback."""
    with pytest.raises(BadInput, match="n'est pas dans le catalogue"):
        catalogue_edit.values_of("nulle-part", book)

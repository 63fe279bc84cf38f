"""``boussole check``: whoever edits a file is told what is wrong, where, and what to write instead; never a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import cli, project
from bot.checks.problems import errors_of
from bot.engine.current_house import HouseKeeper
from bot.errors import BrokenData
from bot.house import inspect, open_house

BREAKAGES = [
    ("un numéro à neuf chiffres", 'number: "04 42 11 02 80"', 'number: "04 42 11 02 8"', "numéro de téléphone français"),
    ("un numéro avec des lettres", 'number: "04 42 11 02 80"', 'number: "O4 42 11 02 80"', "fait de chiffres"),
    ("un numéro sans guillemets", 'number: "3230"', "number: 3230", "entre guillemets"),
    ("un lieu inconnu", "place: piboules", "place: piboule", "Vouliez-vous dire « piboules »"),
    ("des horaires écrits à la main", 'hours: "Mo[3] 14:00-17:00; PH off"', "hours: lundi 14h-17h", "opening_hours"),
    ("une fermeture qui n'est pas la dernière", 'hours: "Mo[3] 14:00-17:00; PH off"', 'hours: "PH off; Mo[3] 14:00-17:00"', "à la fin"),
    ("un texte de repli toujours ouvert", 'hours: "Mo[3] 14:00-17:00; PH off"', "hours: 'Mo 14:00-17:00 || \"sur rendez-vous\"'", "repli"),
    ("les vacances scolaires", 'hours: "Mo[3] 14:00-17:00; PH off"', 'hours: "Mo 14:00-17:00; SH off"', "vacances scolaires"),
    ("un identifiant en double", "- id: plie", "- id: csqs", "deux fois"),
    ("une tabulation", "    name: ADAMAL", "\tname: ADAMAL", "tabulation"),
    ("une source manquante", '    source: {document: brochure, lines: "192-198"}\n', "", "« source »"),
    ("un document inconnu", 'source: {document: brochure, lines: "192-198"}', "source: {document: brochurre, lines: null}", "Vouliez-vous dire « brochure »"),
    ("une clé mal écrite", "    appointment: required\n    phones:\n      - {number: \"04 42 11", "    apointment: required\n    phones:\n      - {number: \"04 42 11", "Vouliez-vous dire « appointment »"),
    ("une adresse électronique cassée", "email: dccs@istres.fr", "email: dccs(a)istres.fr", "adresse électronique"),
    ("un public inventé", "publics: [femmes, victimes]", "publics: [femme, victimes]", "Vouliez-vous dire « femmes »"),
    ("plus de numéro", '    phones:\n      - {number: "04 84 26 81 01", label: UEMO Martigues, hours: null, answered_by: null, cost: null}', "    phones: []", "au moins un numéro"),
    ("le 17 ôté du pied", 'footer: ["17", ', "footer: [", "le 17"),
    ("un numéro retiré dans le pied", 'footer: ["17"', 'footer: ["3020", "17"', "3018"),
    ("une latitude sans longitude", "    city: Istres\n    note: null\n", "    city: Istres\n    note: null\n    latitude: 43.5\n", "« latitude » et « longitude »"),
    ("latitude et longitude échangées", "    city: Istres\n    note: null\n", "    city: Istres\n    note: null\n    latitude: 5.0\n    longitude: 43.5\n", "des degrés entre"),
    ("deux fois la même clé", "    web: csqsistres.fr", "    web: csqsistres.fr\n    web: autre.fr", "deux fois"),
]  # fmt: skip


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    """The house's data in a folder that a test may break."""
    for folder in ("data", "locales"):
        shutil.copytree(project.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("nlu"))
    return tmp_path


def test_the_house_as_it_is_has_no_error() -> None:
    """What is in the project passes its own check (warnings of age apart)."""
    assert errors_of(inspect().problems) == []


@pytest.mark.parametrize(("name", "before", "after", "said"), BREAKAGES, ids=[name for name, *_rest in BREAKAGES])
def test_a_mistake_is_told_in_french_with_its_line(copied_house: Path, name: str, before: str, after: str, said: str) -> None:
    """The message names the file and the line, and says what is expected; the house refuses to open."""
    path = copied_house / "data" / "services.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    told = "\n".join(str(problem) for problem in errors_of(inspect(copied_house).problems))

    assert said in told
    assert "services.yaml, ligne" in told
    with pytest.raises(BrokenData):
        open_house(copied_house)


def test_all_mistakes_are_told_at_once(copied_house: Path) -> None:
    """Three mistakes in three places: three messages, so that a person mends them in one go."""
    path = copied_house / "data" / "services.yaml"
    text = path.read_text(encoding="utf-8")
    for _name, before, after, _said in (BREAKAGES[0], BREAKAGES[3], BREAKAGES[13]):
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")

    told = "\n".join(str(problem) for problem in errors_of(inspect(copied_house).problems))

    assert all(said in told for _name, _before, _after, said in (BREAKAGES[0], BREAKAGES[3], BREAKAGES[13]))


@pytest.mark.parametrize("content", ["", "   \n", "{[", "services: oui", "- a\n- b\n", "\x00\x01\x02", "a: &a [*a]"])
@pytest.mark.parametrize(
    "name",
    [
        "data/services.yaml",
        "data/needs.yaml",
        "data/danger/kinds.yaml",
        "data/followups.yaml",
        "locales/languages.yaml",
        "data/danger/fr.yaml",
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_told_so(copied_house: Path, name: str, content: str) -> None:
    """An empty, binary or foreign file gives a message, never a traceback."""
    (copied_house / name).write_text(content, encoding="utf-8")

    assert errors_of(inspect(copied_house).problems)


def test_an_old_fact_is_a_warning_and_not_an_error(house: object) -> None:
    """Facts of February 2024 still serve; the house is told to confirm them."""
    warnings = [problem for problem in inspect().problems if problem.is_warning]

    assert any("mois" in problem.found for problem in warnings)


def test_a_broken_edit_leaves_the_last_good_house_in_service(monkeypatch: pytest.MonkeyPatch, copied_house: Path) -> None:
    """A running server never answers from a broken file."""
    keeper = HouseKeeper()
    before = keeper.house
    (copied_house / "data" / "services.yaml").write_text("services: [", encoding="utf-8")
    monkeypatch.setattr("bot.engine.current_house.open_house", lambda: open_house(copied_house))

    assert keeper.reload() is False
    assert keeper.house is before


def test_a_broken_file_is_told_by_its_line_before_the_server_starts(
    monkeypatch: pytest.MonkeyPatch, copied_house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """« boussole run » says which line to mend; it does not answer with a server's traceback."""
    (copied_house / "data" / "services.yaml").write_text("services: [", encoding="utf-8")
    monkeypatch.setattr("bot.engine.current_house.current_house", lambda: open_house(copied_house))
    monkeypatch.setattr("bot.surfaces.server.serve", lambda *_address: pytest.fail("the server was started"))

    assert cli.main(["run"]) == 1
    assert "services.yaml, ligne" in capsys.readouterr().err


def test_an_edited_file_goes_into_service_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever corrects a number sees it served without a restart; nothing is read again when nothing changed."""
    keeper = HouseKeeper()
    before = keeper.house
    assert keeper.reload_if_changed() is False

    monkeypatch.setattr("bot.engine.current_house._last_change", lambda: (0, 0))
    assert keeper.reload_if_changed() is True
    assert keeper.house is not before


def test_the_command_exits_with_0_on_the_house_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """``boussole check`` ends with its count."""
    assert cli.main(["check"]) == 0
    assert "0 erreur(s)" in capsys.readouterr().out

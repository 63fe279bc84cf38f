"""The house learns what people come for; nobody can be found in what it learns."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import sqlite3
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Iterator

import pytest
from conftest import SATURDAY

from bot import project
from bot.cli import main
from bot.clock import PARIS
from bot.engine import observing
from bot.engine.observing import count_store, observe, recorder
from bot.errors import BadInput
from bot.house import House
from bot.observatory import NONE, SMALL, Counts, Key, Measure, Period, Table, _table, hidden_cells, keys_of, overview
from bot.observatory_report import CSV_TITLES, csv_lines, period_report
from bot.observatory_store import MAX_PENDING, Recorder, SqliteCounts
from bot.reply import Reply

DAY = date(2026, 11, 21)
NOVEMBER = Period.of("2026-11", "2026-11")
CANARY = "zébulon-canari-7f3a"


def reply(**fields: Any) -> Reply:
    usual: dict[str, Any] = {
        "text": CANARY, "language": "ar", "reply_language": "ar", "outcome": "orient", "danger": None, "needs": (("dettes", 0.7),),
        "services": ("csqs",), "lines": (), "footer": (), "cards": (), "options": (), "why": CANARY, "reply": CANARY, "id": CANARY,
    }  # fmt: skip
    return Reply(**{**usual, **fields})


def counted(need: str, times: int, day: date = DAY, unmet: bool = False) -> Counts:
    measures = (Measure.NEED, Measure.OUTCOME, *((Measure.UNMET,) if unmet else ()))
    return {Key(day, measure, "orient" if measure is Measure.OUTCOME else need): times for measure in measures}


def together(*parts: Counts) -> Counts:
    total: Counter[Key] = Counter()
    for part in parts:
        total.update(part)
    return total


def test_an_answer_adds_one_to_each_fact_apart_from_the_others() -> None:
    """The day's need, language, surface and outcome; never the four together, never a word."""
    keys = keys_of(reply(), "kiosk", DAY)

    assert [(key.measure.value, key.value) for key in keys] == [
        ("besoin", "dettes"),
        ("langue", "ar"),
        ("surface", "kiosk"),
        ("issue", "orient"),
    ]
    assert CANARY not in repr(keys)


def test_a_need_that_no_partner_is_there_for_is_counted_as_such() -> None:
    """The non-recours of the yearly report; a greeting is not one."""
    assert Key(DAY, Measure.UNMET, "dettes") in keys_of(reply(services=()), "kiosk", DAY)
    assert Key(DAY, Measure.UNMET, NONE) in keys_of(reply(services=(), needs=(), outcome="outside"), "kiosk", DAY)
    for answered in (reply(), reply(services=(), outcome="chitchat"), reply(services=(), outcome="house")):
        assert not [key for key in keys_of(answered, "kiosk", DAY) if key.measure is Measure.UNMET]


@pytest.mark.parametrize("surface", ["bench", "batch", "evaluate", "terminal", "jsonl"])
def test_the_staffs_own_trials_are_not_counted(surface: str) -> None:
    """Nobody came."""
    assert keys_of(reply(), surface, DAY) == []


def test_a_count_under_five_is_never_shown() -> None:
    """Nor one more, which the total would otherwise give away."""
    table = _table("x", {"a": 40, "b": 12, "c": 3})

    assert dict(table.cells) == {"a": 40, "b": None, "c": None}
    assert table.total == 55
    assert _table("x", {"a": 3}).total is None
    assert dict(_table("x", {"a": 3}).cells) == {}
    assert dict(_table("x", {"a": 9, "b": 0}).cells) == {"a": 9, "b": 0}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_reader_who_knows_the_total_and_the_rule_cannot_tell_a_hidden_count(size: int) -> None:
    """Every possible table of small counts is tried: whatever is published fits at least two values of each hidden cell."""
    top = 11 if size < 4 else 9
    by_publication: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(top), repeat=size):
        if sum(counts) >= SMALL:
            table = _table("x", dict(zip("abcd", counts)), in_order=True)
            by_publication[tuple(table.cells.items()), sum(counts)].append(counts)

    for (cells, total), possible in by_publication.items():
        if total - sum(count or 0 for _value, count in cells) >= top:
            continue  # at the edge of what is tried, other tables that would fit are missing
        for index, (_value, count) in enumerate(cells):
            if count is None:
                assert len({counts[index] for counts in possible}) > 1, (cells, total)


def test_few_people_who_found_a_partner_are_not_read_off_by_subtraction() -> None:
    """Nine came with debts, eight found nobody: the ninth is not shown between the lines."""
    seen = overview(together(counted("dettes", 8, unmet=True), counted("dettes", 1), counted("voisinage", 30, unmet=True)), NOVEMBER)

    assert seen.needs.cells["dettes"] == 9
    assert dict(seen.unmet.cells) in ({}, {"voisinage": None, "dettes": None})


def test_a_month_is_seen_by_day_and_a_year_by_month() -> None:
    """Whole months only: two periods never differ by one day."""
    counts = together(counted("dettes", 20), counted("dettes", 10, date(2026, 10, 2)))
    year = overview(counts, Period.of("2026-01", "2026-12"))

    assert overview(counted("dettes", 20), NOVEMBER).times.cells["2026-11-21"] == 20
    assert len(overview(counted("dettes", 20), NOVEMBER).times.cells) == 30
    assert (year.times.cells["2026-10"], year.times.cells["2026-11"], year.times.cells["2026-12"]) == (10, 20, 0)
    assert Period.of("2026-02", "2026-02").last == date(2026, 2, 28)
    assert Period.of("2028-02-17", "2028-02-18").last == date(2028, 2, 29)


@pytest.mark.parametrize(("start", "end"), [("2026-12", "2026-01"), ("hier", "2026-01"), ("2026-13", "2026-13"), ("", "")])
def test_wrong_months_are_told_in_a_sentence(start: str, end: str) -> None:
    """With an example."""
    with pytest.raises(BadInput, match=r"échangez-les|Écrivez par exemple 2026-11"):
        Period.of(start, end)


def test_two_processes_that_count_at_once_lose_nothing(tmp_path: Path) -> None:
    """Three processes, fifty additions each, one file."""
    path = tmp_path / "state" / "counts.sqlite"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=add_often, args=(path, 50)) for _process in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)

    assert SqliteCounts(path).read(DAY, DAY) == {Key(DAY, Measure.NEED, "dettes"): 150}


def add_often(path: Path, times: int) -> None:
    for _time in range(times):
        SqliteCounts(path).add({Key(DAY, Measure.NEED, "dettes"): 1})


def test_a_file_where_nothing_was_counted_gives_nothing(tmp_path: Path) -> None:
    """And looking does not make one."""
    assert SqliteCounts(tmp_path / "none.sqlite").read(DAY, DAY) == {}
    assert not list(tmp_path.iterdir())


class BrokenStore:
    """A disk that is full, then has room again."""

    def __init__(self) -> None:
        self.is_full = True
        self.kept: Counter[Key] = Counter()

    def add(self, counts: Counts) -> None:
        if self.is_full:
            raise sqlite3.OperationalError("database or disk is full")
        self.kept.update(counts)

    def read(self, first: date, last: date) -> Counts:
        return self.kept


def test_a_full_disk_keeps_the_counts_in_memory_until_there_is_room(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is lost, nothing is counted twice, and memory has a bound."""
    store = BrokenStore()
    counting = Recorder(store, flush_after=3600)
    counting.record([Key(DAY, Measure.NEED, "dettes")] * 3)

    assert not counting.flush()
    assert "gardés en mémoire" in caplog.text
    counting.record([Key(date(2020, 1, 1), Measure.NEED, f"{number}") for number in range(MAX_PENDING + 50)])
    assert not counting.flush()
    store.is_full = False
    assert counting.flush()
    assert store.kept[Key(DAY, Measure.NEED, "dettes")] == 3
    assert len(store.kept) == MAX_PENDING
    assert counting.flush()
    assert store.kept[Key(DAY, Measure.NEED, "dettes")] == 3


def test_counts_are_written_by_themselves_a_moment_later(tmp_path: Path) -> None:
    """Nobody has to ask, and nobody waits for it."""
    counting = Recorder(SqliteCounts(tmp_path / "counts.sqlite"), flush_after=0.01)
    counting.record([Key(DAY, Measure.NEED, "dettes")])
    timer = counting._timer
    assert timer is not None
    timer.join(30)

    assert SqliteCounts(tmp_path / "counts.sqlite").read(DAY, DAY) == {Key(DAY, Measure.NEED, "dettes"): 1}


@pytest.fixture
def counting_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The house's own counting, on a state folder of this test."""
    monkeypatch.setenv("BOUSSOLE_STATE", str(tmp_path))
    recorder.cache_clear()
    yield tmp_path
    recorder.cache_clear()


async def test_a_message_is_counted_and_not_one_word_of_it_reaches_the_disk(assistant: Any, counting_house: Path) -> None:
    """The whole way: a sentence in, an answer out, counters in the file, and nothing else there."""
    sentence = f"je dois de l'argent {CANARY} partout, des crédits, je n'arrive plus à payer"
    given = await assistant.answer(sentence, now=SATURDAY, surface="kiosk")
    recorder().flush()
    counts = count_store().read(DAY, DAY)

    assert counts[Key(DAY, Measure.SURFACE, "kiosk")] == 1
    assert counts[Key(DAY, Measure.NEED, given.needs[0][0])] == 1
    for path in counting_house.rglob("*"):
        assert CANARY.encode() not in path.read_bytes()
        assert b"argent" not in path.read_bytes()


async def test_a_store_that_cannot_be_opened_never_costs_an_answer(
    assistant: Any, counting_house: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The counting fails, the person is answered, and the log holds no word of hers."""
    (counting_house / "file").write_text("not a folder")
    monkeypatch.setenv("BOUSSOLE_STATE", str(counting_house / "file"))
    given = await assistant.answer(f"mon voisin {CANARY} fait du bruit toutes les nuits", now=SATURDAY, surface="kiosk")

    assert given.services[0] == "tranquillite-publique"
    assert not recorder().flush()
    assert CANARY not in caplog.text
    (counting_house / "file").unlink()
    assert recorder().flush()

    def broken() -> Recorder:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(observing, "recorder", broken)
    with caplog.at_level(logging.DEBUG):
        given = await assistant.answer("bonjour", now=SATURDAY, surface="kiosk")
    assert given.outcome == "chitchat"
    assert CANARY not in caplog.text


def test_a_day_is_a_day_in_paris(counting_house: Path) -> None:
    """Half past midnight in Istres is already tomorrow, whatever the server's clock."""
    observe(reply(), "kiosk", datetime.fromisoformat("2026-07-01T22:30:00+00:00"))
    recorder().flush()

    assert {key.day for key in count_store().read(date(2026, 1, 1), date(2026, 12, 31))} == {date(2026, 7, 2)}
    assert datetime.fromisoformat("2026-07-01T22:30:00+00:00").astimezone(PARIS).day == 2


def year(house: House) -> Counts:
    """A made-up year: 60 neighbours, 7 debts that nobody answers, 2 Georgian speakers."""
    speakers = {Key(DAY, Measure.LANGUAGE, "fr"): 65, Key(DAY, Measure.LANGUAGE, "ka"): 2}
    return together(counted("voisinage", 60), counted("dettes", 7, unmet=True), speakers)


def test_the_yearly_report_says_what_nobody_answers_and_hides_the_few(house: House) -> None:
    """In French, with the needs' own labels, alone in its file."""
    page = period_report(overview(year(house), Period.of("2026-01", "2026-12")), house, SATURDAY)
    unmet = page[page.index("non-recours)</h2>") :]

    assert house.needs.needs["dettes"].label in unmet[: unmet.index("</table>")]
    assert "géorgien" not in page or "masqué" in page[page.index("géorgien") :]
    assert not [line for line in page.splitlines() if "<script" in line or "http" in line.replace("http://www.w3.org/2000/svg", "")]


def test_the_csv_hides_what_the_page_hides(house: House) -> None:
    """One line a cell, the hidden ones marked."""
    seen = overview(together(counted("voisinage", 60), counted("dettes", 12), counted("copropriete", 2)), NOVEMBER)
    lines = list(csv_lines(seen, house))
    hidden = [value for table, value, count in lines if table == "Besoins" and count == "masqué"]

    assert len(CSV_TITLES) == len(lines[0])
    assert hidden == [house.needs.needs["copropriete"].label, house.needs.needs["dettes"].label]
    assert ("Besoins", "total", "74") in lines


def test_the_command_prints_and_writes_the_same_tables(
    house: House, counting_house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``boussole stats --from 2026-11 --to 2026-11 --csv f.csv --report f.html``."""
    count_store().add(year(house))
    files = ["--csv", str(tmp_path / "f.csv"), "--report", str(tmp_path / "f.html")]

    assert main(["stats", "--from", "2026-11", "--to", "2026-11", *files]) == 0
    assert house.needs.needs["voisinage"].label[:20] in capsys.readouterr().out
    assert "Besoins;" in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
    assert "Observatoire" in (tmp_path / "f.html").read_text(encoding="utf-8")
    assert main(["stats", "--from", "novembre"]) == 1
    assert "2026-11" in capsys.readouterr().err


def test_the_state_folder_is_the_projects_own_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """``var``, which is never committed."""
    monkeypatch.delenv("BOUSSOLE_STATE")

    assert project.state() == project.ROOT / "var"
    assert "/var/" in (project.ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_every_hidden_cell_is_hidden_in_every_form() -> None:
    """The names of the hidden cells are those of the table: none comes back in another."""
    cells = {"a": 2, "b": 7, "c": 7, "d": 50}

    assert hidden_cells(cells) == {"a", "b", "c"}
    assert isinstance(_table("x", cells), Table)

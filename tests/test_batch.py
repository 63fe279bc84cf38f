"""A social worker brings a table of sentences: it is read as her spreadsheet wrote it, answered, and told right or wrong."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from pathlib import Path
from typing import Any, Callable
from xml.etree import ElementTree

import pytest
from conftest import SATURDAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import load
from odf.table import TableCell
from odf.teletype import extractText
from openpyxl import Workbook

from bot.batch.report import report
from bot.batch.results import Result, Verdict, by_language, by_need, confusion, doubt, figures, figures_by, in_words
from bot.batch.rows import MAX_ROWS, Row, read_rows
from bot.batch.running import answered
from bot.batch.writing import TITLES, cells, csv_bytes, ods_bytes
from bot.errors import BadInput
from bot.evaluation.measure import Share
from bot.house import House
from bot.surfaces.batch_command import bench, read_file

LINES = [
    ["text", "partner", "line", "language"],
    ["j'ai un problème, aidez-moi", "ufc-que-choisir", "", "fr"],
    ["mon mari me frappe", "Solidarité Femmes 13", "39 19", ""],
    ["", "", "", ""],
    ["مشكلة مع المالك", "clcv | ufc-que-choisir", "", "ar"],
]


def as_csv(separator: str, encoding: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(LINES if encoding.startswith("utf") else LINES[:-1])
    return out.getvalue().encode(encoding)


def as_xlsx(lines: list[list[str]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_whatever_wrote_it(house: House, separator: str, encoding: str) -> None:
    """Any usual separator and encoding; accents and commas arrive whole, partners by their name or their identifier."""
    rows = read_rows(as_csv(separator, encoding), house.catalogue)

    assert rows[0] == Row(2, "j'ai un problème, aidez-moi", ("ufc-que-choisir",), None, "fr")
    assert rows[1] == Row(3, "mon mari me frappe", ("solidarite-femmes-13",), "3919", None)
    if encoding.startswith("utf"):
        assert rows[2] == Row(5, "مشكلة مع المالك", ("clcv", "ufc-que-choisir"), None, "ar")


@pytest.mark.parametrize("written", [lambda: as_xlsx(LINES), lambda: ods_bytes(LINES[0], LINES[1:])], ids=["xlsx", "ods"])
def test_a_workbook_gives_the_same_rows_as_the_csv(house: House, written: Callable[[], bytes]) -> None:
    """Excel and LibreOffice files are read as they are, with the same line numbers."""
    assert read_rows(written(), house.catalogue) == read_rows(as_csv(";", "utf-8"), house.catalogue)


def test_a_pasted_list_needs_no_title(house: House) -> None:
    """One sentence a line, commas and quotes included."""
    rows = read_rows("bonjour, j'ai faim\n\nmon « voisin » crie, la nuit\n".encode(), house.catalogue)

    assert [(row.number, row.text) for row in rows] == [(1, "bonjour, j'ai faim"), (3, "mon « voisin » crie, la nuit")]


def test_every_mistake_is_told_with_its_row_its_column_and_what_to_write(house: House) -> None:
    """All at once, under the title that the person gave to the column."""
    data = "phrase;partenaire;numéro;langue\nbonjour;ufc-que-choisi;30 20;\n;caf;;\nx;;12;français\n".encode()

    with pytest.raises(BadInput) as caught:
        read_rows(data, house.catalogue)
    told = str(caught.value).splitlines()

    assert told[0].startswith("Ligne 2, colonne « partenaire » : aucun partenaire « ufc-que-choisi »")
    assert "Vouliez-vous dire « ufc-que choisir » ?" in told[0] or "Vouliez-vous dire « ufc-que-choisir » ?" in told[0]
    assert told[1] == "Ligne 2, colonne « numéro » : « 30 20 » n'existe plus ; attendu : le numéro qui l'a remplacé, 3018."
    assert told[2].startswith("Ligne 3, colonne « phrase » : la phrase manque")
    assert told[3].startswith("Ligne 4, colonne « numéro » : « 12 » n'est pas un numéro du catalogue")
    assert told[4].startswith("Ligne 4, colonne « langue » : « français »")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b"PK\x03\x04 not a zip", "abîmé"),
        (b"question;reponse\nbonjour;rien\n", "aucune colonne « text »"),
        (b"text\n", "Aucune phrase"),
        (b'text;partner\n"un guillemet;caf\n', "guillemet"),
        (b"\x00\x01\x02text", "n'est pas un tableau"),
        (b"text\n" + b"bonjour\n" * (MAX_ROWS + 1), "Coupez le fichier"),
        (b"a" * (6 * 1024 * 1024), "dépasse 5 Mo"),
    ],
)
def test_a_wrong_file_is_refused_in_french(house: House, data: bytes, said: str) -> None:
    """What is wrong and what to do, never a trace of code."""
    with pytest.raises(BadInput, match=re.escape(said)):
        read_rows(data, house.catalogue)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_rows_or_a_clear_refusal(house: House, data: bytes) -> None:
    """No file, however odd, breaks the page."""
    try:
        rows = read_rows(data, house.catalogue)
    except BadInput:
        return
    assert all(row.text for row in rows)


def result(row: Row, services: tuple[str, ...], lines: tuple[str, ...] = (), need: str = "logement-litige") -> Result:
    return Result(row, row.language or "fr", "orient", None, need, services, lines, "")


def test_a_row_is_right_when_an_expected_partner_is_among_the_first_two() -> None:
    """The first two are shown. An expected number must be shown too."""
    asked = Row(2, "x", ("clcv", "ufc-que-choisir"))

    assert result(asked, ("ufc-que-choisir", "clcv")).verdict is Verdict.FIRST
    assert result(asked, ("caf", "clcv")).verdict is Verdict.SECOND
    assert result(asked, ("caf", "adamal", "clcv")).verdict is Verdict.MISS
    assert result(asked, ()).verdict is Verdict.MISS
    assert result(Row(2, "x", (), "3919"), (), ("3919",)).verdict is Verdict.FIRST
    assert result(Row(2, "x", ("clcv",), "3919"), ("clcv",), ()).verdict is Verdict.MISS
    assert result(Row(2, "x"), ("clcv",)).verdict is Verdict.NOT_ASKED


def test_figures_count_only_the_rows_that_expect_something() -> None:
    """By need and by language, with how much the figure can be trusted."""
    results = [
        result(Row(2, "a", ("clcv",), language="ar"), ("clcv",)),
        result(Row(3, "b", ("clcv",)), ("caf", "clcv"), need="voisinage"),
        result(Row(4, "c", ("clcv",)), ("caf",)),
        result(Row(5, "d"), ("caf",)),
    ]

    assert (figures(results).first, figures(results).right) == (Share(1, 3), Share(2, 3))
    assert {name: group.right for name, group in figures_by(by_language, results).items()} == {"fr": Share(1, 2), "ar": Share(1, 1)}
    assert list(figures_by(by_need, results)) == ["logement-litige", "voisinage"]
    assert (in_words(Share(12, 16)), doubt(Share(12, 16))) == ("12 sur 16 (75\u202f%)", "51 à 90\u202f%")
    assert (in_words(Share(0, 0)), doubt(Share(0, 0))) == ("—", "—")
    assert confusion(results).mistakes == [("clcv", "caf", 2)]


async def test_rows_are_answered_in_order_by_the_real_assistant(assistant: Any) -> None:
    """Each in a conversation of its own: « et c'est quand ? » never follows the row before."""
    rows = [Row(2, "mon mari me frappe", ("solidarite-femmes-13",), "3919"), Row(3, "et c'est quand ?"), Row(4, "bonjour")]
    results = [one async for one in answered(rows, lambda text: assistant.answer(text, now=SATURDAY))]

    assert [one.row.number for one in results] == [2, 3, 4]
    assert results[0].verdict is not Verdict.MISS
    assert results[0].danger == "violence-conjugale"
    assert "solidarite-femmes-13" not in results[1].services


async def test_residents_are_answered_while_a_batch_runs(assistant: Any) -> None:
    """A person who writes in the middle of a thousand rows waits for one row, not for a thousand."""
    done: list[int] = []
    helped = asyncio.Event()

    async def batch() -> None:
        async for one in answered([Row(number, "bonjour") for number in range(1000)], lambda text: assistant.answer(text, now=SATURDAY)):
            done.append(one.row.number)
            if helped.is_set():
                return

    task = asyncio.create_task(batch())
    while not done:
        await asyncio.sleep(0)
    reply = await assistant.answer("bonjour", now=SATURDAY)
    helped.set()
    await task

    assert reply.outcome == "chitchat"
    assert len(done) < 20


FORMULAS = ["=2+2", "+33612345678", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


def test_a_downloaded_file_never_runs_what_somebody_wrote() -> None:
    """A sentence that starts like a formula is text in every spreadsheet."""
    results = [result(Row(number, text), ("caf",)) for number, text in enumerate(FORMULAS, 2)]
    lines = list(csv.reader(io.StringIO(csv_bytes(TITLES, map(cells, results)).decode("utf-8-sig")), delimiter=";"))
    sheet = load(io.BytesIO(ods_bytes(TITLES, map(cells, results)))).spreadsheet.getElementsByType(TableCell)

    assert [line[1] for line in lines[1:]] == [f"'{text}" for text in FORMULAS]
    assert not [cell for cell in sheet if cell.getAttribute("formula") or extractText(cell).startswith(("=", "+", "@"))]


def test_a_downloaded_file_can_be_tried_again(house: House) -> None:
    """The results are themselves a batch: the same sentences, the same expectations."""
    rows = [Row(2, "mon voisin crie ; que faire ?", ("conciliateur",), "17", "fr"), Row(3, "a\x00b\ud800c")]
    written = [result(row, ("caf",)) for row in rows]

    for data in (csv_bytes(TITLES, map(cells, written[:1])), ods_bytes(TITLES, map(cells, written[:1]))):
        assert read_rows(data, house.catalogue) == rows[:1]
    assert ods_bytes(TITLES, map(cells, written))
    assert csv_bytes(TITLES, map(cells, written))


def test_the_report_stands_alone_and_shows_what_was_written_as_text() -> None:
    """No script, no other file, and a sentence with markup in it is shown as it was typed."""
    results = [result(Row(2, "<script>alert(1)</script>", ("clcv",)), ("caf",)), result(Row(3, "b", ("caf",)), ("caf",))]
    page = report(results, SATURDAY)
    picture = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])

    assert "&lt;script&gt;" in page
    assert not re.search(r"<script|https?://(?!www\.w3\.org/2000/svg)|style=", page)
    assert "1 sur 2 (50\u202f%)" in page
    assert picture.get("role") == "img"
    assert [node.text for node in picture.iter("{http://www.w3.org/2000/svg}text")].count("1") == 2


def test_the_command_prints_the_figures_and_writes_both_files(assistant: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``boussole bench FILE --output r.ods --report r.html``."""
    source = tmp_path / "essai.csv"
    source.write_bytes(b"phrase;partenaire\nle voisin fait du bruit toutes les nuits;tranquillite-publique\n")

    code = bench_in_thread(assistant, source, tmp_path)
    printed = capsys.readouterr().out

    assert code == 0
    assert "le voisin" in printed
    assert "1 sur 1" in printed
    assert (tmp_path / "r.ods").stat().st_size > 1000
    assert "toutes les nuits" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def bench_in_thread(assistant: Any, source: Path, folder: Path) -> int:
    """The command has an event loop of its own."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(bench, assistant, read_file(str(source)), str(folder / "r.ods"), str(folder / "r.html")).result()


def test_a_file_that_is_not_there_is_said_in_a_sentence() -> None:
    """With its name."""
    with pytest.raises(BadInput, match=r"nulle-part\.csv"):
        read_file("nulle-part.csv")

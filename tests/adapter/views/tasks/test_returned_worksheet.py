"""The work list as a spreadsheet: it goes out, is filled in, and comes back checked row by row."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from adapter.ground.store.tables.procedure import LegalAssessmentRow
from adapter.views.tasks.columns import NAMES
from adapter.views.tasks.task import TaskKind
from tests.adapter.doors.imports.sheets import changed
from tests.adapter.programs.cli.conftest import Run, run
from tests.adapter.views.tasks.conftest import Listed
from tests.adapter.views.tasks.situations import SITUATIONS
from tests.fixtures.agency import IRIS, Agency

__all__ = ["run"]

FIRST, SECOND, THIRD = 2, 3, 4
"""Rows below help and headings: a dead letter, two accounts, an incomplete request."""


@pytest.fixture
def out(agency: Agency, run: Run, tmp_path: Path) -> bytes:
    for kind in (TaskKind.TWO_ACCOUNTS, TaskKind.REQUEST_INCOMPLETE, TaskKind.DEAD_LETTER):
        for step in SITUATIONS[kind].arises:
            step(agency)
    file = tmp_path / "out.xlsx"
    done = run(agency.parts, "tasks", "export", "--output", str(file))
    assert done.exit_code == 0, done.output
    assert "3 taken" in done.output
    return file.read_bytes()


def _back(
    agency: Agency, run: Run, folder: Path, raw: bytes, *options: str
) -> tuple[int, list[str]]:
    file = folder / "back.xlsx"
    file.write_bytes(raw)
    done = run(agency.parts, "tasks", "import", str(file), *options)
    return done.exit_code, done.output.splitlines()


def _filled(raw: bytes, **cells: object) -> bytes:
    """`note_2="…"` fills the column note on row 2."""
    places = {
        (int(key.rsplit("_", 1)[1]), NAMES.index(key.rsplit("_", 1)[0])): value
        for key, value in cells.items()
    }
    return changed(raw, "Werkvoorraad", places)


def test_an_untouched_list_changes_nothing(
    agency: Agency, run: Run, tmp_path: Path, out: bytes
) -> None:
    assert _back(agency, run, tmp_path, out) == (0, ["0 taken gewijzigd, 3 rijen gelezen"])


def test_what_was_filled_in_is_applied_once(
    agency: Agency, run: Run, tmp_path: Path, out: bytes, listed: Listed
) -> None:
    filled = _filled(
        out,
        note_2="Bel de leverancier",
        assignee_2=10005,
        due_2=date(2027, 4, 1),
        seen_3="Ja",
        note_3="Zo bedoeld",
        closed_3="ja",
    )
    assert _back(agency, run, tmp_path, filled) == (0, ["2 taken gewijzigd, 3 rijen gelezen"])
    (letter,) = listed(TaskKind.DEAD_LETTER)
    assert (letter.handling.note, letter.handling.assignee) == ("Bel de leverancier", IRIS)
    assert letter.due_on == date(2027, 4, 1)
    (accounts,) = listed(TaskKind.TWO_ACCOUNTS)
    assert accounts.state == "closed"
    code, lines = _back(agency, run, tmp_path, filled)
    assert code == 1
    assert "cel B3: Iemand heeft deze taak intussen gewijzigd (nu versie 1)" in lines[0]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"id_2": "bestaat-niet"}, "rij 3, cel A3: Deze taak is er niet (meer)"),
        ({"what_2": "Iets anders"}, "rij 3, cel D3: Deze kolom mag niet worden gewijzigd"),
        ({"rule_due_3": date(2030, 1, 1)}, "rij 4, cel I4: Deze kolom mag niet"),
        ({"version_2": 7}, "rij 3, cel B3: Iemand heeft deze taak intussen gewijzigd"),
        ({"due_2": "morgen"}, "rij 3, cel K3: Dit is geen datum"),
        ({"assignee_2": "99999"}, "rij 3, cel L3: Dit is hier niet bekend"),
        ({"closed_2": "ja"}, "rij 3, cel M3: Schrijf een notitie bij het sluiten"),
        ({"closed_4": "ja", "note_4": "klaar"}, "rij 5, cel O5: Deze taak sluit zichzelf"),
        ({"seen_2": "misschien"}, "rij 3, cel N3: Kies een van: ja, nee"),
    ],
)
def test_a_wrong_row_is_named_with_its_cell_and_nothing_is_applied(
    agency: Agency,
    run: Run,
    tmp_path: Path,
    out: bytes,
    listed: Listed,
    cells: dict[str, object],
    line: str,
) -> None:
    code, lines = _back(agency, run, tmp_path, _filled(out, note_3="goed", **cells))
    assert code == 1
    assert line in lines[0]
    assert "Er is niets verwerkt: 1 van de 3 rijen" in lines[-1]
    assert all(one.handling.version == 0 for one in listed())


def _settled(agency: Agency) -> list[Row[Any]]:
    with agency.register.read() as connection:
        return list(connection.execute(select(LegalAssessmentRow)))


SETTLED = {
    "mandatory": "ja",
    "mandatory_source": "Besluit kwaliteitseisen",
    "mandatory_reason": "Zonder kan dit werk niet.",
}


@pytest.fixture
def to_settle(agency: Agency, run: Run, tmp_path: Path, listed: Listed) -> Callable[..., bytes]:
    """The list with one training to settle, filled in."""
    for step in SITUATIONS[TaskKind.LEGAL_TO_SETTLE].arises:
        step(agency)
    file = tmp_path / "out.xlsx"
    assert run(agency.parts, "tasks", "export", "--output", str(file)).exit_code == 0
    kinds = [one.task.kind for one in listed()]
    at = kinds.index(TaskKind.LEGAL_TO_SETTLE) + FIRST

    def filled(**cells: str) -> bytes:
        return _filled(file.read_bytes(), **{f"{name}_{at}": cell for name, cell in cells.items()})

    return filled


def test_hr_settles_on_the_list_what_the_law_demands(
    agency: Agency, run: Run, tmp_path: Path, listed: Listed, to_settle: Callable[..., bytes]
) -> None:
    code, lines = _back(agency, run, tmp_path, to_settle(**SETTLED, note="Nagevraagd"))
    assert (code, lines[-1].split(",")[0]) == (0, "1 taken gewijzigd")
    (row,) = _settled(agency)
    assert (row.request_id, row.mandatory_by_law, row.source, row.reason) == (
        "request-1",
        "yes",
        SETTLED["mandatory_source"],
        SETTLED["mandatory_reason"],
    )
    assert row.assessed_by == getpass.getuser()
    assert listed(TaskKind.LEGAL_TO_SETTLE) == []


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"mandatory_reason": ""}, "R3: Deze cel is verplicht en leeg"),
        ({"mandatory": "misschien"}, "P3: Kies een van: ja, nee"),
        ({"mandatory_source": "x" * 201}, "Q3: Deze tekst is te lang: hoogstens 200 tekens"),
        ({"mandatory_source": "een\nander"}, "Q3: Dit moet op één regel staan"),
    ],
)
def test_half_of_an_answer_about_the_law_settles_nothing(
    agency: Agency,
    run: Run,
    tmp_path: Path,
    to_settle: Callable[..., bytes],
    cells: dict[str, str],
    line: str,
) -> None:
    code, lines = _back(agency, run, tmp_path, to_settle(**(SETTLED | cells)))
    assert code == 1
    assert line[2:] in lines[0]
    assert f"cel {line[0]}" in lines[0]
    assert _settled(agency) == []


def test_an_answer_about_the_law_on_another_task_is_refused(
    agency: Agency, run: Run, tmp_path: Path, out: bytes
) -> None:
    code, lines = _back(agency, run, tmp_path, _filled(out, mandatory_2="nee"))
    assert code == 1
    assert "cel P3: Bij deze taak valt over een wettelijke verplichting niets" in lines[0]


def test_a_list_without_the_columns_of_the_law_is_read(
    agency: Agency, run: Run, tmp_path: Path, out: bytes
) -> None:
    first = NAMES.index("mandatory")
    cut = changed(out, "Werkvoorraad", {(1, first + place): None for place in range(3)})
    assert _back(agency, run, tmp_path, cut) == (0, ["0 taken gewijzigd, 3 rijen gelezen"])


def test_the_valid_rows_are_applied_when_that_is_asked(
    agency: Agency, run: Run, tmp_path: Path, out: bytes, listed: Listed
) -> None:
    filled = _filled(out, note_3="goed", version_2=7)
    code, lines = _back(agency, run, tmp_path, filled, "--valid-rows")
    assert code == 1
    assert lines[-1] == "1 taken gewijzigd, 3 rijen gelezen"
    assert [one.handling.note for one in listed(TaskKind.TWO_ACCOUNTS)] == ["goed"]


def test_a_task_on_two_rows_is_refused(
    agency: Agency, run: Run, tmp_path: Path, out: bytes, listed: Listed
) -> None:
    (first, *_) = listed()
    code, lines = _back(agency, run, tmp_path, _filled(out, id_3=first.task.id))
    assert code == 1
    assert "cel A4: Deze taak staat ook op rij 3." in lines[0]


def test_what_is_no_workbook_is_refused(agency: Agency, run: Run, tmp_path: Path) -> None:
    code, lines = _back(agency, run, tmp_path, b"taak;notitie")
    assert code == 1
    assert "geen leesbaar XLSX- of ODS-bestand" in lines[0]

"""Weighing and proposing by worksheet: out with what is on record, filled in, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapter.doors.imports.weighing_columns import COLUMNS
from adapter.register.keys import Role
from tests.adapter.doors.imports.sheets import Rows, rows_of, workbook_of
from tests.adapter.programs.cli.conftest import Run
from tests.adapter.subjects.requests.conftest import Body, Office

PLACE = {name: place for place, name in enumerate(COLUMNS)}
SCORES = {
    "necessity_score": 0,
    "organisation_score": 2,
    "team_score": 2,
    "individual_score": 1,
    "efficiency_score": 2,
} | {
    f"{name}_reason": "Past bij het plan."
    for name in ("necessity", "organisation", "team", "individual", "efficiency")
}
PROPOSED = {"outcome": "toekennen", "why": "Goed onderbouwd.", "scheme": "ja"}


class Desk:
    """`odwh-adapter tranche 2027-1 weighing-sheet` and `weigh`."""

    def __init__(self, office: Office, run: Run, folder: Path) -> None:
        self.office, self._run, self._file = office, run, folder / "wegen.xlsx"

    def sheet(self) -> Rows:
        done = self._run(
            self.office.parts, "tranche", "2027-1", "weighing-sheet", "--output", str(self._file)
        )
        assert done.exit_code == 0, done.output
        return rows_of(self._file.read_bytes())

    def filled_in(self, about: Body, /, **cells: object) -> Rows:
        rows = self.sheet()
        for row in rows:
            if row[PLACE["request"]] == about["id"]:
                for name, value in cells.items():
                    row[PLACE[name]] = value
        return rows

    def bring_in(self, rows: Rows, *options: str) -> tuple[int, str]:
        self._file.write_bytes(workbook_of(rows, "Wegen en voorstellen"))
        done = self._run(self.office.parts, "tranche", "2027-1", "weigh", str(self._file), *options)
        return done.exit_code, done.output

    def read(self, request: Body, what: str) -> list[Body]:
        path = f"/training-requests/{request['id']}/{what}"
        found: list[Body] = self.office.call("GET", path, Role.HR).get_json()["items"]
        return found


@pytest.fixture
def desk(office: Office, run: Run, tmp_path: Path) -> Desk:
    return Desk(office, run, tmp_path)


def submitted(office: Office, **changes: Any) -> Body:
    request = office.ask(**changes)
    office.move(request, "submitted", Role.MANAGER)
    return request


def test_a_sheet_scores_and_proposes(desk: Desk) -> None:
    request = submitted(desk.office)
    code, told = desk.bring_in(desk.filled_in(request, **SCORES, **PROPOSED))
    assert code == 0, told
    assert "1 vastgelegd" in told
    [weighing] = desk.read(request, "weighings")
    assert weighing["team"] == {"score": 2, "reason": "Past bij het plan."}
    [proposal] = desk.read(request, "proposals")
    assert (proposal["outcome"], proposal["costsEur"], proposal["repaymentScheme"]) == (
        "grant",
        "2400.00",
        True,
    )


def test_the_same_sheet_again_changes_nothing(desk: Desk) -> None:
    request = submitted(desk.office)
    rows = desk.filled_in(request, **SCORES, **PROPOSED)
    desk.bring_in(rows)
    code, told = desk.bring_in(rows)
    assert code == 0, told
    assert "1 gelijk gebleven" in told
    code, told = desk.bring_in(desk.sheet())
    assert "1 gelijk gebleven" in told
    assert len(desk.read(request, "weighings")) == len(desk.read(request, "proposals")) == 1


def test_a_wrong_row_keeps_the_others_out_unless_asked(desk: Desk) -> None:
    right, wrong = submitted(desk.office), submitted(desk.office, title="Met een fout")
    rows = desk.filled_in(right, **SCORES)
    for row in rows:
        if row[PLACE["request"]] == wrong["id"]:
            for name, value in (SCORES | {"team_score": 9}).items():
                row[PLACE[name]] = value
    code, told = desk.bring_in(rows)
    assert code == 1
    assert "Er is niets bewaard" in told or "niets" in told
    assert desk.read(right, "weighings") == []
    code, told = desk.bring_in(rows, "--valid-rows")
    assert code == 1
    assert len(desk.read(right, "weighings")) == 1
    assert desk.read(wrong, "weighings") == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"team_score": "veel"}, "team_score"),
        ({"team_reason": ""}, "team_reason"),
        ({"outcome": "misschien", "why": "x"}, "outcome"),
        ({"outcome": "toekennen", "why": ""}, "why"),
        ({"outcome": "toekennen", "why": "x", "costs": "gratis"}, "costs"),
        ({"request": "nergens"}, "request"),
    ],
)
def test_each_wrong_cell_is_named(desk: Desk, cells: dict[str, object], column: str) -> None:
    request = submitted(desk.office)
    rows = desk.filled_in(request, **(SCORES | cells))
    code, told = desk.bring_in(rows)
    assert code == 1
    letters = chr(ord("A") + PLACE[column])
    assert f"{letters}2" in told
    assert desk.read(request, "weighings") == []


def test_what_somebody_changed_since_is_not_overwritten(desk: Desk) -> None:
    request = submitted(desk.office)
    rows = desk.filled_in(request, **SCORES)
    desk.office.weigh(request, 0, 1, 1, 0, 1)
    code, told = desk.bring_in(rows)
    assert code == 1
    assert "gewijzigd nadat het werkblad werd gemaakt" in told
    assert len(desk.read(request, "weighings")) == 1


def test_a_trial_keeps_nothing(desk: Desk) -> None:
    request = submitted(desk.office)
    code, _ = desk.bring_in(desk.filled_in(request, **SCORES), "--dry-run")
    assert code == 0
    assert desk.read(request, "weighings") == []

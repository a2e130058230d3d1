"""Existing commitments by spreadsheet: the checks of the API, each error at its cell, and the same
sheet twice records nothing twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapter.doors.imports.commitment_columns import LAYOUT
from adapter.register.keys import Role
from config.catalogue import Language
from tests.adapter.doors.imports.sheets import rows_of, workbook_of
from tests.adapter.programs.cli.conftest import Run
from tests.adapter.subjects.requests.conftest import Body, Office

NAMES = list(LAYOUT.columns)
PROMISE: dict[str, object] = {
    "reference": "2025-017",
    "employee": "10001",
    "title": "Post-hbo handhaving",
    "agreed": date(2025, 5, 20),
    "courses": "OPL-003",
    "costs": "4200,00",
    "hours": 120,
    "start": "01-09-2025",
    "end": "30-06-2026",
    "terms": "Binnen een jaar alles, daarna een jaar de helft.",
    "steps": "12=100; 24=50%",
}


def row(**cells: object) -> dict[str, object]:
    return PROMISE | cells


def sheet(*rows: dict[str, object]) -> bytes:
    top: list[object] = [LAYOUT.heading(name, Language.NL) for name in NAMES]
    filled = ([one.get(name, "") for name in NAMES] for one in rows)
    return workbook_of([top, *filled], "Toezeggingen")


class Commitments:
    """`odwh-adapter commitments`, as HR runs it."""

    def __init__(self, office: Office, run: Run, folder: Path) -> None:
        self.office, self._run, self.file = office, run, folder / "commitments.xlsx"

    def __call__(self, *arguments: str) -> tuple[int, list[str]]:
        done = self._run(self.office.parts, "commitments", *arguments)
        return done.exit_code, done.output.splitlines()

    def read(self, raw: bytes, *options: str) -> tuple[int, list[str]]:
        self.file.write_bytes(raw)
        return self("import", str(self.file), *options)

    @property
    def kept(self) -> list[Body]:
        answer = self.office.call("GET", "/existing-commitments", Role.HR)
        found: list[Body] = answer.get_json()["items"]
        return found

    def decide(self, promise: Body, outcome: str) -> None:
        body = {"outcome": outcome, "decidedDate": "2026-11-10", "reason": "Zo besloten."}
        path = f"/existing-commitments/{promise['id']}/decisions"
        assert self.office.call("POST", path, Role.MANAGEMENT_TEAM, body).status_code == 201


@pytest.fixture
def commitments(office: Office, run: Run, tmp_path: Path) -> Commitments:
    return Commitments(office, run, tmp_path)


def test_a_row_becomes_a_commitment_with_its_own_terms(commitments: Commitments) -> None:
    done = commitments.read(sheet(row()))
    assert done == (0, ["1 rijen gelezen: 1 toezeggingen vastgelegd, 0 al bekend, 0 cellen fout."])
    (one,) = commitments.kept
    assert (one["reference"], one["employeeId"], one["state"]) == ("2025-017", "10001", "open")
    assert (one["costsEur"], one["hours"], one["trajectoryId"]) == ("4200.00", "120.00", "T-3")
    assert one["terms"]["steps"] == [
        {"months": 12, "percentage": 100},
        {"months": 24, "percentage": 50},
    ]


def test_the_same_sheet_again_records_nothing_twice(commitments: Commitments) -> None:
    commitments.read(sheet(row()))
    done = commitments.read(sheet(row(), row(reference="2025-018")))
    assert done == (0, ["2 rijen gelezen: 1 toezeggingen vastgelegd, 1 al bekend, 0 cellen fout."])
    code, lines = commitments.read(sheet(row(hours=100)))
    assert code == 1
    assert lines[0].startswith("Blad „Toezeggingen”, rij 2, cel A2: Onder dit kenmerk is al")
    assert len(commitments.kept) == 2


@pytest.mark.parametrize(
    ("cells", "cell", "sentence"),
    [
        ({"reference": ""}, "A2", "verplicht en leeg"),
        ({"employee": "99999"}, "B2", ""),
        ({"agreed": date(2026, 3, 1)}, "D2", "voor het beleid"),
        ({"agreed": "voorjaar 2025"}, "D2", "geen datum"),
        ({"courses": "NONE"}, "E2", ""),
        ({"courses": ""}, "F2", "traject of ten minste één cursus"),
        ({"costs": "veel"}, "G2", "geen getal"),
        ({"end": "01-01-2025"}, "K2", ""),
        ({"terms": ""}, "L2", "verplicht en leeg"),
        ({"steps": "een jaar alles"}, "N2", "12=100; 24=50"),
        ({"steps": "12=101"}, "N2", ""),
    ],
)
def test_every_mistake_is_named_at_its_cell(
    commitments: Commitments, cells: dict[str, object], cell: str, sentence: str
) -> None:
    code, lines = commitments.read(sheet(row(**cells)))
    assert (code, len(lines)) == (1, 2), lines
    assert lines[0].startswith(f"Blad „Toezeggingen”, rij 2, cel {cell}: ")
    assert sentence in lines[0]
    assert commitments.kept == []


def test_right_rows_are_kept_only_when_asked(commitments: Commitments) -> None:
    mixed = sheet(row(), row(reference="B", employee="99999"))
    assert commitments.read(mixed)[1][-1].endswith("1 cellen fout. Er is niets bewaard.")
    assert commitments.kept == []
    assert commitments.read(mixed, "--valid-rows", "--dry-run")[0] == 1
    assert commitments.kept == []
    assert commitments.read(mixed, "--valid-rows")[0] == 1
    assert len(commitments.kept) == 1


def test_what_is_left_tells_where_it_stands(commitments: Commitments) -> None:
    rows = [row(reference=name) for name in ("A", "B", "C")]
    commitments.read(sheet(*rows, row(reference="D", agreed=date(2025, 1, 2))))
    by_reference = {one["reference"]: one for one in commitments.kept}
    commitments.decide(by_reference["A"], "honour")
    commitments.decide(by_reference["B"], "lapse")
    path = f"/existing-commitments/{by_reference['C']['id']}/proposals"
    body = {"outcome": "convert", "reason": "Loopt nog."}
    assert commitments.office.call("POST", path, Role.HR, body).status_code == 201
    code, lines = commitments("left")
    assert code == 0
    assert lines[0] == "2025-01-02  10001  D  Post-hbo handhaving: nog niet besloten"
    assert {line.split("  ", 2)[2] for line in lines[1:-1]} == {
        "A  Post-hbo handhaving: wordt nagekomen",
        "C  Post-hbo handhaving: nog niet besloten; voorstel: omzetten in een toekenning",
    }
    assert lines[-1] == "2 nog niet besloten, 1 nagekomen"


def test_the_template_can_be_filled_in_and_read(commitments: Commitments) -> None:
    assert commitments("template", "--output", str(commitments.file))[0] == 0
    raw = commitments.file.read_bytes()
    (top,) = rows_of(raw)
    filled = workbook_of([top, [row().get(name, "") for name in NAMES]], "Toezeggingen")
    assert commitments.read(filled)[0] == 0
    explained = {line[0]: line[1] for line in rows_of(raw, 1)}
    assert "Verplicht" in explained["Kenmerk"]


def test_what_is_no_workbook_is_said(commitments: Commitments) -> None:
    code, lines = commitments.read(b"no workbook")
    assert code == 1
    assert "XLSX" in lines[0]

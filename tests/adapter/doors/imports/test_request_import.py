"""Training requests by spreadsheet: the same checks as the API, each error at its cell, and the
same sheet twice is the same requests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapter.doors.imports.request_columns import COLUMNS, heading
from adapter.doors.messages.media_types import XLSX
from adapter.register.keys import Role
from config.catalogue import Language
from tests.adapter.doors.imports.sheets import rows_of, workbook_of
from tests.adapter.programs.cli.conftest import Run
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_TEAM, Body, Office

NAMES = list(COLUMNS)
PLAIN: dict[str, object] = {
    "employee": "10001",
    "title": "Leergang omgevingsrecht",
    "courses": "OPL-003; OPL-004",
    "ground": "Individueel",
    "mandatory": "nee",
    "fee": 2300.5,
    "books": "99,50",
    "hours": 48,
    "share": "50%",
    "start": date(2027, 3, 1),
    "end": "30-06-2027",
    "appraisal": "2026-10-01",
    "motivation": "Nodig voor de volgende stap.",
}


def sheet(*rows: dict[str, object], name: str = "Aanvragen", **options: Any) -> bytes:
    """The template with these rows below its headings."""
    top: list[object] = [heading(column, Language.NL) for column in NAMES]
    return workbook_of(
        [top, *([row.get(column, "") for column in NAMES] for row in rows)], name, **options
    )


def row(**cells: object) -> dict[str, object]:
    return PLAIN | cells


class Import:
    """`odwh-adapter requests import` for the team's manager."""

    def __init__(self, office: Office, run: Run, folder: Path) -> None:
        self.office, self._run, self._file = office, run, folder / "requests.xlsx"

    def __call__(self, raw: bytes, *options: str, manager: str = MANAGER) -> tuple[int, list[str]]:
        self._file.write_bytes(raw)
        arguments = ("import", str(self._file), "--submitted-by", manager, *options)
        done = self._run(self.office.parts, "requests", *arguments)
        return done.exit_code, done.output.splitlines()

    @property
    def kept(self) -> list[Body]:
        found: list[Body] = self.office.call("GET", "/training-requests", Role.HR).get_json()[
            "items"
        ]
        return found


@pytest.fixture
def read(office: Office, run: Run, tmp_path: Path) -> Import:
    return Import(office, run, tmp_path)


def test_a_row_becomes_a_draft_as_the_api_would_have_written_it(read: Import) -> None:
    assert read(sheet(row())) == (
        0,
        ["1 rijen gelezen: 1 aanvragen gemaakt, 0 gewijzigd, 0 gelijk gebleven, 0 cellen fout."],
    )
    (one,) = read.kept
    assert (one["state"], one["managerId"], one["employeeIds"]) == ("draft", MANAGER, ["10001"])
    assert one["courseIds"] == ["OPL-003", "OPL-004"]
    assert (one["costs"]["feeEur"], one["costs"]["booksEur"]) == ("2300.50", "99.50")
    assert (one["hours"], one["workTimeShare"]) == ("48.00", "0.50")
    days = (one["startDate"], one["endDate"], one["appraisalDate"])
    assert days == ("2027-03-01", "2027-06-30", "2026-10-01")
    assert (one["ground"], one["mandatoryByLaw"]) == ("individual", "no")


def test_rows_of_one_key_are_one_request_for_several_employees(read: Import) -> None:
    rows = [row(key="A1"), {"key": "A1", "employee": 10002}, row(key="A1", employee="10003")]
    assert read(sheet(*rows))[0] == 0
    (one,) = read.kept
    assert one["employeeIds"] == ["10001", "10002", "10003"]


def test_rows_of_one_key_that_differ_are_wrong_at_the_cell(read: Import) -> None:
    code, lines = read(sheet(row(key="A1"), row(key="A1", employee="10002", hours=40)))
    assert code == 1
    assert lines[0] == (
        "Blad „Aanvragen”, rij 3, cel R3: Dit verschilt van rij 2 van dezelfde aanvraag. "
        "Maak het gelijk of laat de cel leeg."
    )


@pytest.mark.parametrize("key", ["A1", ""])
def test_the_same_sheet_again_makes_no_second_request(read: Import, key: str) -> None:
    raw = sheet(row(key=key), row(key=key and "A2", title="Iets anders"))
    read(raw)
    assert read(raw)[1] == [
        "2 rijen gelezen: 0 aanvragen gemaakt, 0 gewijzigd, 2 gelijk gebleven, 0 cellen fout."
    ]
    assert len(read.kept) == 2


def test_a_changed_row_changes_its_draft(read: Import) -> None:
    read(sheet(row(key="A1")))
    _, lines = read(sheet(row(key="A1", hours="60,5", motivation="")))
    assert lines == [
        "1 rijen gelezen: 0 aanvragen gemaakt, 1 gewijzigd, 0 gelijk gebleven, 0 cellen fout."
    ]
    (one,) = read.kept
    assert (one["hours"], one["motivation"], one["version"]) == ("60.50", None, 2)
    # And once more, from what the import itself made.
    assert read(sheet(row(key="A1")))[0] == 0
    assert read.kept[0]["hours"] == "48.00"


def test_a_request_that_is_no_draft_any_more_is_left_alone(read: Import, office: Office) -> None:
    read(sheet(row(key="A1")))
    office.move(read.kept[0], "submitted", Role.MANAGER)
    assert read(sheet(row(key="A1")))[0] == 0
    code, lines = read(sheet(row(key="A1", hours=60)))
    assert code == 1
    assert "cel A2: Deze aanvraag is al ingediend (nu: ingediend)" in lines[0]
    assert read.kept[0]["hours"] == "48.00"


def test_a_draft_that_somebody_changed_is_not_overwritten(read: Import, office: Office) -> None:
    read(sheet(row(key="A1")))
    path = f"/training-requests/{read.kept[0]['id']}"
    office.call("PATCH", path, Role.HR, {"title": "Van HR"}, version=1)
    code, lines = read(sheet(row(key="A1", hours=60)))
    assert code == 1
    assert "na de vorige import in het register gewijzigd" in lines[0]
    assert read.kept[0]["title"] == "Van HR"


@pytest.mark.parametrize(
    ("cells", "cell", "sentence"),
    [
        ({"title": ""}, "C2", "Deze cel is verplicht en leeg."),
        ({"hours": ""}, "R2", "Deze cel is verplicht en leeg."),
        ({"hours": "veel"}, "R2", "Dit is geen getal."),
        ({"hours": 7.255}, "R2", "Hoogstens twee decimalen."),
        ({"hours": -1}, "R2", "Dit moeten uren van 0 of meer zijn"),
        ({"fee": "1.250"}, "L2", "Niet duidelijk is of de punt"),
        ({"fee": -5}, "L2", "Dit moet een bedrag van 0 of meer zijn"),
        ({"share": 80}, "S2", "Dit moet een aandeel van 0 tot en met 1 zijn"),
        ({"start": 46_000}, "T2", "Dit is geen datum."),
        ({"start": "31-02-2027"}, "T2", "Dit is geen datum."),
        ({"end": "01-01-2027"}, "U2", "ligt voor de startdatum"),
        ({"ground": "zomaar"}, "H2", "Kies een van: wettelijk"),
        ({"participants": 3.5}, "G2", "Dit moet een geheel getal zijn."),
        ({"participants": 3}, "G2", "collectieve"),
        ({"employee": "99999"}, "B2", "Dit is hier niet bekend."),
        ({"employee": 1.5}, "B2", "Hier hoort tekst of een nummer"),
        ({"courses": "OPL-003; OPL-999"}, "D2", "Dit is hier niet bekend."),
        ({"subsidy": 9_000}, "Q2", "subsidie"),
        ({"title": "x" * 201}, "C2", "Deze tekst is te lang"),
    ],
)
def test_every_error_names_sheet_row_and_cell(
    read: Import, cells: dict[str, object], cell: str, sentence: str
) -> None:
    code, lines = read(sheet(row(**cells), row(title="Goed", key="B")))
    assert code == 1
    assert lines[0].startswith(f"Blad „Aanvragen”, rij 2, cel {cell}: ")
    assert sentence.casefold() in lines[0].casefold()
    assert lines[-1].startswith("2 rijen gelezen: 1 aanvragen gemaakt, 0 gewijzigd,")
    assert lines[-1].endswith("1 cellen fout. Er is niets bewaard.")
    assert read.kept == []


def test_all_errors_of_all_rows_are_told_at_once(read: Import) -> None:
    _, lines = read(sheet(row(title="", hours="x"), row(key="B", ground="?", fee="y")))
    cells = [line.split("cel ")[1].split(":")[0] for line in lines[:-1]]
    assert sorted(cells) == ["C2", "H3", "L3", "R2"]


def test_valid_rows_are_kept_only_when_that_is_asked(read: Import) -> None:
    raw = sheet(row(title=""), row(title="Goed", key="B"))
    code, lines = read(raw, "--valid-rows")
    assert (code, lines[-1]) == (
        1,
        "2 rijen gelezen: 1 aanvragen gemaakt, 0 gewijzigd, 0 gelijk gebleven, 1 cellen fout.",
    )
    assert [one["title"] for one in read.kept] == ["Goed"]


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(read: Import) -> None:
    code, lines = read(sheet(row()), "--dry-run")
    assert (code, lines[-1].endswith("0 cellen fout. Er is niets bewaard.")) == (0, True)
    assert read.kept == []


def test_submitting_takes_the_step_that_a_manager_would_take(read: Import) -> None:
    raw = sheet(row(key="A1"))
    assert read(raw, "--submit")[0] == 0
    assert read(raw, "--submit")[0] == 0
    (one,) = read.kept
    assert (one["state"], one["tranche"], one["version"]) == ("submitted", "2027-1", 2)


def test_formulas_and_merged_cells_are_refused(read: Import) -> None:
    _, lines = read(sheet(row(), formulas={"R2": "=8*6"}))
    assert "cel R2: Hier staat een formule." in lines[0]
    _, lines = read(sheet(row(title=""), row(title="", key="B"), merged=["C2:C3"]))
    assert "cel C2: Deze cel is samengevoegd" in lines[0]


def test_columns_that_people_added_are_named_and_let_go(read: Import) -> None:
    top = [*(heading(column, Language.NL) for column in NAMES), "Onze notitie"]
    filled = [row().get(name, "") for name in NAMES]
    code, lines = read(workbook_of([top, [*filled, "mooi", "?"]], "Aanvragen"))
    assert code == 0
    assert lines[0].endswith("niet bekend en niet gelezen: Onze notitie.")
    assert (
        lines[1]
        == "1 rijen gelezen: 1 aanvragen gemaakt, 0 gewijzigd, 0 gelijk gebleven, 0 cellen fout."
    )


def test_empty_rows_are_passed_over(read: Import) -> None:
    raw = sheet(row(), {}, {"title": "   "}, row(key="B"), {}, {})
    assert read(raw)[1] == [
        "2 rijen gelezen: 2 aanvragen gemaakt, 0 gewijzigd, 0 gelijk gebleven, 0 cellen fout."
    ]


def test_two_equal_rows_without_a_key_are_told_apart(read: Import) -> None:
    code, lines = read(sheet(row(), row()))
    assert code == 1
    assert "rij 3: Deze rij is gelijk aan rij 2." in lines[0]


def test_another_sheet_name_or_heading_is_told(read: Import) -> None:
    assert "Er is geen blad „Aanvragen”; wel: Blad1." in read(sheet(row(), name="Blad1"))[1][0]
    assert "geen rij met kolomkoppen" in read(workbook_of([["a", "b"]], "Aanvragen"))[1][0]
    few = [["Titel", "Grond"], ["x", "team"]]
    lines = read(workbook_of(few, "Aanvragen"))[1]
    assert "ontbreken deze kolommen: Wettelijk verplicht, Uren per medewerker" in lines[0]


def test_who_asks_must_be_known(read: Import) -> None:
    code, lines = read(sheet(row()), manager="99999")
    assert code == 1
    assert "Wie aanvraagt (99999) is in het register niet bekend." in lines[0]


def test_the_template_can_be_filled_in_and_read(read: Import, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    done = run(read.office.parts, "requests", "template", "--output", str(file))
    assert done.exit_code == 0, done.output
    (top,) = rows_of(file.read_bytes())
    filled = workbook_of([top, [row().get(column, "") for column in NAMES]], "Aanvragen")
    assert read(filled)[0] == 0
    explained = {line[0]: line[1] for line in rows_of(file.read_bytes(), 1)}
    assert explained["Uren per medewerker"].endswith("Verplicht.")


def _post(office: Office, raw: bytes, query: str = "", role: Role = Role.MANAGER) -> Any:
    key = office._key(role, MANAGER)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": XLSX}
    path = f"/v1/training-request-imports{query}"
    return office.client.post(path, data=raw, headers=headers)


def test_a_manager_sends_the_sheet_over_http(office: Office, read: Import) -> None:
    answer = _post(office, sheet(row(), row(key="B", employee=OTHER_TEAM[0])))
    assert answer.status_code == 200, answer.get_json()
    body = answer.get_json()
    assert (body["kept"], body["created"]) == (False, 1)
    (wrong,) = body["wrong"]
    assert (wrong["sheet"], wrong["row"], wrong["cell"]) == ("Aanvragen", 3, "B3")
    assert "niet bij het team" in wrong["detail"]
    assert read.kept == []
    assert _post(office, sheet(row()), "?dryRun=true").get_json()["kept"] is False
    answer = _post(office, sheet(row(), row(key="B", title="")), "?validRows=true")
    assert (answer.get_json()["kept"], len(read.kept)) == (True, 1)


def test_what_is_no_workbook_is_a_bad_request(office: Office) -> None:
    answer = _post(office, b"PK\x03\x04 nothing of the kind")
    assert answer.status_code == 400
    assert "XLSX" in answer.get_json()["errors"][0]["detail"]
    assert _post(office, sheet(row()), role=Role.HR).status_code == 403

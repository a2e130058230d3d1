"""One notation learned is known to every connector; what cannot be meant is asked about."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.afas import Afas, AfasConfig
from connectors.canonical import (
    UnreadableError,
    day,
    employee_number,
    manager_number,
    number,
)
from connectors.csvfolder.config import CsvFolderConfig
from connectors.csvfolder.hris import CsvFolder
from connectors.frappe import FrappeConfig, FrappeHr
from connectors.horilla import Horilla, HorillaConfig
from connectors.http import HttpClient
from connectors.ports import CheckState, EmployeeScan, Hris
from sandboxes.frappe import SandboxFrappe
from sandboxes.horilla import SandboxHorilla, SandboxPerson
from sandboxes.horilla.server import PASSWORD, USERNAME
from sandboxes.loopback import LoopbackServer, Request, Response

CASES = Path(__file__).parents[1] / "recordings" / "hris" / "cases"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN = "<token><version>1</version><data>ABC</data></token>"
LAST_DAY = date(2026, 12, 31)


def case(name: str) -> Any:
    return json.loads((CASES / name).read_text())


# --- one parser ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-31",
        "31-12-2026",
        "31/12/2026",
        "31.12.2026",
        "31-12-2026 00:00:00",
        "31-12-2026 0:00",
        "2026-12-31T00:00:00Z",
        "2026-12-31T00:00:00.000",
        "2026-12-31T00:00:00.000Z",
        "2026-12-31 00:00:00.000",
        "2026-12-31T00:00:00.0000000",
        "2026-12-31T00:00:00+01:00",
        " 2026-12-31 ",
    ],
)
def test_a_day_is_read_in_every_notation_and_never_moved_by_a_zone(written: str) -> None:
    assert day(written) == LAST_DAY


@pytest.mark.parametrize("empty", ["", " ", None])
def test_an_empty_day_is_none(empty: str | None) -> None:
    assert day(empty) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-12-30T23:00:00Z", "time other than midnight"),
        ("31-12-2026 17:30", "time other than midnight"),
        ("31-12-2026 25:00", "the clock does not have"),
        ("31-02-2026", "the calendar does not have"),
        ("0001-01-01T00:00:00Z", "before 1940"),
        ("01-01-1900", "before 1940"),
        ("12/31/2026", "the calendar does not have"),
        ("46387", "is not a date"),
        (46387, "is not text"),
        ("morgen", "is not a date"),
    ],
)
def test_what_may_mean_another_day_is_asked_about(written: str | int, why: str) -> None:
    with pytest.raises(UnreadableError, match=why) as caught:
        day(written)
    assert str(written) not in str(caught.value)


@pytest.mark.parametrize(
    "written", ['="10005"', "'10006", '"10006"', "1,0003E+04", "1.0003e+4", "10008.0", "10008,00"]
)
def test_what_a_spreadsheet_makes_of_a_number_is_nobodys_number(written: str) -> None:
    for read in (employee_number, manager_number):
        with pytest.raises(UnreadableError, match="give the column as text"):
            read(written)


@pytest.mark.parametrize("written", ["10005", "000042", "HR-EMP-00013", "MW1003", "A 12"])
def test_a_number_stays_as_it_is_written(written: str) -> None:
    assert employee_number(f" {written} ") == written


def test_an_unseen_character_or_a_json_number_is_no_employee_number() -> None:
    with pytest.raises(UnreadableError, match="cannot be seen"):
        employee_number("10\u200b005")
    with pytest.raises(UnreadableError, match="leading zeros"):
        employee_number(10005)
    assert manager_number(" ") is None


def test_hours_are_read_from_text_and_from_json_numbers() -> None:
    assert [number(value) for value in ("36,5", "36.5", 36.5, 36, None, "")] == [
        Decimal("36.5"),
        Decimal("36.5"),
        Decimal("36.5"),
        Decimal(36),
        None,
        None,
    ]
    for wrong in ("-1", -1, True, float("inf"), 10_000):
        with pytest.raises(UnreadableError):
            number(wrong)


# --- every HRIS ----------------------------------------------------------------------------------


@contextmanager
def afas_of(rows: list[dict[str, Any]], take: int = 1000) -> Iterator[Afas]:
    whole = [_whole(row) for row in rows]

    def answer(request: Request) -> Response:
        path = request.path.removeprefix("/ProfitRestServices")
        if path == "/metainfo":
            body: dict[str, Any] = {
                "updateConnectors": [],
                "getConnectors": [{"id": "LMS_Medewerkers", "description": ""}],
                "customConnectors": [],
                "info": {"envid": "O1", "appName": "", "group": "", "tokenExpiry": "0"},
            }
        elif path.startswith("/metainfo/get/"):
            fields = [
                {
                    "id": name,
                    "fieldId": "",
                    "dataType": "",
                    "label": "",
                    "length": 1,
                    "controlType": 1,
                    "decimals": 0,
                    "decimalsFieldId": "",
                }
                for name in case("afas_end_9999.json")
            ]
            body = {"name": "LMS_Medewerkers", "description": "", "fields": fields}
        else:
            skip = int(request.args["skip"])
            body = {"skip": skip, "take": take, "rows": whole[skip : skip + take]}
        return Response(json.dumps(body), content_type="application/json")

    with LoopbackServer(answer) as server:
        config = AfasConfig(server.url, "12345", TOKEN, take=take)
        afas = Afas(config, HttpClient(config.root, attempts=1), now=lambda: NOW)
        yield afas
        afas.close()


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    blank = dict.fromkeys(case("afas_end_9999.json")) | {"LastName": "Smit"}
    return blank | row


@contextmanager
def csv_of(folder: Path, text: str) -> Iterator[CsvFolder]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW.timestamp() - 3600,) * 2)
    yield CsvFolder(CsvFolderConfig(folder, "12345"), now=NOW.timestamp)


@contextmanager
def frappe_of(document: dict[str, Any]) -> Iterator[FrappeHr]:
    with SandboxFrappe(lambda: NOW.replace(tzinfo=None)) as site:
        site.save(document)
        frappe = FrappeHr(FrappeConfig(site.url, "odwh", site.api_key, site.api_secret))
        yield frappe
        frappe.close()


@contextmanager
def horilla_of(end: str) -> Iterator[Horilla]:
    people = [
        SandboxPerson(4, "MW1003", "Daan", "Smit", contract_end=end),
        SandboxPerson(5, "MW1004", "Eva", "Bos"),
    ]
    with SandboxHorilla(people) as site:
        horilla = Horilla(HorillaConfig(site.url, "odwh", USERNAME, PASSWORD))
        yield horilla
        horilla.close()


HEADER = (
    "medewerkernummer;voornaam;tussenvoegsel;achternaam;email;afdeling;leidinggevende;"
    "dienstverband;datum_in_dienst;datum_uit_dienst;uren_per_week;fte\n"
)


@contextmanager
def every_hris(system: str, end: str, folder: Path) -> Iterator[Hris]:
    """One person with this end, in each of the four systems."""
    match system:
        case "afas":
            row = case("afas_end_9999.json") | {"EmploymentEndDate": f"{end}T00:00:00Z"}
            with afas_of([row]) as hris:
                yield hris
        case "csv":
            dutch = "-".join(reversed(end.split("-")))
            with csv_of(folder, f"{HEADER}10005;A;;B;;;;1;01-03-2019;{dutch};36;1\n") as csv:
                yield csv
        case "frappe":
            document = case("frappe_relieving_9999.json") | {"relieving_date": end}
            with frappe_of(document) as frappe:
                yield frappe
        case _:
            with horilla_of(end) as horilla:
                yield horilla


SYSTEMS = ("afas", "csv", "frappe", "horilla")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("end", ["9999-12-31", "9999-01-01"])
def test_no_end_is_read_as_no_end(system: str, end: str, tmp_path: Path) -> None:
    with every_hris(system, end, tmp_path) as hris:
        scan = hris.scan()
        one = hris.employee(scan.employees[0].employee_id)
    assert (scan.rejected, scan.questions) == ((), ())
    assert one == scan.employees[0]
    assert scan.employees[0].employments[0].end is None


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("end", ["2999-12-31", "2099-12-31"])
def test_what_may_be_no_end_is_asked_about_and_never_an_end(
    system: str, end: str, tmp_path: Path
) -> None:
    with every_hris(system, end, tmp_path) as hris:
        scan = hris.scan()
        lines = [line for line in hris.check() if line.name.endswith(".questions")]
    assert scan.rejected == ()
    assert scan.employees[0].employments[0].end is None
    (question,) = scan.questions
    assert end in question.reason
    assert [line.state for line in lines] == [CheckState.WARNING]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_real_last_day_is_an_end(system: str, tmp_path: Path) -> None:
    with every_hris(system, "2026-12-31", tmp_path) as hris:
        scan = hris.scan()
    assert scan.employees[0].employments[0].end == LAST_DAY
    assert scan.questions == ()


def read_csv(folder: Path, name: str) -> EmployeeScan:
    with csv_of(folder, (CASES / name).read_text(encoding="utf-8")) as hris:
        return hris.scan()


def test_dates_with_a_time_are_read(tmp_path: Path) -> None:
    scan = read_csv(tmp_path, "csv_dates_with_time.csv")
    assert scan.rejected == ()
    assert [one.employments[0].end for one in scan.employees] == [LAST_DAY] * 5
    assert {one.employments[0].start for one in scan.employees} == {date(2019, 3, 1)}


def test_a_total_and_blank_rows_below_the_list_are_passed_over_and_named(tmp_path: Path) -> None:
    scan = read_csv(tmp_path, "csv_blank_and_total_rows.csv")
    assert [one.employee_id for one in scan.employees] == ["10005", "10003", "020001"]
    assert scan.rejected == ()
    (question,) = scan.questions
    assert (question.where, question.field) == ("list.csv, line 8", "medewerkernummer")
    assert "closing line" in question.reason


@pytest.mark.parametrize(
    "closing", ["Aantal: 3;;;;;;;;;;;", ";;;;;;;;;;104,5;2,9", "Eind;;;;;;;;;;;"]
)
def test_closing_lines_of_other_reports_are_no_people_either(tmp_path: Path, closing: str) -> None:
    person = "10005;A;;B;;;;1;01-03-2019;;36;1"
    with csv_of(tmp_path, f"{HEADER}{person}\n{closing}\n") as hris:
        scan = hris.scan()
    assert (len(scan.employees), scan.rejected, len(scan.questions)) == (1, (), 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Totaal;;;;;;;;;;104,5;", "10005;A;;B;;;;1;01-03-2019;;36;1"),
        ("10005;A;;B;;;;1;01-03-2019;;36;1", "10006;;;;;;;;;;;"),
    ],
    ids=["not the last", "a number"],
)
def test_what_may_be_somebody_is_never_passed_over(tmp_path: Path, first: str, second: str) -> None:
    with csv_of(tmp_path, f"{HEADER}{first}\n{second}\n") as hris:
        scan = hris.scan()
    assert len(scan.employees) == 1
    assert len(scan.rejected) >= 1


def test_a_number_that_a_spreadsheet_changed_is_refused_by_row(tmp_path: Path) -> None:
    people = ['"=""10005"""', "'10006", '"1,0003E+04"', "10008.0", "10009"]
    rows = "".join(f"{number};A;;B;;;;1;01-03-2019;;36;1\n" for number in people)
    with csv_of(tmp_path, HEADER + rows) as hris:
        scan = hris.scan()
    assert [one.employee_id for one in scan.employees] == ["10009"]
    assert [row.where for row in scan.rejected] == [f"list.csv, line {n}" for n in range(2, 6)]
    assert {row.field for row in scan.rejected} == {"medewerkernummer"}


def test_lines_of_one_employment_are_told_by_doctor_before_the_first_reading() -> None:
    with afas_of(case("afas_two_lines_of_one_employment.json")) as afas:
        scan = afas.scan()
        (line,) = [line for line in afas.check() if line.state is not CheckState.OK][1:]
    assert scan.employees == ()
    assert (line.name, line.state) == ("hris.afas.lines", CheckState.FAILED)
    assert "30001" in line.seen
    assert "GetConnector" in line.remedy


@pytest.mark.parametrize("take", [2, 3, 1000])
def test_lines_that_differ_in_what_is_not_read_are_one_wherever_a_page_ends(take: int) -> None:
    line = {"EmployeeId": "30001", "EmploymentId": 1}
    rows = [
        line | {"ModifiedDate": f"2026-11-0{n}T10:00:00Z", "FunctionLine": n} for n in (1, 2, 3)
    ]
    other = [{"EmployeeId": "30002", "EmploymentId": 1}]
    with afas_of([*rows, *other], take) as afas:
        scan = afas.scan()
    assert scan.rejected == ()
    assert [one.employee_id for one in scan.employees] == ["30001", "30002"]
    assert scan.employees[0].modified_at == datetime(2026, 11, 3, 9, 0, tzinfo=UTC)

"""Employee lists as HR exports really write them, dropped in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.confined import Limits
from connectors.csvfolder import reading
from connectors.csvfolder.config import Columns, CsvFolderConfig, NewestBy
from connectors.csvfolder.hris import CsvFolder
from connectors.errors import Misconfigured, Permanent, Transient
from connectors.ports import (
    Check,
    CheckState,
    Employee,
    EmployeeScan,
)

NOW = 1_795_000_000.0  # seconds since the epoch
COLUMNS = (
    "medewerkernummer",
    "voornaam",
    "tussenvoegsel",
    "achternaam",
    "email",
    "afdeling",
    "leidinggevende",
    "dienstverband",
    "datum_in_dienst",
    "datum_uit_dienst",
    "uren_per_week",
    "fte",
)
HEADER = ";".join(COLUMNS)
JOSE = "000042;José;;Çelik;;Toezicht;;1;2024-05-01;;36;1"
DAAN = "001006;Daan;de;Vries;;Toezicht;000042;1;2019-09-01;31-12-2026;28,5;0,7917"


def drop(folder: Path, content: str | bytes, name: str = "list.csv", age: float = 3600) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (NOW - age, NOW - age))
    return path


def lines(*rows: str, header: str = HEADER, end: str = "\r\n") -> str:
    return end.join((header, *rows)) + end


def csv_folder(folder: Path, **changes: object) -> CsvFolder:
    config = CsvFolderConfig(folder, "12345")
    return CsvFolder(replace(config, **changes), now=lambda: NOW)  # type: ignore[arg-type]  # any setting


def scanned(folder: Path, content: str | bytes) -> EmployeeScan:
    drop(folder, content)
    return csv_folder(folder).scan()


def only(scan: EmployeeScan) -> Employee:
    assert scan.rejected == ()
    (person,) = scan.employees
    return person


# --- how the file is written ---------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_survive_each_encoding(tmp_path: Path, encoding: str) -> None:
    person = only(scanned(tmp_path, lines(JOSE).encode(encoding)))
    assert (person.given_name, person.family_name) == ("José", "Çelik")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("announced", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_delimiter_is_recognised_with_and_without_excels_first_line(
    tmp_path: Path, delimiter: str, announced: bool, end: str
) -> None:
    text = lines(JOSE, end=end).replace(";", delimiter)
    first = f"sep={delimiter}{end}" if announced else ""
    person = only(scanned(tmp_path, "\ufeff" + first + text))
    assert person.employee_id == "000042"


def test_a_quoted_cell_may_hold_the_delimiter_a_quote_and_a_line_break(tmp_path: Path) -> None:
    row = JOSE.replace("Toezicht", '"Toezicht; ""Milieu""\nen Bouw"')
    scan = scanned(tmp_path, lines(row, DAAN.replace("31-12-2026", "soon")))
    assert scan.employees[0].department == 'Toezicht; "Milieu"\nen Bouw'
    assert scan.rejected[0].where == "list.csv, line 4"


def test_header_letter_case_spaces_order_and_extra_columns_do_not_matter(tmp_path: Path) -> None:
    header = " Achternaam ;Kleur;MEDEWERKERNUMMER;Datum_uit_dienst"
    drop(tmp_path, lines("Vries;rood;001006;", header=header))
    few = Columns(
        given_name=None,
        family_name_prefix=None,
        email=None,
        department=None,
        manager_id=None,
        employment_id=None,
        start=None,
        hours_per_week=None,
        fte=None,
    )
    person = only(csv_folder(tmp_path, columns=few).scan())
    assert (person.employee_id, person.family_name) == ("001006", "Vries")
    assert person.employments[0].employment_id == "1"


def test_an_employment_without_number_is_known_by_its_start(tmp_path: Path) -> None:
    person = only(scanned(tmp_path, lines(JOSE.replace(";1;2024", ";;2024"))))
    assert person.employments[0].employment_id == "2024-05-01"


def test_blank_rows_and_surplus_empty_cells_are_excels_own(tmp_path: Path) -> None:
    assert only(scanned(tmp_path, lines(JOSE + ";;", "", ";;;;;;;;;;;")))


@pytest.mark.parametrize("content", [lines(JOSE).encode("utf-16"), b"\x00\x01", b"\xff;\x81\x8d"])
def test_an_undecodable_file_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Misconfigured, match=r"list\.csv is .* drop it again"):
        scanned(tmp_path, content)


def test_a_broken_quote_names_the_line_from_which_nothing_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"list\.csv, line 3: the quoting is broken"):
        scanned(tmp_path, lines(JOSE, DAAN.replace("Daan", '"Daan')))


def test_missing_columns_are_named_with_the_header_that_stands_there(tmp_path: Path) -> None:
    header = HEADER.replace("achternaam", "naam").replace(";fte", ";factor")
    with pytest.raises(Misconfigured, match=r"list\.csv lacks .* achternaam, fte; .*naam"):
        scanned(tmp_path, lines(JOSE, header=header))


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="its header is: empty"):
        scanned(tmp_path, "")


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="email more than once"):
        scanned(tmp_path, lines(JOSE + ";x", header=HEADER + ";Email"))


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("31-12-2026", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("1-2-2027", date(2027, 2, 1)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("29-02-2028", date(2028, 2, 29)),
        ("31-12-9999", None),
        ("", None),
    ],
)
def test_each_notation_of_a_day_is_read(tmp_path: Path, written: str, day: date | None) -> None:
    person = only(scanned(tmp_path, lines(DAAN.replace("31-12-2026", written))))
    assert person.employments[0].end == day


@pytest.mark.parametrize(("written", "hours"), [("28,5", "28.5"), ("28.5", "28.5"), ("36", "36")])
def test_decimals_have_a_comma_or_a_point(tmp_path: Path, written: str, hours: str) -> None:
    person = only(scanned(tmp_path, lines(DAAN.replace("28,5", written))))
    assert person.employments[0].hours_per_week == Decimal(hours)


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        (("001006;", ";"), "medewerkernummer", "is empty"),
        (("Vries", ""), "achternaam", "is empty"),
        (("31-12-2026", "12/31/2026"), "datum_uit_dienst", "does not have"),
        (("31-12-2026", "29-02-2027"), "datum_uit_dienst", "does not have"),
        (("31-12-2026", "31-12-26"), "datum_uit_dienst", "is not a date"),
        (("31-12-2026", "46387"), "datum_uit_dienst", "is not a date"),
        (("31-12-2026", "31-08-2019"), "datum_uit_dienst", "before the start"),
        (("28,5", "1.028,5"), "uren_per_week", "is not a number"),
        (("28,5", "-4"), "uren_per_week", "is not a number"),
        ((";0,7917", ""), "row", "11 cells where the header has 12"),
        ((";0,7917", ";1;x"), "row", "13 cells where the header has 12"),
    ],
)
def test_a_bad_row_is_reported_by_file_line_and_column_while_the_rest_is_read(
    tmp_path: Path, change: tuple[str, str], column: str, reason: str
) -> None:
    scan = scanned(tmp_path, lines(DAAN.replace(*change), JOSE))
    (fault,) = scan.rejected
    assert (fault.where, fault.field) == ("list.csv, line 2", column)
    assert reason in fault.reason
    assert [person.employee_id for person in scan.employees] == ["000042"]


def test_every_fault_of_a_row_is_reported_without_repeating_its_values(tmp_path: Path) -> None:
    row = DAAN.replace("31-12-2026", "Jansen").replace("28,5", "Pietersen")
    scan = scanned(tmp_path, lines(row))
    assert [fault.field for fault in scan.rejected] == ["datum_uit_dienst", "uren_per_week"]
    assert not any("Jansen" in fault.reason for fault in scan.rejected)


def test_a_person_with_one_unreadable_employment_is_withheld_and_says_so_when_asked(
    tmp_path: Path,
) -> None:
    again = DAAN.replace(";1;2019-09-01;31-12-2026", ";2;soon;")
    drop(tmp_path, lines(DAAN, again))
    assert csv_folder(tmp_path).scan().employees == ()
    with pytest.raises(Permanent, match=r"Employee 001006 cannot be read: list\.csv, line 3"):
        csv_folder(tmp_path).employee("001006")


def test_the_same_row_twice_is_one_employment(tmp_path: Path) -> None:
    assert len(only(scanned(tmp_path, lines(DAAN, DAAN))).employments) == 1


def test_two_rows_that_differ_about_one_employment_are_reported(tmp_path: Path) -> None:
    scan = scanned(tmp_path, lines(DAAN, DAAN.replace("31-12-2026", "")))
    (fault,) = scan.rejected
    assert (fault.where, fault.field) == ("list.csv, line 3", "dienstverband")


# --- which file ----------------------------------------------------------------------------------


def test_the_newest_file_counts(tmp_path: Path) -> None:
    drop(tmp_path, lines(DAAN), "b.csv", age=7200)
    drop(tmp_path, lines(JOSE), "a.csv", age=3600)
    assert only(csv_folder(tmp_path).scan()).employee_id == "000042"
    by_name = csv_folder(tmp_path, newest_by=NewestBy.NAME)
    assert only(by_name.scan()).employee_id == "001006"


def test_only_names_that_match_the_pattern_count(tmp_path: Path) -> None:
    drop(tmp_path, lines(DAAN), "medewerkers-1.csv")
    drop(tmp_path, lines(JOSE), "salaris-2.csv", age=60)
    hris = csv_folder(tmp_path, pattern="medewerkers-*")
    assert only(hris.scan()).employee_id == "001006"


@pytest.mark.parametrize("name", ["list.csv.tmp", "list.csv.part", ".list.csv", "~$list.csv"])
def test_a_file_under_a_temporary_name_is_left_alone(tmp_path: Path, name: str) -> None:
    drop(tmp_path, lines(DAAN), "old.csv")
    drop(tmp_path, "half a li", name, age=60)
    assert only(csv_folder(tmp_path, pattern="*").scan()).employee_id == "001006"


def test_a_file_written_to_a_moment_ago_waits_and_the_one_before_it_is_read(
    tmp_path: Path,
) -> None:
    drop(tmp_path, lines(DAAN), "old.csv")
    drop(tmp_path, "half a li", "new.csv", age=29)
    assert only(csv_folder(tmp_path).scan()).employee_id == "001006"


def test_when_the_only_file_is_being_written_it_is_tried_again_later(tmp_path: Path) -> None:
    drop(tmp_path, "half a li", age=5)
    with pytest.raises(Transient, match="still being written") as caught:
        csv_folder(tmp_path).scan()
    assert caught.value.retry_after == 30
    [line] = csv_folder(tmp_path).check()
    assert line.state is CheckState.WARNING


def test_a_file_that_changes_while_it_is_read_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def read_while_the_sender_appends(path: Path) -> bytes:
        content = read(path)
        with path.open("ab") as file:
            file.write(b"more")
        return content

    drop(tmp_path, lines(DAAN))
    monkeypatch.setattr(Path, "read_bytes", read_while_the_sender_appends)
    with pytest.raises(Transient, match="still being written"):
        csv_folder(tmp_path).scan()


def test_an_absent_folder_and_an_empty_one_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="check that it exists"):
        csv_folder(tmp_path / "nowhere").scan()
    with pytest.raises(Misconfigured, match=r"No file matching \*\.csv"):
        csv_folder(tmp_path).scan()


# --- check ---------------------------------------------------------------------------------------


def states(found: list[Check]) -> dict[str, CheckState]:
    return {line.name.removeprefix("hris.csv."): line.state for line in found}


def test_the_check_warns_of_an_old_list_and_of_unreadable_rows(tmp_path: Path) -> None:
    age = timedelta(hours=49).total_seconds()
    drop(tmp_path, lines(JOSE, DAAN.replace("31-12-2026", "soon")), age=age)
    assert states(csv_folder(tmp_path).check()) == {
        "file": CheckState.WARNING,
        "headcount": CheckState.OK,
        "rows": CheckState.WARNING,
    }


def test_the_check_fails_on_a_list_without_people(tmp_path: Path) -> None:
    drop(tmp_path, lines())
    assert states(csv_folder(tmp_path).check())["headcount"] is CheckState.FAILED


def test_the_check_fails_without_raising_when_there_is_no_list(tmp_path: Path) -> None:
    assert states(csv_folder(tmp_path).check()) == {"file": CheckState.FAILED}


# --- what is no employee list --------------------------------------------------------------------


def test_a_file_of_a_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = drop(tmp_path, "")
    with path.open("r+b") as file:
        file.truncate(100_000_000)
    os.utime(path, (NOW - 3600, NOW - 3600))
    with pytest.raises(Misconfigured, match="larger than 10 MB"):
        csv_folder(tmp_path).scan()
    assert csv_folder(tmp_path).check()[0].state is CheckState.FAILED


def test_more_records_than_an_agency_has_are_refused(tmp_path: Path) -> None:
    many = HEADER + "\r\n" + f"1{';' * 11}\r\n" * 50_001
    with pytest.raises(Misconfigured, match="more than 50000 records"):
        scanned(tmp_path, many)


def test_the_process_that_reads_a_list_loads_nothing_else() -> None:
    """It starts anew for each list, and loading the connector would take longer than reading."""
    program = "import sys, connectors.csvfolder.program; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = ran.stdout.split()
    assert "connectors.csvfolder.table" in loaded
    assert "connectors.csvfolder.hris" not in loaded
    assert "pydantic" not in loaded


@pytest.mark.parametrize("line", ["x" * 2_000_000, '"' + "x\n" * 1_000_000])
def test_a_line_of_megabytes_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(Misconfigured, match="line 2: the quoting is broken"):
        scanned(tmp_path, lines(line))


def test_what_the_limits_stop_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Limits(memory=reading.LIMITS.memory, seconds=20, output=1_000)
    monkeypatch.setattr(reading, "LIMITS", small)
    with pytest.raises(Misconfigured, match="more memory or time"):
        scanned(tmp_path, lines(*[JOSE] * 100))

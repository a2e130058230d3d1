"""What is kept of somebody is given and erased by command, as a privacy officer does it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.programs.cli import main
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.agency import IRIS, LONG_AGO, Agency


def test_an_export_is_to_read_and_for_programs(agency: Agency, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "iris"
    result = run(agency.parts, "person", "export", "--employee", IRIS, "--output", str(folder))
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in folder.iterdir()) == [
        f"{IRIS}.html",
        f"{IRIS}.json",
        f"{IRIS}.pdf",
    ]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert json.loads((folder / f"{IRIS}.json").read_text())["employees"][0]["given_name"] == "Iris"
    page = (folder / f"{IRIS}.html").read_text()
    assert "Wat van u wordt bewaard" in page
    assert "voornaam" in page
    assert "Iris" in page
    with agency.register.read() as connection:
        line = row_of(connection, select(AuditLineRow))
    assert (line.action, line.record, line.about) == ("export-person", IRIS, IRIS)
    again = run(agency.parts, "person", "export", "--employee", IRIS, "--output", str(folder))
    assert again.exit_code == 1
    assert "is not empty" in again.output


def test_of_nobody_nothing_is_exported_or_erased(agency: Agency, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "nobody"
    for command in (["export", "--output", str(folder)], ["erase"]):
        result = run(agency.parts, "person", *command, "--employee", "99999")
        assert result.exit_code == 1
        assert "holds nothing about this number" in result.output
    assert not folder.exists()


def test_who_is_in_service_is_not_erased(agency: Agency, run: Run) -> None:
    result = run(agency.parts, "person", "erase", "--employee", IRIS)
    assert result.exit_code == 0
    assert "is in service" in result.output
    confirmed = ("--confirm", "--ground", "request")
    result = run(agency.parts, "person", "erase", "--employee", IRIS, *confirmed)
    assert result.exit_code == 1
    assert "nothing was erased" in result.output


def test_a_dry_run_comes_first_and_a_ground_is_asked(agency: Agency, run: Run) -> None:
    agency.change(EmploymentRow, {"employee_id": IRIS}, end_on=date(2026, 3, 1))
    agency.change(EmployeeRow, {"employee_id": IRIS}, last_seen_at=LONG_AGO)
    plan = run(agency.parts, "person", "erase", "--employee", IRIS)
    assert "stay: records by the selection list" in plan.output
    assert "the LMS still shows an account" in plan.output
    with agency.register.read() as connection:
        assert row_of(connection, select(EmployeeRow)).given_name == "Iris"
    assert run(agency.parts, "person", "erase", "--employee", IRIS, "--confirm").exit_code == 2
    confirmed = ("--confirm", "--ground", "request 44", "--format", "json")
    result = run(agency.parts, "person", "erase", "--employee", IRIS, *confirmed)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rows"] == {"employees": 1, "lms_users": 1}
    assert run(agency.parts, "audit", "verify").exit_code in (0, 1)


def test_whose_records_are_past_their_term_is_listed(agency: Agency, run: Run) -> None:
    agency.change(EmploymentRow, {"employee_id": IRIS}, end_on=date(2016, 3, 1))
    result = run(agency.parts, "person", "past-term")
    assert f"{IRIS}  2016-03-01" in result.output


def test_the_term_is_that_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With settings read as a person's command reads them, and not as a test hands them over."""
    monkeypatch.setenv("ODWH_DATABASE_URL", f"sqlite:///{tmp_path / 'register.sqlite3'}")
    monkeypatch.setenv("ODWH_REHEARSAL_CLOCK", str(tmp_path / "clock"))
    (tmp_path / "clock").write_text("2027-03-15T12:00:00+01:00", encoding="ascii")
    monkeypatch.setenv("ODWH_RETENTION_RECORDS_DAYS", "7305")
    result = CliRunner().invoke(main, ["person", "past-term"])
    assert "left before 2007-03-15" in result.output, result.output

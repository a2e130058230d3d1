"""`reconcile` writes its report in every form, to a file or to standard output."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.views.reconcile import deciding_again, history
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.agency import GRANT, IRIS, NOW, Agency

STARTS = {
    "html": b"<!doctype html>",
    "json": b"{",
    "csv": b"\xef\xbb\xbfWat er speelt,",
    "pdf": b"%PDF-1.7",
    "xlsx": b"PK\x03\x04",
}


@pytest.mark.parametrize("form", STARTS)
def test_the_report_goes_to_a_file(agency: Agency, run: Run, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"report.{form}"
    done = run(agency.parts, "reconcile", "--format", form, "--output", str(file))
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(STARTS[form])
    assert f"{file}: run " in done.stderr


def test_another_form_of_the_same_reconciliation_leaves_new_what_was_new(
    agency: Agency, run: Run, tmp_path: Path
) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    for form in ("json", "xlsx", "json"):
        file = tmp_path / f"report.{form}"
        assert (
            run(agency.parts, "reconcile", "--format", form, "--output", str(file)).exit_code == 0
        )
    with agency.register.read() as connection:
        [only] = history.runs(connection, 10)
        assert {row.status for row in history.findings_of(connection, only.id)} == {"new"}
    agency.change(GrantRow, {"id": GRANT}, revoked_at=None)
    run(agency.parts, "reconcile", "--format", "json", "--output", str(file))
    with agency.register.read() as connection:
        newest, _ = history.runs(connection, 10)
        assert {row.status for row in history.findings_of(connection, newest.id)} == {"resolved"}


def test_the_report_goes_to_standard_output_as_it_is(agency: Agency, run: Run) -> None:
    done = run(agency.parts, "reconcile", "--format", "pdf")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.startswith(STARTS["pdf"])
    assert done.stdout_bytes.rstrip().endswith(b"%%EOF")


def _announced(agency: Agency) -> list[str]:
    with agency.register.read() as connection:
        events = connection.execute(select(InboxEventRow.body)).scalars().all()
    return [event["employee_id"] for event in events]


def test_what_would_be_decided_again_is_told_and_applied_when_asked(
    agency: Agency, run: Run
) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    told = run(agency.parts, "reconcile", "--format", "json")
    assert "hold_not_placed: 1" in told.stderr
    assert "1 employees would be decided again" in told.stderr
    assert _announced(agency) == []
    done = run(agency.parts, "reconcile", "--format", "json", "--apply")
    assert done.exit_code == 0, done.output
    assert "1 employees will be decided again" in done.stderr
    assert _announced(agency) == [IRIS]


def test_many_new_holds_at_once_wait_for_a_confirmation(
    agency: Agency, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding_again, "MOST_NEW_HOLDS", 0)
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    stopped = run(agency.parts, "reconcile", "--format", "json", "--apply")
    assert stopped.exit_code == 1
    assert "--confirm" in stopped.stderr
    assert _announced(agency) == []
    done = run(agency.parts, "reconcile", "--format", "json", "--apply", "--confirm")
    assert done.exit_code == 0, done.output
    assert _announced(agency) == [IRIS]

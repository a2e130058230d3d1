"""`reconcile` writes its report in every form, to a file or to standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.ground.store.tables.procedure import GrantRow
from adapter.views.reconcile import history
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.agency import GRANT, NOW, Agency

STARTS = {"html": b"<!doctype html>", "json": b"{", "pdf": b"%PDF-1.7", "xlsx": b"PK\x03\x04"}


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

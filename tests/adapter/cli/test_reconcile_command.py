"""`reconcile` writes its report in every form, to a file or to standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapter.cli.conftest import Run
from tests.fixtures.agency import Agency

STARTS = {"html": b"<!doctype html>", "json": b"{", "pdf": b"%PDF-1.7", "xlsx": b"PK\x03\x04"}


@pytest.mark.parametrize("form", STARTS)
def test_the_report_goes_to_a_file(agency: Agency, run: Run, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"report.{form}"
    done = run(agency.parts, "reconcile", "--format", form, "--output", str(file))
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(STARTS[form])
    assert f"{file}: run " in done.stderr


def test_the_report_goes_to_standard_output_as_it_is(agency: Agency, run: Run) -> None:
    done = run(agency.parts, "reconcile", "--format", "pdf")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.startswith(STARTS["pdf"])
    assert done.stdout_bytes.rstrip().endswith(b"%%EOF")

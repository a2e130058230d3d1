"""`odwh-adapter open-data` writes both forms, notes that it did, and says what it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import AuditLineRow
from config.settings import Settings
from tests.adapter.programs.cli.conftest import run_command
from tests.adapter.views.mt_report.conftest import Agency
from tests.adapter.views.open_data.conftest import rows
from tests.fixtures.workbench import StandingClock


@pytest.fixture
def parts(agency_of: Callable[[int], Agency]) -> Parts:
    agency = agency_of(14)
    agency.keep()
    return Parts(agency.register, agency.policy, StandingClock(agency.now), Settings())


def noted(parts: Parts) -> list[tuple[str, str]]:
    with parts.register.read() as connection:
        lines = rows_of(
            connection, select(AuditLineRow).where(AuditLineRow.action == "export-open-data")
        )
    return [(line.record, line.result) for line in lines]


def test_a_folder_gets_a_file_with_subject_and_period_in_its_name(
    parts: Parts, tmp_path: Path
) -> None:
    for form in ("sqlite", "zip"):
        done = run_command(parts, "open-data", "--format", form, "--output", str(tmp_path))
        assert done.exit_code == 0, done.output
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == [f"open-data-leren-en-ontwikkelen-2027-Q1.{one}" for one in ("sqlite", "zip")]
    assert (tmp_path / names[0]).stat().st_mode & 0o777 == 0o600
    written = (tmp_path / names[0]).read_bytes()
    assert [row["period"] for row in rows(written, "periods")] == ["2027-Q1"]
    assert noted(parts) == [("published/2027-Q1", "sqlite"), ("published/2027-Q1", "zip")]


def test_a_key_of_ones_own_keeps_pseudonyms_the_same(parts: Parts, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"a key of at least thirty-two bytes")
    told = []
    for option in ([], ["--key-file", str(key)], ["--key-file", str(key)]):
        out = tmp_path / "out.sqlite"
        done = run_command(parts, "open-data", "--pseudonymised", *option, "--output", str(out))
        assert done.exit_code == 0, done.output
        told.append({row["person"] for row in rows(out.read_bytes(), "persons")})
    assert told[1] == told[2]
    assert told[0].isdisjoint(told[1])
    assert noted(parts) == [("pseudonymised/2027-04-01", "sqlite")] * 3


def test_what_cannot_be_is_said(parts: Parts, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_bytes(b"short")
    for options, said in (
        (["--period", "2027-Q2"], "no report of these periods was kept"),
        (["--pseudonymised", "--period", "2027-Q1"], "leave --period out"),
        (["--key-file", str(short)], "say --pseudonymised as well"),
        (["--pseudonymised", "--key-file", str(short)], "at least 32 bytes"),
    ):
        done = run_command(parts, "open-data", *options)
        assert done.exit_code == 1
        assert said in done.stderr
    assert noted(parts) == []

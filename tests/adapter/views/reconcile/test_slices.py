"""A register of more than one slice is compared as one of one slice is."""

from __future__ import annotations

import json

import pytest

from adapter.ground.store.tables.procedure import GrantRow
from adapter.views.reconcile import documents, snapshot
from adapter.views.reconcile.history import findings_of
from adapter.views.reconcile.run import reconcile
from config.catalogue import Language
from tests.fixtures.agency import GRANT, NOW, TODAY, Agency


def _keys(agency: Agency) -> set[str]:
    run_id = reconcile(agency.parts, as_of=TODAY)
    with agency.register.read() as connection:
        return {row.key for row in findings_of(connection, run_id)}


def test_however_many_employees_are_in_a_slice_the_findings_are_the_same(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    for number in ("10001", "10002", "10007", "10008"):
        agency.employee(number)
    agency.account("u8", "10007")
    agency.account("u9", "10007")
    agency.account("u7", None)
    agency.action("dead", NOW.replace(month=1))
    at_once = _keys(agency)
    monkeypatch.setattr(snapshot, "AT_A_TIME", 1)
    assert _keys(agency) == at_once
    assert len(at_once) > 5


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_program_gets_every_finding(sqlite_agency: Agency, form: str) -> None:
    for number in ("10001", "10002"):
        sqlite_agency.employee(number)
    run_id = reconcile(sqlite_agency.parts, as_of=TODAY)
    with sqlite_agency.register.read() as connection:
        document = documents.written(connection, run_id, form, Language.NL)
    assert document is not None
    said = document.read().decode()
    if form == "json":
        read = json.loads(said)
        assert read["name"] == "reconciliation"
        assert [one["employeeId"] for one in read["findings"]] == ["10001", "10002"]
    else:
        header, first, second = said.splitlines()
        assert header.startswith("\N{ZERO WIDTH NO-BREAK SPACE}Wat er speelt,Personeelsnummer,")
        assert (first.split(",")[1], second.split(",")[1]) == ("10001", "10002")

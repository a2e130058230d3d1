"""The readings before a comparison, from an LMS over HTTP and a list of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from adapter.ground.clock import today
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.views.reconcile.history import findings_of, run_by_id
from adapter.views.reconcile.refreshes import refreshes_of
from adapter.views.reconcile.run import reconcile
from sandboxes.moodle.state import User
from tests.fixtures.workbench import EXCEL, PIET, Workbench


def _run(bench: Workbench) -> tuple[dict[str, str], Sequence[ReconciliationFindingRow]]:
    """What is incomplete, and the findings."""
    run_id = reconcile(bench.parts, as_of=today(bench.clock), refreshes=refreshes_of(bench.parts))
    with bench.register.read() as connection:
        run = run_by_id(connection, run_id)
        assert run is not None
        return run.incomplete, findings_of(connection, run_id)


def test_nothing_is_refreshed_without_connectors(workbench: Workbench) -> None:
    assert refreshes_of(replace(workbench.parts, lms=None, hris=None)) == ()


def test_an_enrolment_that_no_event_told_is_read_and_found(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    incomplete, found = _run(workbench)
    assert incomplete == {}
    assert ("grant_missing", "10005") in {(row.code, row.employee_id) for row in found}


def test_accounts_without_any_enrolment_are_read(workbench: Workbench) -> None:
    workbench.hire("10044")
    _, found = _run(workbench)
    assert [row.employee_id for row in found if row.code == "employee_without_account"] == ["10044"]
    with workbench.register.read() as connection:
        known = set(connection.execute(select(LmsUserRow.employee_id)).scalars())
    assert known == {"10005", "10003", "10009"}


def test_a_second_account_with_the_same_number_is_found(workbench: Workbench) -> None:
    profile = {"personeelsnummer": "10005"}
    workbench.moodle.state.add_user(
        User(44, "p.bakker2", "Piet", "Bakker", "p2@example.org", idnumber="", profile=profile)
    )
    _, found = _run(workbench)
    (twice,) = [row for row in found if row.code == "two_accounts"]
    assert twice.numbers == {"accounts": "p.bakker, p.bakker2", "count": 2}


def test_a_list_that_the_brake_stopped_makes_the_run_incomplete(workbench: Workbench) -> None:
    _run(workbench)
    workbench.staff.people.clear()
    incomplete, _ = _run(workbench)
    assert incomplete.keys() == {"hris"}
    assert "empty" in incomplete["hris"]

"""A run beside the one before it, runs that cannot see everything, and what a run sets going."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.reconciliation import ReconciliationRunRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.views.reconcile.finding import (
    NEITHER,
    Drift,
    Group,
    Source,
)
from adapter.views.reconcile.history import FindingStatus, findings_of, run_by_id
from adapter.views.reconcile.registry import GROUPS
from adapter.views.reconcile.report import report_of
from adapter.views.reconcile.run import Refresh, reconcile
from adapter.views.reconcile.snapshot import Snapshot
from config.catalogue import Language
from connectors.errors import Transient
from policy.model import Severity
from tests.fixtures.agency import ACCOUNT, GRANT, IRIS, NOW, TODAY, Agency

BROKEN = Group("broken", ("grant_missing",), NEITHER, lambda world: _stumbles(world))


def _stumbles(world: Snapshot) -> Iterator[Drift]:
    yield Drift("grant_missing", Severity.ADVISE, employee_id="10001")
    raise ValueError(f"a record that no rule understands on {world.as_of}")


def _down(parts: Parts) -> None:
    raise Transient("Moodle does not answer; try again later")


def _run(agency: Agency, as_of: date = TODAY, **options: Any) -> ReconciliationRunRow:
    run_id = reconcile(agency.parts, as_of=as_of, **options)
    with agency.register.read() as connection:
        run = run_by_id(connection, run_id)
    assert run is not None
    return run


def _statuses(agency: Agency, run: ReconciliationRunRow) -> dict[str, str]:
    with agency.register.read() as connection:
        return {row.code: row.status for row in findings_of(connection, run.id)}


def _break(agency: Agency) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    agency.change(EnrolmentRow, {"user_id": ACCOUNT}, status="suspended")


def _repair(agency: Agency) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=None)


def test_a_finding_is_new_then_persists_then_is_listed_as_resolved_once(agency: Agency) -> None:
    _break(agency)
    first = _run(agency)
    agency.clock.moment = NOW + timedelta(hours=2)
    second = _run(agency)
    _repair(agency)
    third, fourth = _run(agency), _run(agency)
    runs = (first, second, third, fourth)
    assert [_statuses(agency, run).get("grant_missing") for run in runs] == [
        FindingStatus.NEW,
        FindingStatus.PERSISTING,
        FindingStatus.RESOLVED,
        None,
    ]
    with agency.register.read() as connection:
        assert [findings_of(connection, run.id)[0].since for run in (first, second, third)] == [
            NOW,
            NOW,
            NOW,
        ]


def test_a_look_ahead_makes_nothing_new_or_resolved_today(agency: Agency) -> None:
    _break(agency)
    _run(agency)
    _repair(agency)
    _run(agency, as_of=TODAY + timedelta(days=365))
    assert _statuses(agency, _run(agency)) == {"grant_missing": FindingStatus.RESOLVED}


def test_a_finding_is_not_resolved_by_a_run_that_could_not_read_the_lms(agency: Agency) -> None:
    _break(agency)
    _run(agency)
    _repair(agency)
    blind = _run(agency, refreshes=[Refresh(Source.LMS, _down)])
    assert blind.incomplete == {"lms": "Moodle does not answer; try again later"}
    assert _statuses(agency, blind) == {"grant_missing": FindingStatus.PERSISTING}
    assert _statuses(agency, _run(agency)) == {"grant_missing": FindingStatus.RESOLVED}


def test_after_a_failed_reading_the_others_of_that_system_are_left_out(agency: Agency) -> None:
    read: list[str] = []
    _run(
        agency,
        refreshes=[
            Refresh(Source.LMS, _down),
            Refresh(Source.LMS, lambda _: read.append("enrolments")),
            Refresh(Source.HRIS, lambda _: read.append("employees")),
        ],
    )
    assert read == ["employees"]


def test_a_group_that_fails_is_named_and_hides_neither_its_own_nor_other_findings(
    agency: Agency,
) -> None:
    _break(agency)
    _run(agency)
    run = _run(agency, groups=(BROKEN, *GROUPS[1:]))
    assert run.incomplete == {"broken": "failed"}
    with agency.register.read() as connection:
        rows = {row.employee_id: row.status for row in findings_of(connection, run.id)}
    assert rows == {"10001": FindingStatus.NEW, IRIS: FindingStatus.PERSISTING}


def test_one_employee_whose_records_break_a_group_is_named_and_the_others_are_compared(
    agency: Agency,
) -> None:
    """What breaks is known of that person alone, wherever it stands among the others."""

    def find(world: Snapshot) -> Iterator[Drift]:
        for number in sorted(world.people):
            if number == "10001":
                raise OverflowError("date value out of range")
            yield Drift(
                "leaver_account_active",
                Severity.ADVISE,
                employee_id=number,
                numbers={"last_day": "2026-12-31", "account": "x"},
            )

    for number in ("10000", "10001", "10002"):
        agency.employee(number)
    run = _run(agency, groups=[Group("leavers", ("leaver_account_active",), NEITHER, find)])
    assert run.incomplete == {"leavers": "withheld: 10001"}
    with agency.register.read() as connection:
        found = {row.employee_id for row in findings_of(connection, run.id)}
    assert {"10000", "10002", IRIS} <= found
    assert "10001" not in found
    for language, sentence in (
        (Language.NL, "deze medewerkers niet vergeleken"),
        (Language.EN, "these employees were not compared"),
    ):
        with agency.register.read() as connection:
            report = report_of(connection, run.id, language)
        assert report is not None
        assert any(sentence in one.text and "10001" in one.text for one in report.notices)


@pytest.mark.parametrize(("apply", "announced"), [(True, [IRIS]), (False, [])])
def test_employees_are_announced_to_be_decided_again_only_when_asked(
    agency: Agency, apply: bool, announced: list[str]
) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    run = _run(agency, apply=apply)
    assert run.announced == (announced if apply else None)
    with agency.register.read() as connection:
        events = connection.execute(select(InboxEventRow.body)).scalars().all()
        assert [event["employee_id"] for event in events] == announced
        assert connection.execute(select(OutboxActionRow)).all() == []

"""Findings that HR leaves for now: out of the list until their day, and in the audit trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.reconciliation import (
    FindingAcknowledgementRow,
    ReconciliationFindingRow,
)
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import WrongFields
from adapter.views.reconcile import history
from adapter.views.reconcile.acknowledgements import Leave, acknowledge
from adapter.views.reconcile.most_urgent import left_for_now, open_kinds
from adapter.views.reconcile.run import reconcile
from policy.model import Severity
from tests.fixtures.agency import GRANT, NOW, TODAY, Agency

HR = Principal("key", "hr", Role.HR, "10001")
KEY = "grant_missing|10005|OPL-003"
NEXT_MONTH = TODAY + timedelta(days=30)


@pytest.fixture
def open_finding(agency: Agency) -> Agency:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    reconcile(agency.parts, as_of=TODAY)
    return agency


def _acknowledge(agency: Agency, returns_on: date, key: str = KEY) -> None:
    with acting(agency.parts, HR) as act:
        acknowledge(act, Leave((key,), "Het besluit van het MT komt volgende week.", returns_on))


def _open(agency: Agency, on: date) -> set[str]:
    with agency.register.read() as connection:
        run = history.latest_run(connection)
        assert run is not None
        return {one.code for one in open_kinds(connection, run, on)}


def test_a_finding_rests_until_its_day(open_finding: Agency) -> None:
    assert "grant_missing" in _open(open_finding, TODAY)
    _acknowledge(open_finding, NEXT_MONTH)
    assert "grant_missing" not in _open(open_finding, TODAY)
    assert "grant_missing" in _open(open_finding, NEXT_MONTH)
    with open_finding.register.read() as connection:
        run = history.latest_run(connection)
        assert run is not None
        [(row, why)] = left_for_now(connection, run, TODAY)
        audit = row_of(connection, select(AuditLineRow))
    assert (row.key, why.acknowledged_by, why.returns_on) == (KEY, "10001", NEXT_MONTH)
    assert (audit.action, audit.record, audit.actor) == ("acknowledge_finding", KEY, "10001")


def test_it_rests_in_the_next_run_too_and_a_later_word_replaces_an_earlier(
    open_finding: Agency,
) -> None:
    _acknowledge(open_finding, NEXT_MONTH)
    reconcile(open_finding.parts, as_of=TODAY)
    assert "grant_missing" not in _open(open_finding, TODAY)
    _acknowledge(open_finding, TODAY)
    assert "grant_missing" in _open(open_finding, TODAY)
    with open_finding.register.read() as connection:
        kept = connection.execute(select(FindingAcknowledgementRow.replaced_at)).scalars().all()
    assert sorted(one is None for one in kept) == [False, True]


def test_one_that_became_heavier_is_back_at_once(open_finding: Agency) -> None:
    open_finding.change(ReconciliationFindingRow, {"key": KEY}, severity=Severity.ADVISE)
    _acknowledge(open_finding, NEXT_MONTH)
    assert "grant_missing" not in _open(open_finding, TODAY)
    open_finding.change(ReconciliationFindingRow, {"key": KEY}, severity=Severity.BLOCK)
    assert "grant_missing" in _open(open_finding, TODAY)


@pytest.mark.parametrize(
    ("key", "returns_on", "reason"),
    [
        ("grant_missing|10005|OPL-999", NEXT_MONTH, "finding_not_open"),
        (KEY, TODAY - timedelta(days=1), "returns_before_today"),
        (KEY, TODAY + timedelta(days=400), "returns_too_far_ahead"),
    ],
)
def test_only_an_open_finding_and_only_for_a_while(
    open_finding: Agency, key: str, returns_on: date, reason: str
) -> None:
    with pytest.raises(WrongFields) as refused:
        _acknowledge(open_finding, returns_on, key)
    assert [one.reason for one in refused.value.fields] == [reason]

"""Runs that are asked for: a small one is made at once, a large one by a worker; none is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.reconciliation import ReconciliationRunRow
from adapter.views.reconcile import asked_runs, history
from adapter.views.reconcile.asked_runs import ask_run, make_asked_runs
from adapter.views.reconcile.history import RunState
from tests.fixtures.agency import GRANT, IRIS, NOW, TODAY, Agency


def _run(agency: Agency, run_id: str) -> ReconciliationRunRow:
    with agency.register.read() as connection:
        run = history.run_by_id(connection, run_id)
    assert run is not None
    return run


@pytest.fixture
def large(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> Agency:
    monkeypatch.setattr(asked_runs, "AT_ONCE", 0)
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    return agency


def test_a_small_register_is_compared_at_once(agency: Agency) -> None:
    run_id, finished = ask_run(agency.parts, TODAY, apply=False, by="hr")
    assert finished
    assert _run(agency, run_id).state == RunState.FINISHED


def test_a_large_one_waits_for_a_worker_and_has_no_findings_until_then(large: Agency) -> None:
    run_id, finished = ask_run(large.parts, TODAY, apply=True, by="hr")
    assert not finished
    assert _run(large, run_id).state == RunState.ASKED
    with large.register.read() as connection:
        assert history.latest_run(connection) is None
    make_asked_runs(large.parts)
    made = _run(large, run_id)
    assert (made.state, made.announced) == (RunState.FINISHED, [IRIS])
    with large.register.read() as connection:
        latest = history.latest_run(connection)
        assert latest is not None
        assert latest.id == run_id


def test_what_a_process_left_behind_is_made_anew(large: Agency) -> None:
    run_id, _ = ask_run(large.parts, TODAY, apply=False, by="hr")
    with large.register.write() as connection:
        history.change_run(connection, run_id, state=RunState.RUNNING)
    make_asked_runs(large.parts)
    assert _run(large, run_id).state == RunState.RUNNING
    large.clock.moment = NOW + timedelta(hours=3)
    make_asked_runs(large.parts)
    assert _run(large, run_id).state == RunState.FINISHED

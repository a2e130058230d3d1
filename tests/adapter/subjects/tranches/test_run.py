"""Tranches run by themselves: each step once, late when nothing ran, undone when a worker dies."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import first_row, rows_of
from adapter.ground.store.tables.procedure import RequestTransitionRow
from adapter.ground.store.tables.tranches import TrancheStepRow
from adapter.programs.jobs import jobs_of
from adapter.queues.schedule import run_due
from adapter.register.keys import Role
from adapter.subjects.tranches import closing
from adapter.subjects.tranches.plan import Step, plan
from config.policy_files import load_policy
from policy.tranches import tranche_named
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Body, Office
from tests.adapter.subjects.tranches.conftest import Tranches, local

CLOSED_2026_2 = ("2026-2", "close")


@pytest.fixture(autouse=True)
def in_september(tranches: Tranches) -> None:
    """A service that has been running: what came before this autumn is done."""
    tranches.at("2026-09-20 12:00:00")
    tranches.run()


def test_managers_with_drafts_and_hr_are_reminded_three_times(tranches: Tranches) -> None:
    tranches.at("2026-10-01 09:00:00")
    tranches.office.ask()
    for day in ("2026-10-04", "2026-11-01", "2026-11-12"):
        tranches.at(f"{day} 07:59:59")
        assert tranches.run() == []
        tranches.at(f"{day} 08:00:00")
        assert len(tranches.run()) == 1
        assert tranches.run() == []
    reminders = [("tranche_deadline_manager", MANAGER), ("tranche_deadline_hr", "mail.hr")]
    assert sorted(tranches.told()) == sorted(reminders * 3)


def test_a_manager_without_drafts_is_not_reminded(tranches: Tranches) -> None:
    tranches.at("2026-10-01 09:00:00")
    tranches.submitted()
    tranches.at("2026-10-04 08:00:00")
    tranches.run()
    assert tranches.told() == [("tranche_deadline_hr", "mail.hr")]


def test_a_tranche_closes_after_the_last_second_of_its_deadline(tranches: Tranches) -> None:
    tranches.at("2026-11-15 23:59:59")
    request, draft = tranches.submitted(), tranches.office.ask()
    assert ("2027-1", "close") not in tranches.run()
    assert tranches.state(request) == "submitted"
    tranches.at("2026-11-16 00:00:00")
    late = tranches.submitted()
    assert tranches.run() == [("2027-1", "close")]
    assert tranches.state(request) == "under_review"
    assert tranches.state(draft) == "draft"
    assert tranches.state(late) == "submitted"
    assert tranches.told()[-2:] in (
        [("tranche_closed_manager", MANAGER), ("tranche_closed_hr", "mail.hr")],
        [("tranche_closed_hr", "mail.hr"), ("tranche_closed_manager", MANAGER)],
    )


def test_what_was_deferred_is_weighed_again_with_the_next_tranche(tranches: Tranches) -> None:
    waiting = []
    for starts in ("2027-09-06", "2027-04-05"):
        tranches.at("2026-11-10 12:00:00")
        waiting.append(
            tranches.office.proposed("defer", startDate=starts, endDate="2027-10-01", ground="team")
        )
    tranches.run()
    later, soon = waiting
    for request in waiting:
        assert tranches.office.decide(request, outcome="defer", grant=None).status_code == 201
    tranches.run()
    assert tranches.state(later) == "deferred"
    tranches.at("2027-07-16 08:00:00")
    assert ("2027-2", "close") in tranches.run()
    dossier = tranches.dossier("2027-2")
    assert {one.row.id for one in dossier.entries} == {later["id"], soon["id"]}
    assert [one.row.id for one in dossier.not_considered] == [soon["id"]]
    path = f"/training-requests/{later['id']}/transitions"
    last = tranches.office.call("GET", path, Role.HR).get_json()["items"][-1]
    assert (last["fromState"], last["toState"]) == ("deferred", "under_review")
    assert "2027-1" in last["reason"]
    assert "2027-2" in last["reason"]


def test_the_step_of_a_closed_request_says_that_no_person_took_it(tranches: Tranches) -> None:
    tranches.at("2026-11-15 12:00:00")
    request = tranches.submitted()
    tranches.at("2026-11-16 00:00:00")
    tranches.run()
    with tranches.office.parts.register.read() as connection:
        last = first_row(
            connection,
            select(RequestTransitionRow)
            .where(RequestTransitionRow.request_id == request["id"])
            .order_by(RequestTransitionRow.version.desc()),
        )
    assert last is not None
    assert (last.to_state, last.by) == ("under_review", "worker")
    assert last.reason is not None
    assert "2027-1" in last.reason


@pytest.mark.parametrize(("name", "ends"), [("2027-1", "23:00"), ("2027-2", "22:00")])
def test_the_deadline_ends_at_midnight_in_winter_and_in_summer(name: str, ends: str) -> None:
    closes = next(one for one in plan(tranche_named(name, load_policy())) if one.step == Step.CLOSE)
    assert closes.due_at.strftime("%H:%M") == ends
    assert closes.due_at == local(
        {"2027-1": "2026-11-16 00:00:00", "2027-2": "2027-07-16 00:00:00"}[name]
    )


@pytest.mark.parametrize("step", Step)
def test_reminders_keep_to_the_morning_over_both_clock_changes(step: Step) -> None:
    """Six weeks before 15 November is summer time, two weeks before it is not."""
    for name in ("2027-1", "2027-2", "2028-1"):
        planned = {one.step: one for one in plan(tranche_named(name, load_policy()))}[step]
        hour = planned.due_at.astimezone(local("2027-01-01 00:00:00").tzinfo).hour
        assert hour == (0 if step is Step.CLOSE else 8)


def test_down_at_the_deadline_the_tranche_closes_late_and_once(tranches: Tranches) -> None:
    tranches.at("2026-11-10 12:00:00")
    request = tranches.submitted()
    tranches.at("2026-11-25 03:00:00")
    assert tranches.run() == [("2027-1", "close")]
    assert tranches.run() == []
    assert tranches.state(request) == "under_review"
    assert tranches.told() == [("tranche_closed_hr", "mail.hr")]


def test_what_lost_its_point_while_nothing_ran_is_passed_over(tranches: Tranches) -> None:
    tranches.at("2026-10-01 12:00:00")
    tranches.office.ask()
    tranches.at("2026-11-13 12:00:00")
    assert tranches.run() == [("2027-1", "three_days")]
    with tranches.office.parts.register.read() as connection:
        taken = {
            row.step: row.carried_out
            for row in rows_of(
                connection, select(TrancheStepRow).where(TrancheStepRow.tranche == "2027-1")
            )
        }
    assert taken == {"six_weeks": 0, "two_weeks": 0, "three_days": 1}


def test_a_worker_that_dies_while_closing_leaves_nothing_and_the_next_one_closes(
    tranches: Tranches, monkeypatch: pytest.MonkeyPatch
) -> None:
    tranches.at("2026-11-10 12:00:00")
    request = tranches.submitted()
    tranches.at("2026-11-16 00:00:00")

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(closing, "put", dies)
        with pytest.raises(SystemExit):
            tranches.run()
    assert tranches.state(request) == "submitted"
    assert tranches.told() == []
    assert tranches.run() == [("2027-1", "close")]
    assert tranches.state(request) == "under_review"


def test_two_workers_at_once_take_each_step_once(tranches: Tranches) -> None:
    tranches.at("2026-11-10 12:00:00")
    for _ in range(5):
        tranches.submitted()
    tranches.at("2026-11-16 00:00:00")
    together, taken = Barrier(4), []

    def work() -> None:
        together.wait()
        taken.extend(tranches.run())

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert taken == [("2027-1", "close")]
    assert tranches.told() == [("tranche_closed_hr", "mail.hr")]


def test_the_management_team_is_reminded_only_while_something_waits(tranches: Tranches) -> None:
    tranches.at("2026-11-10 12:00:00")
    first, second = tranches.submitted(), tranches.submitted()
    tranches.at("2026-11-16 00:00:00")
    tranches.run()
    tranches.at("2027-01-01 08:00:00")
    assert tranches.run() == [("2027-1", "window_opens")]
    assert tranches.told()[-1] == ("tranche_window_mt", "mail.mt")
    for request in (first, second):
        tranches.weigh(request, 0, 2, 2, 0, 2)
        tranches.office.propose(request)
        assert tranches.office.decide(request, decidedDate="2027-01-01").status_code == 201
    tranches.at("2027-01-20 08:00:00")
    tranches.run()
    tranches.at("2027-02-01 08:00:00")
    tranches.run()
    written = [text for text, _ in tranches.told()]
    assert written.count("tranche_window_mt") == 1
    assert "tranche_overdue_mt" not in written


def test_after_the_window_hr_and_the_management_team_hear_of_what_is_not_decided(
    tranches: Tranches,
) -> None:
    tranches.at("2026-11-10 12:00:00")
    tranches.submitted()
    tranches.at("2027-01-31 23:59:59")
    tranches.run()
    assert "tranche_overdue_hr" not in dict(tranches.told())
    tranches.at("2027-02-01 08:00:00")
    assert tranches.run() == [("2027-1", "overdue")]
    assert {"tranche_overdue_hr", "tranche_overdue_mt"} <= dict(tranches.told()).keys()


def test_a_tranche_of_long_ago_without_anything_in_it_says_nothing(office: Office) -> None:
    """A service installed in November has the tranche of July behind it."""
    tranches = Tranches(office)
    assert tranches.told() == []
    with office.parts.register.read() as connection:
        steps = connection.execute(
            select(TrancheStepRow.step).where(
                TrancheStepRow.tranche == "2026-2", TrancheStepRow.carried_out == 1
            )
        ).scalars()
        assert set(steps) == {"close", "overdue"}


def test_it_is_one_of_the_periodic_jobs(tranches: Tranches) -> None:
    tranches.at("2026-11-10 12:00:00")
    request = tranches.submitted()
    tranches.at("2026-11-16 00:00:00")
    jobs = tuple(job for job in jobs_of(tranches.office.parts) if job.name == "run_tranches")
    assert run_due(tranches.office.parts, jobs) == ["run_tranches"]
    assert run_due(tranches.office.parts, jobs) == []
    assert tranches.state(request) == "under_review"


def _recipients(tranches: Tranches, request: Body) -> set[tuple[str, str]]:
    before = set(tranches.told())
    assert tranches.office.decide(request).status_code == 201
    return set(tranches.told()) - before


def test_a_decision_tells_the_employees_and_the_manager(tranches: Tranches) -> None:
    tranches.at("2026-11-10 12:00:00")
    request = tranches.office.proposed(employeeIds=list(TEAM[:2]))
    assert _recipients(tranches, request) == {
        ("request_grant_scheme_employee", TEAM[0]),
        ("request_grant_scheme_employee", TEAM[1]),
        ("request_grant_manager", MANAGER),
    }

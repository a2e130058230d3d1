"""`status`: what a person asks at night, and with which exit code it ends."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import HeartbeatRow, JobRunRow
from adapter.programs.cli import main
from adapter.queues import outbox
from adapter.queues.outbox import Action, ActionKind
from adapter.register.enforcement_switch import throw
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.agency import Agency


def _alive(agency: Agency) -> Parts:
    """A worker that was heard just now."""
    now = agency.clock.now()
    agency.add(HeartbeatRow, worker="here:1:a", at=now - timedelta(seconds=5))
    return agency.parts


def _ran(agency: Agency, job: str, minutes_ago: int, error: str | None) -> None:
    began = agency.clock.now() - timedelta(minutes=minutes_ago)
    ended = began + timedelta(seconds=3)
    run = {"job": job, "period_start": began, "started_at": began, "finished_at": ended}
    agency.add(JobRunRow, **run, error=error)


def test_nothing_needs_anybody_whatever_was_chosen(agency: Agency, run: Run) -> None:
    """No LMS, no mail, no adoption and a pause are choices, not faults."""
    parts = _alive(agency)
    with parts.register.write() as connection:
        throw(connection, on=True, reason="look first", by="beheer", now=parts.clock.now())
    _ran(agency, "run_tranches", 20, None)
    result = run(parts, "status")
    assert result.exit_code == 0, result.stdout
    assert "enforcement     paused: since 2027-03-15 12:00Z by beheer: look first" in result.stdout
    assert "lms             not configured" in result.stdout
    assert "  run_tranches             2027-03-15 11:40:03Z\n" in result.stdout
    assert result.stdout.endswith("nothing needs anybody\n")


def test_a_failed_job_and_a_dead_letter_need_somebody(agency: Agency, run: Run) -> None:
    parts = _alive(agency)
    _ran(agency, "run_tranches", 30, None)
    _ran(agency, "run_tranches", 15, "no such table")
    now = agency.clock.now()
    with parts.register.write() as connection:
        action = Action("k", ActionKind.SUSPEND, "hold:1", {"hold_id": "1"})
        outbox.put(connection, [action], now - timedelta(hours=1))
        pending = outbox.lease_action(connection, now, paused=False)
        assert pending is not None
        outbox.failed(connection, pending, "user 8 is gone", now, final=True)
    result = run(parts, "status", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [line.split(":")[0] for line in found["attention"]] == [
        "the job run_tranches failed when it last ran",
        "1 dead letters wait",
    ]
    job = next(one for one in found["jobs"] if one["name"] == "run_tranches")
    assert job["lastSuccess"] == "2027-03-15T11:30:03Z"
    assert (job["error"], job["lastDurationSeconds"]) == ("no such table", 3.0)


def test_a_letter_that_is_left_rings_no_bell_until_it_dies_again(agency: Agency, run: Run) -> None:
    parts = _alive(agency)
    letter = _dead_letter(agency)
    assert run(parts, "status").exit_code == 1
    left = run(parts, "dead-letters", "leave", letter, "--reason", "rolled back in Moodle")
    assert (left.exit_code, left.stdout) == (0, "1 left as they are\n")
    assert "(left: rolled back in Moodle)" in run(parts, "dead-letters", "list").stdout
    assert run(parts, "status").exit_code == 0
    run(parts, "dead-letters", "replay", letter)
    agency.clock.moment += timedelta(minutes=1)
    agency.change(HeartbeatRow, {"worker": "here:1:a"}, at=agency.clock.now())
    with parts.register.write() as connection:
        pending = outbox.lease_action(connection, agency.clock.now(), paused=False)
        assert pending is not None
        outbox.failed(connection, pending, "still gone", agency.clock.now(), final=True)
    assert run(parts, "status").exit_code == 1
    assert run(parts, "dead-letters", "leave", letter, "--reason", "again").exit_code == 0
    assert run(parts, "status").exit_code == 0
    wrong = run(parts, "dead-letters", "leave", "nope", "--reason", "x")
    assert (wrong.exit_code, wrong.stderr) == (1, "nope is not a dead letter\n")


def _dead_letter(agency: Agency) -> str:
    now = agency.clock.now()
    with agency.register.write() as connection:
        action = Action("k", ActionKind.SUSPEND, "hold:1", {"hold_id": "1"})
        outbox.put(connection, [action], now)
        pending = outbox.lease_action(connection, now, paused=False)
        assert pending is not None
        outbox.failed(connection, pending, "user 8 is gone", now, final=True)
    return pending.id


def test_looking_makes_no_register(tmp_path: Path) -> None:
    file = tmp_path / "absent.sqlite3"
    result = CliRunner().invoke(
        main, ["status", "--wait", "1"], env={"ODWH_DATABASE_URL": f"sqlite:///{file}"}
    )
    assert result.exit_code == 1
    assert f"there is no register {file}" in result.stderr
    assert not file.exists()

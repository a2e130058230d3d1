"""The periodic jobs, one line each; which there are depends on what is configured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import structlog

from adapter.doors.request_form.sync import poll_requests
from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.store import chain
from adapter.queues.lanes import Lane
from adapter.queues.schedule import Daily, Every, Job
from adapter.register.retention.clear import clear_past_terms
from adapter.subjects.accounts.sync import sync_accounts
from adapter.subjects.enrolments.cohorts import maintain_cohorts
from adapter.subjects.enrolments.set_asides import apply_rules_again
from adapter.subjects.leaving.claims.opened_notice import tell_of_opened_claims
from adapter.subjects.leaving.due_exits import settle_due_exits
from adapter.subjects.profile_fields.sync import show_learning
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.employees import sync_employees
from adapter.subjects.sync.poll import poll_changed_enrolments, poll_courses
from adapter.subjects.sync.scan_alarm import watch_full_scan
from adapter.subjects.tranches.run import run_tranches
from adapter.views.bulletins.each_month import each_month, tell_managers_of_their_teams
from adapter.views.bulletins.each_week import each_week, tell_hr_what_is_new
from adapter.views.mt_report.each_period import make_due_report
from adapter.views.privacy.leavers import erase_leavers
from adapter.views.reconcile.asked_runs import make_asked_runs
from adapter.views.reconcile.refreshes import refreshes_of
from adapter.views.reconcile.run import reconcile
from adapter.views.tasks.signing_reminders import remind_to_sign
from config.settings import ScheduleSettings
from connectors.errors import Permanent, Transient

_log = structlog.get_logger(__name__)


BEFORE_DECIDING = ("scan_employees", "read_employees")


def jobs_of(parts: Parts) -> tuple[Job, ...]:
    """In the order in which the jobs of a lane run when several are due. Employees and courses come
    before enrolments, since these are decided upon with what is known of both."""
    times = parts.settings.schedule
    jobs: list[Job] = []
    if parts.hris is not None:
        jobs += [
            Job("scan_employees", Daily(times.nightly_hour), scan_employees, Lane.HRIS),
            Job("read_employees", _every(times.employee_poll_minutes), read_employees, Lane.HRIS),
            Job("watch_full_scan", _every(15), watch_full_scan),
        ]
    if parts.lms is not None:
        jobs += _jobs_of_lms(times)
    if parts.hris is not None and parts.lms is not None and writes_accounts(parts):
        jobs += [
            Job(name, when, run, Lane.LMS, BEFORE_DECIDING)
            for name, when, run in (
                ("check_accounts", Daily(times.nightly_hour), check_accounts),
                ("write_accounts", _every(times.employee_poll_minutes), write_accounts),
            )
        ]
    settling = Lane.REGISTER if parts.hris is None else Lane.HRIS
    jobs += [
        Job("apply_rules_again", _every(60), apply_rules_again),
        Job("settle_exits", Daily(0), settle_exits, settling),
        Job("run_tranches", _every(15), run_tranches),
        Job("remind_to_sign", Daily(8), remind_to_sign),
        # It reads both; what it cannot read it says in its report.
        Job(
            "reconcile",
            Daily((times.nightly_hour + 1) % 24),
            reconcile_nightly,
            Lane.REGISTER if parts.lms is None else Lane.LMS,
            BEFORE_DECIDING,
        ),
        Job("make_asked_runs", _every(1), make_asked_runs),
        Job("make_mt_report", Daily(times.bulletin_hour), make_due_report),
        Job("tell_of_opened_claims", _every(1), tell_of_opened_claims),
        *_bulletins(times),
        Job("clear_past_terms", Daily(times.nightly_hour), clear_past_terms),
        Job("erase_leavers", Daily(times.nightly_hour), erase_leavers),
        Job("verify_logs", Daily(times.nightly_hour), verify_logs),
    ]
    return tuple(jobs)


def _bulletins(times: ScheduleSettings) -> Iterator[Job]:
    if times.hr_bulletin_weekday:
        yield Job("tell_hr_what_is_new", each_week(times), tell_hr_what_is_new)
    if times.team_bulletin_day:
        yield Job("tell_managers_of_their_teams", each_month(times), tell_managers_of_their_teams)


def _jobs_of_lms(times: ScheduleSettings) -> list[Job]:
    courses, enrolments = times.course_poll_minutes, times.enrolment_poll_minutes
    return [
        Job(name, _every(minutes), run, Lane.LMS, BEFORE_DECIDING)
        for name, minutes, run in (
            ("read_accounts", courses, read_accounts),
            ("poll_courses", courses, poll_courses),
            ("poll_enrolments", enrolments, poll_changed_enrolments),
            ("poll_requests", enrolments, poll_requests),
            ("maintain_cohorts", 60, maintain_cohorts),
            ("show_learning", 60, show_learning),
        )
    ]


def scan_employees(parts: Parts) -> None:
    sync_employees(parts, full=True, dry_run=False)


def read_employees(parts: Parts) -> None:
    sync_employees(parts, full=False, dry_run=False)


def writes_accounts(parts: Parts) -> bool:
    return parts.settings.moodle is not None and parts.settings.moodle.write_accounts


def check_accounts(parts: Parts) -> None:
    sync_accounts(parts, dry_run=False, thorough=True)


def write_accounts(parts: Parts) -> None:
    sync_accounts(parts, dry_run=False)


def settle_exits(parts: Parts) -> None:
    """Raises `Transient` while exits wait for an HRIS that does not answer, so that they are tried
    again within the hour and not the next night."""
    postponed = len(settle_due_exits(parts).postponed)
    if postponed:
        raise Transient(f"{postponed} exits that are due wait until the HRIS can be read")


def reconcile_nightly(parts: Parts) -> None:
    reconcile(parts, as_of=today(parts.clock), refreshes=refreshes_of(parts))


def verify_logs(parts: Parts) -> None:
    """The last lines go to the service's own log, which is kept elsewhere. Raises `Permanent` where
    a record was changed, removed or slipped in."""
    with parts.register.read() as connection:
        verified = chain.verify(connection)
    for log, (number, digest) in verified.heads.items():
        _log.info("audit.last_line", log=log, number=number, sha256=digest)
    for fault in verified.faults:
        _log.error("audit.fault", log=fault.log, record=fault.record, breach=fault.breach)
    if verified.faults:
        raise Permanent(
            f"{len(verified.faults)} records of the logs differ from what was written; "
            "`odwh-adapter audit verify` names them"
        )


def _every(minutes: int) -> Every:
    return Every(timedelta(minutes=minutes))

"""Every job of one organisation runs beside another in one worker, with an LMS, an HRIS and a mail
server of its own: nothing of the other gets into its register, its LMS, its mail or its log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, update

from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import (
    InboxEventRow,
    JobLeaseRow,
    JobRunRow,
    OutboxActionRow,
)
from adapter.programs.jobs import jobs_of
from adapter.programs.wiring import build_parts
from connectors.csvfolder.config import Columns
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import REPORT_ID, Course, State, User
from tests.adapter.deliveries.test_mail import Mailbox, listening
from tests.adapter.doors.web.roles.conftest import World
from tests.adapter.subjects.requests.conftest import (
    COURSES,
    JANUARY,
    MANAGER,
    OTHER_MANAGER,
    OTHER_TEAM,
    TEAM,
)
from tests.fixtures.organisations import (
    EVERYTHING,
    NOORD,
    SECRETS,
    WORDS,
    ZUID,
    Installation,
    everything_in,
    told_of,
)
from tests.fixtures.programs import running, wait_until

OURS = {"name": "Noordgeheim5b3a"}
"""In the LMS and the HRIS of the organisation whose jobs are looked at."""


def _lms(employees: tuple[str, ...], mark: str, token: str) -> SandboxMoodle:
    state = State(clock=time.time)
    for number, employee_id in enumerate(employees, start=10):
        name = f"user{number}"
        state.add_user(
            User(
                number,
                name,
                mark,
                mark,
                f"{name}@example.org",
                idnumber=employee_id,
                profile={"personeelsnummer": employee_id},
            )
        )
    for number, course in enumerate(COURSES, start=3):
        state.add_course(Course(number, f"C{number}", mark, course.idnumber or ""))
    return SandboxMoodle(state, token=token)


def _staff(folder: Path, employees: tuple[str, ...]) -> None:
    folder.mkdir()
    columns = Columns().expected()
    lines = [";".join(columns)]
    for employee_id in employees:
        known = {
            "medewerkernummer": employee_id,
            "voornaam": OURS["name"],
            "achternaam": f"Test{employee_id}",
            "email": f"{employee_id}@example.org",
            "afdeling": "Toezicht",
            "leidinggevende": OTHER_MANAGER if employee_id == MANAGER else MANAGER,
            "dienstverband": "1",
            "datum_in_dienst": "2019-09-01",
        }
        lines.append(";".join(known.get(column, "") for column in columns))
    (folder / "staff.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def systems(installation: Installation, mailbox: Mailbox) -> Iterator[dict[str, SandboxMoodle]]:
    """Each has an LMS with a token of its own; one also an HRIS and mail."""
    people = (*TEAM, *OTHER_TEAM, MANAGER, OTHER_MANAGER)
    with ExitStack() as running_systems:
        started = {
            NOORD: running_systems.enter_context(_lms(people, OURS["name"], "token-noord")),
            ZUID: running_systems.enter_context(_lms(people, WORDS, "token-zuid")),
        }
        mail = running_systems.enter_context(listening(mailbox))
        for name, lms in started.items():
            installation.add_sections(
                name,
                f'\n[moodle]\nurl = "{lms.url}"\ntoken = "{lms.token}"\n'
                f"enrolment_report_id = {REPORT_ID}\nwrite_accounts = true\n",
            )
        installation.add_sections(
            NOORD,
            f'\n[csv]\nfolder = "staff"\n[mail]\nhost = "{mail.host}"\nport = {mail.port}\n'
            f'sender = "{mail.sender}"\nhr_address = "{mail.hr_address}"\nstarttls = false\n',
        )
        _staff(installation.folder / NOORD / "staff", people)
        yield started


def _ran(register: Register) -> set[str]:
    with register.read() as connection:
        ended = select(JobRunRow.job).where(JobRunRow.finished_at.is_not(None))
        return set(connection.execute(ended).scalars())


def test_no_job_of_one_brings_in_anything_of_another(
    installation: Installation,
    world: World,
    planted: Register,
    register: Register,
    systems: dict[str, SandboxMoodle],
    mailbox: Mailbox,
) -> None:
    (installation.folder / NOORD / "clock").write_text(JANUARY.isoformat())
    installation.add_settings(NOORD, 'rehearsal_clock = "clock"\n')
    with planted.write() as connection:
        # A lease that names no worker stops one that begins.
        for table in (InboxEventRow, OutboxActionRow, JobLeaseRow):
            connection.execute(update(table).values(locked_by=None, locked_until=None))
    parts = build_parts(installation.settings(NOORD), NOORD)
    jobs = {job.name for job in jobs_of(parts)}
    parts.register.close()
    assert {"scan_employees", "poll_enrolments", "write_accounts", "make_mt_report"} <= jobs
    with running("worker", environment=installation.environment) as program:
        wait_until(lambda: jobs <= _ran(register), f"not every job ran: {program.lines[-5:]}")
        wait_until(lambda: mailbox.received, "no mail was sent")
        wait_until(
            lambda: program.logged("worker.started", organisation=ZUID),
            f"the other does not work: {program.logged('organisation.fault')[:1]}",
        )
    told = [row for row in everything_in(register) if told_of(row[1].encode(), SECRETS)]
    assert told == []
    ours = [table for table, row in everything_in(register) if OURS["name"] in row]
    assert ours, "its own systems were read"
    assert not [row for row in everything_in(planted) if OURS["name"] in row[1]]
    assert not [one for one in mailbox.received if told_of(one.as_bytes(), EVERYTHING)]
    assert not told_of(repr(vars(systems[NOORD].state)).encode(), SECRETS)
    assert not told_of(repr(vars(systems[ZUID].state)).encode(), OURS)
    of_noord = [line for line in program.lines if line.get("organisation") == NOORD]
    assert of_noord
    assert not [line for line in of_noord if told_of(repr(line).encode(), EVERYTHING)]
    nameless = [line for line in program.lines if "organisation" not in line]
    assert not [line for line in nameless if told_of(repr(line).encode(), EVERYTHING | OURS)]

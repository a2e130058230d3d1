"""`sync`: one synchronisation by hand, with its difference."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping

import click

from adapter.doors.request_form.sync import read_requests
from adapter.ground.parts import Parts
from adapter.programs.cli.accounts import accounts
from adapter.programs.cli.context import (
    COMMANDS_SPEAK,
    Context,
    pass_context,
    plain_errors,
)
from adapter.subjects.enrolments.cohorts import maintain_cohorts
from adapter.subjects.profile_fields.sync import fields_of, sync_shown
from adapter.subjects.request_entries.answers import faults
from adapter.subjects.request_entries.entries import present
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.after_restore import read_after_restore
from adapter.subjects.sync.employees import EmployeeSync, sync_employees
from adapter.subjects.sync.poll import poll_courses, poll_enrolments

Lines = Iterable[str]


def _employees(parts: Parts, dry_run: bool, confirm: bool) -> Lines:
    found = sync_employees(parts, full=True, dry_run=dry_run, confirm=confirm)
    for name in ("new", "changed", "ended", "missing"):
        numbers: tuple[str, ...] = getattr(found, name)
        yield f"employees {name}: {len(numbers)}{': ' if numbers else ''}{' '.join(numbers[:20])}"
    if found.renumbered:
        pairs = " ".join(f"{pair.before}->{pair.now}" for pair in found.renumbered[:20])
        yield f"employees under another number: {len(found.renumbered)}: {pairs}"
    for row in found.rejected:
        yield f"rejected: {row.where}, {row.field}: {row.reason}"
    for question in found.questions:
        yield f"asked: {question.where}, {question.field} {question.reason}"
    for reason in found.brake:
        yield f"BRAKE: {reason.sentence(COMMANDS_SPEAK)}"
    if found.brake and not found.applied and not dry_run:
        raise click.ClickException(
            "nothing was changed; if the HRIS is right, say so with --confirm"
        )
    yield f"employees in the HRIS: {found.headcount}"
    if parts.lms is not None and parts.settings.moodle is not None:
        if confirm and not dry_run:
            read_accounts(parts, confirm=True)
        # What the brake stops would not be kept, so no account would follow from it.
        stopped = bool(found.brake) and not confirm
        yield from accounts(parts, dry_run, confirm, () if stopped else found.people)
    if dry_run:
        yield from _mails(parts, found)


def _mails(parts: Parts, found: EmployeeSync) -> Lines:
    """What a dry run says of the mails that the same run would send at once."""
    if parts.settings.mail is None:
        yield "mails to HR and the administrator: none, no mail server is configured"
    elif found.brake:
        yield "mails to HR and the administrator: that the brake stopped the reading"
    elif found.rejected and found.complete:
        yield f"mails to HR and the administrator: of {len(found.rejected)} fields not read"
    else:
        yield "mails to HR and the administrator: none"
    if found.events:
        yield f"exits told of: {found.events}; HR is mailed where something is still open"


def _courses(parts: Parts, dry_run: bool, confirm: bool) -> Lines:
    polled = poll_courses(parts, dry_run=dry_run, confirm=confirm)
    yield f"courses: {polled.shown} shown, {polled.new} new, {polled.gone} gone"


def _enrolments(parts: Parts, dry_run: bool, confirm: bool) -> Lines:
    polled = poll_enrolments(parts, dry_run=dry_run, confirm=confirm)
    yield (
        f"enrolments: {polled.shown} shown, {polled.changed} new or changed, {polled.gone} gone, "
        f"{polled.unmatched} of an unknown user or course, {polled.decided} decided"
    )


def _requests(parts: Parts, dry_run: bool, _confirm: bool) -> Lines:
    if parts.lms is None or not parts.lms.has_request_form():
        yield "requests: no form to read; ODWH_MOODLE_REQUEST_DATABASE_ID says which it is"
        return
    found = read_requests(parts, dry_run=dry_run)
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in found.outcomes.items())
    yield f"requests: {found.shown} shown, {outcomes or 'none written since'}, {found.gone} gone"
    with parts.register.read() as connection:
        for row in present(connection):
            if row.wrong:
                yield f"wrong: entry {row.entry_id}: {faults(row, COMMANDS_SPEAK)}"


def _learning(parts: Parts, dry_run: bool, _confirm: bool) -> Lines:
    if not fields_of(parts).any():
        yield "learning: not shown in the LMS; ODWH_MOODLE_SHOWN_* name the profile fields"
        return
    found = sync_shown(parts, dry_run=dry_run)
    numbers = " ".join(found.differs[:20])
    yield f"learning differs: {len(found.differs)}{': ' if numbers else ''}{numbers}"
    if found.paused:
        yield "nothing is written while the enforcement is paused"
    elif not dry_run:
        yield f"learning shown: {len(found.written)}, refused by the LMS: {len(found.refused)}"


def _cohorts(parts: Parts, dry_run: bool, _confirm: bool) -> Lines:
    if dry_run:
        raise click.UsageError("cohorts has no dry run; it makes cohorts and plans their members")
    courses = maintain_cohorts(parts)
    yield f"cohorts: those of {courses} courses were read; what differs is written by the worker"


def _restored(parts: Parts, dry_run: bool, _confirm: bool) -> Lines:
    if dry_run:
        raise click.UsageError(
            "restored has no dry run; sync enrolments --dry-run shows what differs"
        )
    polled = read_after_restore(parts)
    yield (
        f"enrolments: {polled.shown} shown, {polled.changed} changed, {polled.gone} gone; what the "
        "backup undid of our holds and releases is done again by the worker"
    )


def _sign_of_life(name: str) -> None:
    """For who waits at a terminal: reading a large LMS or HRIS takes a while before it tells."""
    if sys.stderr.isatty():
        click.secho(f"{name}: reading …", err=True, dim=True)


SYNCS: Mapping[str, Callable[[Parts, bool, bool], Lines]] = {
    "employees": _employees,
    "courses": _courses,
    "enrolments": _enrolments,
    "requests": _requests,
    "learning": _learning,
}
ON_REQUEST: Mapping[str, Callable[[Parts, bool, bool], Lines]] = {
    "cohorts": _cohorts,
    "restored": _restored,
}


@click.command()
@click.argument("what", type=click.Choice([*SYNCS, *ON_REQUEST]), required=False)
@click.option("--dry-run", is_flag=True, help="Show the difference and keep nothing.")
@click.option("--confirm", is_flag=True, help="What the brake stopped is right all the same.")
@pass_context
def sync(context: Context, what: str | None, dry_run: bool, confirm: bool) -> None:
    """Read employees, courses, enrolments and requests now (all, or one), and write the accounts
    of employees and what they see of their learning where that is switched on. `cohorts` makes the
    cohorts of who may take a course now, not within the hour. `restored` says that a backup of the
    LMS was put back, and reads all of it again."""
    for name, run in (SYNCS if what is None else {**SYNCS, **ON_REQUEST}).items():
        if what in (None, name):
            _sign_of_life(name)
            with plain_errors(lambda: context):
                for line in run(context.running_parts, dry_run, confirm):
                    click.echo(line)

"""`sync employees`, second half: from the register to the accounts of the LMS."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from adapter.ground.parts import Parts
from adapter.programs.cli.context import COMMANDS_SPEAK
from adapter.subjects.accounts.sync import AccountOutcome, AccountSync, sync_accounts
from adapter.subjects.accounts.writing import Written
from connectors.moodle.accounts import PASSWORD_IN_MOODLE
from connectors.ports import Employee

if TYPE_CHECKING:
    # click gives the type no public name.
    from click._termui_impl import ProgressBar

SHOWN = 20
"""Employee numbers in a line; the reports have them all."""


def accounts(
    parts: Parts, dry_run: bool, confirm: bool, people: Sequence[Employee]
) -> Iterator[str]:
    """`people` are employees that a dry run read and did not keep. Raises `ClickException` when the
    brake stopped it."""
    bar = _Bar()
    done = sync_accounts(
        parts,
        dry_run=dry_run,
        confirm=confirm,
        progress=bar.advance,
        thorough=True,
        people=people,
    )
    bar.finish()
    yield from _differences(done)
    yield from _teams(done)
    yield from _outcome(done, dry_run)
    if dry_run:
        yield _passwords(parts, done)
    for reason in done.brake:
        yield f"BRAKE: {reason.sentence(COMMANDS_SPEAK)}"
    if done.outcome is AccountOutcome.STOPPED:
        raise click.ClickException(
            "no account was changed; if the HRIS is right, say so with --confirm"
        )


class _Bar:
    """On a terminal only, and once it is known how much there is to do."""

    def __init__(self) -> None:
        self._bar: ProgressBar[int] | None = None

    def advance(self, more: int, total: int) -> None:
        if self._bar is None and sys.stderr.isatty():
            self._bar = click.progressbar(length=total, label="accounts", file=sys.stderr)
        if self._bar is not None:
            self._bar.update(more)

    def finish(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()


def _differences(done: AccountSync) -> Iterator[str]:
    made = done.plan
    yield _line("accounts new", [one.wanted.employee_id for one in made.creations])
    yield _line(
        "accounts different",
        [
            f"{one.wanted.employee_id} ({', '.join(one.fields)})"
            for one in made.alterations
            if not one.suspends
        ],
    )
    yield _line("accounts to suspend", done.suspended)
    yield _line("accounts to open again", done.reopened)
    yield _line(
        "accounts in doubt",
        [
            f"{wanted.employee_id} ({' '.join((doubt.problem, *doubt.accounts))})"
            for wanted, doubt, _ in made.doubts
        ],
    )


def _teams(done: AccountSync) -> Iterator[str]:
    joins, leaves = done.teams.counted()
    if joins or leaves:
        yield f"team cohorts: {joins} in, {leaves} out"
    for cohort, reason in done.teams_refused.items():
        yield f"team cohort {cohort}: {reason}"


def _outcome(done: AccountSync, dry_run: bool) -> Iterator[str]:
    if done.outcome is AccountOutcome.PAUSED:
        yield "accounts: nothing is written while the enforcement is paused"
    elif done.outcome is AccountOutcome.SHOWN and not dry_run:
        yield "accounts: nothing is written; ODWH_MOODLE_WRITE_ACCOUNTS switches that on"
    elif done.outcome is AccountOutcome.WRITTEN:
        yield from _written(done.written)


def _passwords(parts: Parts, done: AccountSync) -> str:
    moodle = parts.settings.moodle
    if moodle is None or not moodle.write_accounts or moodle.account_auth not in PASSWORD_IN_MOODLE:
        return "mails by Moodle: none"
    return f"mails by Moodle: {len(done.plan.creations)}, with a password for each new account"


def _written(written: Written) -> Iterator[str]:
    yield f"accounts written: {len(written.created)} made, {len(written.altered)} changed"
    for name in written.ignored_fields:
        yield (
            f"profile field {name}: the LMS does not keep it, so nobody was changed for it; make "
            "the field there, or take it out of ODWH_MOODLE_MANAGER_FIELD"
        )
    if written.refused:
        refused = [f"{number} ({code})" for number, code in written.refused.items()]
        yield _line("accounts refused by the LMS", refused)
    if written.waiting:
        yield _line("accounts left to the next time", written.waiting)


def _line(what: str, entries: Sequence[str]) -> str:
    return f"{what}: {len(entries)}{': ' if entries else ''}{' '.join(entries[:SHOWN])}"

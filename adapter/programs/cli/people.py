"""`sign-in-link`, `role` and `session`: who reaches the pages, and as what."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy import select

from adapter.ground.clock import today
from adapter.ground.parts import Bare
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.sign_in import BrowserSessionRow
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.keys import require_known
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.register.employments import BEFORE_START
from adapter.register.given_roles import (
    GIVABLE,
    all_given,
    ended_by_leaving,
    give_role,
    given_to,
    revoke_role,
)
from adapter.register.keys import Role, UnknownRole, role_named
from adapter.register.sign_in.browser_sessions import Ended, end_sessions_of
from adapter.register.sign_in.links import VALID, make_link, sign_in_address
from adapter.register.sign_in.rights import may_come_in

EMPLOYEE = click.option("--employee", required=True, help="Employee number.")


@click.command("sign-in-link")
@EMPLOYEE
@pass_context
def sign_in_link(context: Context, employee: str) -> None:
    """Print a link that signs this employee in at the pages, once, within ten minutes."""
    bare = context.bare
    now, day = bare.clock.now(), today(bare.clock)
    with bare.register.write() as connection:
        if not may_come_in(connection, employee, day):
            raise click.ClickException(
                f"{employee}: the HRIS shows no employment of this employee that has not ended and "
                f"begins within {BEFORE_START.days} days; "
                "correct --employee, or read the HRIS: odwh-adapter sync employees"
            )
        token = make_link(connection, employee, operator().name, now)
    click.echo(sign_in_address(bare.settings, token))
    minutes = int(VALID.total_seconds()) // 60
    click.echo(f"works once, within {minutes} minutes, for {employee}", err=True)


@click.group()
def role() -> None:
    """Roles at the pages, beside employee and manager, which follow from the HRIS."""


@role.command()
@click.argument("name", metavar="ROLE")
@EMPLOYEE
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, as 2027-12-31; else for good."
)
@pass_context
def grant(context: Context, name: str, employee: str, until: datetime | None) -> None:
    """Give an employee a role: hr, mt, knowledge-broker, auditor or admin."""
    wanted = _givable(name)
    bare = context.bare
    require_known(bare.register, employee)
    last_on = None if until is None else until.date()
    if last_on is not None and last_on < today(bare.clock):
        raise click.UsageError(f"--until {last_on} is past")
    with bare.register.write() as connection:
        changed = give_role(
            connection,
            employee,
            wanted,
            by=operator().name,
            now=bare.clock.now(),
            last_on=last_on,
        )
        held = given_to(connection, employee, today(bare.clock))
    term = "" if last_on is None else f" until {last_on}"
    click.echo(f"{employee}: {wanted}{term}" if changed else f"{employee}: {wanted} already")
    if {Role.HR, Role.MANAGEMENT_TEAM} <= held:
        click.echo(
            "This employee proposes as HR and decides as management team. Each act is recorded "
            "with its role; let another propose or decide where that can be.",
            err=True,
        )


@role.command()
@click.argument("name", metavar="ROLE")
@EMPLOYEE
@pass_context
def revoke(context: Context, name: str, employee: str) -> None:
    """Take a role back, at once, also from who is signed in."""
    bare, wanted = context.bare, _givable(name)
    with bare.register.write() as connection:
        had = revoke_role(connection, employee, wanted, by=operator().name, now=bare.clock.now())
    if not had:
        raise click.ClickException(f"{employee}: no role {wanted} was given; see role list")
    click.echo(f"{employee}: {wanted} revoked")


@role.command("list")
@listing
@pass_context
def list_roles(context: Context, as_json: bool) -> None:
    """Each role that was given: to whom, by whom, until when, and whether it was taken back, or
    ended with the employment."""
    with context.bare.register.read() as connection:
        rows = all_given(connection)
        ended = ended_by_leaving(connection, rows, today(context.bare.clock))
    note_look(context, "role list")
    if as_json:
        echo_json(
            [
                {
                    "employeeId": row.employee_id,
                    "role": row.role,
                    "givenBy": row.given_by,
                    "givenAt": row.given_at,
                    "lastDate": row.last_on,
                    "endedWithEmployment": row.id in ended,
                    "revokedBy": row.revoked_by,
                    "revokedAt": row.revoked_at,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        until = "" if row.last_on is None else f" until {row.last_on}"
        revoked = "" if row.revoked_at is None else f"  revoked {_moment(row.revoked_at)}"
        revoked = "  ended with the employment" if row.id in ended else revoked
        click.echo(
            f"{row.employee_id}  {row.role}{until}  by {row.given_by} {_moment(row.given_at)}"
            f"{revoked}"
        )
    click.echo(f"{len(rows)} roles", err=True)


@click.group()
def session() -> None:
    """Who is signed in at the pages."""


@session.command("list")
@listing
@pass_context
def list_sessions(context: Context, as_json: bool) -> None:
    """Each session that has not ended: whose, by which way, since when, and last seen."""
    open_ones = select(BrowserSessionRow).where(BrowserSessionRow.ended_at.is_(None))
    with context.bare.register.read() as connection:
        rows = rows_of(connection, open_ones.order_by(BrowserSessionRow.opened_at))
    note_look(context, "session list")
    if as_json:
        echo_json(
            [
                {
                    "employeeId": row.employee_id,
                    "way": row.way,
                    "openedAt": row.opened_at,
                    "seenAt": row.seen_at,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        opened, seen = _moment(row.opened_at), _moment(row.seen_at)
        click.echo(f"{row.employee_id}  by {row.way}  since {opened}  last seen {seen}")
    click.echo(f"{len(rows)} sessions", err=True)


@session.command()
@EMPLOYEE
@pass_context
def end(context: Context, employee: str) -> None:
    """Sign an employee out everywhere, at once."""
    bare: Bare = context.bare
    with bare.register.write() as connection:
        ended = end_sessions_of(connection, employee, Ended.BY_ADMINISTRATOR, bare.clock.now())
    click.echo(f"{employee}: {ended} sessions ended")


def _givable(name: str) -> Role:
    try:
        wanted = role_named(name)
    except UnknownRole as error:
        raise click.UsageError(str(error)) from error
    if wanted not in GIVABLE:
        raise click.UsageError(
            f"{wanted} is not given here: employee and manager follow from the HRIS, and systems "
            f"have keys; choose from {', '.join(sorted(GIVABLE))}"
        )
    return wanted


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"

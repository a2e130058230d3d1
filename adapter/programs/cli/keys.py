"""`key create|list|rotate|revoke`: API keys; a new one is printed once, alone on stdout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import click
from sqlalchemy import select

from adapter.ground.clock import end_of_day
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.register.keys import (
    KeyWanted,
    Role,
    UnknownRole,
    make_key,
    networks_named,
    refused_by_time,
    revoke_key,
    role_named,
    rotate_key,
)


@click.group()
def key() -> None:
    """API keys."""


@key.command()
@click.option("--name", required=True, help="Who uses the key, for the audit trail.")
@click.option("--role", required=True, help="What the key may do, such as hr, lms or manager.")
@click.option("--employee", help="Whose own data or team a manager or employee key opens.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, as 2027-12-31; else for good."
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    help="From where it opens, as 10.1.2.0/24 or one address; may be given several times.",
)
@pass_context
def create(
    context: Context,
    name: str,
    role: str,
    employee: str | None,
    until: datetime | None,
    networks: tuple[str, ...],
) -> None:
    """Make a key and print it. It is stored as a hash and cannot be shown again."""
    # What is wrong with the words is said before a register is opened, which might make it.
    try:
        wanted, opens_from = role_named(role), networks_named(networks)
    except UnknownRole as error:
        raise click.UsageError(str(error)) from error
    except ValueError as error:
        raise click.UsageError(f"--network: {error}") from error
    if employee is None and wanted in (Role.MANAGER, Role.EMPLOYEE):
        raise click.UsageError(f"--employee says whose team or data a {wanted} key opens")
    bare = context.bare
    now = bare.clock.now()
    expires_at = None if until is None else end_of_day(until.date())
    if expires_at is not None and expires_at <= now:
        raise click.UsageError(f"--until {expires_at:%Y-%m-%d} is past")
    if employee is not None:
        require_known(bare.register, employee)
    key_wanted = KeyWanted(name, wanted, employee, expires_at, opens_from)
    with bare.register.write() as connection:
        made = make_key(connection, key_wanted, now, by=operator().name)
    click.echo(made.key)


@key.command("list")
@listing
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Each key by its public part: for whom, with which role, since when, used when, and whether it
    opens."""
    now = context.bare.clock.now()
    with context.bare.register.read() as connection:
        rows = rows_of(connection, select(ApiKeyRow).order_by(ApiKeyRow.created_at))
    note_look(context, "key list")
    if as_json:
        echo_json(
            [
                {
                    "id": row.id,
                    "name": row.name,
                    "role": row.role,
                    "employeeId": row.employee_id,
                    "networks": row.networks,
                    "replaces": row.replaces,
                    "createdAt": row.created_at,
                    "usedAt": row.used_at,
                    "expiresAt": row.expires_at,
                    "revokedAt": row.revoked_at,
                    "opens": refused_by_time(row, now) is None,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        click.echo("  ".join(_told(row, now)))
    click.echo(f"{len(rows)} keys", err=True)


def _told(row: ApiKeyRow, now: datetime) -> Iterator[str]:
    yield row.id
    yield _moment(row.created_at)
    yield row.role if row.employee_id is None else f"{row.role} of {row.employee_id}"
    yield row.name
    yield "never used" if row.used_at is None else f"used {_moment(row.used_at)}"
    if row.networks is not None:
        yield f"from {', '.join(row.networks)}"
    if row.replaces is not None:
        yield f"in place of {row.replaces}"
    if row.expires_at is not None:
        yield f"{'until' if now < row.expires_at else 'expired'} {_moment(row.expires_at)}"
    if row.revoked_at is not None:
        yield f"revoked {_moment(row.revoked_at)}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


@key.command()
@click.argument("key_id")
@click.option(
    "--overlap",
    type=click.IntRange(0, 90),
    default=7,
    show_default=True,
    help="Days that the old key opens on; 0 ends it at once.",
)
@pass_context
def rotate(context: Context, key_id: str, overlap: int) -> None:
    """Print a key in place of the one with this public part, which opens on for some days."""
    bare = context.bare
    now = bare.clock.now()
    with bare.register.write() as connection:
        made = rotate_key(connection, key_id, timedelta(days=overlap), now, by=operator().name)
    if made is None:
        raise _no_such_key(key_id)
    click.echo(made.key)
    click.echo(f"{key_id} opens until {_moment(now + timedelta(days=overlap))} at most", err=True)


@key.command()
@click.argument("key_id")
@pass_context
def revoke(context: Context, key_id: str) -> None:
    """Let the key with this public part (see `key list`) open nothing any more, from now."""
    bare = context.bare
    with bare.register.write() as connection:
        revoked = revoke_key(connection, key_id, bare.clock.now(), by=operator().name)
    if not revoked:
        raise _no_such_key(key_id)
    click.echo(f"{key_id}: revoked")


def _no_such_key(key_id: str) -> click.ClickException:
    return click.ClickException(f"{key_id}: no key that opens has this public part; see key list")


def require_known(register: Register, employee: str) -> None:
    """What is given to nobody opens nothing, and would only be found out later. Raises
    `ClickException`."""
    with register.read() as connection:
        known = connection.execute(
            select(EmployeeRow.employee_id).where(EmployeeRow.employee_id == employee)
        ).first()
        anyone = connection.execute(select(EmployeeRow.employee_id).limit(1)).first()
    # Before the first reading of the HRIS nobody is known.
    if anyone is not None and known is None:
        raise click.ClickException(
            f"no employee has the number {employee} in this register; correct --employee, or read "
            "the HRIS first: odwh-adapter sync employees"
        )

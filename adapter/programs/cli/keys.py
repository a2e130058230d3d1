"""`key create|list|revoke`: API keys; a new one is printed alone on standard output, once."""

from __future__ import annotations

import click
from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.operator import operator
from adapter.register.keys import (
    Role,
    UnknownRole,
    create_key,
    revoke_key,
    role_named,
)


@click.group()
def key() -> None:
    """API keys."""


@key.command()
@click.option("--name", required=True, help="Who uses the key, for the audit log.")
@click.option("--role", required=True, help="What the key may do, such as hr, lms or manager.")
@click.option("--employee", help="Whose own data or team a manager or employee key opens.")
@pass_context
def create(context: Context, name: str, role: str, employee: str | None) -> None:
    """Make a key and print it. It is stored as a hash and cannot be shown again."""
    # What is wrong with the words is said before a register is opened, which might make it.
    try:
        wanted = role_named(role)
    except UnknownRole as error:
        raise click.UsageError(str(error)) from error
    if employee is None and wanted in (Role.MANAGER, Role.EMPLOYEE):
        raise click.UsageError(f"--employee says whose team or data a {wanted} key opens")
    bare = context.bare
    if employee is not None:
        require_known(bare.register, employee)
    click.echo(create_key(bare.register, bare.clock, name, wanted, employee))


@key.command("list")
@listing
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Each key by its public part: for whom, with which role, since when, and whether it opens."""
    with context.bare.register.read() as connection:
        rows = rows_of(connection, select(ApiKeyRow).order_by(ApiKeyRow.created_at))
    if as_json:
        echo_json(
            [
                {
                    "id": row.id,
                    "name": row.name,
                    "role": row.role,
                    "employeeId": row.employee_id,
                    "createdAt": row.created_at,
                    "revokedAt": row.revoked_at,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        of = "" if row.employee_id is None else f" of {row.employee_id}"
        ended = "" if row.revoked_at is None else f"  revoked {row.revoked_at:%Y-%m-%d %H:%M}Z"
        made = f"{row.created_at:%Y-%m-%d %H:%M}Z"
        click.echo(f"{row.id}  {made}  {row.role}{of}  {row.name}{ended}")
    click.echo(f"{len(rows)} keys", err=True)


@key.command()
@click.argument("key_id")
@pass_context
def revoke(context: Context, key_id: str) -> None:
    """Let the key with this public part (see `key list`) open nothing any more, from now."""
    bare = context.bare
    with bare.register.write() as connection:
        revoked = revoke_key(connection, key_id, bare.clock.now(), by=operator().name)
    if not revoked:
        raise click.ClickException(
            f"{key_id}: no key that opens has this public part; see key list"
        )
    click.echo(f"{key_id}: revoked")


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

"""`key create`: an API key, printed alone on standard output, once."""

from __future__ import annotations

import click
from sqlalchemy import select

from adapter.cli.context import Context, pass_context
from adapter.keys import Role, UnknownRole, create_key
from adapter.store.register import Register
from adapter.store.tables.people import employees


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
    _require_employee(context.bare.register, role, employee)
    try:
        made = create_key(context.bare.register, context.bare.clock, name, role, employee)
    except UnknownRole as error:
        raise click.UsageError(str(error)) from error
    click.echo(made)


def _require_employee(register: Register, role: str, employee: str | None) -> None:
    """A key for nobody's team or data opens nothing, and would only be found out later."""
    if employee is None:
        if role in (Role.MANAGER, Role.EMPLOYEE):
            raise click.UsageError(f"--employee says whose team or data a {role} key opens")
        return
    with register.read() as connection:
        known = connection.execute(
            select(employees.c.employee_id).where(employees.c.employee_id == employee)
        ).first()
        anyone = connection.execute(select(employees.c.employee_id).limit(1)).first()
    # Before the first reading of the HRIS nobody is known.
    if anyone is not None and known is None:
        raise click.ClickException(
            f"no employee has the number {employee} in this register; correct --employee, or read "
            "the HRIS first: odwh-adapter sync employees"
        )

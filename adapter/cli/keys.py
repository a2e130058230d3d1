"""`key create`: an API key, printed alone on standard output, once."""

from __future__ import annotations

import click

from adapter.cli.context import Context, pass_context
from adapter.keys import UnknownRole, create_key


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
    try:
        made = create_key(context.parts.register, context.parts.clock, name, role, employee)
    except UnknownRole as error:
        raise click.UsageError(str(error)) from error
    click.echo(made)

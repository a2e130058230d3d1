"""`--all`: a command for each of several organisations, whatever becomes of the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from adapter.ground.log import log_of
from adapter.programs.cli.context import Context

_Command = TypeVar("_Command", bound=Callable[..., Any])


def of_all(command: _Command) -> _Command:
    """Gives a command the option; it is called with `every`."""
    option: Callable[[_Command], _Command] = click.option(
        "--all", "every", is_flag=True, help="For each of several organisations, one by one."
    )
    return option(command)


def for_each_organisation(context: Context, carry_out: Callable[[Context], None]) -> None:
    """Each told under its name. Ends with exit code 1 when it did not succeed for one of them."""
    if context.organisation is not None:
        raise click.UsageError("--all and --organisation: say one of the two")
    failed = 0
    for name in [one.name for one in context.organisations.all()]:
        of_one = context.of(name)
        click.echo(f"{name}: ", nl=False)
        try:
            with log_of(name):
                carry_out(of_one)
        except click.ClickException as error:
            failed += 1
            click.echo(f"FAILED  {error.format_message()}")
        finally:
            of_one.close()
    if failed:
        raise click.ClickException(f"it did not succeed for {failed} organisations")

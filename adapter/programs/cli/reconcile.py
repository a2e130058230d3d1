"""`reconcile`: one run and its report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.rendering.renderers import RENDERERS
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.noting import note_export
from adapter.programs.cli.output import IN_A_FOLDER, write_document
from adapter.views.reconcile.deciding_again import MOST_NEW_HOLDS, decided_again, have_decided_again
from adapter.views.reconcile.documents import written
from adapter.views.reconcile.names import addresses_of
from adapter.views.reconcile.refreshes import refreshes_of
from adapter.views.reconcile.run import reconcile as run_reconciliation


@click.command()
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@click.option("--apply", is_flag=True, help="Have what does not stand as decided decided again.")
@click.option("--confirm", is_flag=True, help="Apply also what the brake stops.")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="html")
@click.option("--output", type=click.Path(path_type=Path), help=IN_A_FOLDER)
@pass_context
def reconcile(
    context: Context,
    day: datetime | None,
    apply: bool,
    confirm: bool,
    form: str,
    output: Path | None,
) -> None:
    """Compare HRIS, LMS and register, and report what differs or breaks a rule.

    Tells what would be decided again; with --apply it is. While nothing changed on a day, asking
    again, such as for another format, gives the same run: what was new in it still is.
    """
    parts = context.running_parts
    as_of = day.date() if day else today(parts.clock)
    run_id = run_reconciliation(parts, as_of=as_of, once=True, refreshes=refreshes_of(parts))
    stopped = _decide_again(parts, run_id, apply=apply, confirm=confirm)
    with parts.register.read() as connection:
        document = written(connection, run_id, form, context.language, addresses_of(parts))
    assert document is not None, "the run was made just now"
    note_export(context, f"reconcile {run_id}", form)
    write_document(document, output, f": run {run_id}")
    if stopped:
        raise click.ClickException(
            f"nothing was decided again: this would hold more than {MOST_NEW_HOLDS} enrolments at "
            "once; if that is right, say so with --confirm"
        )


def _decide_again(parts: Parts, run_id: str, *, apply: bool, confirm: bool) -> bool:
    """Tell what does not stand as decided, and with `apply` set it going; True when stopped."""
    with parts.register.read() as connection:
        again = decided_again(connection, run_id)
    for code, count in sorted(again.findings.items()):
        click.echo(f"{code}: {count}", err=True)
    if not again.employees:
        return False
    if not apply:
        click.echo(f"{again.employees} employees would be decided again; --apply does so", err=True)
        return False
    if again.brake and not confirm:
        return True
    with parts.register.write() as connection:
        have_decided_again(connection, run_id, parts.clock.now())
    click.echo(f"{again.employees} employees will be decided again", err=True)
    return False

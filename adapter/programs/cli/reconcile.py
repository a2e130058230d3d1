"""`reconcile`: one run and its report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from adapter.ground.clock import today
from adapter.ground.rendering.renderers import RENDERERS
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.output import write_out
from adapter.views.reconcile.refreshes import refreshes_of
from adapter.views.reconcile.report import report_of
from adapter.views.reconcile.run import reconcile as run_reconciliation


@click.command()
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@click.option("--apply", is_flag=True, help="Have what does not stand as decided decided again.")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="html")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def reconcile(
    context: Context, day: datetime | None, apply: bool, form: str, output: Path | None
) -> None:
    """Compare HRIS, LMS and register, and report what differs or breaks a rule.

    While nothing changed on a day, asking again, such as for another format, gives the same run:
    what was new in it still is.
    """
    parts = context.running_parts
    as_of = day.date() if day else today(parts.clock)
    run_id = run_reconciliation(
        parts, as_of=as_of, apply=apply, once=True, refreshes=refreshes_of(parts)
    )
    with parts.register.read() as connection:
        report = report_of(connection, run_id, context.language)
    assert report is not None, "the run was made just now"
    written = RENDERERS[form].render(report)
    write_out(written, output, f": run {run_id}")

"""`report`: one of the reports, in a form."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.ground.rendering.documents import document_of
from adapter.ground.rendering.renderers import RENDERERS
from adapter.programs.cli.context import COMMANDS_SPEAK, Context, pass_context
from adapter.programs.cli.noting import note_export
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import IN_A_FOLDER, write_document
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import WrongFields
from adapter.views.mt_report.figures import MtReportOut
from adapter.views.mt_report.kept import keep_report
from adapter.views.reports import published_reports
from config.catalogue import text
from policy.periods import period_named

_BELOW = "/reports/"
REPORTS = {
    report.address.removeprefix(_BELOW): report
    for report in published_reports()
    if report.address.startswith(_BELOW)
}
"""By the last part of their address; not those of one person."""


@click.command()
@click.argument("name", type=click.Choice(sorted(REPORTS)))
@click.option("--period", help="Such as 2027-Q1. Default: the last one that is over.")
@click.option("--compared-with", help="An earlier period. Default: the one before.")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="html")
@click.option("--output", type=click.Path(path_type=Path), help=IN_A_FOLDER)
@pass_context
def report(
    context: Context,
    name: str,
    period: str | None,
    compared_with: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Write a report, over a period or as things stand now.

    That of a period that is over is kept when it is first made: asked for again, it says the same.
    """
    chosen = REPORTS[name]
    given = {"period": period, "compared_with": compared_with}
    if "period" not in chosen.asked.model_fields:
        if any(given.values()):
            raise click.UsageError(f"{name} is told as things stand now, and takes no period")
        given = {}
    asked = chosen.asked(**given)
    with acting(context.parts, operator()) as act:
        try:
            found = chosen.read(act, asked, context.language)
        except WrongFields as refused:
            raise click.ClickException(_sentence(refused)) from refused
        if isinstance(found, MtReportOut) and found.complete and not found.kept:
            keep_report(act, period_named(found.figures.period, act.policy))
            found = chosen.read(act, asked, context.language)
        page = chosen.page(act, found, context.language)
    # As JSON a report gives its own typed members.
    plain = found.model_dump_json(indent=2).encode() if form == "json" else None
    document = document_of(page, form, plain)
    note_export(context, f"report {name}", form)
    write_document(document, output)


def _sentence(refused: WrongFields) -> str:
    return " ".join(text(one.reason, COMMANDS_SPEAK, **one.numbers) for one in refused.fields)

"""`open-data`: the figures as tables for Power BI or Excel, with a dictionary of every column."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import IN_A_FOLDER, write_document
from adapter.subjects.requests.acts import Act
from adapter.views.open_data.data_tables import OpenData
from adapter.views.open_data.export_key import ExportKey
from adapter.views.open_data.exporting import take_out
from adapter.views.open_data.of_each import data_of_each
from adapter.views.open_data.published import NothingKept, published_data
from adapter.views.open_data.writing import WRITERS


@click.command("open-data")
@click.option(
    "--period",
    "periods",
    multiple=True,
    help="Such as 2027-Q1; may be given several times. Default: every one with a kept report.",
)
@click.option(
    "--pseudonymised",
    is_flag=True,
    help="Each employee under a pseudonym, for HR alone, in place of what may be published.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="At least 32 secret bytes that make the pseudonyms, to compare exports with. Default: a "
    "key of this export alone, which nobody keeps.",
)
@click.option("--format", "form", type=click.Choice(sorted(WRITERS)), default="sqlite")
@click.option("--output", type=click.Path(path_type=Path), help=IN_A_FOLDER)
@pass_context
def open_data(
    context: Context,
    periods: tuple[str, ...],
    pseudonymised: bool,
    key_file: Path | None,
    form: str,
    output: Path | None,
) -> None:
    """Write the figures as tables, with a dictionary of every table and column.

    What may be published is of the reports that were kept: asked for again it is the same.
    """
    if pseudonymised and periods:
        raise click.ClickException("--pseudonymised is of this moment: leave --period out")
    if key_file is not None and not pseudonymised:
        raise click.ClickException("--key-file makes pseudonyms: say --pseudonymised as well")
    key = _key(key_file) if pseudonymised else None

    def read(act: Act) -> OpenData:
        return published_data(act.connection, periods) if key is None else data_of_each(act, key)

    try:
        document = take_out(context.parts, operator(), read, form)
    except NothingKept as error:
        raise click.ClickException(
            "no report of these periods was kept: `odwh-adapter report management-team "
            "--period NAME` keeps that of a period that is over"
        ) from error
    write_document(document, output)


def _key(file: Path | None) -> ExportKey:
    if file is None:
        return ExportKey()
    try:
        return ExportKey(file.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from error

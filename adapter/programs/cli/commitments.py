"""`commitments template|import|left`: what was promised before the policy, by spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from adapter.doors.imports.commitment_columns import LAYOUT
from adapter.doors.imports.commitments import (
    import_commitments,
)
from adapter.ground.spreadsheets import template as sheet_template
from adapter.ground.spreadsheets.row_by_row import Outcome, WrittenDown
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import echo_other_columns, echo_wrong_cells, write_out
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.commitment_decisions import (
    CommitmentFilter,
    RuledCommitment,
    list_commitments,
    with_rulings,
)
from config.catalogue import Language, text


@click.group()
def commitments() -> None:
    """Existing commitments by spreadsheet, and what is left of them."""


@commitments.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def template(context: Context, output: Path | None) -> None:
    """Write an empty sheet with its columns and explanation as XLSX."""
    write_out(sheet_template.render(LAYOUT, context.language), output)


@commitments.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--valid-rows", is_flag=True, help="Keep the rows that are right, if any is wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@pass_context
def import_(context: Context, file: Path, valid_rows: bool, dry_run: bool) -> None:
    """Record the commitments of FILE; what is recorded already is left alone.

    Nothing is kept when a row is wrong: each is named with its sheet, row and cell.
    """
    language = context.language
    try:
        sheet = LAYOUT.read(file.read_bytes())
        echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            found = import_commitments(act, sheet, valid_rows=valid_rows, dry_run=dry_run)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    echo_wrong_cells(found, language)
    click.echo(_summary(found, act.kept, language))
    if found.wrong:
        raise SystemExit(1)


@commitments.command()
@listing
@pass_context
def left(context: Context, as_json: bool) -> None:
    """List what still counts: not decided yet, or honoured. Oldest promise first."""
    with looking(context.parts, operator()) as act:
        rows = list_commitments(act, CommitmentFilter.OPEN)
        lines = [_Left.of(one) for one in with_rulings(act, rows)]
    note_look(context, "commitments left")
    if as_json:
        echo_json([one.members() for one in lines])
        return
    language = context.language
    for one in lines:
        click.echo(one.line(language))
    honoured = sum(one.honoured for one in lines)
    numbers = {"undecided": len(lines) - honoured, "honoured": honoured}
    click.echo(text("commands.commitments.left", language, **numbers), err=True)


@dataclass(frozen=True, slots=True)
class _Left:
    """A commitment that still counts; `proposed` is None where it is honoured or nobody proposed
    anything yet."""

    row: CommitmentRow
    honoured: bool
    proposed: str | None

    @classmethod
    def of(cls, ruled: RuledCommitment) -> _Left:
        if ruled.decision is not None:
            return cls(ruled.row, honoured=True, proposed=None)
        proposed = ruled.proposals[-1].outcome if ruled.proposals else None
        return cls(ruled.row, honoured=False, proposed=proposed)

    def members(self) -> dict[str, object]:
        return {
            "id": self.row.id,
            "reference": self.row.reference,
            "agreedDate": self.row.agreed_on,
            "employeeId": self.row.employee_id,
            "title": self.row.title,
            "honoured": self.honoured,
            "proposedOutcome": self.proposed,
        }

    def line(self, language: Language) -> str:
        name, promised = self.row.reference or self.row.id, self.row.agreed_on.isoformat()
        standing = "honoured" if self.honoured else f"proposed_{self.proposed or 'nothing'}"
        words = text(f"commands.commitment_left.{standing}", language)
        return f"{promised}  {self.row.employee_id}  {name}  {self.row.title}: {words}"


def _summary(found: WrittenDown, kept: bool, language: Language) -> str:
    told = text(
        "commands.commitments.read",
        language,
        rows=found.rows,
        recorded=found.outcomes[Outcome.CREATED],
        known=found.outcomes[Outcome.UNCHANGED],
        wrong=len(found.wrong),
    )
    return told if kept else f"{told} {text('commands.sheet.nothing_kept', language)}"

"""The import of training requests in the API."""

from __future__ import annotations

from flask_openapi3.models import RawModel
from pydantic import BaseModel, Field

from adapter.doors.messages.media_types import ODS, XLSX
from adapter.ground.answers import Answer
from adapter.ground.spreadsheets.row_by_row import Outcome, WrittenDown
from adapter.ground.spreadsheets.sheet import Sheet
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from config.catalogue import Language


class WorkbookBody(RawModel):
    """The file itself."""

    mimetypes = [XLSX, ODS]  # noqa: RUF012 - so the library reads it


class RequestImportsQuery(BaseModel):
    valid_rows: bool = Field(
        default=False,
        alias="validRows",
        description="Bewaar de aanvragen die goed zijn, ook als er rijen fout zijn.",
    )
    dry_run: bool = Field(
        default=False, alias="dryRun", description="Zeg wat er zou gebeuren en bewaar niets."
    )


class WrongCellOut(Answer):
    sheet: str
    row: int = Field(description="Zoals het werkblad telt: de eerste is 1.")
    cell: str | None = Field(description="Zoals C12; null als het de hele rij betreft.")
    detail: str

    @classmethod
    def of(cls, wrong: WrongCell, language: Language) -> WrongCellOut:
        return cls(
            sheet=wrong.sheet,
            row=wrong.row + 1,
            cell=wrong.cell,
            detail=wrong.sentence(language),
        )


class RequestImportOut(Answer):
    kept: bool = Field(description="False bij een proef, en als rijen fout zijn.")
    rows: int
    created: int = Field(description="Aanvragen die zijn opgeschreven.")
    changed: int
    unchanged: int
    wrong: list[WrongCellOut]
    other_columns: list[str] = Field(
        description="Kolommen die hier niet bekend zijn; daaruit is niets gelezen."
    )

    @classmethod
    def of(
        cls, found: WrittenDown, sheet: Sheet, language: Language, *, kept: bool
    ) -> RequestImportOut:
        return cls(
            kept=kept,
            rows=found.rows,
            created=found.outcomes[Outcome.CREATED],
            changed=found.outcomes[Outcome.CHANGED],
            unchanged=found.outcomes[Outcome.UNCHANGED],
            wrong=[WrongCellOut.of(one, language) for one in found.wrong],
            other_columns=list(sheet.other_headings),
        )

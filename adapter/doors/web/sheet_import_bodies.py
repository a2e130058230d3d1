"""Spreadsheets that come in by the API, and what became of their rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

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


class SheetImportQuery(BaseModel):
    valid_rows: bool = Field(
        default=False,
        alias="validRows",
        description="Bewaar de rijen die goed zijn, ook als er rijen fout zijn.",
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


class SheetImportOut(Answer):
    kept: bool = Field(description="False bij een proef, en als rijen fout zijn.")
    rows: int
    created: int = Field(description="Wat nieuw is opgeschreven.")
    changed: int
    unchanged: int
    wrong: list[WrongCellOut]
    other_columns: list[str] = Field(
        description="Kolommen die hier niet bekend zijn; daaruit is niets gelezen."
    )

    @classmethod
    def of(
        cls, found: WrittenDown, sheets: Iterable[Sheet], language: Language, *, kept: bool
    ) -> Self:
        return cls(
            kept=kept,
            rows=found.rows,
            created=found.outcomes[Outcome.CREATED],
            changed=found.outcomes[Outcome.CHANGED],
            unchanged=found.outcomes[Outcome.UNCHANGED],
            wrong=[WrongCellOut.of(one, language) for one in found.wrong],
            other_columns=[one for sheet in sheets for one in sheet.other_headings],
        )


class RequestImportOut(SheetImportOut):
    pass


class QualityCriteriaImportOut(SheetImportOut):
    pass

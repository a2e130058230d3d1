"""`/v1/quality-criteria-imports`: what is required of whom, as one workbook (Visie §1, §3)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.imports.quality_criteria import import_quality_criteria, read_sheets
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.problems import invalid
from adapter.doors.web.sheet_import_bodies import (
    QualityCriteriaImportOut,
    SheetImportQuery,
    WorkbookBody,
)
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.subjects.requests.acts import acting

QUALITY_CRITERIA_IMPORTS = DescribedBlueprint(
    "quality_criteria_imports",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="quality-criteria", description="Kwaliteitscriteria (Visie §1, §3)")],
)


@QUALITY_CRITERIA_IMPORTS.post(
    "/quality-criteria-imports",
    operation_id="importQualityCriteria",
    summary="Lees eisen, deskundigen en certificaten uit een werkblad",
    description="Een van de drie bladen is genoeg. Wat er niet op staat, blijft zoals het is. "
    "Als er iets fout is, wordt niets bewaard, tenzij validRows dat vraagt; wrong noemt elke cel.",
    responses={200: QualityCriteriaImportOut},
)
def import_criteria(query: SheetImportQuery, raw: WorkbookBody) -> Response:
    try:
        sheets = read_sheets(raw.get_data())
    except UnreadableWorkbook as error:
        whole = FieldError("", f"imports.workbook.{error.reason}", error.numbers)
        raise invalid(whole) from error
    with acting(current.parts(), current.principal()) as act:
        found = import_quality_criteria(
            act, sheets, valid_rows=query.valid_rows, dry_run=query.dry_run
        )
    return answer(
        QualityCriteriaImportOut.of(
            found, (sheet for _, sheet in sheets), current.language(), kept=act.kept
        )
    )

"""`/v1/training-request-imports`: a manager's requests as one spreadsheet (Visie §6)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.imports.request_columns import LAYOUT
from adapter.doors.imports.requests import (
    ImportOptions,
    import_requests,
)
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.problems import invalid
from adapter.doors.web.sheet_import_bodies import (
    RequestImportOut,
    SheetImportQuery,
    WorkbookBody,
)
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import OutsideTeam

REQUEST_IMPORTS = DescribedBlueprint(
    "request_imports",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="request-imports", description="Aanvragen uit een werkblad (Visie §6)")],
)


@REQUEST_IMPORTS.post(
    "/training-request-imports",
    operation_id="importTrainingRequests",
    summary="Schrijf aanvragen uit een werkblad op als concept",
    description="Hetzelfde werkblad nog eens sturen verandert niets. Als er iets fout is, wordt "
    "niets bewaard, tenzij validRows dat vraagt; wrong noemt elke cel.",
    responses={200: RequestImportOut},
)
def import_training_requests(query: SheetImportQuery, raw: WorkbookBody) -> Response:
    manager_id = current.principal().employee_id
    if manager_id is None:
        raise OutsideTeam
    wanted = ImportOptions(manager_id, valid_rows=query.valid_rows, dry_run=query.dry_run)
    try:
        sheet = LAYOUT.read(raw.get_data())
        with acting(current.parts(), current.principal()) as act:
            found = import_requests(act, sheet, wanted)
    except UnreadableWorkbook as error:
        whole = FieldError("", f"imports.workbook.{error.reason}", error.numbers)
        raise invalid(whole) from error
    return answer(RequestImportOut.of(found, [sheet], current.language(), kept=act.kept))

"""`/v1/training-request-imports`: a manager's requests as one spreadsheet (Visie §6)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from adapter.doors.imports.requests import (
    Undone,
    Wanted,
    import_requests,
    requests_sheet,
)
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.problems import Problem, invalid
from adapter.doors.web.request_import_bodies import (
    RequestImportOut,
    RequestImportsQuery,
    WorkbookBody,
)
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import OutsideTeam

REQUEST_IMPORTS = APIBlueprint(
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
def import_training_requests(query: RequestImportsQuery, raw: WorkbookBody) -> Response:
    manager_id = current.principal().employee_id
    if manager_id is None:
        raise OutsideTeam
    wanted = Wanted(manager_id, valid_rows=query.valid_rows, dry_run=query.dry_run)
    kept = True
    try:
        sheet = requests_sheet(raw.get_data())
    except UnreadableWorkbook as error:
        raise _unreadable(error) from error
    try:
        with acting(current.parts(), current.principal()) as act:
            found = import_requests(act, sheet, wanted)
    except UnreadableWorkbook as error:
        raise _unreadable(error) from error
    except Undone as error:
        found, kept = error.found, False
    return answer(RequestImportOut.of(found, sheet, current.language(), kept=kept))


def _unreadable(error: UnreadableWorkbook) -> Problem:
    return invalid(FieldError("", f"imports.workbook.{error.reason}", error.numbers))

"""`/v1/tasks`: all that waits for a person, with why, by when, and what happens otherwise."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.media_types import XLSX
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.tasks import (
    TaskChange,
    TaskOut,
    TasksOut,
    TasksQuery,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import document_answer, wanted_renderer
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.subjects.requests.acts import acting, looking
from adapter.views.tasks import workbook
from adapter.views.tasks.work_list import (
    EndsElsewhere,
    ListedTask,
    change_task,
    list_tasks,
    one_task,
)

TASKS = DescribedBlueprint(
    "tasks",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="tasks", description="De werklijst: wat op iemand wacht")],
)


@TASKS.get(
    "/tasks",
    operation_id="listTasks",
    summary="Wat op iemand wacht, het dringendste eerst",
    description="Als gegevens per pagina, of als werkblad met alle gevonden taken.",
    responses={200: TasksOut},
)
def get_tasks(query: TasksQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        listed = list_tasks(act, query.kind, query.state)
    language = current.language()
    if wanted_renderer() is not None:
        return document_answer(workbook.render(listed, language), XLSX, "tasks.xlsx")
    first = int(query.cursor or 0)
    last = first + query.limit
    return paged(
        TasksOut(
            items=[TaskOut.of(one, language) for one in listed[first:last]], total=len(listed)
        ),
        str(last) if len(listed) > last else None,
    )


@TASKS.get(
    "/tasks/<id>",
    operation_id="getTask",
    summary="Eén taak; wat gedaan is, staat er niet meer",
    responses={200: TaskOut},
)
def get_task(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _shown(one_task(act, path.id))


@TASKS.patch(
    "/tasks/<id>",
    operation_id="changeTask",
    summary="Pak een taak op, verzet haar datum, noteer iets of sluit haar",
    responses={200: TaskOut},
)
def patch_task(path: RecordPath, header: IfMatchHeader, body: TaskChange) -> Response:
    with acting(current.parts(), current.principal()) as act:
        listed = one_task(act, path.id)
        try:
            changed = change_task(act, listed, header.version(), body.changes())
        except EndsElsewhere as error:
            raise Problem(Kind.CONFLICT, "tasks.refused.ends_elsewhere") from error
    return _shown(changed)


def _shown(listed: ListedTask) -> Response:
    return tagged(answer(TaskOut.of(listed, current.language())), listed.handling.version)

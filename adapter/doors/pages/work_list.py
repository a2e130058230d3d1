"""*Werkvoorraad*: what waits for HR, each with what to do and by when."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.messages.tasks import TaskChange
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import FormField, WrongForm, read_form, refused
from adapter.doors.pages.people_fields import people_meant, refuse_to_guess, with_numbers
from adapter.doors.pages.reading import portion_number, version_read
from adapter.doors.pages.shown import page, say
from adapter.doors.pages.task_places import place_of
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.store.portions import LENGTH
from adapter.register.given_roles import holders_of
from adapter.register.keys import Role
from adapter.register.people import names_of
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.refusals import OtherVersion, WrongFields
from adapter.views.tasks.task import CLOSED_BY_HAND, TaskKind
from adapter.views.tasks.work_list import (
    EndsElsewhere,
    ListedTask,
    TaskState,
    change_task,
    list_tasks,
    one_task,
)

WORK_LIST = Blueprint("work_list", __name__)
_CHANGE = (
    FormField("assignee", "/assigneeId"),
    FormField("due", "/dueDate"),
    FormField("note", "/note"),
    FormField("state", "/state"),
)


@WORK_LIST.get("/werkvoorraad")
def show() -> Response:
    kind, number = _kind(request.args.get("soort", "")), portion_number("pagina")
    with looking(current.parts(), current.principal()) as act:
        every = list_tasks(act, state=TaskState.OPEN)
        listed = [one for one in every if kind in (None, one.task.kind)]
        day = act.today
        names = _names(act, listed[(number - 1) * LENGTH : number * LENGTH])
    return page(
        "work_list.html.jinja",
        tasks=listed[(number - 1) * LENGTH : number * LENGTH],
        names=names,
        total=len(listed),
        late=sum(one.due_on < day for one in listed),
        kinds=[one for one in TaskKind if any(task.task.kind is one for task in every)],
        kind=kind,
        number=number,
        more=len(listed) > number * LENGTH,
        today=day,
        done=what_was_done(),
    )


@WORK_LIST.get("/werkvoorraad/taken/<task_id>")
def task(task_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _task(act, one_task(act, task_id), {})


@WORK_LIST.post("/werkvoorraad/taken/<task_id>")
def change(task_id: str) -> Response:
    try:
        with acting(current.parts(), current.principal()) as act:
            listed = one_task(act, task_id)
            refuse_to_guess(act.connection, request.form, ("assignee",))
            message = read_form(_CHANGE, with_numbers(request.form, ("assignee",)), TaskChange)
            changes = {"assignee": None, "note": None} | message.changes()
            if changes.get("due_on") == listed.due_on:
                del changes["due_on"]  # it stood there already, by the rule
            change_task(act, listed, version_read(), changes)
    except WrongForm as wrong:
        return _again(task_id, wrong.errors)
    except WrongFields as refusal:
        return _again(task_id, refused(_CHANGE, refusal).errors)
    except OtherVersion:
        return _again(task_id, {"": say("form.changed_meanwhile")})
    except EndsElsewhere as error:
        raise Problem(Kind.CONFLICT, "tasks.refused.ends_elsewhere") from error
    return back_to("work_list.show", "task_changed")


def _again(task_id: str, errors: dict[str, str]) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _task(act, one_task(act, task_id), errors)


def _task(act: Act, listed: ListedTask, errors: dict[str, str]) -> Response:
    handling = listed.handling
    sent = with_numbers(request.form, ("assignee",))
    values = (
        {name: sent.get(name, "") for name in ("assignee", "due", "note")}
        if errors
        else {
            "assignee": handling.assignee or "",
            "due": listed.due_on.isoformat(),
            "note": handling.note or "",
        }
    )
    colleagues = holders_of(act.connection, Role.HR, act.today)
    return page(
        "task.html.jinja",
        422 if errors else 200,
        listed=listed,
        names=_names(act, [listed]) | names_of(act.connection, [values["assignee"]]),
        values=values,
        meant=people_meant(act.connection, sent, ("assignee",)).get("assignee", []),
        colleagues=list(names_of(act.connection, colleagues).items()),
        closed_by_hand=listed.task.kind in CLOSED_BY_HAND,
        place=place_of(act, listed.task),
        errors=errors,
    )


def _names(act: Act, tasks: list[ListedTask]) -> dict[str, str]:
    """Of those whom the tasks are about, and of those who took them up."""
    about = [one for task in tasks for one in task.task.employee_ids]
    by = [task.handling.assignee for task in tasks if task.handling.assignee]
    return names_of(act.connection, [*about, *by])


def _kind(name: str) -> TaskKind | None:
    return TaskKind(name) if name in set(TaskKind) else None

"""What happens in the sandbox, as Moodle's events: ids only, never status or dates."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sandboxes.moodle.databases import Database
from sandboxes.moodle.state import Enrolment, Instance, User

_ENROLMENT_ACTIONS = {"created": "c", "updated": "u", "deleted": "d"}


def _event(action: str, target: str, table: str, crud: str, **more: Any) -> dict[str, Any]:
    """local_webhooks' body without moment, host and token. Which ids are text and which are
    numbers differs per event, as recorded."""
    return {
        "eventname": f"\\core\\event\\{target}_{action}",
        "component": "core",
        "action": action,
        "target": target,
        "objecttable": table,
        "crud": crud,
        "anonymous": 0,
        **more,
    }


def enrolment(
    action: str,
    actor: int,
    instance: Instance,
    row: Enrolment,
    *,
    last: bool = False,
    now: int = 0,
) -> dict[str, Any]:
    other: dict[str, Any] = {"enrol": instance.method}
    if action == "deleted":
        other = {"userenrolment": _removed(actor, instance, row, last, now), **other}
    return _event(
        action,
        "user_enrolment",
        "user_enrolments",
        _ENROLMENT_ACTIONS[action],
        objectid=row.id if action == "created" else str(row.id),
        edulevel=0,
        contextid=13 + instance.courseid,
        contextlevel=50,
        contextinstanceid=str(instance.courseid),
        userid=str(actor),
        courseid=str(instance.courseid),
        relateduserid=str(row.userid),
        other=other,
    )


def _removed(
    actor: int, instance: Instance, row: Enrolment, last: bool, now: int
) -> dict[str, Any]:
    record = asdict(row)
    record["enrolid"] = record.pop("instanceid")
    texts = {name: str(value) for name, value in record.items()}
    return {
        **texts,
        "modifierid": str(actor),
        "timemodified": str(now),
        "courseid": str(instance.courseid),
        "enrol": instance.method,
        "lastenrol": last,
    }


def course_completed(actor: int, courseid: int, userid: int, number: int) -> dict[str, Any]:
    return _event(
        "completed",
        "course",
        "course_completions",
        "u",
        objectid=str(number),
        edulevel=2,
        contextid=13 + courseid,
        contextlevel=50,
        contextinstanceid=str(courseid),
        userid=str(actor),
        courseid=str(courseid),
        relateduserid=str(userid),
        other={"relateduserid": str(userid)},
    )


def user_updated(actor: int, user: User) -> dict[str, Any]:
    return _event(
        "updated",
        "user",
        "user",
        "u",
        objectid=user.id,
        edulevel=0,
        contextid=27 + user.id,
        contextlevel=30,
        contextinstanceid=str(user.id),
        userid=str(actor),
        courseid=0,
        relateduserid=user.id,
        other=None,
    )


def user_deleted(actor: int, user: User) -> dict[str, Any]:
    return _event(
        "deleted",
        "user",
        "user",
        "d",
        objectid=str(user.id),
        edulevel=0,
        contextid=27 + user.id,
        contextlevel=30,
        contextinstanceid=str(user.id),
        userid=str(actor),
        courseid=0,
        relateduserid=str(user.id),
        other={
            "username": user.username,
            "email": user.email,
            "idnumber": user.idnumber,
            "picture": "0",
            "mnethostid": "1",
        },
    )


def context_of(database: Database) -> int:
    return 25 + database.cmid


def record(action: str, actor: int, database: Database, number: int) -> dict[str, Any]:
    """An entry of a database activity; it concerns nobody but who made it."""
    return {
        **_event(
            action,
            "record",
            "data_records",
            "c" if action == "created" else "u",
            objectid=number if action == "created" else str(number),
            edulevel=2,
            contextid=context_of(database),
            contextlevel=70,
            contextinstanceid=str(database.cmid),
            userid=str(actor),
            courseid=str(database.courseid),
            relateduserid=None,
            other={"dataid": str(database.id)},
        ),
        "eventname": f"\\mod_data\\event\\record_{action}",
        "component": "mod_data",
    }

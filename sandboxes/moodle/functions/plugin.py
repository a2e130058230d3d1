"""The external functions of our own plugin: enrolments as data, and the status of one by its id."""

from __future__ import annotations

from typing import Any

from sandboxes.moodle import events
from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import moodle_error
from sandboxes.moodle.parameters import INT, TEXT, Optional
from sandboxes.moodle.plugin import LearningPolicy
from sandboxes.moodle.state import ACTIVE, SUSPENDED, Enrolment

VIEW = "local/learningpolicy:viewenrolments"
SET = "local/learningpolicy:setenrolmentstatus"
MOST = 5000
_STATUS = {"active": ACTIVE, "suspended": SUSPENDED}


def site_status(call: Call) -> dict[str, Any]:
    call.require(VIEW, "View enrolments")
    plugin = _plugin(call)
    waiting = [one for one in call.state.policy_events.values() if not one.delivered_at]
    return {
        "pluginversion": "2026112500",
        "release": "1.0.0",
        "moodleversion": call.state.speaks.number,
        "time": call.state.now(),
        "maxinputvars": call.max_input_vars,
        "checkenabled": plugin.settings.check_enabled,
        "deliveryenabled": plugin.settings.delivery_enabled,
        "configured": bool(plugin.settings.adapter_url and plugin.settings.secret),
        "queued": len(waiting),
        "oldestqueued": min((one.timecreated for one in waiting), default=0),
        "lastdelivered": plugin.last_delivered,
        "lasterror": plugin.last_error,
        "lastcron": plugin.cron_stands_still_since or call.state.now(),
        "timezone": call.state.timezone,
    }


def get_enrolments(call: Call) -> dict[str, Any]:
    call.require(VIEW, "View enrolments")
    asked = call.params
    if not 1 <= asked["limit"] <= MOST:
        raise moodle_error("invalidlimit", f"The limit must be between 1 and {MOST}")
    after = (asked["since"], asked["after"])
    rows = [
        row
        for row in sorted(_rows(call), key=_place)
        if _place(row) > after
        and asked["courseid"] in (0, row["courseid"])
        and asked["userid"] in (0, row["userid"])
    ]
    page = rows[: asked["limit"]]
    since, last = _place(page[-1]) if page else after
    return {
        "enrolments": page,
        "more": len(rows) > len(page),
        "nextsince": since,
        "nextafter": last,
        "time": call.state.now(),
    }


def _place(row: dict[str, Any]) -> tuple[int, int]:
    return row["changed"], row["id"]


def _rows(call: Call) -> list[dict[str, Any]]:
    state = call.state
    living = [_living(call, row) for row in list(state.enrolments.values())]
    removed = [
        _row(
            id=row.id,
            userid=row.userid,
            courseid=row.courseid,
            enrolid=row.instanceid,
            method=row.method,
            status="removed",
            timecreated=row.timecreated,
            timemodified=row.timeremoved,
            changed=row.timeremoved,
        )
        for row in state.removed.values()
    ]
    return [row for row in living + removed if not state.users[row["userid"]].deleted]


def _living(call: Call, row: Enrolment) -> dict[str, Any]:
    instance = call.state.instances[row.instanceid]
    completed = call.state.completions.get((instance.courseid, row.userid)) or 0
    return _row(
        id=row.id,
        userid=row.userid,
        courseid=instance.courseid,
        enrolid=row.instanceid,
        method=instance.method,
        status="active" if row.status == ACTIVE else "suspended",
        timestart=row.timestart,
        timeend=row.timeend,
        timecreated=row.timecreated,
        timemodified=row.timemodified,
        timecompleted=completed,
        instanceenabled=instance.enabled,
        heldat=call.state.held.get(row.id, 0) if row.status == SUSPENDED else 0,
        changed=max(row.timemodified, completed),
    )


def _row(**values: Any) -> dict[str, Any]:
    nothing = {"timestart": 0, "timeend": 0, "timecompleted": 0, "heldat": 0}
    return {**nothing, "instanceenabled": True, **values}


def set_enrolment_status(call: Call) -> dict[str, Any]:
    call.require(SET, "Set the status of an enrolment")
    row = _found(call)
    wanted = _STATUS.get(call.params["status"])
    if wanted is None:
        raise moodle_error("invalidstatus", "The status must be active or suspended")
    changed = row.status != wanted
    if changed:
        row.status, row.timemodified = wanted, call.state.now()
        instance = call.state.instances[row.instanceid]
        call.emit(events.enrolment("updated", call.actor.id, instance, row))
    return {
        "id": row.id,
        "status": call.params["status"],
        "changed": changed,
        "timemodified": row.timemodified,
    }


def _found(call: Call) -> Enrolment:
    row = call.state.enrolments.get(call.params["id"])
    if row is None:
        raise moodle_error("enrolmentgone", "This enrolment does not exist any more")
    instance = call.state.instances[row.instanceid]
    if (row.userid, instance.courseid) != (call.params["userid"], call.params["courseid"]):
        raise moodle_error("enrolmentmismatch", "This id is now of another enrolment")
    return row


def _plugin(call: Call) -> LearningPolicy:
    assert call.plugin is not None, "its functions are offered only where it is installed"
    return call.plugin


FUNCTIONS = {
    "local_learningpolicy_get_site_status": Function({}, site_status),
    "local_learningpolicy_get_enrolments": Function(
        {
            "since": Optional(INT, 0),
            "after": Optional(INT, 0),
            "limit": Optional(INT, 1000),
            "courseid": Optional(INT, 0),
            "userid": Optional(INT, 0),
        },
        get_enrolments,
    ),
    "local_learningpolicy_set_enrolment_status": Function(
        {"id": INT, "status": TEXT, "userid": INT, "courseid": INT}, set_enrolment_status
    ),
}

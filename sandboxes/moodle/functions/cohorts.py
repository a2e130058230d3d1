"""Cohorts and their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import invalid_parameter, moodle_error, no_record
from sandboxes.moodle.parameters import (
    BOOL,
    INT,
    TEXT,
    Optional,
)
from sandboxes.moodle.state import Cohort, User

T = TypeVar("T", Cohort, User)

_FORMATS = (0, 1, 2, 4)
"""Moodle's own, HTML, plain text and Markdown."""


def create_cohorts(call: Call) -> list[dict[str, Any]]:
    with call.state.transaction():
        return [_create(call, row) for row in call.params["cohorts"]]


def _create(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    kind, value = row["categorytype"]["type"], row["categorytype"]["value"]
    categories = {c.idnumber for c in call.state.categories.values()}
    if kind != "system" and not (kind == "idnumber" and value in categories):
        raise invalid_parameter()
    if any(c.idnumber == row["idnumber"] for c in call.state.cohorts.values()):
        raise invalid_parameter()
    call.require("moodle/cohort:manage", "Create, delete and move cohorts")
    if row["descriptionformat"] not in _FORMATS:
        raise moodle_error("formatnotsupported", "webservice/formatnotsupported")
    cohort = Cohort(
        id=call.state.next_id("cohorts"),
        name=row["name"],
        idnumber=row["idnumber"],
        visible=row["visible"],
        description=row["description"],
    )
    call.state.add_cohort(cohort)
    return _shown(cohort)


def _shown(cohort: Cohort) -> dict[str, Any]:
    return {
        "id": cohort.id,
        "name": cohort.name,
        "idnumber": cohort.idnumber,
        "description": cohort.description,
        "descriptionformat": 1,
        "visible": cohort.visible,
        "theme": "",
    }


def get_cohorts(call: Call) -> list[dict[str, Any]]:
    """The right is looked at per cohort: where there is none, everyone may see that."""
    if call.state.cohorts:
        call.require("moodle/cohort:manage", "View site-wide cohorts")
    wanted = call.params["cohortids"]
    cohorts = sorted(call.state.cohorts.values(), key=lambda cohort: cohort.id)
    return [
        {**_shown(cohort), "customfields": []}
        for cohort in cohorts
        if wanted is None or cohort.id in wanted
    ]


def search_cohorts(call: Call) -> dict[str, Any]:
    """Matches part of name, ID number or description, in order of name, 25 at most by default."""
    call.require("moodle/cohort:manage", "View site-wide cohorts")
    query = call.params["query"].lower()
    found = [
        {**_shown(cohort), "customfields": []}
        for cohort in sorted(call.state.cohorts.values(), key=lambda cohort: cohort.name)
        if query in f"{cohort.name}\n{cohort.idnumber}\n{cohort.description}".lower()
    ]
    first = call.params["limitfrom"]
    return {"cohorts": found[first : first + call.params["limitnum"]]}


def get_members(call: Call) -> list[dict[str, Any]]:
    return [
        {"cohortid": cohort.id, "userids": list(cohort.members)}
        for cohort in (_existing(call, number) for number in call.params["cohortids"])
    ]


def _existing(call: Call, number: int) -> Cohort:
    if number not in call.state.cohorts:
        raise no_record("cohort")
    return call.state.cohorts[number]


def add_members(call: Call) -> dict[str, Any]:
    """Good rows are kept, the others are warnings."""
    warnings = []
    for row in call.params["members"]:
        if problem := _add(call, row):
            code, message = problem
            warnings.append({"warningcode": code, "message": message})
    return {"warnings": warnings}


def _add(call: Call, row: Mapping[str, Any]) -> tuple[str, str] | None:
    cohort_by, cohort_value = row["cohorttype"]["type"], row["cohorttype"]["value"]
    user_by, user_value = row["usertype"]["type"], row["usertype"]["value"]
    if user_by not in ("id", "username"):
        return "1", f"invalid parameter: usertype={user_by}"
    cohort = _find(call.state.cohorts, cohort_by, cohort_value)
    if cohort is None:
        return "2", f"cohort {cohort_by}={cohort_value} not exists"
    user = _find(call.state.users, user_by, user_value)
    if user is None:
        return "2", f"user {user_by}={user_value} not exists"
    if user.id in cohort.members:
        message = (
            f"record already exists: cohort({cohort_by}={cohort_value} {user_by}={user_value})"
        )
        return "3", message
    cohort.members = [*cohort.members, user.id]
    return None


def _find(table: Mapping[int, T], field: str, value: str) -> T | None:
    return next((row for row in table.values() if str(getattr(row, field)) == value), None)


def delete_members(call: Call) -> None:
    with call.state.transaction():
        for row in call.params["members"]:
            cohort = _existing(call, row["cohortid"])
            cohort.members = [number for number in cohort.members if number != row["userid"]]


_KEY = {"type": TEXT, "value": TEXT}

FUNCTIONS = {
    "core_cohort_create_cohorts": Function(
        {
            "cohorts": [
                {
                    "categorytype": _KEY,
                    "name": TEXT,
                    "idnumber": TEXT,
                    "description": Optional(TEXT, ""),
                    "descriptionformat": Optional(INT, 1),
                    "visible": Optional(BOOL, True),
                }
            ]
        },
        create_cohorts,
    ),
    "core_cohort_get_cohorts": Function({"cohortids": Optional([INT])}, get_cohorts),
    "core_cohort_search_cohorts": Function(
        {
            "query": TEXT,
            "context": {
                "contextid": Optional(INT),
                "contextlevel": Optional(TEXT),
                "instanceid": Optional(INT),
            },
            "includes": Optional(TEXT, "parents"),
            "limitfrom": Optional(INT, 0),
            "limitnum": Optional(INT, 25),
        },
        search_cohorts,
    ),
    "core_cohort_get_cohort_members": Function({"cohortids": [INT]}, get_members),
    "core_cohort_add_cohort_members": Function(
        {"members": [{"cohorttype": _KEY, "usertype": _KEY}]}, add_members
    ),
    "core_cohort_delete_cohort_members": Function(
        {"members": [{"cohortid": INT, "userid": INT}]}, delete_members
    ),
}

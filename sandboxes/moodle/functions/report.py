"""The custom report on course participants, in the language of the site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import MoodleError, no_record
from sandboxes.moodle.parameters import INT, TEXT, Optional
from sandboxes.moodle.people import YES_NO
from sandboxes.moodle.state import (
    ACTIVE,
    Enrolment,
    Instance,
    State,
)

EQUAL_TO, IS = 3, 1
NOT_CURRENT = 2
MADE_AT = 1795436601

_HEADERS = {
    "en": "Course ID number|ID number|Username|Plugin|Status|Time created|Time started|Time ended"
    "|Completed|Time completed",
    "nl": "Nummer (ID) van de cursus|Nummer (ID)|Gebruikersnaam|Plugin|Status|Tijd gecreëerd"
    "|Tijd begonnen|Tijd afgelopen|Voltooid|Tijd voltooid",
}
_STATUS = {
    "en": ("Active", "Suspended", "Not current"),
    "nl": ("Actief", "Geschorst", "Niet actief"),
}
_METHODS = {
    "en": {
        "manual": "Manual enrolments",
        "guest": "Guest access",
        "self": "Self enrolment",
        "cohort": "Cohort sync",
    },
    "nl": {
        "manual": "Manuele aanmeldingen",
        "guest": "Gasttoegang",
        "self": "Zelf aanmelden",
        "cohort": "Site-groepsynchronisatie",
    },
}
_DAYS = {
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "nl": "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
}
_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "nl": "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
}


def retrieve(call: Call) -> dict[str, Any]:
    _require_report(call)
    state = call.state
    rows = [
        _columns(call, instance, enrolment)
        for instance, enrolment in _enrolments(state)
        if _passes(state, instance, enrolment, state.filters.get(_filter_key(call), {}))
    ]
    size = call.params["perpage"]
    first = call.params["page"] * size
    return {
        "details": details(call),
        "data": {
            "headers": _HEADERS[call.language].split("|"),
            "rows": [{"columns": columns} for columns in rows[first : first + size]],
            "totalrowcount": len(rows),
        },
        "warnings": [],
    }


def _require_report(call: Call) -> None:
    if call.params["reportid"] != call.state.report_id:
        raise no_record("reportbuilder_report")
    if not call.can("moodle/reportbuilder:viewall"):
        raise MoodleError(
            "core_reportbuilder\\exception\\report_access_exception",
            "errorreportview",
            "You cannot view this report",
        )


def _filter_key(call: Call) -> tuple[int, int]:
    return call.actor.id, call.params["reportid"]


def _enrolments(state: State) -> list[tuple[Instance, Enrolment | None]]:
    """A method nobody uses has one row, without a user."""
    rows: list[tuple[Instance, Enrolment | None]] = []
    by_instance: dict[int, list[Enrolment]] = {}
    for enrolment in state.enrolments.values():
        by_instance.setdefault(enrolment.instanceid, []).append(enrolment)
    for instance in sorted(state.instances.values(), key=lambda i: (i.courseid, i.id)):
        used = sorted(by_instance.get(instance.id, []), key=lambda e: e.id)
        rows += [(instance, enrolment) for enrolment in used] or [(instance, None)]
    return rows


def _passes(
    state: State, instance: Instance, enrolment: Enrolment | None, filters: Mapping[str, Any]
) -> bool:
    """Filters that the report does not have are ignored without a word, as Moodle does."""
    filters = {name: value for name, value in filters.items() if _has_filter(state, name)}
    if not _equals(filters, "course:idnumber", state.courses[instance.courseid].idnumber):
        return False
    username = "" if enrolment is None else state.users[enrolment.userid].username
    if not _equals(filters, "user:username", username):
        return False
    if filters.get("enrolment:status_operator") != IS:
        return True
    wanted = filters.get("enrolment:status_value")
    return enrolment is not None and _status(state, enrolment) == wanted


def _has_filter(state: State, name: str) -> bool:
    return name.rsplit("_", 1)[0] in state.report_filters


def _equals(filters: Mapping[str, Any], name: str, value: str) -> bool:
    if filters.get(f"{name}_operator") != EQUAL_TO:
        return True
    return value.lower() == str(filters.get(f"{name}_value", "")).lower()


def _status(state: State, enrolment: Enrolment) -> int:
    """Only an enrolment that is not suspended is looked at by date."""
    if enrolment.status != ACTIVE:
        return enrolment.status
    now = state.now()
    over = enrolment.timeend and enrolment.timeend < now
    return NOT_CURRENT if enrolment.timestart > now or over else ACTIVE


def _columns(call: Call, instance: Instance, enrolment: Enrolment | None) -> list[str | None]:
    state = call.state
    idnumber = state.courses[instance.courseid].idnumber
    # A plugin of the site's own goes by whatever it calls itself.
    method = _METHODS[call.language].get(instance.method, instance.method)
    if enrolment is None:
        return [idnumber, "", "", method, None, "", "", "", "", ""]
    user = state.users[enrolment.userid]
    key = (instance.courseid, user.id)
    completed = state.completions.get(key)
    yes_no = YES_NO[call.language][completed is not None] if key in state.completions else ""
    return [
        idnumber,
        user.idnumber,
        user.username,
        method,
        _STATUS[call.language][_status(state, enrolment)],
        _moment(call, enrolment.timecreated),
        # An enrolment without a start shows the moment it was made.
        _moment(call, enrolment.timestart or enrolment.timecreated),
        _moment(call, enrolment.timeend),
        yes_no,
        _moment(call, completed or 0),
    ]


def _moment(call: Call, seconds: int) -> str:
    if not seconds:
        return ""
    local = datetime.fromtimestamp(seconds, ZoneInfo(call.timezone))
    day = _DAYS[call.language].split("|")[local.weekday()]
    month = _MONTHS[call.language].split("|")[local.month - 1]
    hour = f"{local.hour}:{local:%M}"
    if call.language == "en":
        hour = f"{(local.hour + 11) % 12 + 1}:{local:%M} {'PM' if local.hour >= 12 else 'AM'}"
    return f"{day}, {local.day} {month} {local.year}, {hour}"


def set_filters(call: Call) -> bool:
    """Kept for this user until set again."""
    _require_report(call)
    call.state.filters[_filter_key(call)] = json.loads(call.params["values"])
    return True


def list_reports(call: Call) -> dict[str, Any]:
    return {"reports": [details(call)], "warnings": []}


def details(call: Call) -> dict[str, Any]:
    url = f"{call.base_url}/theme/image.php/boost/core/1/u"
    return {
        "name": "Deelnames (koppeling)",
        "source": "core_course\\reportbuilder\\datasource\\participants",
        "type": 0,
        "uniquerows": False,
        "conditiondata": call.state.report_conditions,
        "settingsdata": None,
        "contextid": 1,
        "component": "",
        "area": "",
        "itemid": 0,
        "usercreated": 2,
        "id": call.state.report_id,
        "timecreated": MADE_AT,
        "timemodified": MADE_AT,
        "usermodified": 2,
        "sourcename": "Course participants",
        "tags": [],
        "modifiedby": {
            "id": 2,
            "email": "beheer@example.org",
            "idnumber": "",
            "phone1": "",
            "phone2": "",
            "department": "",
            "institution": "",
            "fullname": "Admin User",
            "identity": "beheer@example.org",
            "profileurl": f"{call.base_url}/user/profile.php?id=2",
            "profileimageurl": f"{url}/f1",
            "profileimageurlsmall": f"{url}/f2",
        },
    }


FUNCTIONS = {
    "core_reportbuilder_retrieve_report": Function(
        {"reportid": INT, "page": Optional(INT, 0), "perpage": Optional(INT, 10)}, retrieve
    ),
    "core_reportbuilder_set_filters": Function({"reportid": INT, "values": TEXT}, set_filters),
    "core_reportbuilder_list_reports": Function({}, list_reports),
}

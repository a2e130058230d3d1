"""Recorded requests, sent again: as form fields, raw where recorded raw, or rebuilt where only the
first and last of thousands of fields were written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.connectors.moodle.lab import EMPLOYEE_TOKEN, TOKEN, Lab, RawAnswer


def send(lab: Lab, exchange: Mapping[str, Any]) -> RawAnswer:
    case, params = exchange["case"], exchange["request"]["params"]
    function = exchange["request"]["wsfunction"]
    if "_path" in params:
        body = params["_body"].encode()
        return lab.send(params["_method"], params["_path"], body, params["_content_type"])
    if "_note" in params:
        params = OVERSIZED[case]
    fields = {} if function is None else {"wsfunction": function}
    if "moodlewsrestformat" in case:
        fields["moodlewsrestformat"] = ""
    return lab.post(fields | params, _token(case, function))


def _token(case: str, function: str | None) -> str:
    if "invalid token" in case or case.startswith("error without"):
        return "unknown"
    if case == "no token at all":
        return ""
    by_employee = function in ("mod_data_add_entry", "mod_data_update_entry") and (
        "by an" in case or case.startswith(("employee", "failure: employee"))
    )
    if by_employee or function == "enrol_self_enrol_user":
        return EMPLOYEE_TOKEN
    return TOKEN


def _lookup(filler: int) -> dict[str, Any]:
    values = [*(f"NEP{number}" for number in range(filler)), "P10001", "P10002"]
    return {"field": "idnumber", **{f"values[{i}]": value for i, value in enumerate(values)}}


def _enrolments(rows: int, *, suspend: bool, last: int, extra: int = 0) -> dict[str, Any]:
    """Rows for user 4 and, from row `last` on, for user 9. `extra` dates in the first row shift the
    place where field 5000 falls."""
    fields: dict[str, Any] = {}
    for row in range(rows):
        fields[f"enrolments[{row}][roleid]"] = 5
        fields[f"enrolments[{row}][userid]"] = 9 if row >= last else 4
        fields[f"enrolments[{row}][courseid]"] = 4
        if row == 0:
            fields |= dict.fromkeys(
                (f"enrolments[0][{name}]" for name in ("timestart", "timeend")[:extra]), 0
            )
        if suspend:
            fields[f"enrolments[{row}][suspend]"] = int(row >= last)
    return fields


CUT_BETWEEN = (
    "over the limit (5000), cut exactly between two rows: null (success), the later rows (user 9) "
    "are silently lost"
)
CUT_BEFORE_SUSPEND = (
    "over the limit (5000), cut just before suspend=1 of a row (user 9): that user is enrolled "
    "ACTIVE instead of suspended, later rows are lost"
)
OVERSIZED: Mapping[str, Mapping[str, Any]] = {
    "under the limit (5000): two existing values at the end are found": _lookup(4000),
    "over the limit (5000): the values past the limit are silently dropped, the two existing users "
    "look unknown": _lookup(5500),
    "over the limit (5000), cut inside a row: exception, nothing is stored": _enrolments(
        1400, suspend=True, last=1400
    ),
    CUT_BETWEEN: _enrolments(1701, suspend=False, last=1665, extra=2),
    CUT_BEFORE_SUSPEND: _enrolments(1350, suspend=True, last=1248, extra=2),
}

"""The documented questions of the API, as other tests vary them."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

AGREEMENT: dict[str, object] = {
    "signedByEmployeeDate": "2026-08-20",
    "signedByManagerDate": "2026-08-21",
    "repaymentScheme": True,
}
TRAJECTORY: dict[str, object] = {
    "trajectoryId": "T-7",
    "agreedCostsEur": "2400.00",
    "actualCostsEur": None,
    "startDate": "2026-09-01",
    "completionDate": "2027-03-31",
    "ground": "individual",
    "mandatoryByLaw": "no",
    "agreement": AGREEMENT,
}
REPAYMENT: dict[str, object] = {"exitDate": "2028-04-01", "trajectories": [TRAJECTORY]}

LONG: dict[str, object] = {
    "activityId": "A",
    "hours": "40.00",
    "workTimeShare": "1.00",
    "startDate": "2026-11-01",
    "endDate": "2027-02-28",
    "sessions": [],
    "state": "granted",
}
MARCH: dict[str, object] = {
    "activityId": "B",
    "hours": "70.00",
    "workTimeShare": "1.00",
    "startDate": "2027-03-01",
    "endDate": "2027-03-31",
    "sessions": [],
    "state": "granted",
}
EXEMPTION: dict[str, object] = {"year": 2027, "extraHours": "4.00", "decidedDate": "2027-01-10"}
PROJECTION: dict[str, object] = {
    "enrolledDate": "2027-01-15",
    "activities": [LONG, MARCH],
    "exemptions": [EXEMPTION],
}
CHECK: dict[str, object] = {
    "employeeId": "10005",
    "courseId": "OPL-003",
    "enrolledDate": "2027-03-01",
}


def problem(answer: TestResponse) -> Any:
    """The body of a problem, of which the media type and the status agree."""
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert body["status"] == answer.status_code
    return body


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in problem(answer)["errors"]]

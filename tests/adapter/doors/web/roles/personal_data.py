"""What each route knows of persons, and who may learn it (P10). One row per route: a route without
a row fails the test, so that nobody adds one without thinking of this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.adapter.doors.web.roles.conftest import PERSON, SECRET_COSTS, SECRET_TITLE
from tests.adapter.subjects.requests.conftest import MANAGER, REQUEST, Body


class Knows(StrEnum):
    NOBODY = "nobody"
    """No personal data at all."""
    EVERYBODY = "everybody"
    """Personal data, for roles that see everyone; managers, employees and the knowledge broker
    cannot call it."""
    OWN = "own"
    """One record: the own manager, the employee, or both; for others it is not there."""
    OWN_AMONG_OTHERS = "own among others"
    """A list or an answer that leaves out what is not the caller's."""
    IN_A_SHEET = "in a sheet"
    """A spreadsheet that comes in: whom the caller may not name is refused at the cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """`path` names records as `{grant}`; the body is one that the own manager or employee could
    send. `step` routes ask a version that never exists, so that they change nothing."""

    knows: Knows
    path: str = ""
    body: Body | None = None
    bodies: Mapping[str, Body] | None = None
    """By role where one body does not fit all."""


NOBODY = Row(Knows.NOBODY)
EVERYBODY = Row(Knows.EVERYBODY)


def _own(path: str, body: Body | None = None) -> Row:
    return Row(Knows.OWN, path, body)


def _among_others(path: str, body: Body | None = None) -> Row:
    return Row(Knows.OWN_AMONG_OTHERS, path, body)


_SIGNATURE = {"signedDate": "2027-01-12", "method": "electronic"}
_PARTICIPANT = "/in-company-sessions/{session}/participants/{participant}"

PERSONAL_DATA: Mapping[str, Row] = {
    "GET /v1/tranches": NOBODY,
    "GET /v1/reports/management-team": NOBODY,
    "GET /v1/reports/quality-criteria": _among_others("/reports/quality-criteria"),
    "GET /v1/reports/quality-obligation": NOBODY,
    "GET /v1/employees/<id>/quality-criteria": _own(f"/employees/{PERSON}/quality-criteria"),
    "GET /v1/reports/open-data": NOBODY,
    "GET /v1/tranches/<name>": NOBODY,
    "GET /v1/tranches/<name>/dossier": EVERYBODY,
    "POST /v1/enrolment-checks": _own(
        "/enrolment-checks",
        {"employeeId": PERSON, "courseId": "OPL-003", "enrolledDate": "2027-01-15"},
    ),
    # The facts are the caller's own; the register is not read.
    "POST /v1/repayment-calculations": NOBODY,
    "POST /v1/hours-projections": NOBODY,
    "GET /v1/policy-parameters": NOBODY,
    "GET /v1/policy-adoptions": NOBODY,
    "POST /v1/policy-adoptions": NOBODY,
    "POST /v1/lms-events": EVERYBODY,
    "POST /v1/hris-events": EVERYBODY,
    "GET /v1/events/<id>": EVERYBODY,
    "GET /v1/decisions": _among_others("/decisions"),
    "GET /v1/decisions/<id>": _own("/decisions/{decision}"),
    "POST /v1/decisions/<id>/recomputations": EVERYBODY,
    # Employee numbers, for the auditor and the administrator.
    "GET /v1/audit-entries": EVERYBODY,
    # Of an enrolment or a mail its kind and error.
    "GET /v1/dead-letters": EVERYBODY,
    "POST /v1/dead-letters/<id>/replays": NOBODY,
    "GET /v1/api-keys": EVERYBODY,
    "POST /v1/api-keys": EVERYBODY,
    "GET /v1/api-keys/<id>": EVERYBODY,
    "POST /v1/api-keys/<id>/rotations": NOBODY,
    "POST /v1/api-keys/<id>/revocations": EVERYBODY,
    "GET /v1/holds": _among_others("/holds"),
    "GET /v1/holds/<id>": _own("/holds/{hold}"),
    "GET /v1/holds/<id>/set-asides": _own("/holds/{hold}/set-asides"),
    "POST /v1/holds/<id>/set-asides": EVERYBODY,
    "GET /v1/training-requests": _among_others("/training-requests"),
    "POST /v1/training-requests": _own("/training-requests", REQUEST),
    "POST /v1/training-request-imports": Row(Knows.IN_A_SHEET),
    "POST /v1/quality-criteria-imports": EVERYBODY,
    "GET /v1/training-requests/<id>": _own("/training-requests/{request}"),
    "PATCH /v1/training-requests/<id>": _own("/training-requests/{request}", {"title": "Anders"}),
    "GET /v1/training-requests/<id>/intake": _own("/training-requests/{request}/intake"),
    "GET /v1/training-requests/<id>/legal-assessments": _own(
        "/training-requests/{request}/legal-assessments"
    ),
    "POST /v1/training-requests/<id>/legal-assessments": EVERYBODY,
    "GET /v1/training-requests/<id>/transitions": _own("/training-requests/{request}/transitions"),
    "POST /v1/training-requests/<id>/transitions": _own(
        "/training-requests/{request}/transitions", {"toState": "withdrawn"}
    ),
    "GET /v1/training-requests/<id>/weighings": EVERYBODY,
    "POST /v1/training-requests/<id>/weighings": EVERYBODY,
    "GET /v1/training-requests/<id>/proposals": EVERYBODY,
    "POST /v1/training-requests/<id>/proposals": EVERYBODY,
    "POST /v1/training-requests/<id>/interim-consents": EVERYBODY,
    "GET /v1/training-requests/<id>/decisions": _own("/training-requests/{request}/decisions"),
    "POST /v1/training-requests/<id>/decisions": EVERYBODY,
    "GET /v1/budgets": NOBODY,
    "POST /v1/budgets": NOBODY,
    "GET /v1/in-company-prices": NOBODY,
    "POST /v1/in-company-prices": NOBODY,
    "GET /v1/team-capacities": _among_others("/team-capacities"),
    "GET /v1/grants": _among_others("/grants"),
    "GET /v1/grants/<id>": _own("/grants/{grant}"),
    "POST /v1/grants/<id>/revocations": EVERYBODY,
    "GET /v1/grants/<id>/legal-assessments": EVERYBODY,
    "POST /v1/grants/<id>/legal-assessments": EVERYBODY,
    "GET /v1/norm-exemptions": EVERYBODY,
    "POST /v1/norm-exemptions": EVERYBODY,
    "POST /v1/norm-exemptions/<id>/withdrawals": EVERYBODY,
    "GET /v1/agreements": _among_others("/agreements"),
    "POST /v1/agreements": EVERYBODY,
    "GET /v1/agreements/<id>": _own("/agreements/{agreement}"),
    "GET /v1/agreements/<id>/document": _own("/agreements/{agreement}/document"),
    "GET /v1/agreements/<id>/signatures": _own("/agreements/{agreement}/signatures"),
    "POST /v1/agreements/<id>/signatures": Row(
        Knows.OWN,
        "/agreements/{agreement}/signatures",
        bodies={
            "manager": _SIGNATURE | {"party": "manager"},
            "employee": _SIGNATURE | {"party": "employee"},
        },
    ),
    "POST /v1/agreements/<id>/filings": EVERYBODY,
    "POST /v1/agreements/<id>/signed-files": EVERYBODY,
    "GET /v1/agreements/<id>/signed-files": EVERYBODY,
    "GET /v1/agreements/<id>/signed-files/<number>": EVERYBODY,
    "GET /v1/trajectory-records": EVERYBODY,
    "POST /v1/trajectory-records": EVERYBODY,
    "GET /v1/in-company-consents": _among_others("/in-company-consents"),
    "POST /v1/in-company-consents": _own(
        "/in-company-consents", {"employeeId": PERSON, "courseId": "INC-001"}
    ),
    "GET /v1/in-company-sessions": _among_others("/in-company-sessions"),
    "POST /v1/in-company-sessions": NOBODY,
    "GET /v1/in-company-sessions/<id>": _among_others("/in-company-sessions/{session}"),
    "PATCH /v1/in-company-sessions/<id>": NOBODY,
    "POST /v1/in-company-sessions/<id>/cancellations": NOBODY,
    # For the caller's own team: nobody else's can be named.
    "POST /v1/in-company-sessions/<id>/team-availabilities": NOBODY,
    "GET /v1/in-company-sessions/<id>/participants": _among_others(
        "/in-company-sessions/{session}/participants"
    ),
    "POST /v1/in-company-sessions/<id>/participants": _own(
        "/in-company-sessions/{session}/participants", {"employeeId": PERSON}
    ),
    "GET /v1/in-company-sessions/<id>/participants/<participant_id>/transitions": _own(
        f"{_PARTICIPANT}/transitions"
    ),
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/transitions": _own(
        f"{_PARTICIPANT}/transitions", {"step": "cancel"}
    ),
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/consequences": EVERYBODY,
    "GET /v1/overlaps": NOBODY,
    "GET /v1/employees/<id>/learning-overview": _own(f"/employees/{PERSON}/learning-overview"),
    "GET /v1/employees/<id>/team-overview": _own(f"/employees/{MANAGER}/team-overview"),
    "GET /v1/existing-commitments": EVERYBODY,
    "POST /v1/existing-commitments": EVERYBODY,
    "GET /v1/existing-commitments/<id>": EVERYBODY,
    "POST /v1/existing-commitments/<id>/proposals": EVERYBODY,
    "POST /v1/existing-commitments/<id>/decisions": EVERYBODY,
    "GET /v1/tasks": _among_others("/tasks"),
    "GET /v1/tasks/<id>": _own("/tasks/{task}"),
    "PATCH /v1/tasks/<id>": _own("/tasks/{task}", {"note": "Gezien."}),
    "GET /v1/exits": _among_others("/exits"),
    "GET /v1/exits/<id>": EVERYBODY,
    "GET /v1/exits/<id>/repayment-statements": _own("/exits/{exit}/repayment-statements"),
    "GET /v1/exits/<id>/repayment-statements/<version>": _own(
        "/exits/{exit}/repayment-statements/1"
    ),
    "POST /v1/exits/<id>/repayment-statements/<version>/overrides": EVERYBODY,
    "GET /v1/exits/<id>/repayment-statements/<version>/letter": EVERYBODY,
    "POST /v1/exits/<id>/endings": EVERYBODY,
    "GET /v1/claims": _among_others("/claims"),
    "GET /v1/claims/<id>": _own("/claims/{claim}"),
    "POST /v1/claims/<id>/confirmations": EVERYBODY,
    "POST /v1/claims/<id>/waivers": EVERYBODY,
    "POST /v1/claims/<id>/reopenings": EVERYBODY,
    "POST /v1/claims/<id>/hand-overs": EVERYBODY,
    "POST /v1/claims/<id>/settlements": EVERYBODY,
    "POST /v1/claims/<id>/payroll-corrections": EVERYBODY,
    "POST /v1/finding-acknowledgements": EVERYBODY,
    "GET /v1/finding-acknowledgements": EVERYBODY,
    "POST /v1/reconciliation-runs": EVERYBODY,
    "GET /v1/reconciliation-runs": EVERYBODY,
    "GET /v1/reconciliation-runs/<id>": EVERYBODY,
    "GET /v1/findings": EVERYBODY,
    "GET /scim/v2/Users": EVERYBODY,
    "POST /scim/v2/Users": EVERYBODY,
    "POST /scim/v2/.search": EVERYBODY,
    "POST /scim/v2/Users/.search": EVERYBODY,
    "GET /scim/v2/Users/<user_id>": EVERYBODY,
    "PUT /scim/v2/Users/<user_id>": EVERYBODY,
    "PATCH /scim/v2/Users/<user_id>": EVERYBODY,
    "DELETE /scim/v2/Users/<user_id>": EVERYBODY,
    "GET /scim/v2/ServiceProviderConfig": NOBODY,
    "GET /scim/v2/ResourceTypes": NOBODY,
    "GET /scim/v2/ResourceTypes/<name>": NOBODY,
    "GET /scim/v2/Schemas": NOBODY,
    "GET /scim/v2/Schemas/<name>": NOBODY,
    "GET /v1/openapi.json": NOBODY,
    "GET /health/live": NOBODY,
    "GET /health/ready": NOBODY,
    "GET /metrics": NOBODY,
}

BROKER_SEES = {
    "GET /v1/in-company-consents",
    "GET /v1/in-company-sessions",
    "GET /v1/in-company-sessions/<id>",
    "GET /v1/in-company-sessions/<id>/participants",
    "GET /v1/in-company-sessions/<id>/participants/<participant_id>/transitions",
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/transitions",
}
"""Where the knowledge broker meets names: sign-up, consent and attendance, and nothing else."""

BROKER_AMOUNTS = {"priceEur", "sessionCostsEur"}
"""What a whole session costs; never what a person costs."""

MARKS = (f'"{PERSON}"', f"Test{PERSON}", SECRET_COSTS, SECRET_TITLE)
"""What shows that an answer tells something about the person."""

"""What the agency does about training in the API: ask, grant, agree, exempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from adapter.ground.clock import today
from adapter.programs.demo.agency import Person
from adapter.programs.demo.caller import Caller
from adapter.programs.demo.stage import Stage
from adapter.register.keys import Role, create_key


@dataclass(frozen=True, slots=True)
class Wish:
    """Training that a manager asks for one employee; costs in euros as text."""

    title: str
    course: str
    ground: str
    costs: str
    hours: str
    starts: str
    ends: str
    scheme: bool


def caller(stage: Stage, role: Role, employee_id: str | None = None) -> Caller:
    """A user of the API; a manager or employee opens their own team's or own data."""
    if employee_id is None:
        return Caller(stage.address, stage.keys[role])
    key = create_key(
        stage.parts.register, stage.parts.clock, f"demo {employee_id}", role, employee_id
    )
    return Caller(stage.address, key)


def adopt(stage: Stage, effective_on: date) -> dict[str, Any]:
    """The management team adopts the policy today; without that nothing is ever held (P1)."""
    day = today(stage.clock).isoformat()
    recorded: dict[str, Any] = caller(stage, Role.MANAGEMENT_TEAM).post(
        "/policy-adoptions",
        {
            "adoptedDate": day,
            "effectiveDate": effective_on.isoformat(),
            "document": f"MT-verslag van {day}, punt 4",
            "worksCouncilDate": day,
            "dpiaDate": day,
        },
    )
    return recorded


def ask_and_grant(stage: Stage, person: Person, wish: Wish) -> str:
    """The whole road of a request: manager, HR, management team. Returns the grant's id.

    The training starts before its tranche is decided on, so the management team consents beforehand
    to an interim request (P2).
    """
    hr, mt = caller(stage, Role.HR), caller(stage, Role.MANAGEMENT_TEAM)
    manager = caller(stage, Role.MANAGER, person.manager_id)
    made = manager.post("/training-requests", _request(stage, person, wish))
    path = f"/training-requests/{made['id']}"
    _move(manager, path, "submitted")
    _move(hr, path, "under_review")
    hr.post(f"{path}/legal-assessments", _assessment(stage))
    hr.post(f"{path}/weighings", _weighing(), version=hr.version_of(path))
    consent = {"consentedDate": today(stage.clock).isoformat()}
    mt.post(f"{path}/interim-consents", consent, version=mt.version_of(path))
    terms = {"costsEur": wish.costs, "hours": wish.hours, "repaymentScheme": wish.scheme}
    proposal = {"outcome": "grant", "reason": "Noodzakelijk voor de functie.", "grant": terms}
    hr.post(f"{path}/proposals", proposal, version=hr.version_of(path))
    decision = {
        "outcome": "grant",
        "decidedDate": today(stage.clock).isoformat(),
        "grant": terms,
    }
    decided = mt.post(f"{path}/decisions", decision, version=mt.version_of(path))
    return str(decided["grants"][0]["id"])


def agree(stage: Stage, person: Person, grant_id: str, *, before_adoption: bool = False) -> str:
    """HR draws up the agreement; nobody has signed yet. Returns its id. Before the adoption HR
    offers it for signing by an act of its own."""
    made = caller(stage, Role.HR).post(
        "/agreements",
        {
            "grantId": grant_id,
            "employeeId": person.employee_id,
            "arrangements": "Deelname aan alle lesdagen; afronding binnen de looptijd.",
            "offerBeforeAdoption": before_adoption,
        },
    )
    return str(made["id"])


def sign(stage: Stage, person: Person, agreement_id: str, party: Role) -> None:
    signer = person.employee_id if party is Role.EMPLOYEE else person.manager_id
    caller(stage, party, signer).post(
        f"/agreements/{agreement_id}/signatures",
        {
            "party": str(party),
            "signedDate": today(stage.clock).isoformat(),
            "method": "electronic",
        },
    )


def file(stage: Stage, agreement_id: str) -> None:
    filed = {"filedDate": today(stage.clock).isoformat()}
    caller(stage, Role.HR).post(f"/agreements/{agreement_id}/filings", filed)


def exempt(stage: Stage, person: Person, hours: str, training: Wish) -> None:
    """The management team allows more hours than the norm, beforehand (Visie §8)."""
    day = today(stage.clock)
    caller(stage, Role.MANAGEMENT_TEAM).post(
        "/norm-exemptions",
        {
            "employeeId": person.employee_id,
            "year": day.year,
            "extraHours": hours,
            "training": training.title,
            "trainingId": training.course,
            "trainingStartDate": day.isoformat(),
            "ground": "legal",
            "evidence": "Behoud van de bevoegdheid",
            "decidedDate": day.isoformat(),
        },
    )


def plan_session(stage: Stage, course: str) -> str:
    """The knowledge broker plans two days with two places (P7). Returns the session's id."""
    planned = caller(stage, Role.KNOWLEDGE_BROKER).post(
        "/in-company-sessions",
        {
            "courseId": course,
            "days": [
                {"date": "2027-05-17", "hours": "8.00"},
                {"date": "2027-05-24", "hours": "8.00"},
            ],
            "place": "Zaal 1",
            "capacity": 2,
            "signUpClosesDate": "2027-05-03",
            "priceEur": "3000.00",
            "plannedParticipants": 12,
            "absenceTerms": "Wie zonder bericht wegblijft, neemt later deel.",
        },
    )
    return str(planned["id"])


def sign_up(stage: Stage, person: Person, session: str) -> None:
    signed_up = {"employeeId": person.employee_id}
    path = f"/in-company-sessions/{session}/participants"
    caller(stage, Role.EMPLOYEE, person.employee_id).post(path, signed_up)


def consent_to_sign_up(stage: Stage, person: Person, session: str) -> str:
    """The manager's consent. Returns the state of the sign-up after it: a place, or waiting."""
    manager = caller(stage, Role.MANAGER, person.manager_id)
    path = f"/in-company-sessions/{session}/participants"
    asked = _sign_up_of(manager, path, person)
    step = f"{path}/{asked['id']}/transitions"
    manager.post(step, {"step": "consent"}, version=asked["version"])
    return str(_sign_up_of(manager, path, person)["state"])


def _sign_up_of(manager: Caller, path: str, person: Person) -> dict[str, Any]:
    found = manager.get(path)["items"]
    return next(one for one in found if one["employeeId"] == person.employee_id)


def _request(stage: Stage, person: Person, wish: Wish) -> dict[str, Any]:
    return {
        "title": wish.title,
        "courseIds": [wish.course],
        "employeeIds": [person.employee_id],
        "ground": wish.ground,
        "mandatoryByLaw": "no",
        "mandatorySource": "functie",
        "evidence": "Functieprofiel, eis 4",
        "costs": {"feeEur": wish.costs},
        "hours": wish.hours,
        "startDate": wish.starts,
        "endDate": wish.ends,
        "appraisalDate": today(stage.clock).isoformat(),
        "motivation": "Besproken in het jaargesprek.",
    }


def _assessment(stage: Stage) -> dict[str, Any]:
    """What the manager answered is a proposal; HR settles it (P6)."""
    return {
        "mandatoryByLaw": "no",
        "source": "functieboek, eis 4",
        "reason": "Eis van de functie, niet van de wet.",
        "assessedDate": today(stage.clock).isoformat(),
    }


def _weighing() -> dict[str, Any]:
    """On the five criteria; a decision on what was not weighed needs a reason (P8)."""
    scores = {"necessity": 3, "organisation": 3, "team": 2, "individual": 2, "efficiency": 2}
    return {name: {"score": score, "reason": "Eis 4."} for name, score in scores.items()}


def _move(who: Caller, path: str, state: str) -> None:
    who.post(f"{path}/transitions", {"toState": state}, version=who.version_of(path))

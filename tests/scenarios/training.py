"""What the people of the agency do about training, in the words of the policy: ask, weigh, propose,
decide, agree and sign."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter  # carries no types
from python_calamine import CalamineWorkbook

from adapter.register.keys import Role
from adapter.views.dossier.decision_sheet import HEADER_ROW, PLACE
from config.catalogue import Language, text
from tests.scenarios.people import MARGRIET, Person
from tests.scenarios.year import Body, Year

CRITERIA = ("necessity", "organisation", "team", "individual", "efficiency")


def terms(costs: str, hours: str, *, scheme: bool) -> Body:
    """What a grant names."""
    return {"costsEur": costs, "hours": hours, "repaymentScheme": scheme}


def submit(year: Year, title: str, courses: str, costs: str, hours: str, **more: Any) -> Body:
    """Margriet writes a request and submits it; returns what the service answers, with its intake
    check."""
    body = {
        "title": title,
        "courseIds": [courses],
        "ground": "individual",
        "mandatoryByLaw": "no",
        "costs": {"feeEur": costs},
        "hours": hours,
        "appraisalDate": year.today,
        "motivation": "Besproken in het jaargesprek.",
    }
    request = year.post("/training-requests", body | more, Role.MANAGER, MARGRIET)
    return move(year, request["id"], "submitted", Role.MANAGER, MARGRIET)


def move(
    year: Year, request: str, state: str, role: Role = Role.HR, who: Person | None = None
) -> Body:
    path = f"/training-requests/{request}/transitions"
    moved: Body = year.post(path, {"toState": state}, role, who)
    return moved


def state_of(year: Year, request: str) -> str:
    return str(year.get(f"/training-requests/{request}")["state"])


def assess(year: Year, request: str, answer: str) -> None:
    """HR settles whether the law makes it mandatory; the manager's answer is a proposal (P6)."""
    body = {
        "mandatoryByLaw": answer,
        "source": "functieboek, eis 4",
        "reason": "Eis van de functie, niet van de wet.",
        "assessedDate": year.today,
    }
    year.post(f"/training-requests/{request}/legal-assessments", body)


def weigh(year: Year, request: str, *scores: int) -> None:
    """HR scores each criterion, 0 to 4, in the order of Visie §4."""
    body = {
        name: {"score": score, "reason": "Past bij het plan."}
        for name, score in zip(CRITERIA, scores, strict=True)
    }
    year.post(f"/training-requests/{request}/weighings", body)


def propose(year: Year, request: str, grant: Body | None) -> None:
    """HR proposes to grant on these terms, or without terms to reject."""
    body: Body = {"outcome": "reject", "reason": "Past niet in het budget."}
    if grant is not None:
        body = {"outcome": "grant", "reason": "Past in het plan.", "grant": grant}
    year.post(f"/training-requests/{request}/proposals", body)


def decide(year: Year, request: str, grant: Body | None) -> Body:
    """The management team decides today, in the API."""
    body: Body = {"outcome": "grant" if grant else "reject", "decidedDate": year.today}
    if grant is not None:
        body["grant"] = grant
    path = f"/training-requests/{request}/decisions"
    decided: Body = year.post(path, body, Role.MANAGEMENT_TEAM)
    return decided


def decide_on_the_sheet(year: Year, tranche: str, file: Path, decisions: dict[str, str]) -> str:
    """The management team gets the dossier as a workbook, fills it in, and HR reads it back."""
    year.command("tranche", tranche, "dossier", "--output", str(file))
    file.write_bytes(_filled_in(file.read_bytes(), decisions))
    return year.command("tranche", tranche, "decide", str(file), "--decided-by", "MT")


def _filled_in(workbook: bytes, decisions: dict[str, str]) -> bytes:
    """As a spreadsheet program saves it."""
    name = text("tranches.sheet.name", Language.NL)
    sheet = CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    for row in rows[HEADER_ROW + 1 :]:
        row[PLACE["decision"]] = decisions[str(row[PLACE["request_id"]])]
    written = BytesIO()
    saved = xlsxwriter.Workbook(written)
    for at, row in enumerate(rows):
        (saved.get_worksheet_by_name(name) or saved.add_worksheet(name)).write_row(at, 0, row)
    saved.close()
    return written.getvalue()


def grant_of(year: Year, request: str) -> Body:
    [grant] = [one for one in year.get("/grants")["items"] if one["requestId"] == request]
    return dict(grant)


def agree(year: Year, grant: str, person: Person) -> str:
    """HR draws up the agreement; nobody has signed yet. Returns its id."""
    arrangements = "Deelname aan alle lesdagen; afronding binnen de looptijd."
    body = {"grantId": grant, "employeeId": person.employee_id, "arrangements": arrangements}
    return str(year.post("/agreements", body)["id"])


def sign(year: Year, agreement: str, role: Role, who: Person) -> None:
    body = {"party": str(role), "signedDate": year.today, "method": "electronic"}
    year.post(f"/agreements/{agreement}/signatures", body, role, who)


def sign_and_file(year: Year, agreement: str, person: Person) -> None:
    """Employee and manager sign, and HR files it in the personnel file."""
    sign(year, agreement, Role.EMPLOYEE, person)
    sign(year, agreement, Role.MANAGER, MARGRIET)
    year.post(f"/agreements/{agreement}/filings", {"filedDate": year.today})


def decided(year: Year, person: Person, course: str) -> tuple[str, list[str]]:
    """Outcome and findings of the newest decision about an enrolment."""
    found = year.get(f"/decisions?courseId={course}&limit=500")["items"]
    newest = [one for one in found if one["employeeId"] == person.employee_id][-1]
    return newest["outcome"], [finding["code"] for finding in newest["findings"]]


def exit_of(year: Year, person: Person) -> Body:
    found = year.get("/exits")["items"]
    return next(one for one in found if one["employeeId"] == person.employee_id)


def statement_of(year: Year, person: Person) -> tuple[str, str, int, str, str]:
    """Of the newest repayment statement: kind, last day, percentage, amount due and why."""
    made = year.get(f"/exits/{exit_of(year, person)['id']}/repayment-statements")["items"]
    newest = made[-1]
    [item] = newest["items"]
    return (
        newest["kind"],
        newest["exitDate"],
        item["percentage"],
        item["claimableEur"],
        item["reasons"][0]["code"],
    )

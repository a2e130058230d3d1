"""The first half of the story: asking before the deadline, a promise of 2025, an interim request,
tranche 2027-1 and an in-company course."""

from __future__ import annotations

from pathlib import Path

from adapter.register.keys import Role
from tests.scenarios import training
from tests.scenarios.people import (
    ANNA,
    BAS,
    CONVERSATION,
    DEWI,
    EMRE,
    FLEUR,
    GIJS,
    INSPECTION,
    MARGRIET,
    NOISE,
    PROMISED,
    Person,
)
from tests.scenarios.year import Year

BROKER, EMPLOYEE, MANAGER, MT = (
    Role.KNOWLEDGE_BROKER,
    Role.EMPLOYEE,
    Role.MANAGER,
    Role.MANAGEMENT_TEAM,
)
INSPECTION_TERMS = training.terms("2400.00", "40.00", scheme=True)
NOISE_TERMS = training.terms("2400.00", "40.00", scheme=True)
CONVERSATION_TERMS = training.terms("3000.00", "16.00", scheme=False)


def in_november_margriet_asks_before_the_deadline(year: Year) -> tuple[str, str]:
    year.command("sync", "employees")
    year.command("sync", "courses")
    year.at("2026-11-10 09:00")
    anna = training.submit(
        year, "Milieutoezicht, post-hbo", INSPECTION, "2400.00", "40.00",
        employeeIds=[ANNA.employee_id], startDate="2027-02-01", endDate="2027-03-31",
    )  # fmt: skip
    group = training.submit(
        year, "Gesprekken aan de deur", CONVERSATION, "3000.00", "16.00",
        ground="team", collective=True, plannedParticipants=12,
        startDate="2027-03-01", endDate="2027-03-08",
    )  # fmt: skip
    for asked in (anna, group):
        assert asked["request"]["tranche"] == "2027-1"
        assert asked["request"]["procedure"] == "in_procedure"
    expected = ["in_tranche", "agreement_needed", "repayment_possible"]
    assert [one["code"] for one in anna["intake"]["findings"]] == expected
    return anna["request"]["id"], group["request"]["id"]


def after_15_november_the_tranche_closes_by_itself(year: Year, requests: tuple[str, str]) -> None:
    year.at("2026-11-15 23:45")
    assert [training.state_of(year, one) for one in requests] == ["submitted"] * 2
    year.at("2026-11-16 00:15")
    assert [training.state_of(year, one) for one in requests] == ["under_review"] * 2
    told = "Tranche 2027-1 is gesloten: het dossier kan worden gemaakt"
    assert year.mailed().count(told) == 1


def in_november_the_policy_is_adopted(year: Year) -> None:
    year.at("2026-11-30 10:00")
    body = {"adoptedDate": year.today, "effectiveDate": "2027-01-01"}
    year.post("/policy-adoptions", body | {"document": "MT 30 november, punt 2"}, Role.HR)


def in_december_a_promise_of_2025_is_honoured(year: Year) -> None:
    year.at("2026-12-01 10:00")
    promise = year.post(
        "/existing-commitments",
        {
            "reference": "2025-017",
            "employeeId": DEWI.employee_id,
            "title": "Buitengewoon opsporingsambtenaar",
            "courseIds": [PROMISED],
            "hours": "60.00",
            "costsEur": "3600.00",
            "startDate": "2027-02-01",
            "endDate": "2027-06-30",
            "agreedDate": "2025-05-20",
            "terms": {
                "text": "Tot een jaar na afronding alles terug, daarna niets.",
                "signedDate": "2025-05-20",
                "steps": [{"months": 12, "percentage": 100}],
            },
        },
    )
    path = f"/existing-commitments/{promise['id']}"
    year.post(f"{path}/proposals", {"outcome": "honour", "reason": "Zo afgesproken."})
    year.at("2026-12-15 10:00")
    decision = {"outcome": "honour", "decidedDate": year.today}
    honoured = year.post(f"{path}/decisions", decision, MT)
    assert honoured["state"] == "open"  # it counts as a grant
    assert year.get("/existing-commitments?undecided=true")["items"] == []


def in_january_bas_starts_earlier_with_consent_beforehand(year: Year) -> None:
    year.at("2027-01-04 09:00")
    submitted = training.submit(
        year, "Geluid en trillingen", NOISE, "2400.00", "40.00",
        employeeIds=[BAS.employee_id], startDate="2027-01-06", endDate="2027-01-15",
        ground="function", mandatorySource="functie", evidence="Functieprofiel, eis 4",
    )  # fmt: skip
    codes = [one["code"] for one in submitted["intake"]["findings"]]
    assert "interim_needs_consent" in codes
    asked = submitted["request"]
    assert (asked["tranche"], asked["procedure"]) == ("2027-2", "interim")
    training.move(year, asked["id"], "under_review")
    training.assess(year, asked["id"], "no")
    training.weigh(year, asked["id"], 3, 3, 3, 2, 2)
    consent = {"consentedDate": year.today}
    year.post(f"/training-requests/{asked['id']}/interim-consents", consent, MT)
    training.propose(year, asked["id"], NOISE_TERMS)
    training.decide(year, asked["id"], NOISE_TERMS)
    agreement = training.agree(year, training.grant_of(year, asked["id"])["id"], BAS)
    training.sign_and_file(year, agreement, BAS)
    year.at("2027-01-05 09:00")
    year.enrol(BAS, NOISE)
    assert training.decided(year, BAS, NOISE) == ("allow", [])
    assert year.in_lms(BAS, NOISE) == "active"
    year.at("2027-01-15 16:00")
    year.complete(BAS, NOISE)


def in_january_the_management_team_decides_on_tranche_2027_1(
    year: Year, requests: tuple[str, str], folder: Path
) -> None:
    anna, group = requests
    year.at("2027-01-18 09:00")
    training.weigh(year, anna, 0, 3, 3, 4, 2)
    training.weigh(year, group, 0, 4, 4, 2, 3)
    training.propose(year, anna, INSPECTION_TERMS)
    training.propose(year, group, CONVERSATION_TERMS)
    budget = {"year": 2027, "tranche": "2027-1", "amountEur": "6000.00"}
    year.post("/budgets", budget, MT)
    year.at("2027-01-19 10:00")
    decisions = {anna: "toekennen", group: "toekennen"}
    said = training.decide_on_the_sheet(year, "2027-1", folder / "dossier.xlsx", decisions)
    assert "Vastgelegd: 2." in said
    granted = training.grant_of(year, anna)
    assert (granted["costsEur"], granted["repaymentScheme"]) == ("2400.00", True)
    assert "Milieutoezicht" in year.last_message(ANNA)


def anna_waits_until_both_have_signed(year: Year, request: str) -> None:
    year.at("2027-01-25 09:00")
    year.enrol(ANNA, INSPECTION)
    assert training.decided(year, ANNA, INSPECTION) == ("hold", ["agreement_missing"])
    agreement = training.agree(year, training.grant_of(year, request)["id"], ANNA)
    training.sign(year, agreement, EMPLOYEE, ANNA)
    assert training.decided(year, ANNA, INSPECTION) == ("hold", ["agreement_unsigned"])
    assert year.in_lms(ANNA, INSPECTION) == "suspended"
    training.sign(year, agreement, MANAGER, MARGRIET)
    year.post(f"/agreements/{agreement}/filings", {"filedDate": year.today})
    assert training.decided(year, ANNA, INSPECTION) == ("allow", [])
    assert year.in_lms(ANNA, INSPECTION) == "active"
    assert "is vrijgegeven" in year.last_message(ANNA)


def in_february_dewi_starts_what_she_was_promised(year: Year) -> None:
    year.at("2027-02-01 09:00")
    year.enrol(DEWI, PROMISED)
    assert training.decided(year, DEWI, PROMISED)[0] == "allow"
    assert year.in_lms(DEWI, PROMISED) == "active"


def in_february_the_waiting_list_moves_up(year: Year) -> str:
    session = str(
        year.post(
            "/in-company-sessions",
            {
                "courseId": CONVERSATION,
                "days": [
                    {"date": "2027-03-01", "hours": "8.00"},
                    {"date": "2027-03-08", "hours": "8.00"},
                ],
                "place": "Zaal 1",
                "capacity": 2,
                "signUpClosesDate": "2027-02-15",
                "priceEur": "3000.00",
                "plannedParticipants": 12,
                "absenceTerms": "Bij afwezigheid zonder bericht: later deelnemen.",
            },
            BROKER,
        )["id"]
    )
    for person in (EMRE, FLEUR, GIJS):
        sign_up = {"employeeId": person.employee_id}
        year.post(f"/in-company-sessions/{session}/participants", sign_up, EMPLOYEE, person)
        year.step_of(session, person, "consent", MANAGER, MARGRIET)
    assert signed_up(year, session, EMRE, FLEUR, GIJS) == ["placed", "placed", "waiting"]
    year.enrol(GIJS, CONVERSATION)
    assert year.in_lms(GIJS, CONVERSATION) == "suspended"
    year.at("2027-02-12 09:00")
    year.step_of(session, EMRE, "cancel", EMPLOYEE, EMRE)
    assert signed_up(year, session, EMRE, FLEUR, GIJS) == ["cancelled", "placed", "placed"]
    assert year.in_lms(GIJS, CONVERSATION) == "active"
    return session


def in_march_fleur_stays_away_and_hr_applies_what_was_agreed(year: Year, session: str) -> None:
    year.at("2027-03-09 09:00")
    year.step_of(session, GIJS, "attend", BROKER, None)
    year.step_of(session, FLEUR, "no_show", BROKER, None)
    assert signed_up(year, session, FLEUR, GIJS) == ["no_show", "attended"]
    absent = year.sign_up_of(session, FLEUR)
    assert absent["consequences"] == []  # never by the machine
    year.post(
        f"/in-company-sessions/{session}/participants/{absent['id']}/consequences",
        {"consequence": "Deelname in het najaar.", "ground": "Geen bericht gegeven."},
    )
    assert "Deelname in het najaar." in year.last_message(FLEUR)
    year.at("2027-03-31 16:00")
    year.complete(ANNA, INSPECTION)


def signed_up(year: Year, session: str, *people: Person) -> list[str]:
    return [year.sign_up_of(session, person)["state"] for person in people]

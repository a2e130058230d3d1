"""The second half of the story: tranche 2027-2, an exemption, two leavers and the books."""

from __future__ import annotations

from pathlib import Path

from adapter.register.keys import Role
from tests.scenarios import training
from tests.scenarios.people import (
    ANNA,
    BAS,
    COACHING,
    DEWI,
    FLEUR,
    GIJS,
    HANNA,
    LAW,
    PROMISED,
    Person,
)
from tests.scenarios.year import Body, Year

LAW_TERMS = training.terms("1900.00", "32.00", scheme=False)


def in_june_margriet_asks_for_the_second_half(year: Year) -> None:
    year.at("2027-06-10 16:00")
    year.complete(DEWI, PROMISED)
    year.at("2027-06-14 09:00")
    for person, title, course, costs, hours in (
        (DEWI, "Handhavingsrecht", LAW, "1900.00", "32.00"),
        (HANNA, "Coachend leidinggeven", COACHING, "1500.00", "24.00"),
    ):
        asked = training.submit(
            year, title, course, costs, hours,
            employeeIds=[person.employee_id], startDate="2027-09-13", endDate="2027-11-30",
        )  # fmt: skip
        assert asked["request"]["tranche"] == "2027-2"
        [hours_of] = asked["intake"]["hours"]
        found = [one["code"] for one in hours_of["findings"]]
        # Dewi has 60 hours that she was promised.
        assert found == (["hours_norm_exceeded"] if person is DEWI else [])
    year.at("2027-07-16 00:15")
    assert waiting(year) == {"Handhavingsrecht", "Coachend leidinggeven"}


def in_august_the_management_team_decides_on_tranche_2027_2(year: Year) -> None:
    year.at("2027-08-23 10:00")
    for request in requests_of(year, "under_review"):
        grant = LAW_TERMS if request["courseIds"] == [LAW] else None
        training.weigh(year, request["id"], 0, 3, 3, 2, 2)
        training.propose(year, request["id"], grant)
        training.decide(year, request["id"], grant)
    assert waiting(year) == set()
    assert [one["title"] for one in requests_of(year, "rejected")] == ["Coachend leidinggeven"]
    assert "Handhavingsrecht" in year.last_message(DEWI)
    assert "Coachend leidinggeven" in year.last_message(HANNA)


def in_september_dewi_needs_an_exemption(year: Year) -> None:
    year.at("2027-09-06 09:00")
    year.enrol(DEWI, LAW)
    assert training.decided(year, DEWI, LAW) == ("hold", ["hours_norm_exceeded"])
    assert year.in_lms(DEWI, LAW) == "suspended"
    year.post(
        "/norm-exemptions",
        {
            "employeeId": DEWI.employee_id,
            "year": 2027,
            "extraHours": "12.00",
            "training": "Handhavingsrecht",
            "trainingId": LAW,
            "trainingStartDate": "2027-09-13",
            "ground": "legal",
            "evidence": "Behoud van de bevoegdheid",
            "decidedDate": year.today,
        },
        Role.MANAGEMENT_TEAM,
    )
    assert training.decided(year, DEWI, LAW)[0] == "allow"  # 92 hours of at most 92
    assert year.in_lms(DEWI, LAW) == "active"


def in_september_hanna_cannot_start_what_was_rejected(year: Year) -> None:
    year.enrol(HANNA, COACHING)
    assert training.decided(year, HANNA, COACHING) == ("hold", ["grant_missing"])
    assert year.in_lms(HANNA, COACHING) == "suspended"
    assert "Coachend leidinggeven staat stil" in year.last_message(HANNA)


def in_november_anna_leaves_within_a_year(year: Year) -> None:
    year.at("2027-10-15 09:00")
    year.announce_exit(ANNA, "2027-11-30")
    due = ("2027-11-30", 100, "2400.00", "within_12_months")
    assert training.statement_of(year, ANNA) == ("preview", *due)
    year.at("2027-12-01 06:00")
    assert training.exit_of(year, ANNA)["state"] == "effective"
    assert training.statement_of(year, ANNA) == ("settlement", *due)


def in_december_the_last_day_of_bas_is_corrected(year: Year) -> None:
    """He completed his training on 15 January 2027, so that a year is over on 15 January 2028."""
    year.at("2027-12-06 09:00")
    year.announce_exit(BAS, "2027-12-31")
    first = ("preview", "2027-12-31", 100, "2400.00", "within_12_months")
    assert training.statement_of(year, BAS) == first
    year.at("2027-12-13 09:00")
    year.set_last_day(BAS, "2028-01-20")
    year.at("2027-12-13 12:00")  # nobody tells the service: it reads it in the HRIS
    due = ("2028-01-20", 50, "1200.00", "between_12_and_24_months")
    assert training.statement_of(year, BAS) == ("preview", *due)
    year.at("2028-01-20 23:00")
    assert training.exit_of(year, BAS)["state"] == "announced"
    year.at("2028-01-21 06:00")
    assert training.exit_of(year, BAS)["state"] == "effective"
    assert training.statement_of(year, BAS) == ("settlement", *due)


def in_january_2028_the_books_are_in_order(year: Year, folder: Path) -> None:
    year.at("2028-01-24 09:00")
    file = folder / "aansluiting.html"
    year.command("reconcile", "--format", "html", "--output", str(file))
    assert "Uit dienst met een open account in het leersysteem" in file.read_text(encoding="utf-8")
    found = {(one["code"], one["employeeId"]) for one in year.get("/findings")["items"]}
    assert found == {
        ("grant_missing", HANNA.employee_id),
        ("leaver_account_active", ANNA.employee_id),
        ("leaver_account_active", BAS.employee_id),
        ("repayment_stated", ANNA.employee_id),
        ("repayment_stated", BAS.employee_id),
    }
    assert hours_in_2027(year, DEWI) == ("92.00", "92.00")
    assert hours_in_2027(year, GIJS) == ("16.00", "80.00")
    assert hours_in_2027(year, FLEUR) is None  # who stayed away learned nothing
    closed = [subject for subject in year.mailed() if "gesloten" in subject]
    assert [subject.split()[1] for subject in closed] == ["2027-1", "2027-2", "2028-1"]


def requests_of(year: Year, state: str) -> list[Body]:
    found: list[Body] = year.get(f"/training-requests?state={state}&tranche=2027-2")["items"]
    return found


def waiting(year: Year) -> set[str]:
    """What lies with HR and the management team, by title."""
    return {one["title"] for one in requests_of(year, "under_review")}


def hours_in_2027(year: Year, person: Person) -> tuple[str, str] | None:
    """Counted hours and their limit; None when nothing counted."""
    overview = year.get(f"/employees/{person.employee_id}/learning-overview")
    for one in overview["years"]:
        if one["year"] == 2027:
            return one["countedHours"], one["limitHours"]
    return None

"""*Incompany*: what the knowledge broker does there, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.rendered import form_of
from tests.adapter.subjects.in_company.conftest import AFTERWARDS, SESSION, Training
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Office

SignIn = Callable[..., Browser]
BROKER = "10011"
FIRST, SECOND, THIRD = TEAM
FORM: dict[str, str] = {
    "cursus": "INC-001",
    "dag-1": "2027-03-01",
    "uren-1": "16",
    "dag-2": "",
    "uren-2": "",
    "dag-3": "08-03-2027",
    "uren-3": "7,5",
    "plaats": "Zaal 1",
    "plaatsen": "2",
    "aanmelden-tot": "2027-02-15",
    "deelnemers": "",
    "prijs": "3000",
    "afspraken": "Wie niet komt, doet later mee.",
}


@pytest.fixture
def broker(sign_in: SignIn) -> Browser:
    return sign_in(BROKER, Role.KNOWLEDGE_BROKER)


def seen(office: Office, path: str) -> dict[str, Any]:
    answer = office.call("GET", path, Role.KNOWLEDGE_BROKER)
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_session_is_planned_as_by_the_api(office: Office, broker: Browser) -> None:
    assert "INC-001" in broker.page("/incompany/nieuw")
    answer = broker.post("/incompany/nieuw", FORM)
    assert answer.status_code == 303, answer.text
    [one] = seen(office, "/in-company-sessions")["items"]
    assert answer.location == f"/incompany/{one['id']}?gedaan=session_planned"
    assert one["days"] == [
        {"date": "2027-03-01", "hours": "16.00"},
        {"date": "2027-03-08", "hours": "7.50"},
    ]
    assert (one["place"], one["capacity"], one["plannedParticipants"]) == ("Zaal 1", 2, 2)
    assert (one["priceEur"], one["signUpClosesDate"]) == ("3000.00", "2027-02-15")
    assert one["absenceTerms"] == "Wie niet komt, doet later mee."
    page = broker.page(answer.location)
    assert "De bijeenkomst is gepland." in page
    assert "€\xa03.000,00" in page


@pytest.mark.parametrize(
    ("field", "typed", "name", "told"),
    [
        ("cursus", "", "cursus", "Vul dit in."),
        ("cursus", "OPL-001", "cursus", "niet als incompany-opleiding gemarkeerd"),
        ("plaats", "", "plaats", "Vul dit in."),
        ("plaatsen", "veel", "plaatsen", "Dit is geen getal."),
        ("plaatsen", "0", "plaatsen", "Dit moet 1 of meer zijn."),
        ("prijs", "-5", "prijs", "Vul een bedrag van 0 of meer in"),
        ("dag-1", "ooit", "dag-1", "Kies een datum"),
        ("dag-3", "", "dag-2", "Vul dit in."),
        ("dag-3", "2027-03-01", "dag-1", "meer dan eens"),
        ("uren-3", "0", "uren-2", "meer dan 0 uur"),
        ("aanmelden-tot", "2027-03-02", "aanmelden-tot", "2027"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_what_was_typed_stays(
    office: Office, broker: Browser, field: str, typed: str, name: str, told: str
) -> None:
    answer = broker.post("/incompany/nieuw", FORM | {field: typed})
    assert answer.status_code == 422
    assert f'<a href="#{name}">' in answer.text
    error = answer.text.partition(f'id="{name}-error">')[2].partition("</p>")[0]
    assert told in error
    assert "Wie niet komt, doet later mee." in answer.text
    assert seen(office, "/in-company-sessions")["items"] == []


def test_a_session_without_a_day_is_refused(office: Office, broker: Browser) -> None:
    without = {name: value for name, value in FORM.items() if name[:3] not in ("dag", "ure")}
    answer = broker.post("/incompany/nieuw", without)
    assert answer.status_code == 422
    assert '<a href="#dag-1">' in answer.text
    assert seen(office, "/in-company-sessions")["items"] == []


def test_more_days_are_asked_for_without_losing_what_was_typed(broker: Browser) -> None:
    answer = broker.post("/incompany/nieuw", FORM | {"meer": "ja"})
    assert answer.status_code == 200
    assert 'name="dag-7"' in answer.text
    assert 'value="7,5"' in answer.text


def test_a_session_is_changed(office: Office, broker: Browser) -> None:
    training = Training(office)
    path = f"/incompany/{training.id}"
    edit = f"{path}/wijzigen"
    assert 'value="3000"' in broker.page(edit)
    answer = broker.send(edit, edit, plaats="Zaal 2", prijs="", plaatsen="12")
    assert answer.location == f"{path}?gedaan=session_changed"
    one = seen(office, training.path)
    assert (one["version"], one["place"], one["capacity"]) == (2, "Zaal 2", 12)
    assert one["priceEur"] is None


def test_a_change_goes_by_the_version_that_was_read(office: Office, broker: Browser) -> None:
    training = Training(office)
    path = f"/incompany/{training.id}/wijzigen"
    for version in ("2", "", "x"):
        answer = broker.post(path, FORM | {"version": version, "plaats": "Zaal 3"})
        assert answer.status_code == 422, version
        assert "Zaal 3" in answer.text, "what was typed is not lost"
        assert "Iemand anders heeft dit intussen gewijzigd" in answer.text
    assert seen(office, training.path)["place"] == "Zaal 1"


def test_fewer_places_than_were_given_is_told_at_the_field(office: Office, broker: Browser) -> None:
    training = Training(office)
    training.signed_up(FIRST, SECOND, consented=True)
    answer = broker.post(
        f"/incompany/{training.id}/wijzigen", FORM | {"version": "1", "plaatsen": "1"}
    )
    assert answer.status_code == 422
    assert '<a href="#plaatsen">' in answer.text


def test_a_session_is_called_off_with_a_reason(office: Office, broker: Browser) -> None:
    training = Training(office)
    training.signed_up(FIRST)
    path = f"/incompany/{training.id}"
    refused = broker.send(path, f"{path}/afblazen", reden=" ")
    assert refused.status_code == 422
    assert '<a href="#reden">' in refused.text
    again = form_of(refused.text, f"{path}/afblazen") | {"reden": "De docent is verhinderd."}
    answer = broker.post(f"{path}/afblazen", again)
    assert answer.location == f"{path}?gedaan=session_cancelled"
    assert "De docent is verhinderd." in broker.page(path)
    assert "afgeblazen" in broker.page("/incompany")
    assert (FIRST, "in_company_session_cancelled_employee") in training.told()


def test_what_another_changed_is_shown_beside_the_reason_that_was_typed(
    office: Office, broker: Browser
) -> None:
    training = Training(office)
    path = f"/incompany/{training.id}"
    opened = form_of(broker.page(path), f"{path}/afblazen")
    assert broker.send(f"{path}/wijzigen", f"{path}/wijzigen", plaats="Zaal 9").status_code == 303
    for version in (opened["version"], "", "x"):
        typed = opened | {"version": version, "reden": "De docent is verhinderd."}
        refused = broker.post(f"{path}/afblazen", typed)
        assert refused.status_code == 422, version
        assert "Iemand anders heeft dit intussen gewijzigd" in refused.text
        assert "Zaal 9" in refused.text
        shown = form_of(refused.text, f"{path}/afblazen")
        assert shown["reden"] == "De docent is verhinderd."
        assert shown["version"] == "2"
    assert seen(office, training.path)["state"] == "planned"


def test_a_session_that_has_begun_is_not_changed_any_more(office: Office, sign_in: SignIn) -> None:
    training = Training(office)
    office.clock.moment = AFTERWARDS
    broker = sign_in(BROKER, Role.KNOWLEDGE_BROKER)
    form = FORM | {"version": "1"}
    answer = broker.post(f"/incompany/{training.id}/wijzigen", form)
    assert answer.status_code == 409
    assert "afblazen" not in broker.page(f"/incompany/{training.id}")


def test_attendance_is_recorded_of_all_at_once(office: Office, sign_in: SignIn) -> None:
    training = Training(office, capacity=3)
    training.signed_up(FIRST, SECOND, THIRD, consented=True)
    office.clock.moment = AFTERWARDS
    broker = sign_in(BROKER, Role.KNOWLEDGE_BROKER)
    ids = {one["employeeId"]: one["id"] for one in training.participants()}
    page = broker.page(f"/incompany/{training.id}")
    assert f'name="stap-{ids[FIRST]}"' in page
    assert "Aanwezigheid van Sanne Test10001" in page
    form = form_of(page, f"/incompany/{training.id}/aanwezigheid")
    form |= {f"stap-{ids[FIRST]}": "attend", f"stap-{ids[SECOND]}": "no_show"}
    answer = broker.post(f"/incompany/{training.id}/aanwezigheid", form)
    assert answer.location == f"/incompany/{training.id}?gedaan=attendance_recorded"
    assert training.states() == {FIRST: "attended", SECOND: "no_show", THIRD: "placed"}
    again = broker.post(f"/incompany/{training.id}/aanwezigheid", form)
    assert again.status_code == 303, "the same again changes nothing"
    form |= {f"stap-{ids[FIRST]}": "excuse", f"stap-{ids[SECOND]}": ""}
    assert broker.post(f"/incompany/{training.id}/aanwezigheid", form).status_code == 412
    assert training.states()[FIRST] == "attended"


def test_attendance_is_not_recorded_before_the_last_day(office: Office, broker: Browser) -> None:
    training = Training(office)
    training.signed_up(FIRST, consented=True)
    one = training.participant(FIRST)
    assert "stap-" not in broker.page(f"/incompany/{training.id}")
    form = {f"stap-{one['id']}": "attend", f"version-{one['id']}": str(one["version"])}
    assert broker.post(f"/incompany/{training.id}/aanwezigheid", form).status_code == 409
    form |= {f"stap-{one['id']}": "consent"}
    assert broker.post(f"/incompany/{training.id}/aanwezigheid", form).status_code == 409
    assert training.states() == {FIRST: "placed"}


def test_the_broker_reads_no_reasons_and_no_costs_of_persons(
    office: Office, broker: Browser
) -> None:
    training = Training(office)
    training.signed_up(FIRST)
    training.step(FIRST, "refuse", reason="Past nu niet in het werk.")
    page = broker.page(f"/incompany/{training.id}")
    assert "geen instemming" in page
    assert "Past nu niet" not in page
    assert "250,00" not in page, "3000 euros over 12 participants"


def test_sessions_are_listed_the_first_one_first_and_the_past_below(
    office: Office, sign_in: SignIn
) -> None:
    later = Training(office, days=[{"date": "2027-05-01", "hours": "8.00"}])
    first = Training(office)
    office.clock.moment = AFTERWARDS
    broker = sign_in(BROKER, Role.KNOWLEDGE_BROKER)
    newest = Training(
        office,
        days=[{"date": "2027-04-01", "hours": "8.00"}],
        signUpClosesDate="2027-03-15",
    )
    page = broker.page("/incompany")
    places = [page.index(f"/incompany/{one.id}") for one in (newest, later, first)]
    assert places == sorted(places)
    assert page.index("Begonnen of voorbij") < places[-1]


def test_a_long_list_comes_in_portions(office: Office, broker: Browser) -> None:
    body = SESSION | {"capacity": 1}
    for number in range(51):
        day = date(2027, 3, 1) + timedelta(days=number)
        one = {"place": f"Zaal {number:03}", "days": [{"date": f"{day}", "hours": "8.00"}]}
        assert (
            office.call(
                "POST", "/in-company-sessions", Role.KNOWLEDGE_BROKER, body | one
            ).status_code
            == 201
        )
    first, second = broker.page("/incompany"), broker.page("/incompany?komend=2")
    assert "Zaal 049" in first
    assert "Zaal 050" not in first
    assert "/incompany?komend=2" in first
    assert "Zaal 050" in second
    assert "Zaal 049" not in second
    assert "Zaal 000" in broker.page("/incompany?komend=-1")


def test_overlaps_lead_to_a_session_and_to_a_price(office: Office, broker: Browser) -> None:
    for employees in (["10001"], ["10001", "10002"]):
        office.move(office.ask(employeeIds=employees, trajectoryId="T-3"), "submitted")
    page = broker.page("/incompany/vraag")
    assert "prijs onbekend" in page
    assert "/incompany/vraag?opleiding=OPL-003#record-price" in page
    assert "2.400,00" not in page, "what the requests cost is not the broker's to see"
    form = {"opleiding": "OPL-003", "prijs": "5000", "plaatsen": "1", "bron": "Offerte van 1 mei"}
    wrong = broker.post("/incompany/prijzen", form | {"bron": "", "prijs": "duur"})
    assert wrong.status_code == 422
    assert '<a href="#bron">' in wrong.text
    assert 'value="duur"' in wrong.text
    answer = broker.post("/incompany/prijzen", form)
    assert answer.location == "/incompany/vraag?gedaan=price_recorded"
    [price] = seen(office, "/in-company-prices")["items"]
    assert (price["sessionCostsEur"], price["recordedBy"]) == ("5000.00", BROKER)
    page = broker.page("/incompany/vraag")
    assert "prijs onbekend" not in page
    assert "Offerte van 1 mei" in page


def test_an_unknown_session_is_said(broker: Browser) -> None:
    for path in ("/incompany/niets", "/incompany/niets/wijzigen"):
        assert broker.get(path).status_code == 404
    assert broker.post("/incompany/niets/wijzigen", FORM).status_code == 404
    assert broker.post("/incompany/niets/afblazen", {"reden": "x"}).status_code == 404
    assert broker.post("/incompany/niets/aanwezigheid", {}).status_code == 404


@pytest.mark.parametrize("role", [None, Role.HR, Role.AUDITOR, Role.ADMIN, Role.MANAGEMENT_TEAM])
def test_other_roles_do_not_get_in(office: Office, sign_in: SignIn, role: Role | None) -> None:
    training = Training(office)
    other = sign_in(FIRST, *([] if role is None else [role]))
    for path in ("", "/nieuw", "/vraag", f"/{training.id}", f"/{training.id}/wijzigen"):
        assert other.get(f"/incompany{path}").status_code == 403, path
    for path in (
        "/nieuw",
        "/prijzen",
        f"/{training.id}/wijzigen",
        f"/{training.id}/afblazen",
        f"/{training.id}/aanwezigheid",
    ):
        form = FORM | {"version": "1", "reden": "x"}
        assert other.post(f"/incompany{path}", form).status_code == 403, path
    assert "/incompany" not in other.page("/")
    assert seen(office, training.path)["version"] == 1


def test_a_form_without_our_token_plans_nothing(office: Office, broker: Browser) -> None:
    assert broker.client.post("/incompany/nieuw", data=FORM).status_code == 403
    assert seen(office, "/in-company-sessions")["items"] == []


def test_the_pages_speak_english_too(office: Office, broker: Browser) -> None:
    training = Training(office)
    english = {"Accept-Language": "en"}
    for path in ("", "/nieuw", "/vraag", f"/{training.id}", f"/{training.id}/wijzigen"):
        answer = broker.get(f"/incompany{path}", headers=english)
        assert answer.headers["Content-Language"] == "en"
        assert "Bijeenkomst" not in answer.text


def test_the_manager_is_not_shown_the_brokers_menu(sign_in: SignIn) -> None:
    assert 'href="/incompany"' not in sign_in(MANAGER).page("/")
    assert 'href="/incompany"' in sign_in(BROKER, Role.KNOWLEDGE_BROKER).page("/")

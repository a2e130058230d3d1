"""HR draws an agreement up, records what was signed on paper and files it; people sign here."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import JANUARY, MANAGER, TEAM, Body, Office
from tests.adapter.subjects.requests.test_signed_files import GOOD

SignIn = Callable[..., Browser]
PERSON, HR = TEAM[0], TEAM[1]
TODAY = JANUARY.date().isoformat()


def drawn_up(office: Office) -> Body:
    body = {"grantId": office.granted()["id"], "employeeId": PERSON, "arrangements": "elke week"}
    found: Body = office.call("POST", "/agreements", Role.HR, body).get_json()
    return found


def on_record(office: Office) -> list[Body]:
    found: list[Body] = office.call("GET", "/agreements", Role.HR).get_json()["items"]
    return found


def do(browser: Browser, path: str, act: str, **fields: Any) -> Any:
    return browser.send(path, f"{path}/{act}", **fields)


@pytest.fixture
def granted(office: Office) -> Body:
    return office.granted()


def test_hr_draws_up_what_was_granted(office: Office, granted: Body, sign_in: SignIn) -> None:
    hr = sign_in(HR, Role.HR)
    match = re.search(r'href="(/overeenkomsten/opstellen/[^"]+)"', hr.page("/overeenkomsten"))
    assert match is not None
    assert 'value="2400,00"' in hr.page(match[1])
    assert hr.send(match[1], match[1], arrangements="Elke week.").status_code == 303
    [made] = on_record(office)
    assert (made["employeeId"], made["agreedCostsEur"], made["grantId"]) == (
        PERSON,
        "2400.00",
        granted["id"],
    )


def test_a_next_version_begins_with_all_that_the_last_one_says(
    office: Office, granted: Body, sign_in: SignIn
) -> None:
    hr = sign_in(HR, Role.HR)
    path = f"/overeenkomsten/opstellen/{granted['id']}/{PERSON}"
    said = {"arrangements": "Elke week.", "further": "Boeken blijven van het kantoor."}
    assert hr.send(path, path, agreed_costs="2.300,00", **said).status_code == 303
    assert hr.send(path, path, agreed_costs="2.200,00").status_code == 303
    first, second = on_record(office)
    assert (first["version"], second["version"]) == (1, 2)
    assert second["parts"]["further_conditions"] == "Boeken blijven van het kantoor."
    assert second["parts"]["arrangements"] == "Elke week."
    assert second["agreedCostsEur"] == "2200.00"


def test_what_is_wrong_with_a_draft_is_told_beside_it(granted: Body, sign_in: SignIn) -> None:
    path = f"/overeenkomsten/opstellen/{granted['id']}/{PERSON}"
    answer = sign_in(HR, Role.HR).post(path, {"agreed_costs": "veel", "arrangements": "Ja."})
    assert answer.status_code == 422
    assert 'id="draw_up-agreed_costs-error"' in answer.text
    assert 'href="#draw_up-agreed_costs"' in answer.text


def test_a_signature_on_paper_needs_its_file_and_then_it_is_filed(
    office: Office, sign_in: SignIn
) -> None:
    agreement = drawn_up(office)
    hr = sign_in(HR, Role.HR)
    path = f"/overeenkomsten/{agreement['id']}"
    early = {"party": "employee", "signed_on": TODAY, "version": "0"}
    assert hr.post(f"{path}/record_signature", early).status_code == 409
    sent = {"file": (io.BytesIO(GOOD), "getekend.pdf")}
    assert hr.post(f"{path}/bestand", sent).status_code == 303
    for party in ("employee", "manager"):
        answer = do(hr, path, "record_signature", party=party, signed_on=TODAY)
        assert answer.status_code == 303, answer.text
    assert do(hr, path, "file", filed_on=TODAY).status_code == 303
    [row] = on_record(office)
    assert row["filedDate"] == TODAY
    assert {one["fileSha256"] for one in row["signatures"]} == {hashlib.sha256(GOOD).hexdigest()}


@pytest.mark.parametrize("content", [b"", b"geen pdf"])
def test_a_file_that_is_no_pdf_is_not_kept(office: Office, sign_in: SignIn, content: bytes) -> None:
    agreement = drawn_up(office)
    hr = sign_in(HR, Role.HR)
    sent = {"file": (io.BytesIO(content), "getekend.pdf")}
    answer = hr.post(f"/overeenkomsten/{agreement['id']}/bestand", sent)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def document_hash(page: str) -> str:
    match = re.search(r'name="document" value="([0-9a-f]{64})"', page)
    assert match is not None
    return match[1]


def test_employee_and_manager_sign_what_they_read(office: Office, sign_in: SignIn) -> None:
    agreement = drawn_up(office)
    employee, manager = sign_in(PERSON), sign_in(MANAGER)
    mine = f"/mijn-leren/overeenkomsten/{agreement['id']}"
    assert mine in employee.page("/mijn-leren")
    read = document_hash(employee.page(mine))
    assert hashlib.sha256(employee.get(f"{mine}/document.pdf").data).hexdigest() == read
    form = {"document": read, "gelezen": "ja"}
    assert employee.post(f"{mine}/ondertekenen", form).status_code == 303
    teams = f"/mijn-team/overeenkomsten/{agreement['id']}"
    assert teams in manager.page("/mijn-team")
    form["document"] = document_hash(manager.page(teams))
    assert manager.post(f"{teams}/ondertekenen", form).status_code == 303
    [row] = on_record(office)
    assert {one["party"]: one["recordedBy"] for one in row["signatures"]} == {
        "employee": PERSON,
        "manager": MANAGER,
    }
    assert read in {one["fileSha256"] for one in row["signatures"]}


def test_nobody_signs_without_saying_that_it_was_read(office: Office, sign_in: SignIn) -> None:
    agreement = drawn_up(office)
    employee = sign_in(PERSON)
    path = f"/mijn-leren/overeenkomsten/{agreement['id']}"
    form = {"document": document_hash(employee.page(path))}
    answer = employee.post(f"{path}/ondertekenen", form)
    assert answer.status_code == 422
    assert 'id="gelezen-error"' in answer.text
    assert on_record(office)[0]["signatures"] == []


def test_another_document_than_was_read_is_not_signed(office: Office, sign_in: SignIn) -> None:
    agreement = drawn_up(office)
    employee = sign_in(PERSON)
    path = f"/mijn-leren/overeenkomsten/{agreement['id']}/ondertekenen"
    answer = employee.post(path, {"document": "0" * 64, "gelezen": "ja"})
    assert answer.status_code == 409
    assert on_record(office)[0]["signatures"] == []


def test_an_agreement_of_somebody_else_is_not_there(office: Office, sign_in: SignIn) -> None:
    agreement = drawn_up(office)
    colleague = sign_in(TEAM[2])
    assert colleague.get(f"/mijn-leren/overeenkomsten/{agreement['id']}").status_code == 404
    pdf = colleague.get(f"/mijn-leren/overeenkomsten/{agreement['id']}/document.pdf")
    assert pdf.status_code == 404

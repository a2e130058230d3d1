"""An employee takes along all that is kept about him, and nothing of anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import select

from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]
PERSON, COLLEAGUE = TEAM[:2]


def test_all_of_ones_own_is_given_and_nothing_of_another(office: Office, sign_in: SignIn) -> None:
    office.granted(employeeIds=[PERSON, COLLEAGUE])
    grants = office.call("GET", "/grants", Role.HR).get_json()["items"]
    [mine] = [one["id"] for one in grants if one["employeeId"] == PERSON]
    body = {"grantId": mine, "employeeId": PERSON, "arrangements": "elke week"}
    agreement = office.call("POST", "/agreements", Role.HR, body).get_json()
    signed = {"party": "employee", "signedDate": "2027-01-12", "method": "electronic"}
    path = f"/agreements/{agreement['id']}/signatures"
    office.call("POST", path, Role.EMPLOYEE, signed, employee=PERSON)
    answer = sign_in(PERSON).get("/mijn-leren/mijn-gegevens.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = json.loads(answer.data)
    assert {"employees", "grants", "agreements", "signatures", "training_requests"} <= kept.keys()
    assert [row["employee_ids"] for row in kept["training_requests"]] == [[PERSON]]
    assert {row["employee_id"] for row in kept["grants"]} == {PERSON}
    of_another = [name for name, rows in kept.items() if COLLEAGUE in json.dumps(rows)]
    assert set(of_another) <= {"browser_sessions"}
    for table in kept.keys() & inventory().keys():
        secret = set(inventory()[table].holding(Holds.SECRET, Holds.FILES))
        assert not secret & {name for row in kept[table] for name in row}


def test_asking_for_it_is_in_the_audit_trail(office: Office, sign_in: SignIn) -> None:
    sign_in(PERSON).get("/mijn-leren/mijn-gegevens.json")
    lines = select(AuditLineRow.actor).where(AuditLineRow.action == "export-own-records")
    with office.parts.register.read() as connection:
        assert list(connection.execute(lines).scalars()) == [PERSON]


def test_a_statement_of_somebody_else_is_no_page(sign_in: SignIn) -> None:
    assert sign_in(PERSON).get("/mijn-leren/opgaven/nowhere/1.pdf").status_code == 404

"""What leads to consequences for somebody is there for that employee to read, and for no other
employee and no manager (P10)."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.web.roles.conftest import COLLEAGUE, PERSON, World
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER

HR, MT, AUDITOR = Role.HR, Role.MANAGEMENT_TEAM, Role.AUDITOR
EVERYONES: dict[str, set[Role]] = {
    "decisions": {HR, AUDITOR},
    "holds": {HR, MT},
    "exits": {HR},
    "claims": {HR},
    "agreements": {HR},
}
"""Who reads the records of everyone, by the resource of the list."""

ONE_RECORD = {
    "/decisions/{decision}": "decisions",
    "/holds/{hold}": "holds",
    "/holds/{hold}/set-asides": "holds",
    "/exits/{exit}/repayment-statements": "exits",
    "/exits/{exit}/repayment-statements/1": "exits",
    "/claims/{claim}": "claims",
    "/agreements/{agreement}": "agreements",
    "/agreements/{agreement}/signatures": "agreements",
}
"""What is read of one record of `PERSON`, with the resource that it belongs to."""

OTHERS = (COLLEAGUE, MANAGER, None)


@pytest.mark.parametrize("path", ONE_RECORD)
def test_one_record_opens_for_the_employee_and_is_not_there_for_others(
    world: World, path: str
) -> None:
    def status(role: Role, employee: str | None) -> int:
        place = path.format(**world.ids)
        return world.office.call("GET", place, role, employee=employee).status_code

    assert status(Role.EMPLOYEE, PERSON) == 200
    assert [status(Role.EMPLOYEE, other) for other in OTHERS] == [404, 404, 404]
    of_team, of_another = (200, 404) if path.startswith("/agreements") else (403, 403)
    assert status(Role.MANAGER, MANAGER) == of_team
    assert status(Role.MANAGER, OTHER_MANAGER) == of_another
    assert {one: status(one, None) for one in EVERYONES[ONE_RECORD[path]]} == dict.fromkeys(
        EVERYONES[ONE_RECORD[path]], 200
    )


@pytest.mark.parametrize("resource", EVERYONES)
def test_a_list_holds_the_own_records_only(world: World, resource: str) -> None:
    def whose(role: Role, employee: str | None) -> set[str] | int:
        answer = world.office.call("GET", f"/{resource}", role, employee=employee)
        if answer.status_code != 200:
            return answer.status_code
        return {one["employeeId"] for one in answer.get_json()["items"]}

    assert whose(Role.EMPLOYEE, PERSON) == {PERSON}
    assert [whose(Role.EMPLOYEE, other) for other in OTHERS] == [set(), set(), set()]
    of_team, of_another = ({PERSON}, set()) if resource == "agreements" else (403, 403)
    assert whose(Role.MANAGER, MANAGER) == of_team
    assert whose(Role.MANAGER, OTHER_MANAGER) == of_another
    for role in EVERYONES[resource]:
        assert whose(role, None) == {PERSON}


@pytest.mark.parametrize("resource", EVERYONES)
def test_paging_on_from_anothers_record_is_as_from_one_that_is_not_there(
    world: World, resource: str
) -> None:
    def page(cursor: str, employee: str) -> tuple[int, Any]:
        path = f"/{resource}?cursor={cursor}"
        answer = world.office.call("GET", path, Role.EMPLOYEE, employee=employee)
        said = answer.get_json()
        return answer.status_code, said.get("items", said.get("errors"))

    record = world.ids[resource.removesuffix("s")]
    assert page(record, PERSON) == (200, [])
    assert page(record, COLLEAGUE) == page("nobodys", COLLEAGUE)


def test_an_employee_changes_nothing_of_it(world: World) -> None:
    override = f"/exits/{world.ids['exit']}/repayment-statements/1/overrides"
    for path in (
        f"/holds/{world.ids['hold']}/set-asides",
        f"/decisions/{world.ids['decision']}/recomputations",
        f"/exits/{world.ids['exit']}/endings",
        override,
        f"/claims/{world.ids['claim']}/waivers",
    ):
        answer = world.office.call("POST", path, Role.EMPLOYEE, {}, employee=PERSON)
        assert answer.status_code == 403, path

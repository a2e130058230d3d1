"""The work list over HTTP: filtered, paged, changed with the version that was read."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from adapter.doors.messages.media_types import XLSX
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.register.keys import Role, create_key
from adapter.views.tasks.task import TaskKind
from tests.adapter.doors.imports.sheets import rows_of
from tests.adapter.views.tasks.situations import MANAGER, SITUATIONS
from tests.fixtures.agency import IRIS, Agency
from tests.fixtures.web import client_of


class Desk:
    """Somebody with a key."""

    def __init__(self, agency: Agency, role: Role, employee_id: str) -> None:
        key = create_key(agency.register, agency.clock, "test", role, employee_id)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._client = client_of(agency.parts)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._client.get(f"/v1{path}", headers=self._headers | headers)

    def items(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/tasks{query}").get_json()["items"]
        return found

    def patch(self, task: dict[str, Any], version: int, **body: object) -> TestResponse:
        headers = self._headers | {"If-Match": f'"{version}"'}
        return self._client.patch(f"/v1/tasks/{task['id']}", json=body, headers=headers)


@pytest.fixture
def hr(agency: Agency) -> Desk:
    for kind in (TaskKind.TWO_ACCOUNTS, TaskKind.REQUEST_INCOMPLETE, TaskKind.DEAD_LETTER):
        for step in SITUATIONS[kind].arises:
            step(agency)
    return Desk(agency, Role.HR, MANAGER)


def test_the_most_pressing_comes_first_page_by_page(hr: Desk) -> None:
    kinds = [one["kind"] for one in hr.items()]
    assert kinds == ["dead_letter", "two_accounts", "request_incomplete"]
    page = hr.get("/tasks?limit=2").get_json()
    assert (len(page["items"]), page["total"]) == (2, 3)
    last = hr.get(f"/tasks?limit=2&cursor={page['next']}").get_json()
    assert (len(last["items"]), "next" in last) == (1, False)


def test_a_task_tells_all_that_is_needed_to_act(hr: Desk) -> None:
    (one,) = hr.items("?kind=request_incomplete")
    assert one["what"] == "Aanvraag „Leergang” mist: motivering. Vul de aanvraag aan."
    assert (one["clause"], one["dueDate"], one["forEmployeeId"]) == (
        "Visie §6",
        "2027-07-15",
        MANAGER,
    )
    english = hr.get(f"/tasks/{one['id']}", **{"Accept-Language": "en"}).get_json()
    assert english["what"] == "Request “Leergang” lacks: motivation. Complete the request."


def test_what_people_add_stays_with_the_task(hr: Desk) -> None:
    task = hr.items()[0]
    body = {"assigneeId": IRIS, "dueDate": "2027-04-30", "note": "Ik bel.", "seen": True}
    answer = hr.patch(task, 0, **body)
    assert answer.status_code == 200, answer.get_json()
    assert answer.headers["ETag"] == '"1"'
    again = hr.get(f"/tasks/{task['id']}").get_json()
    assert again | body == again | {"seenAt": "2027-03-15T12:00:00Z"} | body
    assert (again["ruleDueDate"], hr.items()[-1]["kind"]) == ("2027-03-17", "request_incomplete")


def test_another_version_is_refused_and_without_one_nothing_happens(hr: Desk) -> None:
    task = hr.items()[0]
    assert hr.patch(task, 0, note="eerst").status_code == 200
    assert hr.patch(task, 0, note="te laat").status_code == 412
    assert hr.get(f"/tasks/{task['id']}").get_json()["note"] == "eerst"


def test_a_task_that_no_act_ends_is_closed_by_hand_with_a_note(hr: Desk, agency: Agency) -> None:
    (task,) = hr.items("?kind=two_accounts")
    answer = hr.patch(task, 0, state="closed")
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["pointer"] == "/note"
    assert hr.patch(task, 0, state="closed", note="Zo bedoeld.").status_code == 200
    assert [one["id"] for one in hr.items("?state=closed")] == [task["id"]]
    # A third account makes it another matter.
    agency.account("u8", IRIS)
    (again,) = hr.items("?kind=two_accounts")
    assert (again["id"], again["state"], again["note"]) == (task["id"], "open", "Zo bedoeld.")


def test_a_closed_task_can_be_opened_again(hr: Desk) -> None:
    (task,) = hr.items("?kind=two_accounts")
    hr.patch(task, 0, state="closed", note="Zo bedoeld.")
    assert hr.patch(task, 1, state="open").get_json()["state"] == "open"


def test_an_action_whose_task_is_closed_keeps_nothing_waiting_until_it_is_opened_again(
    hr: Desk, agency: Agency
) -> None:
    (task,) = hr.items("?kind=dead_letter")
    hr.patch(task, 0, state="closed", note="Met de hand gedaan.")
    assert states(agency) == ["left"]
    assert [one["id"] for one in hr.items("?state=closed")] == [task["id"]]
    hr.patch(task, 1, state="open")
    assert states(agency) == ["dead"]


def states(agency: Agency) -> list[str]:
    with agency.register.read() as connection:
        return list(connection.execute(select(OutboxActionRow.state)).scalars())


def test_a_task_that_ends_elsewhere_cannot_be_closed_here(hr: Desk) -> None:
    (task,) = hr.items("?kind=request_incomplete")
    answer = hr.patch(task, 0, state="closed", note="klaar")
    assert answer.status_code == 409
    assert "sluit zichzelf" in answer.get_json()["detail"]


def test_an_unknown_assignee_and_an_unknown_task_are_told(hr: Desk) -> None:
    task = hr.items()[0]
    answer = hr.patch(task, 0, assigneeId="99999")
    assert answer.get_json()["errors"][0]["pointer"] == "/assigneeId"
    assert hr.get("/tasks/no-such-task").status_code == 404


def test_a_manager_sees_and_notes_but_does_not_assign(hr: Desk, agency: Agency) -> None:
    manager = Desk(agency, Role.MANAGER, MANAGER)
    (task,) = manager.items()
    assert task["kind"] == "request_incomplete"
    assert manager.patch(task, 0, note="Volgt.", seen=True).status_code == 200
    assert manager.patch(task, 1, assigneeId=MANAGER).status_code == 403
    foreign = hr.items("?kind=two_accounts")[0]
    assert manager.get(f"/tasks/{foreign['id']}").status_code == 404
    assert Desk(agency, Role.MANAGER, "10019").items() == []


def test_the_list_is_given_as_a_workbook(hr: Desk) -> None:
    answer = hr.get("/tasks", Accept=XLSX)
    assert answer.mimetype == XLSX
    assert "tasks.xlsx" in answer.headers["Content-Disposition"]
    rows = rows_of(answer.data)
    assert [row[2] for row in rows[2:]] == [
        "Actie die niet is uitgevoerd",
        "Meer accounts in het leersysteem voor één medewerker",
        "Onvolledige opleidingsaanvraag",
    ]

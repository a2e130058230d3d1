"""What is particular to Horilla, from the recordings: tokens, partial lists, drift and gaps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from adapter.subjects.sync.scan_brake import reasons_to_stop
from connectors.errors import Misconfigured, Transient
from connectors.horilla import Horilla, HorillaConfig
from connectors.horilla.client import HorillaClient, _classify
from connectors.http import HttpClient
from connectors.ports import CheckState
from sandboxes.horilla import SandboxHorilla, SandboxPerson
from sandboxes.horilla.server import PASSWORD, USERNAME
from tests.connectors.horilla.recorded import exchanges, response

READ, LIFE = "02_employees_read", "04_offboarding_lifecycle"


@pytest.fixture
def site() -> Iterator[SandboxHorilla]:
    """Sixty people on three pages, and an account for administration without a badge."""
    people = [_person(number) for number in range(1, 61)]
    with SandboxHorilla([*people, SandboxPerson(99, None, "Admin", "Lab")]) as sandbox:
        yield sandbox


def _person(number: int) -> SandboxPerson:
    return SandboxPerson(
        number, f"MW{number:04}", f"N{number:03}", "van der Berg", joined="2020-02-01"
    )


def _hris(site: SandboxHorilla, minimum_headcount: int = 2) -> Horilla:
    config = HorillaConfig(site.url, "odwh", USERNAME, PASSWORD, minimum_headcount)
    return Horilla(config, HttpClient(config.url, attempts=1, classify=_classify))


def test_everyone_with_a_badge_is_read_and_the_others_are_counted(site: SandboxHorilla) -> None:
    hris = _hris(site)
    scan = hris.scan()
    assert (len(scan.employees), scan.announced, scan.complete) == (60, 60, True)
    warnings = [line for line in hris.check() if line.state is CheckState.WARNING]
    assert [line.name for line in warnings] == ["hris.horilla.badges"]
    assert "1 people" in warnings[0].seen


def test_a_rename_during_the_walk_makes_it_start_again(site: SandboxHorilla) -> None:
    """As recorded: somebody moves to page 1, and somebody else is dropped for it."""
    renames = ["AAA"]

    def rename() -> None:
        if renames:
            site.people[50].first_name = renames.pop()

    site.after_page = rename
    numbers = {one.employee_id for one in _hris(site).scan().employees}
    assert len(numbers) == 60
    assert site.asked.count("/api/employee/list/employees/") == 8


def test_a_list_that_never_stands_still_is_not_believed(site: SandboxHorilla) -> None:
    names = iter(f"A{number:04}" for number in range(1000, 0, -1))
    moving = iter(range(60, 1, -1))

    def rename() -> None:
        site.people[next(moving)].first_name = next(names)

    site.after_page = rename
    with pytest.raises(Transient, match="changed during each"):
        _hris(site).scan()


def test_the_recorded_drift_would_not_show_in_the_number_of_rows() -> None:
    result = response("08_paging_drift", "result of the pass")
    assert result["ids_received"] == result["announced_count"] != result["distinct"]


def test_a_partial_list_is_refused_by_the_headcount(site: SandboxHorilla) -> None:
    site.visible = frozenset(range(1, 12))
    with pytest.raises(Misconfigured, match="view_employee"):
        _hris(site, minimum_headcount=50).scan()


@pytest.mark.parametrize("team", [{4, 5, 6}, {1, 2, 3}, {60}, {1, 99}])
def test_a_list_of_the_own_team_is_not_taken_for_everyone(
    site: SandboxHorilla, team: set[int]
) -> None:
    """However low the headcount is set, and whichever ids the team has."""
    site.visible = frozenset(team)
    with pytest.raises(Misconfigured, match=r"hides people .* employee\.view_employee,"):
        _hris(site, minimum_headcount=1).scan()


def test_ids_of_people_who_were_deleted_hide_nobody(site: SandboxHorilla) -> None:
    for number in (1, 2, 3, 4, 58):
        del site.people[number]
    assert len(_hris(site).scan().employees) == 55


@pytest.mark.parametrize("read", [lambda hris: hris.scan(), lambda hris: hris.employee("MW0003")])
def test_the_error_names_the_permission_that_is_missing_and_not_the_one_that_is_there(
    site: SandboxHorilla, read: Callable[[Horilla], object]
) -> None:
    site.sees_work = False
    hris = _hris(site)
    with pytest.raises(Misconfigured, match=r"employee\.view_employeeworkinformation") as caught:
        read(hris)
    assert "view_employee " not in str(caught.value)
    (line,) = hris.check()
    assert line.state is CheckState.FAILED
    assert "employee.view_employeeworkinformation" in line.seen


def test_the_detail_of_a_person_asks_for_the_other_permission(site: SandboxHorilla) -> None:
    hris = _hris(site)
    hris.scan()
    site.visible = frozenset()
    with pytest.raises(Misconfigured, match=r"employee\.view_employee \("):
        hris.employee("MW0003")


def test_an_account_without_an_employee_record_is_told_what_it_lacks(site: SandboxHorilla) -> None:
    site.has_record = False
    hris = _hris(site)
    with pytest.raises(Transient, match="link the account to an employee record"):
        hris.scan()
    (line,) = hris.check()
    assert "link the account to an employee record" in line.seen


def test_a_call_that_fails_after_the_login_is_not_put_down_to_the_record(
    site: SandboxHorilla,
) -> None:
    """As recorded for work information that is deleted while everybody is read."""
    config = HorillaConfig(site.url, "odwh", USERNAME, PASSWORD)
    client = HorillaClient(config, HttpClient(config.url, attempts=1, classify=_classify))
    with pytest.raises(Transient, match="log says why") as caught:
        client.work_information("99999")
    assert "record" not in str(caught.value)


def test_another_page_than_horillas_is_a_matter_of_the_address() -> None:
    config = HorillaConfig("https://hris.example.org", "odwh", USERNAME, PASSWORD)
    elsewhere = _always(404, "<!DOCTYPE html>")
    with pytest.raises(Misconfigured, match="compare the address"):
        Horilla(config, HttpClient(config.url, classify=_classify, transport=elsewhere)).scan()


def test_a_refused_token_leads_to_one_new_login(site: SandboxHorilla) -> None:
    hris = _hris(site)
    hris.scan()
    site.tokens.clear()
    assert hris.employee("MW0001") is not None
    assert site.asked.count("/api/auth/login/") == 2


def test_a_wrong_password_says_so_and_never_shows_itself(site: SandboxHorilla) -> None:
    config = HorillaConfig(site.url, "odwh", USERNAME, "not-the-password")
    with pytest.raises(Misconfigured, match="user name and password") as raised:
        Horilla(config).scan()
    assert "not-the-password" not in str(raised.value)


def test_a_badge_that_went_to_somebody_else_never_gives_the_former_holder(
    site: SandboxHorilla,
) -> None:
    hris = _hris(site)
    hris.scan()
    site.people[1].badge, site.people[2].badge = "MW9999", "MW0001"
    person = hris.employee("MW0001")
    assert person is not None
    assert person.employments[0].employment_id == "2"


def test_a_new_person_is_found_without_reading_everyone_again(site: SandboxHorilla) -> None:
    hris = _hris(site)
    hris.scan()
    site.people[70] = _person(70)
    site.asked.clear()
    assert hris.employee("MW0070") is not None
    assert len([path for path in site.asked if path.startswith("/api/employee/employees/")]) <= 2


def test_work_information_that_is_missing_leaves_a_person_without_dates(
    site: SandboxHorilla,
) -> None:
    site.people[3].work_info_id = None
    person = _hris(site).employee("MW0003")
    assert person is not None
    assert (person.email, person.department, person.manager_id) == (None, None, None)
    assert (person.employments[0].start, person.employments[0].end) == (None, None)


def test_an_end_before_the_start_is_reported_and_not_believed(site: SandboxHorilla) -> None:
    site.people[4].contract_end = "2001-01-01"
    scan = _hris(site).scan()
    assert [row.field for row in scan.rejected] == ["contract_end_date"]
    assert "MW0004" not in {one.employee_id for one in scan.employees}
    assert reasons_to_stop(scan, 60) == (), "one of sixty does not keep the others from being read"


class _Recorded(httpx.BaseTransport):
    """Answers each path as recorded."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers | {"/api/auth/login/": {"access": "token"}}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = self._answers.get(request.url.path)
        if body is None:
            return httpx.Response(404, json={"error": "Employee does not exist"})
        return httpx.Response(200, json=body)


def _replayed(answers: dict[str, Any]) -> Horilla:
    config = HorillaConfig("https://hris.example.org", "odwh", USERNAME, PASSWORD, 1)
    http = HttpClient(config.url, classify=_classify, transport=_Recorded(answers))
    return Horilla(config, http)


def _list_of(*ids: int) -> dict[str, Any]:
    return {"count": len(ids), "next": None, "results": [{"id": number} for number in ids]}


def test_a_recorded_person_is_read_with_the_work_address_and_not_the_private_one() -> None:
    work, shifts = "work information, permanent", "shifts (only place with hours per week)"
    hris = _replayed(
        {
            "/api/employee/list/employees/": _list_of(4),
            "/api/employee/employees/4/": response(READ, "detail"),
            "/api/employee/employee-work-information/4/": response(READ, work),
            "/api/base/employee-shift/": response(READ, shifts),
        }
    )
    (person,) = hris.scan().employees
    assert (person.employee_id, person.given_name) == ("MW1003", "Daan")
    assert person.email == "medewerker003@example.org"
    assert person.department == "Vergunningverlening"
    assert person.active is True
    (employment,) = person.employments
    assert (employment.start, employment.end) == (date(2018, 5, 14), None)
    assert employment.hours_per_week == Decimal("24.00")


def test_recorded_gaps_are_gaps_and_not_errors() -> None:
    bare = "detail: no last name, no department, no manager"
    missing = "detail: work information record missing"
    hris = _replayed(
        {
            "/api/employee/list/employees/": _list_of(59, 61),
            "/api/employee/employees/59/": response(READ, bare),
            "/api/employee/employee-work-information/59/": response(
                READ, "work information, empty"
            ),
            "/api/employee/employees/61/": response(READ, missing),
            "/api/base/employee-shift/": [],
        }
    )
    scan = hris.scan()
    assert [one.employee_id for one in scan.employees] == ["MW1058", "MW1060"]
    assert scan.rejected == ()
    assert [one.email for one in scan.employees] == [None, None]


@pytest.mark.parametrize(
    ("stage", "active"),
    [
        ("A0 before", True),
        ("A1 in notice period (last day 2026-12-31)", True),
        ("A2 stage FNF (settlement)", True),
        ("A3 stage Archived", False),
        ("A4 moved back out of Archived (mistake or re-hire)", True),
    ],
)
def test_the_recorded_offboarding_shows_nothing_but_archived(stage: str, active: bool) -> None:
    """The announced last day was 31 December 2026; only the date of the contract ever shows."""
    work = response(LIFE, "A0 before: work information")
    hris = _replayed(
        {
            "/api/employee/list/employees/": _list_of(8),
            "/api/employee/employees/8/": response(LIFE, f"{stage}: employee detail"),
            "/api/employee/employee-work-information/8/": work,
            "/api/base/employee-shift/": [],
        }
    )
    (person,) = hris.scan().employees
    assert person.active is active
    assert person.employments[0].end == date.fromisoformat(work["contract_end_date"])


def _refusals() -> list[tuple[str, int, str]]:
    return [
        (one["case"], one["http_status"], json.dumps(one["response"]))
        for file in ("01_auth", "07_permissions")
        for one in exchanges(file)
        if one["http_status"] in (400, 401, 403) and "login" not in (one["path"] or "")
    ]


@pytest.mark.parametrize(("case", "status", "body"), _refusals())
def test_each_recorded_refusal_is_a_matter_of_settings(case: str, status: int, body: str) -> None:
    """400, 401 and 403 all occur for a lack of rights; none may count as an employee's fault."""
    client = HttpClient("https://x", classify=_classify, transport=_always(status, body))
    with pytest.raises(Misconfigured):
        client.request("GET", f"/{case}", repeatable=True)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (301, "", Misconfigured),
        (500, "<h1>Server Error (500)</h1>", Transient),
        (200, '{"error": "Please provide Username and Password"}', Misconfigured),
        (403, '{"detail": "Authentication credentials were not provided."}', Misconfigured),
    ],
)
def test_a_login_that_gives_no_token_is_never_taken_for_one(
    status: int, body: str, error: type[Exception]
) -> None:
    config = HorillaConfig("https://hris.example.org", "odwh", USERNAME, PASSWORD)
    http = HttpClient(config.url, attempts=1, classify=_classify, transport=_always(status, body))
    with pytest.raises(error):
        Horilla(config, http).scan()


def _always(status: int, body: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: httpx.Response(status, text=body))


@pytest.mark.parametrize("case", ["page past the end", "page=0", "detail unknown id"])
def test_the_sandbox_refuses_as_recorded(site: SandboxHorilla, case: str) -> None:
    site.tokens.add("token")
    one = next(one for one in exchanges(READ) if one["case"] == case)
    answer = httpx.get(
        site.url + one["path"], params=one["query"], headers={"Authorization": "Bearer token"}
    )
    assert (answer.status_code, answer.json()) == (one["http_status"], one["response"])


@pytest.mark.parametrize(
    ("case", "person"),
    [
        ("detail", SandboxPerson(4, "MW1003", "Daan", "Öztürk", department="Vergunningen")),
        (
            "detail: work information record missing",
            SandboxPerson(61, "MW1060", "Zonder", "Werkinfo", work_info_id=None),
        ),
    ],
)
def test_the_sandbox_shows_people_in_the_recorded_types(case: str, person: SandboxPerson) -> None:
    recorded, shown = response(READ, case), person.detail()
    assert {name: type(recorded[name]) for name in shown} == {
        name: type(value) for name, value in shown.items()
    }


def test_the_password_never_travels_without_tls() -> None:
    with pytest.raises(Misconfigured, match="https"):
        HorillaConfig("http://hr.example.org", "odwh", USERNAME, PASSWORD)

"""Accounts made and changed in batches: as recorded, and on the sandbox where one goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Misconfigured, Permanent
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.batches import Batches
from connectors.ports import (
    Check,
    CheckState,
    LmsUserChange,
    NewLmsUser,
    RowResult,
    RowState,
)
from sandboxes.moodle import Fault
from tests.connectors.moodle.lab import TOKEN, Lab
from tests.connectors.moodle.replay import Exchange, Replay, exchange

CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
BY_FIELD = "core_user_get_users_by_field"
Open = Callable[..., Moodle]


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    with lab.moodle:
        yield lab


@pytest.fixture
def open_site(lab: Lab) -> Iterator[Open]:
    opened: list[Moodle] = []

    def open_one(*exchanges: Exchange, **config: Any) -> Moodle:
        settings = MoodleConfig(
            lab.moodle.url, TOKEN, known_user="j.devries", known_course="OPL-001", attempts=1
        )
        transport = Replay(exchanges) if exchanges else None
        opened.append(
            Moodle(replace(settings, **config), transport=transport, sleep=lambda _: None)
        )
        return opened[-1]

    yield open_one
    for moodle in opened:
        moodle.close()


def newcomer(number: int, **values: Any) -> NewLmsUser:
    plain = NewLmsUser(
        f"nieuw{number}", "Sanne", "van 't Hof", f"nieuw{number}@example.org", f"2{number:04}"
    )
    return replace(plain, **values)


def newcomers(count: int) -> list[NewLmsUser]:
    return [newcomer(number) for number in range(count)]


def states(results: Sequence[RowResult]) -> list[tuple[RowState, str]]:
    return [(result.state, result.code) for result in results]


def calls(lab: Lab, function: str) -> int:
    return sum(1 for name in lab.moodle.asked if name == function)


DONE = (RowState.DONE, "")


# --- making ----------------------------------------------------------------------------------


def test_an_account_is_made_with_its_number_and_a_password_that_moodle_thinks_up(
    open_site: Open, lab: Lab
) -> None:
    (result,) = open_site().create_users([newcomer(1, department="Zorg")])
    made = lab.state.users[int(str(result.user_id))]
    assert result.state is RowState.DONE
    assert (made.username, made.lastname, made.department) == ("nieuw1", "van 't Hof", "Zorg")
    assert (made.auth, made.profile) == ("manual", {"personeelsnummer": "20001"})


def test_no_password_is_asked_where_people_log_in_elsewhere(open_site: Open, lab: Lab) -> None:
    (result,) = open_site(account_auth="oidc").create_users([newcomer(1)])
    assert lab.state.users[int(str(result.user_id))].auth == "oidc"


def test_the_number_goes_into_the_id_number_where_that_carries_it(
    open_site: Open, lab: Lab
) -> None:
    (result,) = open_site(employee_field="idnumber").create_users([newcomer(1)])
    made = lab.state.users[int(str(result.user_id))]
    assert (made.idnumber, made.profile) == ("20001", {})


def test_the_request_is_the_recorded_one_and_so_is_the_answer(open_site: Open) -> None:
    function, fields, answer = exchange(CREATE, "happy: createpassword=1 (mails the user)")
    sent = {name: value for name, value in fields.items() if "city" not in name}
    sent = {name: value for name, value in sent.items() if "country" not in name}
    account = exchange(BY_FIELD, "happy: by username (with profile custom fields)")[2][0]
    shown = [{**account, "id": 12, "idnumber": "P10032"}]
    site = open_site(
        (function, sent, answer),
        (BY_FIELD, {"field": "id", "values[0]": "12"}, shown),
        employee_field="idnumber",
    )
    row = NewLmsUser("createpw", "Maak", "Wachtwoord", "createpw@example.org", "P10032")
    assert site.create_users([row]) == [RowResult("createpw", RowState.DONE, "12")]


def test_a_bad_row_is_found_and_the_others_are_made(open_site: Open, lab: Lab) -> None:
    rows = newcomers(50)
    rows[17] = newcomer(17, email="J.deVries@example.org")
    rows[40] = newcomer(40, family_name="<b>Vet")
    results = open_site().create_users(rows)
    refused = {one.key: one.code for one in results if one.state is RowState.REFUSED}
    assert refused == {"nieuw17": "email_taken", "nieuw40": "invalidparameter"}
    assert sum(one.state is RowState.DONE for one in results) == 48
    assert [one.key for one in results] == [row.username for row in rows]


def test_a_batch_is_fifty_rows(open_site: Open, lab: Lab) -> None:
    results = open_site().create_users(newcomers(170))
    assert [one.state for one in results] == [RowState.DONE] * 170
    assert calls(lab, CREATE) == 5, "a few first, to see whether they are kept as they are sent"


def test_the_loser_of_a_race_reads_again_before_it_repeats(open_site: Open, lab: Lab) -> None:
    lab.moodle.switches.fail_next(Fault.WRITE_FAILED, function=CREATE)
    site = open_site()
    lab.call(
        CREATE,
        {
            "users[0][username]": "nieuw1",
            "users[0][createpassword]": 1,
            "users[0][firstname]": "Sanne",
            "users[0][lastname]": "van 't Hof",
            "users[0][email]": "nieuw1@example.org",
            "users[0][customfields][0][type]": "personeelsnummer",
            "users[0][customfields][0][value]": "20001",
        },
    )
    lab.moodle.switches.fail_next(Fault.WRITE_FAILED, function=CREATE)
    results = site.create_users([newcomer(1), newcomer(2)])
    assert states(results) == [DONE, DONE]
    assert len([u for u in lab.state.users.values() if u.username == "nieuw1"]) == 1


def test_what_loses_every_race_is_refused_alone(open_site: Open, lab: Lab) -> None:
    lab.moodle.switches.fail_next(Fault.WRITE_FAILED, times=99, function=CREATE)
    assert states(open_site().create_users(newcomers(2))) == [
        (RowState.REFUSED, "dmlwriteexception"),
        (RowState.REFUSED, "dmlwriteexception"),
    ]


def test_after_an_answer_that_did_not_come_nothing_more_is_sent(open_site: Open, lab: Lab) -> None:
    lab.moodle.switches.fail_next(Fault.BAD_GATEWAY, times=9, function=CREATE)
    results = open_site(batch_size=1).create_users(newcomers(6))
    assert [one.state for one in results] == [RowState.UNSURE] + [RowState.NOT_SENT] * 5
    assert calls(lab, CREATE) == 1


def test_a_number_that_does_not_show_stops_the_other_batches(open_site: Open, lab: Lab) -> None:
    site = open_site(employee_field="bestaatniet")
    with pytest.raises(Misconfigured, match="bestaatniet"):
        site.create_users(newcomers(120))
    assert calls(lab, CREATE) == 1


def test_a_way_to_log_in_that_is_not_there_is_said_and_not_tried_2000_times(
    open_site: Open, lab: Lab
) -> None:
    with pytest.raises(Misconfigured, match="saml2"):
        open_site(account_auth="saml2", batch_size=4).create_users(newcomers(20))
    assert calls(lab, CREATE) == 7


def test_a_missing_right_is_one_error_and_not_one_per_row(open_site: Open, lab: Lab) -> None:
    lab.moodle.switches.denied = frozenset({"moodle/user:create"})
    with pytest.raises(Misconfigured, match="core_user_create_users"):
        open_site().create_users(newcomers(120))
    assert calls(lab, CREATE) == 1


class Counting:
    """Rows that take a moment, to see how many requests are under way at once."""

    def __init__(self) -> None:
        self.at_once: list[int] = []
        self.busy = 0
        self.both = threading.Barrier(2, timeout=5)

    def key(self, row: str) -> str:
        return row

    def fields(self, row: str) -> Mapping[str, Any]:
        return {"id": row}

    def send(self, rows: Sequence[str]) -> list[RowResult]:
        self.busy += 1
        self.both.wait()
        self.at_once.append(self.busy)
        self.both.wait()
        self.busy -= 1
        return [RowResult(row, RowState.DONE) for row in rows]

    def standing(self, rows: Sequence[str]) -> list[RowResult]:
        return []

    def refusal(self, row: str, error: Permanent) -> RowResult:
        return RowResult(row, RowState.REFUSED)


def test_two_requests_are_under_way_at_a_time() -> None:
    counting = Counting()
    Batches(1).write([str(number) for number in range(6)], counting)
    assert counting.at_once == [2] * 6


# --- changing --------------------------------------------------------------------------------


def test_only_what_changes_is_sent(open_site: Open) -> None:
    site = open_site(
        exchange("core_webservice_get_site_info", "happy"), exchange(UPDATE, "happy: suspended=1")
    )
    (result,) = site.write_users([LmsUserChange("8", suspended=True)])
    assert result == RowResult("8", RowState.DONE, "8")


def test_profile_fields_and_a_department_are_written_as_recorded(open_site: Open) -> None:
    site = open_site(
        exchange("core_webservice_get_site_info", "happy"),
        exchange(UPDATE, "happy: department and profile custom fields"),
    )
    change = LmsUserChange(
        "8", department="Financiën", employee_id="10005", profile={"functie": "Controller"}
    )
    assert states(site.write_users([change])) == [DONE]


def test_good_rows_are_kept_and_each_bad_one_says_why(open_site: Open, lab: Lab) -> None:
    results = open_site().write_users(
        [
            LmsUserChange("5", department="Zorg"),
            LmsUserChange("99999", department="Zorg"),
            LmsUserChange("4", email="s.vanthof@example.org"),
            LmsUserChange("2", department="Beheer"),
            LmsUserChange("6", department="Zorg"),
        ]
    )
    assert states(results) == [
        DONE,
        (RowState.REFUSED, "invaliduserid"),
        (RowState.REFUSED, "useremailduplicate"),
        (RowState.REFUSED, "usernotupdatedadmin"),
        DONE,
    ]
    assert lab.state.users[6].department == "Zorg"


def test_the_adapter_never_suspends_its_own_account(open_site: Open, lab: Lab) -> None:
    results = open_site().write_users(
        [LmsUserChange("3", suspended=True), LmsUserChange("8", suspended=True)]
    )
    assert {one.key: one.code for one in results} == {"8": "", "3": "service_user"}
    assert not lab.state.users[3].suspended


def test_a_request_stays_far_below_the_number_of_fields_that_php_reads(
    open_site: Open, lab: Lab
) -> None:
    profile = {f"veld{number}": "x" for number in range(20)}
    open_site().write_users(
        [LmsUserChange(str(user), profile=profile) for user in (4, 5, 6, 7, 8, 9) * 5]
    )
    assert calls(lab, UPDATE) == 3


# --- looking up ------------------------------------------------------------------------------


def test_an_account_is_found_by_address_whatever_its_case(open_site: Open) -> None:
    found = open_site().users_by_email(["J.DeVries@example.org", "niemand@example.org"])
    assert [user.user_id for user in found["j.devries@example.org"]] == ["4"]
    assert found["niemand@example.org"] == ()


def test_an_account_shows_its_names_apart_and_its_profile(open_site: Open) -> None:
    user = open_site().users_by_id(["4"])["4"]
    assert (user.given_name, user.family_name, user.department) == ("Jan", "de Vries", "Zorg")
    assert user.profile["functie"] == "Verpleegkundige"


# --- what doctor says of it ------------------------------------------------------------------


def line(site: Moodle, name: str) -> Check:
    return next(check for check in site.check() if check.name.startswith(name))


def test_doctor_proves_that_accounts_may_be_written_without_making_one(
    open_site: Open, lab: Lab
) -> None:
    before = dict(lab.state.users)
    assert line(open_site(write_accounts=True), "lms accounts").state is CheckState.OK
    assert lab.state.users == before


@pytest.mark.parametrize("right", ["moodle/user:create", "moodle/user:update"])
def test_doctor_names_the_right_that_is_missing_for_accounts(
    open_site: Open, lab: Lab, right: str
) -> None:
    lab.moodle.switches.denied = frozenset({right})
    seen = line(open_site(write_accounts=True), "lms accounts")
    assert seen.state is CheckState.FAILED
    assert right in seen.remedy


def test_doctor_asks_for_the_functions_only_where_accounts_are_kept(
    open_site: Open, lab: Lab
) -> None:
    lab.moodle.switches.not_in_service = frozenset({CREATE})
    assert line(open_site(), "lms functions").state is CheckState.OK
    assert CREATE in line(open_site(write_accounts=True), "lms functions").seen

"""Which account is whose and what becomes different of it, without a register or an LMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapter.subjects.accounts.brake import AccountBrake, reasons_to_stop
from adapter.subjects.accounts.desired_account import (
    AccountStanding,
    DesiredAccount,
    family_name,
    standing_on,
)
from adapter.subjects.accounts.matching import Problem
from adapter.subjects.accounts.plan import (
    AccountRules,
    Accounts,
    Alteration,
    Plan,
    plan,
    shared_emails,
)
from adapter.subjects.accounts.teams import moves, team_cohort
from adapter.subjects.accounts.usernames import LONGEST, UsernameFrom, username
from adapter.subjects.leaving.employments import EmploymentFacts
from config.catalogue import Language, keys
from connectors.ports import LmsUser, LmsUserChange
from tests.fixtures.accounts import linked

TODAY = date(2027, 3, 15)
SHAPE = AccountRules(UsernameFrom.EMAIL, None, "3")
NOBODY: frozenset[str] = frozenset()


def wanted(number: str = "10001", **values: Any) -> DesiredAccount:
    plain = DesiredAccount(
        number,
        AccountStanding.EMPLOYED,
        "Iris",
        "de Vries",
        f"{number}@example.org",
        "Zorg",
        "10009",
    )
    return replace(plain, **values)


def account(user_id: str = "7", number: str | None = "10001", **values: Any) -> LmsUser:
    plain = LmsUser(
        user_id,
        f"name{user_id}",
        "",
        number,
        "Iris de Vries",
        "10001@example.org",
        False,
        "Iris",
        "de Vries",
        "Zorg",
    )
    return replace(plain, **values)


def planned(
    *people: DesiredAccount,
    accounts: tuple[LmsUser, ...] = (),
    suspended_by_us: frozenset[str] = NOBODY,
    shape: AccountRules = SHAPE,
) -> Plan:
    by_number: dict[str, list[LmsUser]] = {}
    by_email: dict[str, list[LmsUser]] = {}
    for one in accounts:
        by_number.setdefault(one.employee_id or "", []).append(one)
        by_email.setdefault(one.email.lower(), []).append(one)
    seen = Accounts(by_number, by_email)
    return plan(people, seen, shared_emails(people), suspended_by_us, shape)


def doubts(made: Plan) -> list[tuple[str, Problem]]:
    return [(wanted.employee_id, doubt.problem) for wanted, doubt, _ in made.doubts]


def only_change(made: Plan) -> LmsUserChange:
    (alteration,) = made.alterations
    assert not made.creations
    return alteration.change


# --- standing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "standing"),
    [
        ([(None, None)], AccountStanding.EMPLOYED),
        ([(date(2020, 1, 1), date(2027, 3, 15))], AccountStanding.EMPLOYED),
        ([(date(2020, 1, 1), date(2027, 3, 14))], AccountStanding.LEFT),
        (
            [(date(2020, 1, 1), date(2027, 3, 14)), (date(2027, 3, 15), None)],
            AccountStanding.EMPLOYED,
        ),
        ([(date(2020, 1, 1), date(2027, 3, 14)), (date(2027, 6, 1), None)], AccountStanding.LEFT),
        (
            [(date(2020, 1, 1), date(2027, 3, 14)), (date(2027, 3, 29), None)],
            AccountStanding.EMPLOYED,
        ),
        ([(date(2027, 3, 29), None)], AccountStanding.EMPLOYED),
        ([(date(2027, 3, 30), None)], AccountStanding.LEAVE_ALONE),
        ([], AccountStanding.LEAVE_ALONE),
    ],
)
def test_an_account_is_open_until_the_last_day_of_the_last_employment_has_passed(
    terms: list[tuple[date | None, date | None]], standing: AccountStanding
) -> None:
    facts = [EmploymentFacts(str(n), start, end) for n, (start, end) in enumerate(terms)]
    assert standing_on(TODAY, facts, shown=True, borne_out=True) is standing


def test_who_vanished_or_left_by_hearsay_is_left_alone() -> None:
    runs = [EmploymentFacts("1", None, None)]
    ended = [EmploymentFacts("1", None, date(2027, 1, 31))]
    assert standing_on(TODAY, runs, shown=False, borne_out=True) is AccountStanding.LEAVE_ALONE
    assert standing_on(TODAY, ended, shown=True, borne_out=False) is AccountStanding.LEAVE_ALONE
    assert standing_on(TODAY, ended, shown=False, borne_out=True) is AccountStanding.LEFT


# --- names -----------------------------------------------------------------------------------


def test_a_prefix_goes_before_the_family_name() -> None:
    assert family_name("van der", "Berg") == "van der Berg"
    assert family_name(" van 't ", "Hof") == "van 't Hof"
    assert family_name("", "Özdemir-Çelik") == "Özdemir-Çelik"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("I.deVries@example.org", "i.devries@example.org"),
        ("züleyha.özdemir@example.org", "zuleyha.ozdemir@example.org"),
        ("o'brien+werk@example.org", "obrienwerk@example.org"),
        ("bjørn.groß@example.org", "bjorn.gross@example.org"),
    ],
)
def test_a_username_is_what_moodle_takes(address: str, name: str) -> None:
    assert username(UsernameFrom.EMAIL, address, "10001") == name


def test_a_username_can_be_the_employee_number() -> None:
    assert username(UsernameFrom.NUMBER, "i@example.org", "P 0010001") == "p0010001"
    assert len(username(UsernameFrom.EMAIL, f"{'a' * 200}@example.org", "1")) == LONGEST


# --- matching --------------------------------------------------------------------------------


def test_somebody_without_an_account_gets_one() -> None:
    (creation,) = planned(wanted()).creations
    assert creation.account.username == "10001@example.org"
    assert (creation.account.given_name, creation.account.family_name) == ("Iris", "de Vries")
    assert creation.account.employee_id == "10001"


def test_an_account_that_is_right_asks_for_nothing() -> None:
    made = planned(wanted(), accounts=(account(),))
    assert (made.creations, made.alterations, made.doubts) == ([], [], [])


def test_the_number_goes_before_the_address() -> None:
    other = account("8", None, email="10001@example.org")
    mine = account("7", "10001", email="oud@example.org")
    made = planned(wanted(), accounts=(mine, other))
    assert only_change(made) == LmsUserChange("7", email="10001@example.org")


def test_an_account_with_the_address_and_no_number_gets_the_number() -> None:
    made = planned(wanted(), accounts=(account(number=None, email="10001@Example.org"),))
    assert only_change(made) == LmsUserChange("7", employee_id="10001")


@pytest.mark.parametrize(
    ("accounts", "problem"),
    [
        ((account("7"), account("8")), Problem.TWO_ACCOUNTS),
        ((account("7", suspended=True), account("8", suspended=True)), Problem.TWO_ACCOUNTS),
        ((account("7", "10002"),), Problem.EMAIL_OF_ANOTHER_NUMBER),
        ((account("7", None), account("8", None)), Problem.EMAIL_OF_TWO_ACCOUNTS),
    ],
)
def test_a_doubtful_match_is_not_guessed(accounts: tuple[LmsUser, ...], problem: Problem) -> None:
    made = planned(wanted(), accounts=accounts)
    assert doubts(made) == [("10001", problem)]
    assert not made.creations
    assert not made.alterations


def test_a_suspended_double_has_been_dealt_with() -> None:
    made = planned(wanted(), accounts=(account("7"), account("8", suspended=True)))
    assert [found.user_id for _, found in made.right if found] == ["7"]


def test_two_employees_with_one_address_get_no_account_from_it() -> None:
    made = planned(wanted(), wanted("10002", email="10001@EXAMPLE.org"))
    assert doubts(made) == [
        ("10001", Problem.EMAIL_OF_TWO_EMPLOYEES),
        ("10002", Problem.EMAIL_OF_TWO_EMPLOYEES),
    ]


def test_two_addresses_that_make_one_username_make_no_account() -> None:
    made = planned(
        wanted(email="o'brien@example.org"),
        wanted("10002", email="obrien@example.org"),
        wanted("3"),
    )
    assert doubts(made) == [
        ("10001", Problem.USERNAME_OF_TWO_EMPLOYEES),
        ("10002", Problem.USERNAME_OF_TWO_EMPLOYEES),
    ]
    assert [one.wanted.employee_id for one in made.creations] == ["3"]


def test_an_account_so_fresh_that_only_its_address_is_found_is_known_by_its_number() -> None:
    fresh = account("7", "10001")
    made = plan([wanted()], Accounts({}, {fresh.email: [fresh]}), NOBODY, NOBODY, SHAPE)
    assert [found for _, found in made.right] == [fresh]


def test_a_shared_address_does_not_hold_up_what_else_changes() -> None:
    mine = account("8", "10002", email="oud@example.org", department="Vergunning")
    made = planned(wanted(), wanted("10002", email="10001@example.org"), accounts=(mine,))
    (alteration,) = made.alterations
    assert alteration.change == LmsUserChange("8", department="Zorg")
    assert alteration.doubt is not None


@pytest.mark.parametrize("field", ["given_name", "family_name", "email"])
def test_nobody_gets_an_account_without_a_name_or_an_address(field: str) -> None:
    assert doubts(planned(wanted(**{field: ""}))) == [("10001", Problem.INCOMPLETE)]


# --- changing --------------------------------------------------------------------------------


def test_only_what_differs_is_changed() -> None:
    made = planned(
        wanted(family_name="de Vries-Bos", email="iris@example.org"), accounts=(account(),)
    )
    assert only_change(made) == LmsUserChange(
        "7", family_name="de Vries-Bos", email="iris@example.org"
    )
    assert made.alterations[0].fields == ("family_name", "email")


def test_what_the_hris_does_not_tell_stays_as_it_is() -> None:
    made = planned(wanted(department="", given_name=""), accounts=(account(),))
    assert not made.alterations


def test_the_manager_goes_into_the_profile_field_that_is_named() -> None:
    shape = replace(SHAPE, manager_field="leidinggevende")
    made = planned(wanted(), accounts=(account(),), shape=shape)
    assert only_change(made) == LmsUserChange("7", profile={"leidinggevende": "10009"})
    (creation,) = planned(wanted(), shape=shape).creations
    assert creation.account.profile == {"leidinggevende": "10009"}
    right = account(profile={"leidinggevende": "10009"})
    assert not planned(wanted(), accounts=(right,), shape=shape).alterations
    gone = planned(wanted(manager_id=""), accounts=(right,), shape=shape)
    assert only_change(gone) == LmsUserChange("7", profile={"leidinggevende": ""})


def test_a_leaver_is_suspended_and_otherwise_left_as_he_was() -> None:
    left = wanted(standing=AccountStanding.LEFT, family_name="Anders")
    assert only_change(planned(left, accounts=(account(),))) == LmsUserChange("7", suspended=True)
    assert not planned(left, accounts=(account(suspended=True),)).alterations
    assert not planned(left, accounts=(account(number=None),)).alterations


def test_the_own_account_of_the_adapter_is_never_suspended() -> None:
    left = wanted(standing=AccountStanding.LEFT)
    made = planned(left, accounts=(account("3"),))
    assert not made.alterations


def test_who_comes_back_gets_the_account_open_that_the_adapter_suspended() -> None:
    shut = account(suspended=True)
    made = planned(wanted(), accounts=(shut,), suspended_by_us=frozenset({"10001"}))
    assert only_change(made) == LmsUserChange("7", suspended=False)


def test_an_account_that_a_person_suspended_stays_so_and_is_asked_about() -> None:
    shut = account(suspended=True, department="Vergunning")
    made = planned(wanted(), accounts=(shut,))
    (alteration,) = made.alterations
    assert alteration.change == LmsUserChange("7", department="Zorg")
    assert alteration.doubt is not None
    assert alteration.doubt.problem is Problem.SUSPENDED_BY_HAND


# --- the brake -------------------------------------------------------------------------------


def suspensions(count: int) -> list[Alteration]:
    change = LmsUserChange("7", suspended=True)
    return [Alteration(wanted(), account(), change) for _ in range(count)]


def renamings(count: int) -> list[Alteration]:
    change = LmsUserChange("7", email="x@example.org")
    return [Alteration(wanted(), account(), change) for _ in range(count)]


def newcomers(count: int) -> Plan:
    return planned(*(wanted(f"2{number:04}") for number in range(count)))


@pytest.mark.parametrize(
    ("made", "linked", "codes"),
    [
        (Plan(alterations=suspensions(5)), 100, []),
        (Plan(alterations=suspensions(6)), 100, [AccountBrake.TOO_MANY_SUSPENDED]),
        (Plan(alterations=suspensions(3)), 4, []),
        (Plan(alterations=renamings(20)), 100, []),
        (Plan(alterations=renamings(21)), 100, [AccountBrake.TOO_MANY_RENAMED]),
        (newcomers(20), 100, []),
        (newcomers(21), 100, [AccountBrake.TOO_MANY_NEW]),
        (newcomers(300), 0, []),
    ],
)
def test_too_much_at_once_stops_before_anything_is_written(
    made: Plan, linked: int, codes: list[AccountBrake]
) -> None:
    reasons = reasons_to_stop(made, employed=90, linked=linked, suspended_percent=Decimal(5))
    assert [reason.code for reason in reasons] == codes
    assert all(reason.sentence() for reason in reasons)


def test_a_register_that_knows_nobody_stops_whatever_there_is_to_do() -> None:
    (reason,) = reasons_to_stop(Plan(), employed=0, linked=5, suspended_percent=Decimal(5))
    assert reason.code is AccountBrake.NOBODY
    assert reasons_to_stop(Plan(), employed=0, linked=0, suspended_percent=Decimal(5)) == ()


# --- teams -----------------------------------------------------------------------------------


def test_a_team_is_a_cohort_of_those_employed_there_who_have_an_account() -> None:
    people = [
        wanted(),
        wanted("10002"),
        wanted("10003", standing=AccountStanding.LEFT),
        wanted("10004"),
    ]
    links = linked({"10001": "7", "10002": "8", "10003": "9", "10004": None})
    present = {"AFD-Zorg": frozenset({"8", "9", "99"}), "AFD-Oud": frozenset({"7"})}
    made = moves(people, links, present)
    assert made.joins == {"AFD-Zorg": {"7"}}
    assert made.leaves == {"AFD-Oud": {"7"}, "AFD-Zorg": {"9"}}
    assert made.names["AFD-Zorg"] == "Zorg"


def test_two_long_departments_do_not_share_a_cohort() -> None:
    one, other = (team_cohort(f"{'Vergunningverlening ' * 8}{n}") for n in (1, 2))
    assert one != other
    assert max(len(one), len(other)) <= 100


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", Language)
def test_every_problem_and_every_brake_has_words(language: Language) -> None:
    problems = {f"tasks.account_problem.{problem}" for problem in Problem}
    brakes = {f"tasks.account_brake.{code}" for code in AccountBrake}
    assert problems | brakes <= keys(language)

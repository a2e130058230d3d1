"""Somebody is erased in two steps, nothing of the person is left over, and the logs verify."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, select, update

from adapter.ground.store import chain
from adapter.ground.store.chain import Breach, Fault
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import ClaimStepRow
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.erasures import ErasureRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import SignedFileRow, TrainingRequestRow
from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.known_places import read_known_places
from adapter.register.people import keep_lms_users
from adapter.subjects.leaving.particulars import particulars_of
from adapter.subjects.leaving.statements import recompute
from adapter.views.privacy.erasure import CannotErase, Erased, erase
from adapter.views.privacy.erasure_plan import (
    ErasurePlan,
    Fate,
    NobodyKnown,
    Notice,
    Refusal,
    plan_erasure,
)
from config.settings import RetentionSettings
from connectors.ports import LmsUser
from tests.fixtures import leavers
from tests.fixtures.marked_person import NOW, PERSON, USERNAME, mark_every_table
from tests.fixtures.past_the_triggers import force

TERMS = RetentionSettings()
LAST_DAY = NOW.date()
SOON, LATE = LAST_DAY + timedelta(days=40), LAST_DAY + timedelta(days=4000)
T = METADATA.tables
SETTLED: dict[Column[Any], Any] = {
    T["claim_steps"].c.state: "settled",
    T["claim_steps"].c.step: "settle",
    T["exits"].c.state: "effective",
}


def _marked(register: Register, **columns: Any) -> None:
    instead = dict(SETTLED)
    for name, value in columns.items():
        table, _, column = name.partition("__")
        instead[T[table].c[column]] = value
    mark_every_table(register, PERSON, instead)


def _plan(register: Register, day: date) -> ErasurePlan:
    now = NOW + (day - LAST_DAY)
    with register.read() as connection:
        return plan_erasure(connection, PERSON, TERMS, now, day)


def _erase(register: Register, day: date) -> Erased:
    plan = _plan(register, day)
    with register.write() as connection:
        return erase(connection, plan, by="privacy", ground="request of 1 March", now=NOW)


def _faults(register: Register) -> list[Fault]:
    with register.read() as connection:
        return chain.verify(connection).faults


def _still_naming(register: Register, word: str) -> set[str]:
    with register.read() as connection:
        return {
            table.name
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table)).mappings()
            if any(word in str(value) for value in row.values())
        }


def test_before_the_term_of_the_records_only_what_was_copied_goes(register: Register) -> None:
    _marked(register)
    erased = _erase(register, SOON)
    assert erased.pseudonym is None
    assert {"scim_users", "account_links", "employees", "lms_users"} <= erased.rows.keys()
    with register.read() as connection:
        person = row_of(connection, select(EmployeeRow))
        account = row_of(connection, select(LmsUserRow))
        decision = row_of(connection, select(DecisionRow))
    assert (person.given_name, person.family_name, person.email) == ("", PERSON, None)
    assert (account.full_name, account.email, account.employee_id) == ("", "", PERSON)
    assert decision.employee_id == PERSON
    assert _still_naming(register, "given_name-of") == set()
    assert _faults(register) == []


@pytest.mark.parametrize("day", [SOON, LATE])
def test_the_name_by_which_a_person_logged_in_is_left_nowhere(
    register: Register, day: date
) -> None:
    """It is the address in most agencies."""
    _marked(register)
    assert _still_naming(register, USERNAME) == {
        "lms_users",
        "reconciliation_findings",
        "task_changes",
    }
    erased = _erase(register, day)
    assert _still_naming(register, USERNAME) == set()
    assert _still_naming(register, "idnumber-of-lms_users") == set()
    account = f"{erased.pseudonym}.1" if erased.pseudonym else f"account-of-{PERSON}"
    with register.read() as connection:
        finding = row_of(connection, select(ReconciliationFindingRow))
    assert finding.numbers["account"] == f"…, {account}"


@pytest.mark.parametrize("day", [SOON, LATE])
def test_what_was_found_of_an_account_before_it_bore_the_number_names_it_no_more(
    register: Register, day: date
) -> None:
    _marked(
        register,
        reconciliation_findings__employee_id=None,
        reconciliation_findings__numbers={"account": f"another, {USERNAME}", "enrolments": 1},
    )
    _erase(register, day)
    assert _still_naming(register, USERNAME) == set()
    assert "reconciliation_findings" in _still_naming(register, "another, ")


@pytest.mark.parametrize("day", [SOON, LATE])
def test_an_account_that_was_deleted_first_is_named_no_more_either(
    register: Register, day: date
) -> None:
    """The next reading of the LMS takes the number from it, and leads to it no more."""
    _marked(register, lms_users__employee_id=None, lms_users__username="")
    _erase(register, day)
    assert _still_naming(register, USERNAME) == set()


def test_an_account_without_a_name_is_nobody_elses_to_come(register: Register) -> None:
    """A name that was erased is given to another account, and a reading names that one."""
    _marked(register)
    _erase(register, SOON)
    with register.write() as connection:
        before = read_known_places(connection)
        keep_lms_users(connection, [_newcomer()], NOW)
        after = read_known_places(connection)
        erased = row_of(connection, select(LmsUserRow).where(LmsUserRow.employee_id == PERSON))
    assert dict(before.users) == {}
    assert dict(after.users) == {USERNAME: "77"}
    assert (erased.user_id, erased.username) == (f"account-of-{PERSON}", "")


def _newcomer() -> LmsUser:
    return LmsUser("77", USERNAME, "", "10042", "Noor Hof", "noor.hof@agency.nl", suspended=False)


def test_after_that_term_nothing_names_the_person_any_more(register: Register) -> None:
    _marked(register)
    erased = _erase(register, LATE)
    assert erased.pseudonym is not None
    assert _still_naming(register, PERSON) == {"audit_log"}
    assert _still_naming(register, "motivation-of") == {"training_requests"}, "others are in it"
    assert _still_naming(register, "note-of") == set()
    with register.read() as connection:
        assert rows_of(connection, select(SignedFileRow)) == []
        request = row_of(connection, select(TrainingRequestRow))
        decision = row_of(connection, select(DecisionRow))
    assert request.employee_ids == [erased.pseudonym, "10099"]
    assert decision.facts == {"employee": erased.pseudonym}
    assert _faults(register) == []


def test_what_a_person_typed_in_a_request_of_his_own_goes(register: Register) -> None:
    _marked(register, training_requests__employee_ids=[PERSON])
    _erase(register, LATE)
    assert _still_naming(register, "motivation-of") == set()


@pytest.mark.parametrize(
    "terms",
    [
        None,
        "MARK in words",
        {"text": "MARK in words"},
        {
            "text": "MARK in words",
            "signed_date": "2025-06-01",
            "steps": [{"months": "12", "percentage": 75, "note": "MARK"}],
        },
    ],
)
def test_a_statement_keeps_its_amounts_and_none_of_the_words(
    register: Register, terms: object
) -> None:
    leavers.keep(register, leavers.person(leavers.employment(LAST_DAY)))
    leavers.promised(register, title="MARK", terms=terms)
    leavers.signed(register, leavers.granted(register, request_id=_request(register)))
    told = leavers.told("offboarding.announced", NOW, LAST_DAY)
    leavers.happen(leavers.parts_of(register, clock=leavers.SetClock(NOW)), [told])
    [exit_row] = leavers.rows(register, ExitRow)
    [before] = leavers.rows(register, RepaymentStatementRow)
    with register.write() as connection:
        connection.execute(update(ExitRow).values(state="effective"))
        connection.execute(update(ClaimStepRow).values(step="settle", state="settled"))
        plan = plan_erasure(connection, leavers.LEAVER, TERMS, NOW, LATE)
        erase(connection, plan, by="privacy", ground="request of 1 March", now=NOW)
    assert _still_naming(register, "MARK") == set()
    assert _still_naming(register, leavers.LEAVER) == set()
    [after] = leavers.rows(register, RepaymentStatementRow)
    assert after["items"] == before["items"]
    with register.read() as connection:
        again = recompute(connection, exit_row["id"], 1)
        told_still = particulars_of(row_of(connection, select(RepaymentStatementRow)))
    assert again is not None
    assert again.same
    assert sorted(told_still) == ["OLD-1", "T-7"]
    assert _faults(register) == []


def _request(register: Register) -> str:
    return leavers.add(
        register,
        TrainingRequestRow,
        title="MARK",
        trajectory_id="T-7",
        course_ids=[],
        employee_ids=[leavers.LEAVER],
        collective=0,
        ground="function",
        mandatory_by_law="unknown",
        mandatory_source="MARK",
        costs={"fee_cents": 240_000},
        costs_cents=240_000,
        hours=Decimal("60.00"),
        work_time_share=Decimal("1.00"),
        state="granted",
        submitted_by="10009",
        created_at=NOW,
        version=1,
    )


def test_who_acted_for_others_is_a_pseudonym_there_too(register: Register) -> None:
    _marked(register, budgets__set_by=PERSON, in_company_sessions__created_by=PERSON)
    erased = _erase(register, LATE)
    assert {"budgets", "in_company_sessions"} <= erased.rows.keys()
    assert _still_naming(register, PERSON) == {"audit_log"}


def test_an_erasure_excuses_no_other_change(register: Register) -> None:
    _marked(register)
    _erase(register, LATE)
    with register.write() as connection:
        force(connection, update(DecisionRow).values(outcome="allow"))
    [decision] = {fault.record for fault in _faults(register)}
    assert _faults(register) == [Fault("decisions", decision, Breach.CHANGED)]


def test_who_makes_an_erasure_up_to_hide_a_change_is_found(register: Register) -> None:
    _marked(register)
    _erase(register, LATE)
    with register.write() as connection:
        force(connection, update(ErasureRow).values(redactions=[]))
    found = {(fault.log, fault.breach) for fault in _faults(register)}
    assert {("erasures", Breach.CHANGED), ("decisions", Breach.CHANGED)} <= found


@pytest.mark.parametrize("times", [2, 3])
def test_a_record_can_be_changed_by_several_erasures(register: Register, times: int) -> None:
    _marked(register)
    _erase(register, LATE)
    with register.read() as connection:
        pseudonym = row_of(connection, select(EmployeeRow)).employee_id
    for _ in range(times - 1):
        with register.write() as connection:
            plan = plan_erasure(connection, pseudonym, TERMS, NOW, LATE)
            made = erase(connection, plan, by="privacy", ground="again", now=NOW)
            assert made.pseudonym is not None
            pseudonym = made.pseudonym
    assert _faults(register) == []


def test_the_database_guards_the_logs_again_afterwards(register: Register) -> None:
    _marked(register)
    _erase(register, LATE)
    with pytest.raises(Exception, match="is only added to"), register.write() as connection:
        connection.execute(update(DecisionRow).values(outcome="allow"))


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"employments__end_on": None}, Refusal.IN_SERVICE),
        ({"employments__end_on": SOON}, Refusal.IN_SERVICE),
        ({"exits__state": "announced"}, Refusal.EXIT_OPEN),
        ({"claim_steps__state": "confirmed"}, Refusal.CLAIM_OPEN),
    ],
)
def test_nothing_is_erased_while_it_is_needed(
    register: Register, columns: dict[str, Any], refusal: Refusal
) -> None:
    _marked(register, **columns)
    assert refusal in _plan(register, SOON).refusals
    with pytest.raises(CannotErase):
        _erase(register, SOON)
    with register.read() as connection:
        assert row_of(connection, select(EmployeeRow)).given_name != ""


def test_the_plan_tells_of_each_table_what_becomes_of_it(register: Register) -> None:
    _marked(register)
    soon = {one.table: one.fate for one in _plan(register, SOON).tables}
    assert soon["scim_users"] is Fate.REMOVED
    assert soon["employees"] is Fate.EMPTIED
    assert soon["decisions"] is Fate.STAYS_AS_RECORD
    assert soon["outbox"] is Fate.ENDS_BY_ITSELF
    late = {one.table: one.fate for one in _plan(register, LATE).tables}
    assert late["decisions"] is Fate.PSEUDONYMISED
    assert late["signed_files"] is Fate.REMOVED
    assert late["audit_log"] is Fate.ENDS_BY_ITSELF


def test_a_system_that_still_shows_the_person_is_named(register: Register) -> None:
    _marked(register, employees__missing_scans=0, employments__end_on=LAST_DAY - timedelta(days=1))
    assert _plan(register, LAST_DAY).notices == (Notice.HRIS_SHOWS, Notice.LMS_SHOWS)


def test_of_nobody_there_is_no_plan(register: Register) -> None:
    with pytest.raises(NobodyKnown):
        _plan(register, SOON)


def test_an_erasure_is_in_the_audit_trail_without_telling_who_has_the_pseudonym(
    register: Register,
) -> None:
    _marked(register)
    erased = _erase(register, LATE)
    line = select(AuditLineRow).where(AuditLineRow.action == "erase-person")
    with register.read() as connection:
        noted = row_of(connection, line)
        told = row_of(connection, select(ErasureRow).where(ErasureRow.erased_by == "privacy"))
    assert (noted.record, noted.about) == (erased.pseudonym, None)
    assert PERSON not in f"{told.id} {told.ground} {told.rows} {told.redactions}"
    assert told.ground == "request of 1 March"


def test_while_the_number_stays_the_audit_trail_tells_about_whom_it_was(
    register: Register,
) -> None:
    _marked(register)
    _erase(register, SOON)
    line = select(AuditLineRow).where(AuditLineRow.action == "erase-person")
    with register.read() as connection:
        assert row_of(connection, line).about == PERSON


def test_employments_keep_the_days_from_which_the_term_runs(register: Register) -> None:
    _marked(register)
    _erase(register, SOON)
    with register.read() as connection:
        assert row_of(connection, select(EmploymentRow)).end_on == LAST_DAY
    assert _plan(register, LATE).whole

"""Every finding: a state of the register that comes near and gives it not, and one that does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.ground.store.tables.people import EmploymentRow, LmsUserRow, ScanRow
from adapter.ground.store.tables.procedure import (
    CommitmentRow,
    ConsentRow,
    GrantRow,
    TrainingRequestRow,
)
from adapter.register.enforcement_switch import throw
from adapter.register.restore_signs import RestoreSign, note_restore
from adapter.subjects.leaving import calculation
from adapter.views.reconcile.history import findings_of
from adapter.views.reconcile.registry import CODES
from adapter.views.reconcile.run import reconcile
from policy.model import RepaymentItem, RepaymentStatus
from tests.fixtures.agency import (
    ACCOUNT,
    COURSE,
    GRANT,
    IRIS,
    LONG_AGO,
    MADE,
    NOW,
    TODAY,
    Agency,
)

Step = Callable[[Agency], object]
YESTERDAY = TODAY - timedelta(days=1)
TWO_DAYS_AGO = NOW - timedelta(days=2)


def found(agency: Agency, as_of: date = TODAY) -> list[str]:
    run_id = reconcile(agency.parts, as_of=as_of)
    with agency.register.read() as connection:
        return [row.code for row in findings_of(connection, run_id) if row.status != "resolved"]


def test_a_register_in_order_gives_no_findings(agency: Agency) -> None:
    assert found(agency) == []


def _grant_is_revoked(agency: Agency) -> None:
    agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)


def _promise_covers_the_course(agency: Agency) -> None:
    _grant_is_revoked(agency)
    agency.add(
        CommitmentRow,
        id="promise",
        employee_id=IRIS,
        trajectory_id="T-old",
        course_ids=["OPL-003"],
        work_time_share=Decimal("1.00"),
        agreed_on=date(2025, 6, 1),
        state="open",
        recorded_at=LONG_AGO,
    )


def _promise_lapses(agency: Agency) -> None:
    agency.change(CommitmentRow, {"id": "promise"}, state="lapsed")


def _in_company_with_consent(agency: Agency) -> None:
    agency.change(CourseRow, {"course_id": COURSE}, in_company=1)
    agency.add(
        ConsentRow,
        employee_id=IRIS,
        course_id="OPL-003",
        consented_on=TODAY,
        consented_by="10001",
        recorded_at=NOW,
    )


def _consent_was_for_another_course(agency: Agency) -> None:
    agency.change(ConsentRow, {"employee_id": IRIS}, course_id="OPL-004")


def _in_company_with_a_place(agency: Agency) -> None:
    agency.change(CourseRow, {"course_id": COURSE}, in_company=1)
    agency.add(
        InCompanySessionRow,
        id="session",
        course_id="OPL-003",
        dates=[{"date": "2027-04-01", "hours": "16.00"}],
        place="Zaal 1",
        capacity=1,
        sign_up_closes_on=TODAY,
        planned_participants=1,
        created_by="10002",
        created_at=NOW,
        version=1,
    )
    agency.add(
        SignUpRow,
        id="sign-up",
        session_id="session",
        employee_id=IRIS,
        position=1,
        state="placed",
        signed_up_by=IRIS,
        signed_up_at=NOW,
        version=3,
    )


def _waits_for_a_place(agency: Agency) -> None:
    agency.change(SignUpRow, {"id": "sign-up"}, state="waiting")


def _leaves_on(last_day: date) -> Step:
    def leave(agency: Agency) -> None:
        agency.change(EmploymentRow, {"employee_id": IRIS}, end_on=last_day)

    return leave


def _granted(**values: object) -> Step:
    def change(agency: Agency) -> None:
        agency.change(GrantRow, {"id": GRANT}, **values)

    return change


def _enrolment(**values: object) -> Step:
    def change(agency: Agency) -> None:
        agency.change(EnrolmentRow, {"user_id": ACCOUNT}, **values)

    return change


def _course(**values: object) -> Step:
    def change(agency: Agency) -> None:
        agency.change(CourseRow, {"course_id": COURSE}, **values)

    return change


def _account(**values: object) -> Step:
    def change(agency: Agency) -> None:
        agency.change(LmsUserRow, {"user_id": ACCOUNT}, **values)

    return change


def _costly_with_agreement(agency: Agency, *parties: str, **values: object) -> None:
    agency.change(GrantRow, {"id": GRANT}, costs_cents=250_000)
    agency.agreement(GRANT, parties or ("employee", "manager"), **values)


def _costly(*parties: str, **values: object) -> Step:
    return lambda agency: _costly_with_agreement(agency, *parties, **values)


def _held(state: str, verified: datetime = MADE) -> Step:
    """No grant, so that the decision is to hold, and a hold in some state."""

    def hold(agency: Agency) -> None:
        _grant_is_revoked(agency)
        agency.hold(state, verified=verified)

    return hold


def _nothing(agency: Agency) -> None:
    """The register in order is near enough."""


def _pause(agency: Agency, *, on: bool) -> None:
    with agency.register.write() as connection:
        throw(connection, on=on, reason="rustig aan", by="hr", now=NOW)


def _told_of_another_course(agency: Agency) -> None:
    agency.event(received=LONG_AGO, body={"user_id": ACCOUNT, "course_id": "c9"})


def _told_by_event(agency: Agency) -> None:
    _enrolment(enrolment_id=None)(agency)
    agency.event(received=LONG_AGO, body={"user_id": ACCOUNT, "course_id": COURSE})


def _another_enrolment_untold(agency: Agency) -> None:
    agency.course("c4", "OPL-004", out_of_scope=1)
    agency.enrolment(ACCOUNT, "c4", enrolment_id=None)


def _exit_stated(agency: Agency) -> None:
    _granted(repayment_scheme=1)(agency)
    agency.statement(agency.exit(date(2027, 12, 31)), date(2027, 12, 31))


def _statement_asks(amount: str) -> Step:
    cents = int(Decimal(amount) * 100)
    item = RepaymentItem(f"T-{GRANT}", 50, 2 * cents, cents, cents, RepaymentStatus.CLAIMABLE, ())
    return lambda agency: agency.change(
        RepaymentStatementRow, {"version": 1}, items=calculation.items_written((item,))
    )


def _all(*steps: Step) -> Step:
    def take(agency: Agency) -> None:
        for step in steps:
            step(agency)

    return take


IN_2026 = {
    "created_at": datetime(2026, 10, 1, 9, tzinfo=UTC),
    "first_seen_at": datetime(2026, 10, 1, 9, tzinfo=UTC),
}
IN_2025 = {
    "created_at": datetime(2025, 10, 1, 9, tzinfo=UTC),
    "first_seen_at": datetime(2025, 10, 1, 9, tzinfo=UTC),
}


def _asked_for_tranche(state: str, tranche: str = "2027-1") -> Step:
    """A request of a tranche that was to be decided in January."""
    return lambda agency: agency.add(
        TrainingRequestRow,
        id="asked",
        title="Leergang",
        trajectory_id="T-1",
        course_ids=[],
        employee_ids=[IRIS],
        collective=0,
        ground="team",
        mandatory_by_law="no",
        costs={},
        costs_cents=0,
        hours=Decimal("8.00"),
        work_time_share=Decimal("1.00"),
        state=state,
        tranche=tranche,
        submitted_by=IRIS,
        submitted_at=LONG_AGO,
        created_at=LONG_AGO,
        version=1,
    )


CASES: dict[str, tuple[Step, Step]] = {
    "grant_missing": (_promise_covers_the_course, _promise_lapses),
    "consent_missing": (_in_company_with_consent, _consent_was_for_another_course),
    "no_place": (_in_company_with_a_place, _waits_for_a_place),
    "employment_ends_before_start": (_leaves_on(date(2027, 4, 1)), _leaves_on(date(2027, 3, 31))),
    "repayment_foreseen": (
        _all(_costly(), _granted(repayment_scheme=1)),
        _leaves_on(date(2027, 12, 31)),
    ),
    "repayment_stated": (
        _all(_costly(), _granted(repayment_scheme=1), _leaves_on(date(2027, 12, 31)), _exit_stated),
        _statement_asks("1200.00"),
    ),
    "hours_norm_exceeded": (_granted(hours=Decimal("80.00")), _granted(hours=Decimal("80.01"))),
    "hours_norm_near": (_granted(hours=Decimal("71.99")), _granted(hours=Decimal("72.00"))),
    "statutory_outside_working_time": (
        _granted(mandatory_settled="no", work_time_share=Decimal("0.50")),
        _granted(mandatory_settled="yes", work_time_share=Decimal("0.50")),
    ),
    "agreement_missing": (_granted(costs_cents=199_999), _granted(costs_cents=200_000)),
    "agreement_unsigned": (_nothing, _costly("employee")),
    "agreement_incomplete": (_nothing, _costly(parts={"nature": ""})),
    "agreement_not_filed": (_nothing, _costly(filed_on=None)),
    "decision_overdue": (
        _asked_for_tranche("rejected"),
        lambda agency: agency.change(TrainingRequestRow, {"id": "asked"}, state="proposed"),
    ),
    "held_but_active": (_held("held", verified=NOW), _enrolment(seen_at=NOW + timedelta(hours=1))),
    "hold_unreachable": (_nothing, _held("unreachable")),
    "hold_not_placed": (
        _all(_grant_is_revoked, _enrolment(status="suspended")),
        _enrolment(status="active"),
    ),
    "hold_not_released": (_held("held"), _granted(revoked_at=None)),
    "enrolment_not_decided": (
        lambda agency: agency.course("c4", "OPL-004"),
        lambda agency: agency.enrolment(ACCOUNT, "c4"),
    ),
    "leaver_account_active": (
        _all(_leaves_on(YESTERDAY), _account(suspended=1)),
        _account(suspended=0),
    ),
    "leaver_enrolment_active": (
        _all(_leaves_on(YESTERDAY), _enrolment(status="suspended")),
        _enrolment(status="active"),
    ),
    "exit_not_recorded": (
        _all(_leaves_on(date(2027, 12, 31)), lambda agency: agency.exit(date(2027, 12, 31))),
        _leaves_on(date(2027, 11, 30)),
    ),
    "exit_without_statement": (
        _exit_stated,
        lambda agency: agency.change(ExitRow, {"employee_id": IRIS}, last_day=date(2027, 11, 30)),
    ),
    "employee_without_account": (
        lambda agency: agency.employee("10006", ends=YESTERDAY),
        lambda agency: agency.change(EmploymentRow, {"employee_id": "10006"}, end_on=TODAY),
    ),
    "account_without_number": (
        lambda agency: agency.account("u9", None),
        lambda agency: agency.enrolment("u9", COURSE),
    ),
    "account_number_unknown": (
        lambda agency: agency.account("u9", "99999", suspended=True),
        lambda agency: agency.change(LmsUserRow, {"user_id": "u9"}, suspended=0),
    ),
    "two_accounts": (
        lambda agency: agency.account("u9", IRIS, suspended=True),
        lambda agency: agency.change(LmsUserRow, {"user_id": "u9"}, suspended=0),
    ),
    "account_differs": (
        lambda agency: agency.change(LmsUserRow, {"user_id": ACCOUNT}, family_name="de Vries"),
        lambda agency: agency.change(LmsUserRow, {"user_id": ACCOUNT}, family_name="Bos"),
    ),
    "lms_restored": (
        lambda agency: _restored(agency, NOW - timedelta(days=2)),
        lambda agency: _restored(agency, NOW - timedelta(hours=1)),
    ),
    "suspended_after_release": (
        lambda agency: agency.hold("released"),
        _enrolment(status="suspended"),
    ),
    "hold_lost_account": (
        lambda agency: agency.hold("held"),
        lambda agency: agency.change(LmsUserRow, {"user_id": ACCOUNT}, employee_id=None),
    ),
    "granted_course_gone": (
        lambda agency: agency.course("c9", "OPL-009", gone_at=NOW),
        lambda agency: agency.grant("grant-9", course_ids=["OPL-009"]),
    ),
    "course_fact_missing": (_course(hours=None, out_of_scope=1), _course(out_of_scope=0)),
    "completed_without_date": (
        _enrolment(completed=1, completed_at=NOW),
        _enrolment(completed_at=None),
    ),
    "completed_before_start": (
        _all(_enrolment(completed=1, completed_at=NOW), _granted(starts_on=TODAY)),
        _granted(starts_on=TODAY + timedelta(days=1)),
    ),
    "older_enrolment_would_be_held": (
        _all(_enrolment(**IN_2026), lambda agency: agency.decision(IRIS, "OPL-003")),
        _grant_is_revoked,
    ),
    "older_enrolment_would_be_advised_against": (_enrolment(**IN_2025), _costly(filed_on=None)),
    "event_missed": (_all(_told_by_event, _told_of_another_course), _another_enrolment_untold),
    "event_failed": (
        lambda agency: agency.event(received=NOW - timedelta(hours=23), state="failed"),
        lambda agency: agency.event(received=TWO_DAYS_AGO, state="failed"),
    ),
    "event_dead": (
        lambda agency: agency.event(received=TWO_DAYS_AGO, state="processed"),
        lambda agency: agency.event(received=TWO_DAYS_AGO, state="dead"),
    ),
    "dead_letter": (
        lambda agency: agency.action("dead", NOW - timedelta(hours=23)),
        lambda agency: agency.action("dead", TWO_DAYS_AGO),
    ),
    "enforcement_paused": (
        lambda agency: _pause(agency, on=False),
        lambda agency: _pause(agency, on=True),
    ),
    "source_silent": (
        lambda agency: agency.scan(NOW - timedelta(hours=23)),
        lambda agency: agency.change(
            ScanRow, {"applied": 1}, finished_at=NOW - timedelta(hours=25)
        ),
    ),
}


def _restored(agency: Agency, at: datetime) -> None:
    with agency.register.write() as connection:
        note_restore(connection, RestoreSign.COURSE, "7", at)


def test_a_decision_is_overdue_after_the_last_day_of_the_window(agency: Agency) -> None:
    _asked_for_tranche("under_review")(agency)
    assert "decision_overdue" not in found(agency, date(2027, 1, 31))
    assert "decision_overdue" in found(agency, date(2027, 2, 1))


@pytest.mark.parametrize("code", CASES)
def test_a_finding_is_made_when_it_is_so_and_not_when_it_is_nearly_so(
    agency: Agency, code: str
) -> None:
    nearly, so = CASES[code]
    nearly(agency)
    assert code not in found(agency)
    so(agency)
    assert code in found(agency)


def test_every_code_has_its_case() -> None:
    assert set(CASES) == set(CODES)


@pytest.mark.parametrize(
    "over",
    [
        _enrolment(completed=1, completed_at=NOW),
        _course(end_on=YESTERDAY),
        _enrolment(ends_at=NOW - timedelta(days=1)),
    ],
)
def test_what_can_no_more_be_mended_leaves_the_list(agency: Agency, over: Step) -> None:
    _grant_is_revoked(agency)
    assert "grant_missing" in found(agency)
    over(agency)
    assert "grant_missing" not in found(agency)


def test_an_agreement_is_not_asked_for_afterwards_but_filed_it_can_be(agency: Agency) -> None:
    _costly(filed_on=None)(agency)
    _granted(ends_on=YESTERDAY)(agency)
    _enrolment(completed=1, completed_at=NOW)(agency)
    assert [code for code in found(agency) if code.startswith("agreement")] == [
        "agreement_not_filed"
    ]


def test_a_year_that_is_over_is_no_longer_told_as_above_the_norm(agency: Agency) -> None:
    _granted(hours=Decimal("80.01"))(agency)
    assert "hours_norm_exceeded" in found(agency)
    assert "hours_norm_exceeded" not in found(agency, date(2028, 2, 1))

"""One situation per kind of task: what makes it, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from adapter.ground.store.tables.accounts import AccountLinkRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    NormExemptionRow,
    TrainingRequestRow,
    TrajectoryRecordRow,
)
from adapter.ground.store.tables.rulings import CommitmentDecisionRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.register import enforcement_switch
from adapter.register.keys import Principal, Role
from adapter.subjects.accounts.brake import AccountBrake, AccountBrakeReason
from adapter.subjects.accounts.stopped_accounts import note_stopped
from adapter.subjects.leaving.claims import acts
from adapter.subjects.leaving.claims.acts import Confirmation, Pay
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.endings import EndedBy, Ending, record_ending
from adapter.subjects.leaving.overrides import Override, record
from adapter.subjects.leaving.statements import keep_statement, latest
from adapter.subjects.requests.acts import Act, acting
from adapter.subjects.requests.costs import Costs
from adapter.subjects.requests.statutory import Assessment, assess_request
from adapter.subjects.requests.trajectory_records import TrajectoryEntry, record_entry
from adapter.views.tasks.task import TaskKind
from policy.model import MandatoryByLaw
from tests.fixtures.agency import ACCOUNT, COURSE, GRANT, IRIS, NOW, POLICY, TODAY, Agency

Step = Callable[[Agency], None]
MANAGER = "10009"
CLAIM = date(2027, 6, 30)


@dataclass(frozen=True)
class Situation:
    """`due` is the day by the rule."""

    arises: tuple[Step, ...]
    ends: Step
    due: date


def _exit(agency: Agency, state: str, **values: object) -> None:
    ordinary: dict[str, object] = {
        "employee_id": IRIS,
        "employment_id": "1",
        "source": "test",
        "verified": 1,
        "noticed_at": NOW,
        "updated_at": NOW,
    }
    agency.add(ExitRow, id="exit-1", state=state, **(ordinary | values))


def _leaves(agency: Agency) -> None:
    _exit(agency, "announced", last_day=CLAIM)


def _agreement_with_scheme(agency: Agency) -> None:
    agency.change(GrantRow, {"id": GRANT}, costs_cents=250_000, repayment_scheme=1)
    agency.agreement(GRANT)


def _broken_off(agency: Agency) -> None:
    agency.add(
        TrajectoryRecordRow,
        id="record-1",
        employee_id=IRIS,
        trajectory_id=f"T-{GRANT}",
        number=1,
        broken_off_on=date(2027, 5, 1),
        recorded_by="hr",
        recorded_at=NOW,
    )


def _followed_by_manager(agency: Agency) -> None:
    agency.change(EmployeeRow, {"employee_id": IRIS}, manager_id=MANAGER)


def _taken_back(agency: Agency) -> None:
    with _by_hr(agency) as act:
        record_entry(act, TrajectoryEntry(IRIS, f"T-{GRANT}", {"break_off": None}))


def _state(agency: Agency) -> None:
    with agency.register.write() as connection:
        keep_statement(connection, "exit-1", POLICY, NOW)


def _override(agency: Agency) -> None:
    with agency.register.write() as connection:
        statement = latest(connection, "exit-1")
        assert statement is not None
        override = Override(f"T-{GRANT}", 100_000, "afspraak", "hr")
        record(connection, statement, override, NOW)


def _one_day_later(agency: Agency) -> None:
    agency.change(ExitRow, {"id": "exit-1"}, last_day=date(2027, 7, 1))


def _ending_known(agency: Agency) -> None:
    with agency.register.write() as connection:
        ending = Ending(EndedBy.EMPLOYEE, "andere baan", in_probation=False)
        record_ending(connection, "exit-1", ending, "hr", NOW)


def _actual_costs_known(agency: Agency) -> None:
    with _by_hr(agency) as act:
        costs = Costs(fee_cents=250_000)
        record_entry(act, TrajectoryEntry(IRIS, f"T-{GRANT}", {"actual_costs": costs}))
    _state(agency)


def _left(agency: Agency) -> None:
    agency.change(ExitRow, {"id": "exit-1"}, state="effective")
    _state(agency)


def _claim(act: Act) -> tuple[Act, str, int]:
    claim = claim_of_exit(act.connection, "exit-1")
    assert claim is not None
    return act, claim.id, claim.version


def _by_hr(agency: Agency) -> AbstractContextManager[Act]:
    return acting(agency.parts, Principal("k1", "hr", Role.HR, None))


def _confirmed(agency: Agency) -> None:
    with _by_hr(agency) as act:
        acts.confirm(*_claim(act), Confirmation(250_000, Pay.GROSS, set_off=True), payroll=None)


def _handed_over(agency: Agency) -> None:
    with _by_hr(agency) as act:
        acts.hand_over_by_hand(*_claim(act), None)


def _settled(agency: Agency) -> None:
    with _by_hr(agency) as act:
        acts.settle(*_claim(act), 250_000, None)


def _corrected(agency: Agency) -> None:
    with _by_hr(agency) as act:
        acts.correct_payroll(*_claim(act), 250_000, "teruggedraaid")


def _withdrawn(agency: Agency) -> None:
    _no_exit(agency)
    _state(agency)


def _suspected(agency: Agency) -> None:
    _exit(agency, "suspected", suspected_at=NOW)


def _came_back(agency: Agency) -> None:
    agency.change(ExitRow, {"id": "exit-1"}, state="rehired", rehired_at=NOW)


def _no_exit(agency: Agency) -> None:
    agency.change(ExitRow, {"id": "exit-1"}, state="withdrawn")


def _second_account(agency: Agency) -> None:
    agency.account("u6", IRIS)


def _second_account_closed(agency: Agency) -> None:
    agency.change(LmsUserRow, {"user_id": "u6"}, suspended=1)


def _doubtful_account(agency: Agency) -> None:
    agency.add(
        AccountLinkRow,
        employee_id=IRIS,
        asked={},
        problem="email_of_another_number",
        problem_about="i.devries",
        problem_since=NOW,
        looked_at=NOW,
    )


def _doubt_solved(agency: Agency) -> None:
    agency.change(AccountLinkRow, {"employee_id": IRIS}, problem=None)


def _accounts_stopped(agency: Agency) -> None:
    _note_stopped(agency, [AccountBrakeReason(AccountBrake.TOO_MANY_SUSPENDED, {})])


def _accounts_go_on(agency: Agency) -> None:
    _note_stopped(agency, [])


def _note_stopped(agency: Agency, reasons: list[AccountBrakeReason]) -> None:
    with agency.register.write() as connection:
        note_stopped(connection, reasons, None, NOW)


def _nameless_account(agency: Agency) -> None:
    agency.account("u7", None)
    agency.enrolment("u7", COURSE, first_seen_at=NOW)


def _nameless_account_named(agency: Agency) -> None:
    agency.employee("10008")
    agency.change(LmsUserRow, {"user_id": "u7"}, employee_id="10008")


def _request_without_motivation(agency: Agency) -> None:
    agency.change(EmployeeRow, {"employee_id": IRIS}, manager_id=MANAGER)
    agency.add(
        TrainingRequestRow,
        id="request-1",
        title="Leergang",
        trajectory_id="T-9",
        course_ids=["OPL-003"],
        employee_ids=[IRIS],
        collective=0,
        ground="team",
        mandatory_by_law="no",
        costs={},
        costs_cents=0,
        hours=Decimal("8.00"),
        work_time_share=Decimal("1.00"),
        starts_on=date(2027, 10, 1),
        ends_on=date(2027, 10, 2),
        state="submitted",
        tranche="2027-2",
        submitted_by=MANAGER,
        submitted_at=NOW,
        created_at=NOW,
        version=2,
    )


def _request_withdrawn(agency: Agency) -> None:
    agency.change(TrainingRequestRow, {"id": "request-1"}, state="withdrawn")


def _necessary(agency: Agency) -> None:
    """Asked as necessary, with a manager's answer."""
    _request_without_motivation(agency)
    agency.change(TrainingRequestRow, {"id": "request-1"}, ground="function")


def _assessed(agency: Agency) -> None:
    with _by_hr(agency) as act:
        assess_request(
            act, "request-1", Assessment(MandatoryByLaw.NO, "functieboek", "Geen eis.", TODAY)
        )


def _statutory_above_the_norm(agency: Agency) -> None:
    agency.change(GrantRow, {"id": GRANT}, mandatory_settled="yes", hours=Decimal("91.00"))


def _exempted(agency: Agency) -> None:
    agency.add(
        NormExemptionRow,
        id="exemption-1",
        employee_id=IRIS,
        year=TODAY.year,
        extra_hours=Decimal("91.00"),
        training="Leergang",
        training_id=f"T-{GRANT}",
        ground="legal",
        evidence="Wet",
        decided_on=TODAY,
        decided_by="mt",
        recorded_at=NOW,
    )


def _not_completed(agency: Agency) -> None:
    """Signed, and the agreed end was yesterday."""
    agency.change(EmployeeRow, {"employee_id": IRIS}, manager_id=MANAGER)
    _agreement_with_scheme(agency)
    agency.change(
        GrantRow, {"id": GRANT}, starts_on=date(2027, 1, 20), ends_on=TODAY - timedelta(days=1)
    )


def _manager_leaves(agency: Agency) -> None:
    agency.employee(MANAGER)
    agency.change(EmployeeRow, {"employee_id": IRIS}, manager_id=MANAGER)
    _exit(agency, "announced", employee_id=MANAGER, last_day=CLAIM)


def _taken_over(agency: Agency) -> None:
    agency.change(EmployeeRow, {"employee_id": IRIS}, manager_id="10019")


def _motivated(agency: Agency) -> None:
    agency.change(TrainingRequestRow, {"id": "request-1"}, motivation="Nodig.")


def _costly(agency: Agency) -> None:
    agency.change(EmployeeRow, {"employee_id": IRIS}, manager_id=MANAGER)
    agency.change(GrantRow, {"id": GRANT}, costs_cents=250_000)


def _agreed(*parties: str, **values: object) -> Step:
    def step(agency: Agency) -> None:
        agency.agreement(GRANT, parties, **values)

    return step


def _agreement(**values: object) -> Step:
    def step(agency: Agency) -> None:
        agency.change(AgreementRow, {"grant_id": GRANT}, **values)

    return step


def _cheap(agency: Agency) -> None:
    agency.change(GrantRow, {"id": GRANT}, costs_cents=50_000)


def _promised(agency: Agency) -> None:
    agency.add(
        CommitmentRow,
        id="promise-1",
        employee_id=IRIS,
        title="Masteropleiding",
        trajectory_id="T-MA",
        course_ids=[],
        work_time_share=Decimal("1.00"),
        agreed_on=date(2025, 6, 1),
        state="open",
        recorded_at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    )


def _honoured(agency: Agency) -> None:
    agency.add(
        CommitmentDecisionRow,
        commitment_id="promise-1",
        outcome="honour",
        departs=1,
        decided_on=TODAY,
        decided_by="mt",
        recorded_at=NOW,
    )


def _paused(on: bool) -> Step:
    def step(agency: Agency) -> None:
        with agency.register.write() as connection:
            enforcement_switch.throw(connection, on=on, reason="te veel", by="brake", now=NOW)

    return step


def _dead_event(agency: Agency) -> None:
    agency.add(
        InboxEventRow,
        id="event-1",
        source="lms",
        delivery_id="d1",
        channel="tool_trigger",
        kind="user_enrolment_created",
        body={},
        received_at=NOW,
        state="dead",
        next_attempt_at=NOW,
    )


def _dead_letter(agency: Agency) -> None:
    agency.add(
        OutboxActionRow,
        id="action-1",
        action_key="k1",
        kind="hold",
        subject="s1",
        position=1,
        payload={},
        created_at=NOW,
        state="dead",
        next_attempt_at=NOW,
    )


def _unreachable(agency: Agency) -> None:
    agency.add(
        HoldRow,
        id="hold-1",
        decision_id=agency.decision(IRIS, "OPL-009"),
        employee_id=IRIS,
        user_id=ACCOUNT,
        course_id=COURSE,
        method="self",
        state="unreachable",
        decided_at=NOW,
    )


def _set(table: str, state: str) -> Step:
    tables = {"event-1": InboxEventRow, "action-1": OutboxActionRow, "hold-1": HoldRow}

    def step(agency: Agency) -> None:
        agency.change(tables[table], {"id": table}, state=state)

    return step


_TO_REVIEW = (_agreement_with_scheme, _broken_off, _leaves, _state)
_SET_BEFORE = (_agreement_with_scheme, _leaves, _state, _override, _one_day_later, _state)
_PROPOSED = (_agreement_with_scheme, _leaves, _left, _ending_known)
_CONFIRMED = (*_PROPOSED, _confirmed)
_HANDED_OVER = (*_CONFIRMED, _handed_over)
_UNSIGNED = (_costly, _agreed("manager"))
_EMPTY = (_costly, _agreed("employee", "manager", parts={"nature": ""}))
_LOOSE = (_costly, _agreed("employee", "manager", filed_on=None))
BEFORE_START = date(2027, 3, 31)

SITUATIONS: dict[TaskKind, Situation] = {
    TaskKind.LEGAL_TO_SETTLE: Situation((_necessary,), _assessed, date(2027, 3, 29)),
    TaskKind.STATUTORY_ABOVE_NORM: Situation(
        (_statutory_above_the_norm,), _exempted, date(2027, 2, 3)
    ),
    TaskKind.COMPLETION_OVERDUE: Situation(
        (_not_completed,), _broken_off, TODAY + timedelta(days=13)
    ),
    TaskKind.BROKEN_OFF: Situation(
        (_followed_by_manager, _agreement_with_scheme, _broken_off),
        _taken_back,
        date(2027, 5, 15),
    ),
    TaskKind.REPAYMENT_REVIEW: Situation(_TO_REVIEW, _override, CLAIM),
    TaskKind.OVERRIDE_TO_REPEAT: Situation(_SET_BEFORE, _override, date(2027, 7, 1)),
    TaskKind.EXIT_SUSPECTED: Situation((_suspected,), _no_exit, date(2027, 3, 22)),
    TaskKind.EXIT_REHIRED: Situation(
        (_agreement_with_scheme, _leaves, _state, _came_back), _no_exit, date(2027, 3, 29)
    ),
    TaskKind.EXIT_OPEN_MATTERS: Situation(
        (_request_without_motivation, _leaves), _request_withdrawn, CLAIM
    ),
    TaskKind.MANAGER_SUCCESSOR: Situation((_manager_leaves,), _taken_over, CLAIM),
    TaskKind.EXIT_ENDING_UNKNOWN: Situation(
        (_agreement_with_scheme, _leaves, _state), _ending_known, CLAIM
    ),
    TaskKind.ACTUAL_COSTS_UNKNOWN: Situation(
        (_agreement_with_scheme, _leaves, _state), _actual_costs_known, CLAIM
    ),
    TaskKind.CLAIM_TO_CONFIRM: Situation(_PROPOSED, _confirmed, CLAIM),
    TaskKind.CLAIM_TO_HAND_OVER: Situation(_CONFIRMED, _handed_over, date(2027, 3, 22)),
    TaskKind.CLAIM_TO_SETTLE: Situation(_HANDED_OVER, _settled, date(2027, 5, 15)),
    TaskKind.CLAIM_DIFFERS: Situation((*_HANDED_OVER, _withdrawn), _corrected, date(2027, 3, 29)),
    TaskKind.ACCOUNT_DOUBTFUL: Situation((_doubtful_account,), _doubt_solved, date(2027, 3, 29)),
    TaskKind.ACCOUNTS_STOPPED: Situation((_accounts_stopped,), _accounts_go_on, TODAY),
    TaskKind.TWO_ACCOUNTS: Situation((_second_account,), _second_account_closed, date(2027, 3, 29)),
    TaskKind.ACCOUNT_WITHOUT_NUMBER: Situation(
        (_nameless_account,), _nameless_account_named, date(2027, 3, 29)
    ),
    TaskKind.REQUEST_INCOMPLETE: Situation(
        (_request_without_motivation,), _motivated, date(2027, 7, 15)
    ),
    TaskKind.AGREEMENT_MISSING: Situation((_costly,), _cheap, BEFORE_START),
    TaskKind.AGREEMENT_UNSIGNED: Situation(_UNSIGNED, _cheap, BEFORE_START),
    TaskKind.AGREEMENT_INCOMPLETE: Situation(
        _EMPTY, _agreement(parts={"nature": "cursus"}), BEFORE_START
    ),
    TaskKind.AGREEMENT_NOT_FILED: Situation(_LOOSE, _agreement(filed_on=TODAY), date(2027, 2, 15)),
    TaskKind.COMMITMENT_OPEN: Situation((_promised,), _honoured, date(2026, 12, 31)),
    TaskKind.ENFORCEMENT_PAUSED: Situation((_paused(True),), _paused(False), date(2027, 3, 16)),
    TaskKind.EVENT_DEAD: Situation((_dead_event,), _set("event-1", "received"), date(2027, 3, 17)),
    TaskKind.DEAD_LETTER: Situation(
        (_dead_letter,), _set("action-1", "pending"), date(2027, 3, 17)
    ),
    TaskKind.HOLD_UNREACHABLE: Situation(
        (_unreachable,), _set("hold-1", "ended"), date(2027, 3, 18)
    ),
}

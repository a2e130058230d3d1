"""HR's desk with a claim of EUR 2,400.00 and a payroll on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from adapter.deliveries.deliver import deliver_due
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.outbox import ActionState
from adapter.register.keys import Principal, Role
from adapter.subjects.leaving.claims import acts
from adapter.subjects.leaving.claims.acts import Confirmation, Pay
from adapter.subjects.leaving.claims.log import Claim, claim_of_exit
from adapter.subjects.leaving.claims.position import ClaimPosition, position_of
from adapter.subjects.leaving.endings import EndedBy, Ending, record_ending
from adapter.subjects.leaving.overrides import Override, record
from adapter.subjects.leaving.statements import keep_statement, latest
from adapter.subjects.requests.acts import acting
from config.settings import Settings
from connectors.afas import AfasConfig, AfasPayroll, AfasPayrollConfig
from connectors.ports import Payroll
from sandboxes.afas import SandboxAfas, SandboxEmployment
from sandboxes.afas.payroll import CONNECTOR
from tests.fixtures.leavers import (
    LEAVER,
    POLICY,
    SetClock,
    add,
    granted,
    keep,
    person,
    rows,
    signed,
)

HR = Principal("k1", "Personeelszaken", Role.HR, None)
LEFT = date(2027, 12, 31)
JANUARY = datetime(2028, 1, 10, 9, 0, tzinfo=UTC)


class Desk:
    """What HR, the HRIS and the worker do about one claim."""

    def __init__(
        self,
        register: Register,
        afas: SandboxAfas,
        payroll: Payroll | None,
        employee_id: str = LEAVER,
    ) -> None:
        self.clock = SetClock(JANUARY)
        self.afas, self.employee_id = afas, employee_id
        self.exit_id = f"exit of {employee_id}"
        self.parts = Parts(register, POLICY, self.clock, Settings(), payroll=payroll)

    def leaves(self) -> None:
        register = self.parts.register
        keep(register, person(employee_id=self.employee_id))
        of = {"employee_id": self.employee_id}
        signed(register, granted(register, **of), **of)
        add(
            register,
            ExitRow,
            id=self.exit_id,
            employee_id=self.employee_id,
            employment_id="1",
            source="test",
            state="effective",
            last_day=LEFT,
            verified=1,
            noticed_at=JANUARY,
            updated_at=JANUARY,
        )
        with register.write() as connection:
            ending = Ending(EndedBy.EMPLOYEE, "andere baan", in_probation=False)
            record_ending(connection, self.exit_id, ending, "hr", JANUARY)
            keep_statement(connection, self.exit_id, POLICY, JANUARY)

    def claim(self) -> Claim:
        with self.parts.register.read() as connection:
            claim = claim_of_exit(connection, self.exit_id)
        assert claim is not None
        return claim

    def deducted(self) -> list[float]:
        """What payroll holds of this employee."""
        rows_of = self.afas.payroll.mutations
        return [float(str(one["VaD1"])) for one in rows_of if one["EmId"] == self.employee_id]

    def standing(self) -> ClaimPosition:
        with self.parts.register.read() as connection:
            return position_of(connection, self.claim())

    def confirm(self) -> None:
        amount = self.standing().claimable_cents
        wanted = Confirmation(amount, Pay.GROSS, set_off=True)
        with acting(self.parts, HR) as act:
            claim = self.claim()
            acts.confirm(act, claim.id, claim.version, wanted, self.parts.payroll)

    def waive(self) -> None:
        with acting(self.parts, HR) as act:
            claim = self.claim()
            acts.waive(act, claim.id, claim.version, "coulance")

    def lower(self, cents: int) -> None:
        with self.parts.register.write() as connection:
            statement = latest(connection, self.exit_id)
            assert statement is not None
            record(connection, statement, Override("T-7", cents, "afspraak", "hr"), JANUARY)

    def exit_becomes(self, state: str, last_day: date | None = LEFT) -> None:
        """The HRIS tells another state or last day; the statement and the claim follow."""
        with self.parts.register.write() as connection:
            connection.execute(
                update(ExitRow)
                .where(ExitRow.id == self.exit_id)
                .values(state=state, last_day=last_day)
            )
            keep_statement(connection, self.exit_id, POLICY, self.clock.now())

    def work(self, **later: float) -> int:
        """One round of the worker, after a while."""
        self.clock.moment += timedelta(**later)
        return deliver_due(self.parts)

    def work_until_nothing_waits(self) -> None:
        for _ in range(30):
            waiting = {one["state"] for one in rows(self.parts.register, OutboxActionRow)}
            if ActionState.PENDING not in waiting:
                return
            self.work(hours=25)
        raise AssertionError("an order is never answered")


@pytest.fixture(scope="session")
def afas() -> Iterator[SandboxAfas]:
    with SandboxAfas([SandboxEmployment(LEAVER, "Daan", "Vries", date(2019, 9, 1))]) as running:
        yield running


@pytest.fixture(scope="session")
def payroll(afas: SandboxAfas) -> Iterator[AfasPayroll]:
    config = AfasConfig(afas.url, "12345", afas.token)
    set_up = AfasPayrollConfig(CONNECTOR, period_table=5, employer="01", gross_component=305)
    made = AfasPayroll(config, set_up)
    yield made
    made.close()


@pytest.fixture
def desk(register: Register, afas: SandboxAfas, payroll: AfasPayroll) -> Desk:
    afas.payroll.mutations.clear()
    afas.payroll.lost_answers = afas.payroll.locks = afas.payroll.posts = 0
    afas.payroll.refuses_everyone = False
    desk = Desk(register, afas, payroll)
    desk.leaves()
    return desk

"""Payroll mutations: as documented, once, and found again when the answer was lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from uuid import UUID

import httpx
import pytest
import respx

from connectors.afas import AfasConfig, AfasPayroll, AfasPayrollConfig
from connectors.errors import Misconfigured, Permanent, Transient
from connectors.ports import CheckState, PayDeduction
from sandboxes.afas import SandboxAfas
from sandboxes.afas.payroll import CONNECTOR
from tests.connectors.afas.documented import shape

KEY = UUID("00000000-0000-4000-8000-000000000042")
SET_UP = AfasPayrollConfig(CONNECTOR, period_table=5, employer="01", gross_component=305)
DEDUCTION = PayDeduction(
    KEY, "000001", 125_000, False, 2026, 12, date(2026, 12, 31), "Terugbetaling studiekosten"
)


@pytest.fixture
def payroll(sandbox: SandboxAfas) -> Iterator[AfasPayroll]:
    made = AfasPayroll(AfasConfig(sandbox.url, "12345", sandbox.token, take=2), SET_UP)
    yield made
    made.close()


def test_a_deduction_is_sent_exactly_as_documented(respx_mock: respx.MockRouter) -> None:
    documented = shape("keyed by an own GUID")
    base = "https://12345.rest.afas.online"
    route = respx_mock.post(base + documented["path"]).mock(return_value=httpx.Response(201))
    config = AfasConfig(base, "12345", "<token><version>1</version><data>5A</data></token>")
    payroll = AfasPayroll(config, SET_UP)
    payroll.deduct(replace(DEDUCTION, employee_id="000001006"))
    payroll.close()
    assert json.loads(route.calls.last.request.content) == documented["request_body"]


def test_what_was_written_is_read_back_under_its_key(payroll: AfasPayroll) -> None:
    assert payroll.held_cents(DEDUCTION) is None
    payroll.deduct(DEDUCTION)
    payroll.deduct(replace(DEDUCTION, key=UUID(int=7), amount_cents=1))
    payroll.deduct(replace(DEDUCTION, key=UUID(int=8), employee_id="000002"))
    assert payroll.held_cents(DEDUCTION) == 125_000
    assert payroll.held_cents(replace(DEDUCTION, key=UUID(int=9))) is None


def test_a_lost_answer_is_not_repeated_but_can_be_looked_up(
    sandbox: SandboxAfas, payroll: AfasPayroll
) -> None:
    sandbox.payroll.lost_answers = 1
    with pytest.raises(Transient):
        payroll.deduct(DEDUCTION)
    assert sandbox.payroll.posts == 1
    assert payroll.held_cents(DEDUCTION) == 125_000


def test_a_second_time_is_refused_by_its_key(sandbox: SandboxAfas, payroll: AfasPayroll) -> None:
    payroll.deduct(DEDUCTION)
    with pytest.raises(Permanent, match="exists already"):
        payroll.deduct(DEDUCTION)
    assert len(sandbox.payroll.mutations) == 1


def test_a_lock_passes_and_an_unknown_employee_does_not(
    sandbox: SandboxAfas, payroll: AfasPayroll
) -> None:
    sandbox.payroll.locks = 1
    with pytest.raises(Transient, match="lock"):
        payroll.deduct(DEDUCTION)
    with pytest.raises(Permanent, match="does not exist there"):
        payroll.deduct(replace(DEDUCTION, employee_id="999999"))
    assert sandbox.payroll.mutations == []


def test_only_the_kinds_that_are_set_up_are_taken(payroll: AfasPayroll) -> None:
    assert payroll.takes(net=False)
    assert not payroll.takes(net=True)
    with pytest.raises(Misconfigured, match="ODWH_AFAS_PAYROLL_NET_COMPONENT"):
        payroll.deduct(replace(DEDUCTION, net=True))
    with pytest.raises(Misconfigured, match="gross or a net"):
        replace(SET_UP, gross_component=None)


def test_the_check_proves_that_a_repeat_would_be_recognised(
    sandbox: SandboxAfas, payroll: AfasPayroll
) -> None:
    assert [line.state for line in payroll.check()] == [CheckState.OK, CheckState.OK]
    assert sandbox.payroll.posts == 0
    config = AfasConfig(sandbox.url, "12345", sandbox.token)
    with closing(AfasPayroll(config, replace(SET_UP, connector="Other"))) as other:
        (line,) = other.check()
    assert line.seen == "not allowed: Other"
    with closing(AfasPayroll(config, replace(SET_UP, key_field="Guid"))) as other:
        blind = other.check()[-1]
    assert (blind.state, blind.seen) == (CheckState.FAILED, f"{CONNECTOR} has no Guid")
    sandbox.ip_refused = True
    assert payroll.check()[0].state is CheckState.FAILED

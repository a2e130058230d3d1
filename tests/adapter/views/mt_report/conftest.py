"""An agency of the size that a test asks for, on both engines, with a tranche that was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapter.ground.rendering.content import Report
from adapter.ground.store.register import Register
from adapter.subjects.requests.acts import Act
from adapter.views.mt_report.figures import MtReportOut
from adapter.views.mt_report.kept import keep_report
from adapter.views.reports.management_team import PeriodQuery, page_of, read_report
from benchmarks.mt_report import HR, NOW, fill_agency
from config.catalogue import Language
from policy.parameters import Policy
from policy.periods import period_named
from tests.fixtures.workbench import POLICY


@dataclass
class Agency:
    """`now` is when its reports are made; a test may move it, or take another policy."""

    register: Register
    now: datetime = NOW
    policy: Policy = POLICY

    def make(self, period: str = "2027-Q1", compared_with: str | None = None) -> MtReportOut:
        with self.register.read() as connection:
            act = Act(connection, self.policy, self.now, HR)
            asked = PeriodQuery(period=period, compared_with=compared_with)
            return read_report(act, asked, Language.NL)

    def page(self, period: str = "2027-Q1", language: Language = Language.NL) -> Report:
        found = self.make(period)
        with self.register.read() as connection:
            return page_of(Act(connection, self.policy, self.now, HR), found, language)

    def keep(self, period: str = "2027-Q1") -> bool:
        with self.register.write() as connection:
            act = Act(connection, self.policy, self.now, HR)
            return keep_report(act, period_named(period, self.policy))

    def change(self, statement: Any, rows: list[dict[str, Any]] | None = None) -> None:
        with self.register.write() as connection:
            connection.execute(statement, rows)

    def later(self, days: int) -> Agency:
        return replace(self, now=self.now + timedelta(days=days))


@pytest.fixture
def agency_of(register: Register) -> Callable[[int], Agency]:
    def filled(employees: int) -> Agency:
        with register.write() as connection:
            fill_agency(connection, employees, employees * 10)
        return Agency(register)

    return filled

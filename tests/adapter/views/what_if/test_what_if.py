"""A past year under another policy: who and what would differ, and nothing is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapter.ground.rendering import html
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.exits import RepaymentStatementRow
from adapter.register.decision_log import recompute
from adapter.subjects.leaving import statements
from adapter.views.what_if.differences import WhatIf, differences
from adapter.views.what_if.other_policy import values_in
from adapter.views.what_if.report import report_of
from config.catalogue import Language, keys
from config.policy_files import read_policy_file
from policy.model import Outcome
from tests.adapter.views.what_if.past import LEAVER
from tests.adapter.views.what_if.policy_files import (
    LESS_WHEN_NOT_COMPLETED,
    NINETY_HOURS,
    THIRD_DEADLINE,
    written,
)
from tests.fixtures.agency import IRIS, POLICY, Agency


def _what_if(agency: Agency, file: Path, year: int = 2027) -> WhatIf:
    values = values_in(read_policy_file(file), year)
    with agency.register.read() as connection:
        return differences(connection, POLICY, values, year)


def test_a_higher_norm_would_have_let_an_enrolment_through(
    past_year: Agency, tmp_path: Path
) -> None:
    found = _what_if(past_year, written(tmp_path, NINETY_HOURS))
    (one,) = found.decisions
    assert (one.logged.employee_id, one.logged.outcome) == (IRIS, Outcome.HOLD)
    assert one.logged_codes == ("hours_norm_exceeded",)
    assert (one.other.outcome, one.other_codes) == (Outcome.ALLOW, ())
    assert found.items == ()
    assert found.tranches == ()


def test_hours_above_the_limit_are_compared_with_both_limits(
    past_year: Agency, tmp_path: Path
) -> None:
    found = _what_if(past_year, written(tmp_path, NINETY_HOURS))
    (one,) = found.hours
    assert (one.employee_id, str(one.now.excess), str(one.other.excess)) == (IRIS, "5.00", "0.00")
    assert (found.over_now, found.over_then) == (1, 0)


def test_another_share_would_have_changed_what_a_leaver_owes(
    past_year: Agency, tmp_path: Path
) -> None:
    found = _what_if(past_year, written(tmp_path, LESS_WHEN_NOT_COMPLETED))
    (one,) = found.items
    assert one.employee_id == LEAVER
    assert (one.stated.claimable_cents, one.other.claimable_cents) == (250_000, 200_000)
    assert found.decisions == ()


def test_a_third_deadline_would_have_put_a_request_in_another_tranche(
    past_year: Agency, tmp_path: Path
) -> None:
    found = _what_if(past_year, written(tmp_path, THIRD_DEADLINE))
    assert [(one.request.id, one.request.tranche, one.other) for one in found.tranches] == []
    march = THIRD_DEADLINE.replace("month = 3, day = 15", "month = 2, day = 15")
    found = _what_if(past_year, written(tmp_path, march))
    assert [(one.request.tranche, one.other) for one in found.tranches] == [("2027-2", "2027-3")]


def test_a_year_in_which_nothing_happened_has_no_differences(
    past_year: Agency, tmp_path: Path
) -> None:
    found = _what_if(past_year, written(tmp_path, NINETY_HOURS), 2026)
    assert set(found.looked_at.values()) == {0}
    assert not any((found.decisions, found.items, found.hours, found.tranches))


def test_old_decisions_and_statements_still_come_out_as_they_were(
    past_year: Agency, tmp_path: Path
) -> None:
    before = _rows(past_year)
    for content in (NINETY_HOURS, LESS_WHEN_NOT_COMPLETED, THIRD_DEADLINE):
        _what_if(past_year, written(tmp_path, content))
    assert _rows(past_year) == before
    with past_year.register.read() as connection:
        decision_id = connection.execute(select(DecisionRow.id)).scalar_one()
        again = recompute(connection, decision_id)
        stated = statements.recompute(connection, "exit-1", 1)
    assert again is not None
    assert again.same
    assert stated is not None
    assert stated.same


@pytest.mark.parametrize("language", Language)
def test_the_report_names_who_and_what_by_number(
    past_year: Agency, tmp_path: Path, language: Language
) -> None:
    file = written(tmp_path, LESS_WHEN_NOT_COMPLETED)
    report = report_of(
        _what_if(past_year, file),
        read_policy_file(file),
        POLICY,
        2027,
        past_year.clock.now(),
        language,
    )
    facts = {fact.name: fact.value for fact in report.facts}
    assert facts["statements_differing"] == 1
    assert facts["claimable_change"] == -50_000
    tables = {table.name: table for section in report.sections for table in section.tables}
    assert tables["statements"].rows[0][0] == LEAVER
    assert tables["parameters"].rows[0][:3] == ("repayment.share_not_completed", "100", "80")
    assert "{" not in html.render(report).decode().split("</style>")[1]


def test_both_languages_have_the_same_texts() -> None:
    dutch, english = (
        {key for key in keys(language) if key.startswith("whatif.")} for language in Language
    )
    assert dutch == english


def _rows(agency: Agency) -> list[Any]:
    with agency.register.read() as connection:
        return [
            *connection.execute(select(DecisionRow)),
            *connection.execute(select(RepaymentStatementRow)),
        ]

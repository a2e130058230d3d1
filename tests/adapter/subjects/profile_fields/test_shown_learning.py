"""What an employee reads in the profile of a sandbox LMS, over HTTP.
`test_on_both_engines.py` writes it on both."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.store.register import Register
from adapter.ground.store.tables.procedure import NormExemptionRow
from adapter.register.enforcement_switch import throw
from adapter.register.people import keep_lms_users
from adapter.subjects.profile_fields.sync import ShownSync, sync_shown
from adapter.subjects.sync.poll import poll_enrolments
from connectors.errors import Misconfigured
from connectors.ports import LmsUser
from tests.adapter.subjects.profile_fields.conftest import AGREEMENTS, HOURS, YEAR, settings_of
from tests.fixtures.workbench import EXCEL, PIET, Workbench

UPDATE = "core_user_update_users"


@pytest.fixture
def register(sqlite_register: Register) -> Register:
    return sqlite_register


def _profile(bench: Workbench, user: int = PIET) -> dict[str, str]:
    profile = bench.moodle.state.users[user].profile
    return {name: profile[name] for name in (HOURS, YEAR, AGREEMENTS) if name in profile}


def _updates(bench: Workbench) -> int:
    return sum(name.startswith(UPDATE) for name in bench.moodle.asked)


def _sync(bench: Workbench, **how: Any) -> ShownSync:
    return sync_shown(bench.parts, **how)


def test_the_profile_shows_hours_year_and_agreements(bench: Workbench) -> None:
    grant = bench.grant("10005", "OPL-003")
    bench.agree(grant, "10005", "OPL-003", "employee", "manager")
    bench.enrol(EXCEL, PIET)
    poll_enrolments(bench.parts)
    _sync(bench)
    shown = _profile(bench)
    assert shown[YEAR] == "2027"
    assert shown[HOURS].endswith("van de 80 uur over")
    assert shown[HOURS] != "80 van de 80 uur over"
    assert "(getekend)" in shown[AGREEMENTS]


def test_an_agreement_without_both_signatures_is_to_be_signed(bench: Workbench) -> None:
    bench.agree(bench.grant("10005", "OPL-003"), "10005", "OPL-003", "employee")
    _sync(bench)
    assert "(nog te tekenen)" in _profile(bench)[AGREEMENTS]


def test_an_exemption_counts_and_who_follows_nothing_has_all_hours_left(bench: Workbench) -> None:
    today = bench.clock.now().date()
    with bench.register.write() as connection:
        connection.execute(
            insert(NormExemptionRow).values(
                id="x",
                employee_id="10005",
                year=2027,
                extra_hours=Decimal("10.00"),
                training="Leidinggeven",
                ground="nodig",
                evidence="gesprek",
                decided_on=today,
                decided_by="mt",
                recorded_at=bench.clock.now(),
            )
        )
    _sync(bench)
    assert _profile(bench)[HOURS] == "90 van de 90 uur over"
    assert _profile(bench)[AGREEMENTS] == "geen"


def test_one_change_is_one_call(bench: Workbench) -> None:
    _sync(bench)
    bench.moodle.asked.clear()
    bench.agree(bench.grant("10005", "OPL-003"), "10005", "OPL-003")
    assert _sync(bench).written == ("10005",)
    assert _updates(bench) == 1


def test_a_dry_run_and_a_pause_show_and_write_nothing(bench: Workbench) -> None:
    assert "10005" in _sync(bench, dry_run=True).differs
    with bench.register.write() as connection:
        throw(connection, on=True, reason="x", by="me", now=bench.clock.now())
    paused = _sync(bench)
    assert paused.paused
    assert (paused.written, _updates(bench), _profile(bench)) == ((), 0, {})


def test_a_field_that_does_not_exist_is_named_and_tried_again(bench: Workbench) -> None:
    state = bench.moodle.state
    state.profile_fields = tuple(f for f in state.profile_fields if f.shortname != HOURS)
    for _ in range(2):
        with pytest.raises(Misconfigured, match=f"did not keep {HOURS}"):
            _sync(bench)


def test_only_fields_that_are_named_are_written(bench: Workbench) -> None:
    bench = replace(
        bench, parts=replace(bench.parts, settings=settings_of(year=None, agreements=None))
    )
    _sync(bench)
    assert set(_profile(bench)) == {HOURS}
    nothing = replace(bench.parts, settings=settings_of(hours=None, year=None, agreements=None))
    assert sync_shown(nothing) == ShownSync()


def test_who_has_two_accounts_is_shown_nothing(bench: Workbench) -> None:
    again = LmsUser(
        "90", "p.bakker2", "", "10005", "Piet Bakker", "b2@example.org", suspended=False
    )
    with bench.register.write() as connection:
        keep_lms_users(connection, [again], bench.clock.now())
    assert "10005" not in _sync(bench).differs

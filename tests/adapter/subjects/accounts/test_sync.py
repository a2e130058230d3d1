"""Accounts written to a sandbox LMS over HTTP. `test_once.py` does it on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.register.enforcement_switch import throw
from adapter.subjects.accounts.links import LOOK_AGAIN, read_links
from adapter.subjects.accounts.stopped_accounts import stopped_accounts
from adapter.subjects.accounts.sync import AccountOutcome, sync_accounts
from adapter.subjects.sync.accounts import read_accounts
from config.settings import Settings
from connectors.errors import Misconfigured
from connectors.moodle import Moodle
from connectors.ports import LmsUser, LmsUserChange, RowResult
from sandboxes.moodle.state import User
from tests.fixtures.accounts import CREATE, SETTINGS, UPDATE, accounts_of, calls, config_of, sync
from tests.fixtures.workbench import PIET, Workbench

LAST_DAY = date(2027, 3, 1)


@pytest.fixture
def register(sqlite_register: Register) -> Register:
    return sqlite_register


def in_hris(bench: Workbench, employee_id: str, **values: object) -> None:
    with bench.register.write() as connection:
        connection.execute(
            update(EmployeeRow).where(EmployeeRow.employee_id == employee_id).values(**values)
        )


def test_accounts_become_as_the_hris_tells(bench: Workbench) -> None:
    (piet,) = accounts_of(bench, "10005")
    assert (piet.firstname, piet.lastname) == ("Sanne", "van 't Hof 10005")
    assert (piet.email, piet.department) == ("10005@example.org", "Toezicht")
    assert piet.username == "p.bakker"


def test_what_has_not_changed_costs_no_call_at_all(bench: Workbench) -> None:
    sync(bench)
    assert bench.moodle.asked == []


def test_one_change_costs_what_changed(bench: Workbench) -> None:
    in_hris(bench, "10005", family_name="Bakker", family_name_prefix="van der")
    done = sync(bench)
    assert done.written.altered == ["10005"]
    (piet,) = accounts_of(bench, "10005")
    assert piet.lastname == "van der Bakker"
    assert calls(bench, UPDATE) == 1
    assert calls(bench, CREATE) == 0


def test_a_newcomer_gets_an_account_and_the_register_knows_it_at_once(bench: Workbench) -> None:
    bench.hire("10020")
    assert sync(bench).written.created == ["10020"]
    (made,) = accounts_of(bench, "10020")
    with bench.register.read() as connection:
        row = row_of(connection, select(LmsUserRow).where(LmsUserRow.employee_id == "10020"))
        link = read_links(connection)["10020"]
    assert (row.user_id, link.user_id) == (str(made.id), str(made.id))
    bench.moodle.asked.clear()
    sync(bench)
    assert bench.moodle.asked == []


def test_a_dry_run_shows_the_difference_and_writes_nothing(bench: Workbench) -> None:
    bench.hire("10020")
    in_hris(bench, "10005", email="nieuw@example.org")
    done = sync(bench, dry_run=True)
    assert done.outcome is AccountOutcome.SHOWN
    assert [one.wanted.employee_id for one in done.plan.creations] == ["10020"]
    assert [one.fields for one in done.plan.alterations] == [("email",)]
    assert calls(bench, CREATE) + calls(bench, UPDATE) == 0
    assert accounts_of(bench, "10020") == []


def test_switched_off_it_only_shows(bench: Workbench) -> None:
    off = SETTINGS.model_copy(update={"write_accounts": False})
    parts = replace(bench.parts, settings=Settings(moodle=off))
    bench.hire("10020")
    assert sync_accounts(parts, dry_run=False).outcome is AccountOutcome.SHOWN
    assert accounts_of(bench, "10020") == []


def test_nothing_is_written_while_the_enforcement_is_paused(bench: Workbench) -> None:
    bench.hire("10020")
    with bench.register.write() as connection:
        throw(connection, on=True, reason="test", by="hr", now=bench.clock.now())
    assert sync(bench).outcome is AccountOutcome.PAUSED
    assert accounts_of(bench, "10020") == []


def test_a_pause_that_comes_halfway_stops_what_was_not_sent_yet(bench: Workbench) -> None:
    class Pausing(Moodle):
        def write_users(self, changes: Sequence[LmsUserChange]) -> list[RowResult]:
            with bench.register.write() as connection:
                throw(connection, on=True, reason="test", by="hr", now=bench.clock.now())
            return super().write_users(changes)

    bench.hire("10020")
    in_hris(bench, "10005", department="Vergunning")
    lms = Pausing(config_of(bench))
    done = sync_accounts(replace(bench.parts, lms=lms), dry_run=False)
    lms.close()
    assert (done.written.altered, done.written.waiting) == (["10005"], ["10020"])
    assert accounts_of(bench, "10020") == []


def test_a_leaver_is_suspended_the_day_after_the_last_one_and_opened_on_return(
    bench: Workbench,
) -> None:
    bench.hire("10005", ends=LAST_DAY)
    assert sync(bench).suspended == ()
    bench.clock.advance(days=1)
    assert sync(bench).suspended == ("10005",)
    assert bench.moodle.state.users[PIET].suspended
    bench.hire("10005")
    assert sync(bench).reopened == ("10005",)
    assert not bench.moodle.state.users[PIET].suspended


def test_what_a_person_opened_and_closed_again_is_not_opened_over_that_persons_head(
    bench: Workbench,
) -> None:
    account = bench.moodle.state.users[PIET]
    _ends(bench, LAST_DAY - timedelta(days=30))
    assert sync(bench).suspended == ("10005",)
    _ends(bench, None)
    account.suspended = False
    read_accounts(bench.parts)
    sync(bench)
    account.suspended = True
    read_accounts(bench.parts)
    assert sync(bench).reopened == ()
    assert account.suspended


def _ends(bench: Workbench, last_day: date | None) -> None:
    with bench.register.write() as connection:
        connection.execute(
            update(EmploymentRow)
            .where(EmploymentRow.employee_id == "10005")
            .values(end_on=last_day)
        )


def test_what_a_person_suspended_stays_suspended_and_is_asked_about(bench: Workbench) -> None:
    bench.moodle.state.users[PIET].suspended = True
    read_accounts(bench.parts)
    sync(bench)
    assert bench.moodle.state.users[PIET].suspended
    with bench.register.read() as connection:
        assert read_links(connection)["10005"].problem == "suspended_by_hand"
    bench.moodle.asked.clear()
    sync(bench)
    assert bench.moodle.asked == []


def test_a_problem_is_looked_at_again_after_a_day_and_ends(bench: Workbench) -> None:
    bench.moodle.state.add_user(
        User(50, "ander", "A", "B", "10020@example.org", profile={"personeelsnummer": "99"})
    )
    bench.hire("10020")
    sync(bench)
    with bench.register.read() as connection:
        link = read_links(connection)["10020"]
    assert (link.problem, link.problem_about) == ("email_of_another_number", "ander")
    bench.moodle.state.users[50].profile = {}
    bench.clock.moment += LOOK_AGAIN + timedelta(minutes=1)
    assert sync(bench).written.altered == ["10020"]
    assert [user.id for user in accounts_of(bench, "10020")] == [50]
    with bench.register.read() as connection:
        assert read_links(connection)["10020"].problem is None


def test_an_account_that_was_changed_in_the_lms_is_put_right(bench: Workbench) -> None:
    bench.moodle.state.users[PIET].lastname = "Anders"
    read_accounts(bench.parts)
    assert sync(bench).written.altered == ["10005"]
    assert bench.moodle.state.users[PIET].lastname == "van 't Hof 10005"


def test_a_wave_of_suspensions_stops_until_a_person_confirms_it(bench: Workbench) -> None:
    numbers = [f"3{number:04}" for number in range(4)]
    for number in numbers:
        bench.hire(number)
    sync(bench)
    for number in numbers:
        bench.hire(number, ends=LAST_DAY)
    bench.clock.advance(days=2)
    assert sync(bench).outcome is AccountOutcome.STOPPED
    assert not any(accounts_of(bench, number)[0].suspended for number in numbers)
    with bench.register.read() as connection:
        now = stopped_accounts(connection)
    assert now is not None
    assert now.codes == ("too_many_suspended",)
    sync(bench)
    assert [action.payload["text"] for action in bench.actions()] == ["accounts_stopped"]
    assert sync(bench, confirm=True).suspended == tuple(numbers)
    assert all(accounts_of(bench, number)[0].suspended for number in numbers)
    with bench.register.read() as connection:
        assert stopped_accounts(connection) is None


def test_a_refused_row_is_noted_and_the_others_are_written(bench: Workbench) -> None:
    bench.hire("10020")
    bench.hire("10021")
    in_hris(bench, "10021", given_name="<b>Vet")
    done = sync(bench)
    assert (done.written.created, done.written.refused) == (
        ["10020"],
        {"10021": "invalidparameter"},
    )
    with bench.register.read() as connection:
        assert read_links(connection)["10021"].problem == "refused"


# --- teams -----------------------------------------------------------------------------------


def cohort(bench: Workbench, idnumber: str) -> set[int]:
    found = [c for c in bench.moodle.state.cohorts.values() if c.idnumber == idnumber]
    return {member for one in found for member in one.members}


def test_a_team_follows_its_people(bench: Workbench) -> None:
    assert PIET in cohort(bench, "AFD-Toezicht")
    in_hris(bench, "10005", department="Vergunning")
    sync(bench)
    assert PIET not in cohort(bench, "AFD-Toezicht")
    assert cohort(bench, "AFD-Vergunning") == {PIET}
    bench.moodle.asked.clear()
    sync(bench)
    assert bench.moodle.asked == [], "the register knows who is in by now"


def test_a_first_sync_costs_hardly_more_than_what_it_writes(bench: Workbench) -> None:
    """120 people in 12 teams: five accounts and then all others, the cohorts, and the members."""
    people = [str(number) for number in range(20_000, 20_120)]
    for number in people:
        bench.hire(number)
        in_hris(bench, number, department=f"Team {int(number) % 12}")
    bench.moodle.asked.clear()
    done = sync(bench, confirm=True)
    assert (len(done.written.created), done.teams.counted()) == (120, (120, 0))
    assert calls(bench, CREATE) == 4
    assert calls(bench, "core_cohort_create_cohorts") == 1
    # Those that are made say their ids.
    assert calls(bench, "core_cohort_get_cohorts") == 1
    assert calls(bench, "core_cohort_add_cohort_members") == 3
    assert len(bench.moodle.asked) <= 4 + 1 + 3 + 6, "and a look before and after"


def test_a_team_that_the_lms_refuses_is_told_and_keeps_no_other_waiting(bench: Workbench) -> None:
    bench.hire("10020")
    sync(bench)
    (gone,) = accounts_of(bench, "10020")
    in_hris(bench, "10020", department="Vergunning")
    in_hris(bench, "10005", department="Vergunning")
    del bench.moodle.state.users[gone.id]
    done = sync(bench)
    assert set(done.teams_refused) == {"AFD-Vergunning"}
    assert "Moodle refuses it" in done.teams_refused["AFD-Vergunning"]
    assert cohort(bench, "AFD-Vergunning") == {PIET}


def test_a_team_is_read_back_and_put_right_once_a_day(bench: Workbench) -> None:
    (team,) = [c for c in bench.moodle.state.cohorts.values() if c.idnumber == "AFD-Toezicht"]
    team.members = [member for member in team.members if member != PIET] + [2]
    sync_accounts(bench.parts, dry_run=False, thorough=True)
    assert {PIET, 2} <= cohort(bench, "AFD-Toezicht")


def test_names_that_moodle_does_not_show_apart_are_not_compared(bench: Workbench) -> None:
    class WithoutNames(Moodle):
        """As a service user without moodle/site:viewfullnames sees them."""

        def users_by_employee(self, employee_ids: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
            found = super().users_by_employee(employee_ids)
            return {n: tuple(replace(u, given_name=None) for u in us) for n, us in found.items()}

    in_hris(bench, "10005", email="nieuw@example.org")
    blind = WithoutNames(config_of(bench))
    with pytest.raises(Misconfigured, match="viewfullnames"):
        sync_accounts(replace(bench.parts, lms=blind), dry_run=False)
    blind.close()

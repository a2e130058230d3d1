"""The profile field with the manager's number, in a Moodle that has it or not."""

from __future__ import annotations

from dataclasses import replace

from adapter.programs.cli.accounts import accounts
from adapter.subjects.accounts.sync import sync_accounts
from config.settings import Settings
from sandboxes.moodle.tables import ProfileFieldDefinition
from tests.fixtures.accounts import SETTINGS, UPDATE, accounts_of, bench, calls
from tests.fixtures.workbench import Workbench

__all__ = ["bench"]
FIELD = "leidinggevende"


def _with_managers(bench: Workbench) -> None:
    """The field is configured once the accounts stand, and everyone gets another manager."""
    moodle = SETTINGS.model_copy(update={"manager_field": FIELD})
    bench.parts = replace(bench.parts, settings=Settings(moodle=moodle))
    for employee_id in ("10005", "10003"):
        bench.hire(employee_id, manager="10001")


def test_a_field_that_moodle_does_not_have_is_written_once_and_counts_as_no_change(
    bench: Workbench,
) -> None:
    _with_managers(bench)
    for _ in range(2):
        bench.moodle.asked.clear()
        written = sync_accounts(bench.parts, dry_run=False).written
        assert (written.altered, written.ignored_fields) == ([], (FIELD,))
        assert calls(bench, UPDATE) == 1
    assert any(
        FIELD in line for line in accounts(bench.parts, dry_run=False, confirm=False, people=())
    )


def test_it_is_filled_as_soon_as_somebody_made_it(bench: Workbench) -> None:
    _with_managers(bench)
    sync_accounts(bench.parts, dry_run=False)
    state = bench.moodle.state
    state.profile_fields = (*state.profile_fields, ProfileFieldDefinition(FIELD, "Leidinggevende"))
    written = sync_accounts(bench.parts, dry_run=False).written
    assert written.ignored_fields == ()
    assert sorted(written.altered) == ["10003", "10005"]
    assert [accounts_of(bench, one)[0].profile[FIELD] for one in written.altered] == ["10001"] * 2
    bench.moodle.asked.clear()
    assert sync_accounts(bench.parts, dry_run=False).written.altered == []
    assert calls(bench, UPDATE) == 0

"""On SQLite and PostgreSQL: what was written is known, and is not written again."""

from __future__ import annotations

from adapter.subjects.profile_fields.sync import ShownSync, sync_shown
from tests.fixtures.workbench import Workbench


def test_what_has_not_changed_costs_no_call_at_all(bench: Workbench) -> None:
    first = sync_shown(bench.parts)
    assert first.written == first.differs != ()
    bench.moodle.asked.clear()
    assert sync_shown(bench.parts) == ShownSync()
    assert bench.moodle.asked == []

"""Records are destroyed on an act of a person alone: past their term, exported, and declared."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from adapter.ground.store import chain
from adapter.ground.store.chain import Breach, Fault
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.rewriting import logs_open
from adapter.ground.store.tables.archive import DestructionRow
from adapter.ground.store.tables.claims import ClaimStepRow
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.views.archive.destruction import (
    Act,
    AnotherList,
    Destroyed,
    NothingToDestroy,
    destroy_records,
)
from adapter.views.archive.destruction_list import (
    Hindrance,
    PastTerm,
    alone,
    destruction_list,
    mark_of,
)
from adapter.views.archive.information_objects import KIND_OF_TABLE
from adapter.views.privacy.erasure import erase
from adapter.views.privacy.erasure_plan import Notice, Refusal, plan_erasure
from config.settings import RetentionSettings
from tests.adapter.views.archive.conftest import LEFT, LONG_AFTER, Dossier, asked, naming, ruled
from tests.fixtures.leavers import LEAVER, NOW
from tests.fixtures.marked_person import PERSON, mark_every_table
from tests.fixtures.past_the_triggers import force

ACT = Act("A. Chivaris, archivaris", "beheer", "besluit 2039-12")


def _list(dossier: Dossier, **changed: str) -> list[PastTerm]:
    with dossier.register.read() as connection:
        return destruction_list(connection, dossier.archiving(**changed), dossier.clock.now())


def _destroy(dossier: Dossier, mark: str | None = None) -> Destroyed:
    archiving, now = dossier.archiving(), dossier.clock.now()
    with dossier.register.write() as connection:
        people = destruction_list(connection, archiving, now)
        return destroy_records(connection, people, mark or mark_of(people), ACT, archiving, now)


def _faults(register: Register) -> list[Fault]:
    with register.read() as connection:
        return chain.verify(connection).faults


@pytest.fixture
def exported(dossier: Dossier, tmp_path: Path) -> Dossier:
    dossier.export(tmp_path)
    dossier.years_pass()
    return dossier


def test_nobody_is_listed_before_the_term_is_over(dossier: Dossier) -> None:
    dossier.clock.moment = LONG_AFTER.replace(year=2037, month=12, day=31)
    assert _list(dossier) == []
    dossier.clock.moment += timedelta(days=1)
    [person] = _list(dossier)
    assert (person.employee_id, person.last_on) == (LEAVER, date(2037, 12, 31))


def test_what_was_not_exported_stands_in_the_way(dossier: Dossier) -> None:
    dossier.years_pass()
    [person] = _list(dossier)
    assert not person.ready
    assert {one.hindrance for one in person.objects} == {Hindrance.NOT_EXPORTED}
    with pytest.raises(NothingToDestroy):
        _destroy(dossier)
    assert "decisions" in naming(dossier.register, LEAVER)


def test_what_was_added_after_the_export_stands_in_the_way(exported: Dossier) -> None:
    exported.override_the_statement()
    [person] = _list(exported)
    hindered = {one.kind: one.hindrance for one in person.objects if one.hindrance}
    assert hindered == {"statement": Hindrance.CHANGED_SINCE}


def test_what_is_kept_for_good_is_never_destroyed(exported: Dossier) -> None:
    [person] = _list(exported, kept_for_good="agreement")
    hindered = {one.kind: one.hindrance for one in person.objects if one.hindrance}
    assert hindered == {"agreement": Hindrance.KEPT_FOR_GOOD}
    assert not person.ready


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (update(ClaimStepRow).values(state="confirmed"), Refusal.CLAIM_OPEN),
        (update(EmployeeRow).values(missing_scans=0, last_seen_at=LONG_AFTER), Notice.HRIS_SHOWS),
    ],
)
def test_what_is_open_or_shown_stands_in_the_way(
    exported: Dossier, change: Any, reason: Refusal | Notice
) -> None:
    with exported.register.write() as connection:
        force(connection, change)
    [person] = _list(exported)
    assert reason in (*person.refusals, *person.notices)
    with pytest.raises(NothingToDestroy):
        _destroy(exported)


def test_who_is_in_service_again_is_not_listed(exported: Dossier) -> None:
    with exported.register.write() as connection:
        connection.execute(
            insert(EmploymentRow).values(
                employee_id=LEAVER, employment_id="2", start_on=date(2030, 1, 1)
            )
        )
    assert _list(exported) == []


def test_nothing_of_the_person_is_left_and_the_logs_verify(exported: Dossier) -> None:
    destroyed = _destroy(exported)
    assert (destroyed.people, destroyed.objects) == (1, 6)
    left = naming(exported.register, LEAVER) | naming(exported.register, "erased-")
    assert left == {"audit_log"}, "who acted on whom has a term of its own"
    with exported.register.read() as connection:
        for table in KIND_OF_TABLE:
            assert connection.execute(select(METADATA.tables[table])).all() == [], table
    assert _faults(exported.register) == []
    assert _list(exported) == []


def test_the_declaration_says_what_by_whom_and_on_which_ground(exported: Dossier) -> None:
    destroyed = _destroy(exported)
    with exported.register.read() as connection:
        declaration = row_of(connection, select(DestructionRow))
        actions = [line.action for line in rows_of(connection, select(AuditLineRow))]
    assert declaration.id == destroyed.declaration
    assert declaration.destroyed_by == "A. Chivaris, archivaris"
    assert declaration.ground == "besluit 2039-12"
    assert declaration.selection_list == "Selectielijst ODWH 2026"
    assert {one["kind"] for one in declaration.objects} == set(KIND_OF_TABLE.values())
    [decision] = [one for one in declaration.objects if one["kind"] == "decision"]
    assert decision == {
        "kind": "decision",
        "id": "decision-1",
        "category": "8.1 Opleiding: besluit",
        "madeAt": NOW.isoformat(),
        "exportedAt": NOW.isoformat(),
    }
    assert sorted(actions) == ["destroy-records", "erase-person", "export-archive"]


def test_another_list_than_was_looked_at_destroys_nothing(exported: Dossier) -> None:
    [person] = _list(exported)
    with pytest.raises(AnotherList, match=mark_of([person])):
        _destroy(exported, "000000000000")
    with exported.register.read() as connection:
        assert row_of(connection, select(DecisionRow)).employee_id == LEAVER


def test_who_is_erased_already_is_destroyed_under_the_pseudonym(exported: Dossier) -> None:
    with exported.register.write() as connection:
        terms, now = RetentionSettings(), exported.clock.now()
        plan = plan_erasure(connection, LEAVER, terms, now, now.date())
        erase(connection, plan, by="privacy", ground="request", now=now)
    [person] = _list(exported)
    assert person.employee_id.startswith("erased-")
    assert _destroy(exported).objects == 6
    assert naming(exported.register, "erased-") == {"audit_log"}
    assert _faults(exported.register) == []


def test_what_is_about_others_too_stays(exported: Dossier, tmp_path: Path) -> None:
    shared = asked(exported.register, [LEAVER, "000001007"])
    ruled(exported.register, shared)
    exported.export(tmp_path / "again", LONG_AFTER.date())
    assert _destroy(exported).objects == 6
    with exported.register.read() as connection:
        request = row_of(connection, select(TrainingRequestRow))
    assert request.id == shared
    assert request.employee_ids[1] == "000001007"
    assert request.employee_ids[0].startswith("erased-")


def test_a_decision_that_was_removed_past_the_adapter_still_shows(exported: Dossier) -> None:
    with exported.register.write() as connection:
        force(connection, delete(DecisionRow))
    assert _faults(exported.register) == [Fault("decisions", "decision-1", Breach.REMOVED)]


def test_who_makes_a_destruction_up_to_hide_a_removal_is_found(exported: Dossier) -> None:
    _destroy(exported)
    with exported.register.write() as connection:
        force(connection, update(DestructionRow).values(redactions=[]))
    found = {(fault.log, fault.breach) for fault in _faults(exported.register)}
    assert ("destructions", Breach.CHANGED) in found
    assert ("decisions", Breach.REMOVED) in found


def test_the_database_guards_the_logs_again_afterwards(exported: Dossier) -> None:
    _destroy(exported)
    with (
        pytest.raises(Exception, match="is only added to"),
        exported.register.write() as connection,
    ):
        connection.execute(update(DestructionRow).values(ground="another"))


def test_rows_of_every_table_that_are_about_one_person_can_go(
    dossier: Dossier, tmp_path: Path
) -> None:
    """A table that comes later refers to none that goes before it."""
    tables = METADATA.tables
    with dossier.register.write() as connection:
        for table in reversed(METADATA.sorted_tables):
            force(connection, delete(table))
    mark_every_table(
        dossier.register,
        PERSON,
        {
            tables["claim_steps"].c.state: "settled",
            tables["exits"].c.state: "effective",
            tables["employments"].c.end_on: LEFT,
            tables["training_requests"].c.employee_ids: [PERSON],
            tables["training_requests"].c.collective: 0,
        },
    )
    with dossier.register.write() as connection:
        rows = alone(connection, PERSON)
        with logs_open(connection):
            for table in reversed(METADATA.sorted_tables):
                for row in rows.get(table.name, ()):
                    itself = [column == row[column.name] for column in table.primary_key]
                    connection.execute(delete(table).where(*itself))
    assert {"decisions", "agreements", "signed_files", "training_requests"} <= rows.keys()

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError, StatementError

from adapter.ground.store import migrate
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.work import JobRunRow, SwitchRow

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)


def test_the_migrations_give_exactly_the_tables_that_the_code_uses(register: Register) -> None:
    with register.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differences == []


def test_a_migrated_database_is_at_the_newest_revision(register: Register) -> None:
    assert migrate.current_revision(register) == migrate.newest_revision()


def test_migrating_again_changes_nothing(register: Register) -> None:
    migrate.upgrade(register)
    assert migrate.current_revision(register) == migrate.newest_revision()


def test_a_moment_comes_back_as_the_same_moment_in_utc(register: Register) -> None:
    amsterdam_noon = datetime(2027, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))
    with register.write() as connection:
        connection.execute(
            insert(JobRunRow).values(job="a", period_start=amsterdam_noon, started_at=NOON)
        )
    with register.read() as connection:
        stored = connection.execute(select(JobRunRow.period_start)).scalar_one()
    assert stored == amsterdam_noon
    assert stored.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(register: Register) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a time zone"), register.write() as connection:
        connection.execute(insert(JobRunRow).values(job="a", period_start=naive, started_at=NOON))


def test_hours_keep_two_decimals_and_refuse_a_third(register: Register) -> None:
    person = {
        "employee_id": "000001006",
        "source": "urn:hris:afas:12345",
        "given_name": "Daan",
        "family_name_prefix": "de",
        "family_name": "Vries",
        "first_seen_at": NOON,
        "last_seen_at": NOON,
    }
    with register.write() as connection:
        connection.execute(insert(EmployeeRow).values(person))
        connection.execute(
            insert(EmploymentRow).values(
                employee_id="000001006", employment_id="1", hours_per_week=Decimal("28.01")
            )
        )
    with register.read() as connection:
        assert connection.execute(select(EmploymentRow.hours_per_week)).scalar_one() == Decimal(
            "28.01"
        )
    with pytest.raises(StatementError, match="two decimals"), register.write() as connection:
        connection.execute(
            insert(EmploymentRow).values(
                employee_id="000001006", employment_id="2", hours_per_week=Decimal("28.015")
            )
        )


def test_a_write_that_raises_leaves_nothing(register: Register) -> None:
    with pytest.raises(RuntimeError, match="halfway"), register.write() as connection:
        connection.execute(insert(JobRunRow).values(job="a", period_start=NOON, started_at=NOON))
        raise RuntimeError("halfway")
    with register.read() as connection:
        assert connection.execute(select(JobRunRow)).all() == []


def test_foreign_keys_are_enforced(register: Register) -> None:
    with pytest.raises(IntegrityError), register.write() as connection:
        connection.execute(insert(EmploymentRow).values(employee_id="nobody", employment_id="1"))


def test_writers_of_several_threads_wait_for_each_other_and_lose_nothing(
    register: Register,
) -> None:
    with register.write() as connection:
        connection.execute(
            insert(SwitchRow).values(name="n", on=0, reason="", changed_by="", changed_at=NOON)
        )

    def count_to_ten() -> None:
        for _ in range(10):
            with register.write() as connection:
                connection.execute(text('UPDATE switches SET "on" = "on" + 1'))

    threads = [Thread(target=count_to_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with register.read() as connection:
        assert connection.execute(select(SwitchRow.on)).scalar_one() == 40


def test_the_values_of_a_statement_stay_out_of_its_error(register: Register) -> None:
    with pytest.raises(SQLAlchemyError) as failed, register.read() as connection:
        connection.execute(text("select * from nothing where name = :name"), {"name": "De Vries"})
    assert "De Vries" not in str(failed.value)

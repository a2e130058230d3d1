"""The registers of several organisations in one database of PostgreSQL: a schema for each, of a
role of its own, and a second wall around every table.

The first wall is that of rights: a role has none on what is another's. The second stands where
rights were given by mistake: row-level security, which shows rows to nobody but the role that
logged in. Both hang on the login and on nothing that a session sets, so that they hold behind a
pooler that gives each transaction another session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from adapter.ground.store.failures import address

if TYPE_CHECKING:
    import psycopg

_COMMENT = "organisation of odwh-adapter: "
"""On its schema, before its name. Not a parameter of the role: those of a name of our own only a
superuser may set."""
NAMED_BY_LOGIN = (
    "substring(obj_description(to_regnamespace(quote_ident(session_user)), 'pg_namespace')"
    f" from '^{_COMMENT}(.*)')"
)
"""SQL for the organisation of who logged in, whatever the session set; NULL where there is one."""
_POLICY = "own_organisation"


class SchemaTaken(Exception):
    """The database has a schema or a role of this name; the message says what to do."""


def schema_of(organisation: str) -> str:
    """Also the name of its role."""
    return f"odwh_{organisation.replace('-', '_')}"


def make_schema(url: str, organisation: str, password: str) -> URL:
    """Make a role and its empty schema, and return the address by which it logs in. `url` is that
    of a role that may make both. Raises `SchemaTaken` or `WrongAddress`; what began is undone."""
    administrator = address(url)
    name = schema_of(organisation)
    engine = create_engine(administrator, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        _refuse_taken(connection, name)
        # A statement that makes a role takes no parameters, and is kept in the log of the server:
        # what goes there is what the server itself would keep of the password.
        session: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        kept = session.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        connection.exec_driver_sql(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{kept.decode()}'")
        # Without it only a superuser may make a schema that is another role's.
        connection.exec_driver_sql(f'GRANT "{name}" TO CURRENT_USER')
        connection.exec_driver_sql(f'CREATE SCHEMA "{name}" AUTHORIZATION "{name}"')
        connection.exec_driver_sql(f'ALTER ROLE "{name}" SET search_path = "{name}"')
        connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{name}\" IS '{_COMMENT}{organisation}'")
        connection.exec_driver_sql(f'REVOKE "{name}" FROM CURRENT_USER')
        database = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.exec_driver_sql(f'GRANT CONNECT ON DATABASE "{database}" TO "{name}"')
    return administrator.set(drivername="postgresql", username=name, password=password)


def drop_schema(url: str, organisation: str) -> None:
    """Take away what `make_schema` made and what stands in it."""
    name = schema_of(organisation)
    engine = create_engine(address(url), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(f'GRANT "{name}" TO CURRENT_USER')
        # What it owns in this database, and the rights that it has on what is another's.
        connection.exec_driver_sql(f'DROP OWNED BY "{name}" CASCADE')
        connection.exec_driver_sql(f'DROP ROLE "{name}"')


def _refuse_taken(connection: Connection, name: str) -> None:
    taken = connection.execute(
        text(
            "SELECT 1 FROM pg_roles WHERE rolname = :n UNION ALL SELECT 1 FROM pg_namespace"
            " WHERE nspname = :n"
        ),
        {"n": name},
    ).first()
    if taken is not None:
        raise SchemaTaken(
            f"the database has a role or schema {name} already: name another organisation, or "
            "drop both if nobody needs what is there"
        )


def organisation_of(connection: Connection) -> str | None:
    """Whose database this is, as its schema says; None where there is one organisation."""
    if connection.dialect.name != "postgresql":
        return None
    named: str | None = connection.exec_driver_sql(f"SELECT {NAMED_BY_LOGIN}").scalar()
    return named


def wall_off(connection: Connection) -> None:
    """Row-level security on every table of the schema, also for the role that owns it. Only where
    there are several organisations; done again after each migration, for what it made."""
    if organisation_of(connection) is None:
        return
    role = connection.execute(text("SELECT session_user")).scalar_one()
    for table in _tables(connection):
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        connection.exec_driver_sql(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        connection.exec_driver_sql(f'DROP POLICY IF EXISTS {_POLICY} ON "{table}"')
        connection.exec_driver_sql(
            f"CREATE POLICY {_POLICY} ON \"{table}\" USING (session_user = '{role}')"
        )


def unwalled(connection: Connection) -> list[str]:
    """Tables of the schema that have no such wall; none where there is one organisation."""
    if organisation_of(connection) is None:
        return []
    without = text(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = current_schema()::regnamespace"
        " AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS"
        " (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = :policy))"
        " ORDER BY relname"
    )
    return list(connection.execute(without, {"policy": _POLICY}).scalars())


def _tables(connection: Connection) -> list[str]:
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return list(connection.execute(tables).scalars())

"""What is asked of one person is looked up by that person: a check does not grow with everybody's
rows."""

from __future__ import annotations

import re

from adapter.ground.store.register import Register
from adapter.register.learning_reader import read_learning_for
from tests.fixtures.statements import statements_of

OF_EVERYBODY = {"in_company_sessions", "policy_adoptions"}
"""Read whole: in which courses sessions are given, and when the policy was adopted."""
LOOKED_UP = re.compile(r"(?:SEARCH|SCAN) (\w+) (?:USING .*INDEX \w+ )?\(?(\w*)")


def test_what_is_asked_of_one_person_is_looked_up_by_that_person(
    sqlite_register: Register,
) -> None:
    with sqlite_register.read() as connection:
        with statements_of(sqlite_register) as statements:
            read_learning_for(connection, "10001", "OPL-001")
        (statement,) = statements
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?")
        ).all()
        tables = set(connection.dialect.get_table_names(connection))
    lookups = {match.groups() for *_, detail in plan if (match := LOOKED_UP.match(detail))}
    by = {(table, column) for table, column in lookups if table in tables - OF_EVERYBODY}
    assert ("commitments", "employee_id") in by
    assert ("enrolments", "user_id") in by
    assert not [(table, column) for table, column in by if not column or column == "state"]

"""Finding users by a filter: what an index can answer is left to the database, the rest is compared
user by user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scim2_models import EnterpriseUser, ScimFilter, User
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
)
from sqlalchemy import ColumnElement, Connection, Select, func, select

from adapter.doors.scim.reading import as_user
from adapter.doors.scim.service import LARGEST_PAGE
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.scim import ScimUserRow

USER_SCHEMA = str(User.__schema__).lower()
ENTERPRISE_SCHEMA = str(EnterpriseUser.__schema__).lower()


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts all that match; `users` are those from the asked index on."""

    total: int
    users: tuple[User[EnterpriseUser], ...]


def search(
    connection: Connection,
    chosen: ScimFilter[Any] | None,
    start: int,
    count: int | None,
    location: str,
) -> Page:
    """Users in the order in which they were made, from `start` (counted from 1)."""
    size = LARGEST_PAGE if count is None else min(count, LARGEST_PAGE)
    if chosen is None:
        return _page(connection, start, size, location)
    matching = [user for user in _candidates(connection, chosen, location) if chosen.match(user)]
    return Page(len(matching), tuple(matching[start - 1 : start - 1 + size]))


def _page(connection: Connection, start: int, size: int, location: str) -> Page:
    total = connection.execute(select(func.count()).select_from(ScimUserRow)).scalar_one()
    if start > total:
        return Page(total, ())  # also where no database could count so far
    rows = rows_of(connection, _in_order().offset(start - 1).limit(size))
    return Page(total, tuple(as_user(row, location) for row in rows))


def _candidates(
    connection: Connection, chosen: ScimFilter[Any], location: str
) -> Iterator[User[EnterpriseUser]]:
    known = [_indexed(comparison) for comparison in _all_required(chosen.ast)]
    conditions = [condition for condition in known if condition is not None]
    rows = rows_of(connection, _in_order().where(*conditions))
    return (as_user(row, location) for row in rows)


def _in_order() -> Select[ScimUserRow]:
    return select(ScimUserRow).order_by(ScimUserRow.created_at, ScimUserRow.id)


def _all_required(node: FilterNode) -> Iterator[Comparison]:
    """The comparisons that every match satisfies: those joined by `and`."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, LogicalExpr) and node.op is LogicalOperator.and_:
        for part in node.terms:
            yield from _all_required(part)


def _indexed(comparison: Comparison) -> ColumnElement[bool] | None:
    path, value = comparison.attr_path, comparison.value
    if comparison.op is not CompareOperator.eq or path.sub_attr or not isinstance(value, str):
        return None
    match (path.uri or USER_SCHEMA).lower(), path.attr.lower():
        case (schema, "username") if schema == USER_SCHEMA:
            return ScimUserRow.user_name_folded == value.casefold()
        case (schema, "externalid") if schema == USER_SCHEMA:
            return ScimUserRow.external_id == value
        case (schema, "employeenumber") if schema == ENTERPRISE_SCHEMA:
            return func.lower(ScimUserRow.employee_number) == value.lower()
    return None

"""Who is in which expertise, as HR keeps it: the HRIS tells departments and no expertise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select

from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.quality_criteria import (
    ExpertiseMemberRow,
    QualityRequirementRow,
)
from adapter.subjects.quality_criteria.list_rows import keep, plain
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.days import wrong_if_before
from adapter.subjects.requests.refusals import WrongField, refuse_if_any
from adapter.subjects.requests.teams import lock_employee


@dataclass(frozen=True, slots=True)
class MemberContent:
    employee_id: str
    expertise: str
    function: str | None
    member_from: date
    member_until: date | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Of one employee and expertise on a day. `until` is None where no last day is known."""

    employee_id: str
    since: date
    until: date | None
    functions: frozenset[str]


def record_member(act: Act, content: MemberContent) -> Outcome:
    """Of the same employee, expertise, first day and function there is one row, which is changed
    into this. Raises `WrongFields`."""
    expertise = _as_listed(act.connection, content.expertise)
    wrong = []
    if not lock_employee(act, content.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    if expertise is None:
        wrong.append(WrongField("/expertise", "unknown_expertise"))
    if content.member_until is not None:
        wrong += wrong_if_before(
            content.member_until, content.member_from, "/untilDate", "before_its_beginning"
        )
    refuse_if_any(wrong)
    assert expertise is not None, "else it was refused"
    known = _known(act.connection, content)
    key = {
        "employee_id": content.employee_id,
        # As they were written then: the requirements may have come to spell it otherwise.
        "expertise": expertise if known is None else known.expertise,
        "member_from": content.member_from,
        "function": (content.function or "") if known is None else known.function,
    }
    return keep(act, ExpertiseMemberRow, key, {"member_until": content.member_until}, known)


def memberships_on(
    connection: Connection, day: date, employee_ids: Iterable[str] | None = None
) -> dict[str, list[Membership]]:
    """By expertise (`plain`), those who are in it on a day; of these employees only, if given."""
    row = ExpertiseMemberRow
    statement = (
        select(row)
        .where(row.member_from <= day, or_(row.member_until.is_(None), row.member_until >= day))
        .order_by(row.employee_id, row.member_from)
    )
    if employee_ids is not None:
        statement = statement.where(row.employee_id.in_(list(employee_ids)))
    rows: defaultdict[tuple[str, str], list[ExpertiseMemberRow]] = defaultdict(list)
    for one in rows_of(connection, statement):
        rows[plain(one.expertise), one.employee_id].append(one)
    found: defaultdict[str, list[Membership]] = defaultdict(list)
    for (expertise, employee_id), mine in rows.items():
        found[expertise].append(_together(employee_id, mine))
    return dict(found)


def _together(employee_id: str, rows: list[ExpertiseMemberRow]) -> Membership:
    """Rows that overlap, such as those of two functions, are one membership."""
    ends = [one.member_until for one in rows]
    return Membership(
        employee_id=employee_id,
        since=min(one.member_from for one in rows),
        until=None if None in ends else max(end for end in ends if end is not None),
        functions=frozenset(one.function for one in rows if one.function),
    )


def _known(connection: Connection, content: MemberContent) -> ExpertiseMemberRow | None:
    mine = select(ExpertiseMemberRow).filter_by(
        employee_id=content.employee_id, member_from=content.member_from
    )
    named = plain(content.expertise), plain(content.function or "")
    return next(
        (
            one
            for one in rows_of(connection, mine)
            if (plain(one.expertise), plain(one.function)) == named
        ),
        None,
    )


def _as_listed(connection: Connection, expertise: str) -> str | None:
    """The expertise as the requirements write it; None where none is of it."""
    listed = connection.execute(select(QualityRequirementRow.expertise).distinct()).scalars()
    return next((one for one in listed if plain(one) == plain(expertise)), None)

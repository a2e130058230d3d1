"""A site cohort per department, with the accounts of the employed as its members.

Only accounts that are an employee's are taken out of one; who was added by hand stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.decisions import CohortMemberRow
from adapter.subjects.accounts.desired_account import AccountStanding, DesiredAccount
from adapter.subjects.accounts.links import Link, read_links
from connectors.ports import CohortChange, Lms

PREFIX = "AFD-"
LONGEST = 100
"""What Moodle takes as the ID number of a cohort."""

Members = Mapping[str, frozenset[str]]
"""Account ids by cohort."""


@dataclass(frozen=True, slots=True)
class TeamMoves:
    """By cohort: its name, who is to come in and who is to go out."""

    names: Mapping[str, str]
    joins: Members
    leaves: Members

    def counted(self) -> tuple[int, int]:
        """How many come in, and how many go out."""
        return sum(map(len, self.joins.values())), sum(map(len, self.leaves.values()))


NO_MOVES = TeamMoves({}, {}, {})


def team_cohort(department: str) -> str:
    """The ID number of a department's cohort; a long name ends in a mark that keeps it apart."""
    if len(PREFIX + department) <= LONGEST:
        return PREFIX + department
    mark = sha256(department.encode()).hexdigest()[:8]
    return f"{PREFIX}{department}"[: LONGEST - 9] + f"-{mark}"


def moves(
    everyone: Iterable[DesiredAccount], links: Mapping[str, Link], present: Members
) -> TeamMoves:
    """The difference between where the HRIS has people and the cohorts as they are known."""
    wanted: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for one in everyone:
        link = links.get(one.employee_id)
        if one.standing is AccountStanding.EMPLOYED and one.department and link and link.user_id:
            wanted[team_cohort(one.department)].add(link.user_id)
            names[team_cohort(one.department)] = one.department
    ours = {link.user_id for link in links.values() if link.user_id}
    joins = {
        cohort: frozenset(users - present.get(cohort, frozenset()))
        for cohort, users in wanted.items()
    }
    leaves = {
        cohort: frozenset((users & ours) - wanted.get(cohort, set()))
        for cohort, users in present.items()
    }
    return TeamMoves(
        names,
        {cohort: users for cohort, users in sorted(joins.items()) if users},
        {cohort: users for cohort, users in sorted(leaves.items()) if users},
    )


def team_moves(
    parts: Parts,
    everyone: Iterable[DesiredAccount],
    links: Mapping[str, Link] | None = None,
    to_be: Mapping[str, Link] | None = None,
) -> TeamMoves:
    """By these links, or those that are kept by now; and those that are `to_be`."""
    with parts.register.read() as connection:
        known = read_links(connection) if links is None else links
        return moves(everyone, {**known, **(to_be or {})}, _known(connection))


def read_teams(parts: Parts, lms: Lms) -> None:
    """Read the members of every known cohort back from the LMS, where a person may change them."""
    with parts.register.read() as connection:
        known = _known(connection)
    if not known:
        return
    _keep_all(parts, lms.cohort_members(sorted(known)), known)


def write_teams(parts: Parts, lms: Lms, made: TeamMoves) -> Mapping[str, str]:
    """Carry out the moves; returns the LMS's own word by cohort where not everything was done."""
    nobody: frozenset[str] = frozenset()
    changes = [
        CohortChange(
            cohort,
            made.names.get(cohort, cohort),
            made.joins.get(cohort, nobody),
            made.leaves.get(cohort, nobody),
        )
        for cohort in sorted(made.joins.keys() | made.leaves.keys())
    ]
    if not changes:
        return {}
    written = lms.write_cohorts(changes)
    with parts.register.read() as connection:
        known = _known(connection)
    _keep_all(parts, written.members, known)
    return written.refused


def _known(connection: Connection) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = rows_of(
        connection,
        select(CohortMemberRow).where(CohortMemberRow.cohort.startswith(PREFIX, autoescape=True)),
    )
    for row in rows:
        found[row.cohort].add(row.user_id)
    return {cohort: frozenset(users) for cohort, users in found.items()}


def _keep_all(parts: Parts, shown: Members, known: Members) -> None:
    """What did not change is not written."""
    differing = [one for one in sorted(shown) if shown[one] != known.get(one, frozenset())]
    if not differing:
        return
    with parts.register.write() as connection:
        for cohort in differing:
            _keep(connection, cohort, shown[cohort])


def _keep(connection: Connection, cohort: str, shown: frozenset[str]) -> None:
    """Another process may be keeping the same cohort at the same time."""
    mine = CohortMemberRow.cohort == cohort
    known = frozenset(connection.execute(select(CohortMemberRow.user_id).where(mine)).scalars())
    gone = [{"user": user_id} for user_id in sorted(known - shown)]
    new = [{"cohort": cohort, "user_id": user_id} for user_id in sorted(shown - known)]
    if gone:
        is_gone = CohortMemberRow.user_id == bindparam("user")
        connection.execute(delete(CohortMemberRow).where(mine, is_gone), gone)
    if new:
        statement = insert_into(connection, CohortMemberRow).on_conflict_do_nothing()
        connection.execute(statement, new)

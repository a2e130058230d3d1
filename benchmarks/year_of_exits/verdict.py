"""Holds the register against what really happened; each violation in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitChangeRow, ExitRow, RepaymentStatementRow
from benchmarks.year_of_exits.hris import is_down
from benchmarks.year_of_exits.plain_repayment import Owed, owed
from benchmarks.year_of_exits.truth import AMSTERDAM, End, Person
from benchmarks.year_of_exits.year import Year

PROCESSED = timedelta(minutes=30)
"""After a scan the worker needs a moment for what it found."""
_WRONG = {
    End.STAYS: {"suspected", "announced", "effective", "rehired"},
    End.SUSPECTED: {"announced", "effective", "rehired"},
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`scans_waited` has per exit how many nightly scans it was found after it could be seen; 0
    when a webhook or poll was first."""

    exits: int
    statements: int
    scans_waited: list[int]
    violations: list[str]


class _Register:
    """All of it by employee, read once."""

    def __init__(self, year: Year) -> None:
        self.exits: dict[str, list[ExitRow]] = defaultdict(list)
        self.changes: dict[str, list[ExitChangeRow]] = defaultdict(list)
        self.statements: dict[str, list[RepaymentStatementRow]] = defaultdict(list)
        with year.register.read() as connection:
            whose = {}
            for leaver in rows_of(connection, select(ExitRow)):
                self.exits[leaver.employee_id].append(leaver)
                whose[leaver.id] = leaver.employee_id
            in_order = select(ExitChangeRow).order_by(ExitChangeRow.recorded_at)
            for change in rows_of(connection, in_order):
                self.changes[whose[change.exit_id]].append(change)
            versions = select(RepaymentStatementRow).order_by(RepaymentStatementRow.version)
            for statement in rows_of(connection, versions):
                self.statements[whose[statement.exit_id]].append(statement)


def judge(year: Year) -> Verdict:
    register = _Register(year)
    violations: list[str] = []
    waited: list[int] = []
    for person in year.people:
        violations += _state(person, year, register)
        violations += _statements(person, year, register)
        if person.end is not End.STAYS:
            found = _waited(person, year, register)
            waited.append(found)
            if found > 1:
                violations.append(f"{person.employee_id}: found after {found} nightly scans")
    settled = sum(len(_settled(rows)) for rows in register.statements.values())
    return Verdict(len(waited), settled, waited, violations)


def _state(person: Person, year: Year, register: _Register) -> Iterator[str]:
    rows = register.exits[person.employee_id]
    states = {row.state for row in rows} - {"withdrawn"}
    wrong = states & _WRONG.get(person.end, set())
    if wrong:
        yield f"{person.employee_id} ({person.end}) is {wrong}"
    if not person.changes and rows:
        yield f"{person.employee_id}: an exit of somebody of whom nothing was ever told"
    expected = _expected(person, year.last_day)
    if expected and [(row.state, row.last_day) for row in rows if row.state in states] != [
        expected
    ]:
        seen = [(row.state, str(row.last_day)) for row in rows]
        yield f"{person.employee_id}: should be {expected[0]} {expected[1]}, is {seen}"


def _expected(person: Person, until: date) -> tuple[str, date | None] | None:
    match person.end:
        case End.STAYS:
            return None
        case End.SUSPECTED:
            return "suspected", None
        case End.BACK:
            return "rehired", person.last_day
        case End.LEFT:
            assert person.last_day is not None
            left = person.last_day <= until + timedelta(days=1)
            return "effective" if left else "announced", person.last_day


def _settled(rows: Sequence[RepaymentStatementRow]) -> list[RepaymentStatementRow]:
    return [row for row in rows if row.kind == "settlement"]


def _statements(person: Person, year: Year, register: _Register) -> Iterator[str]:
    """Every version ever made says what follows from its own last day; the last one from the real
    day, made on the day after it or as soon as the HRIS could be read."""
    rows = register.statements[person.employee_id]
    trained = {one.trajectory: one for one in year.trained.get(person.employee_id, [])}
    for row in rows:
        if row.exit_on is None:
            continue
        right = {name: owed(one, row.exit_on) for name, one in trained.items()}
        if _said(row) != right:
            yield f"{person.employee_id} version {row.version}: {_said(row)} is not {right}"
    settled = _settled(rows)
    if person.end in (End.STAYS, End.SUSPECTED) and settled:
        yield f"{person.employee_id} ({person.end}): settled {settled[-1].exit_on}"
    expected = _expected(person, year.last_day)
    if person.end is not End.LEFT or expected is None or expected[0] != "effective":
        return
    if not settled or rows[-1].kind != "settlement" or rows[-1].exit_on != person.last_day:
        yield f"{person.employee_id}: no settlement on {person.last_day}"
    elif rows[-1].made_at > _settled_by(person):
        yield f"{person.employee_id}: settled late, at {rows[-1].made_at}"


def _said(row: RepaymentStatementRow) -> dict[str, Owed]:
    return {
        one["trajectory_id"]: (
            one["percentage"], one["basis_cents"], one["computed_cents"], one["claimable_cents"],
            one["status"],
        )
        for one in row.items
    }  # fmt: skip


def _settled_by(person: Person) -> datetime:
    """The morning after the last day, or after the exit could be seen; two nights of patience for a
    reading that dropped the person."""
    assert person.last_day is not None
    assert person.visible_at is not None
    begin = max(person.last_day, person.visible_at.date()) + timedelta(days=1)
    moment = datetime.combine(begin, time(4), AMSTERDAM)
    while is_down(moment):
        moment += timedelta(days=1)
    return moment + timedelta(days=2)


def _waited(person: Person, year: Year, register: _Register) -> int:
    """Nightly scans that showed the person (or that the person is gone) before the exit stood in
    the register with its day."""
    visible = person.visible_at
    assert visible is not None, "every exit is shown one day"
    gone = person.shown(visible) is None
    told = [
        row.recorded_at
        for row in register.changes[person.employee_id]
        if row.recorded_at >= visible and _tells(row, person)
    ]
    found_at = min(told, default=None)
    scans = [
        one.at
        for one in year.hris.answered
        if one.at >= visible and one.dropped != person.employee_id
    ]
    if gone:  # missing counts from the second complete scan on
        scans = scans[1:]
    if found_at is None:
        return len(scans)
    later: int = sum(at + PROCESSED < found_at for at in scans)
    return later + int(bool(scans) and found_at >= scans[0])


def _tells(row: ExitChangeRow, person: Person) -> bool:
    if person.end is End.SUSPECTED:
        return True
    return row.last_day == person.last_day

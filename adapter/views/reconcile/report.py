"""A reconciliation run as a report to HR. HR may see names; nobody else gets this report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.ground.store.tables.reconciliation import (
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.register.adoption import adoptions
from adapter.register.decision_log import policy_of
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from adapter.views.reconcile import history
from adapter.views.reconcile.broken_records import withheld_people
from adapter.views.reconcile.finding import Group, Source
from adapter.views.reconcile.history import FindingStatus
from adapter.views.reconcile.registry import GROUPS
from adapter.views.reconcile.sentences import heading, sentence, todo
from config.catalogue import Language, text
from policy.days import amsterdam_day

OPEN = (FindingStatus.NEW, FindingStatus.PERSISTING)
_SEVERITY_ORDER = {"block": 0, "advise": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by employee number, and full names by ID number or short name of the course."""

    employees: dict[str, str]
    courses: dict[str, str]

    def employee(self, employee_id: str | None) -> str | None:
        if employee_id is None:
            return None
        name = self.employees.get(employee_id)
        return employee_id if name is None else f"{employee_id} {name}"

    def course(self, course_id: str | None) -> str | None:
        if course_id is None:
            return None
        name = self.courses.get(course_id)
        return course_id if name in (None, course_id) else f"{course_id} {name}"


def report_of(connection: Connection, run_id: str, language: Language) -> Report | None:
    """The report of a run; None for a run that does not exist."""
    run = history.run_by_id(connection, run_id)
    if run is None:
        return None
    findings = history.findings_of(connection, run_id)
    policy = policy_of(connection, run.policy_digest)
    recorded = adoptions(connection)
    names = _names(connection)
    return Report(
        name="reconciliation",
        title=_say("title", language),
        subtitle=_say("subtitle", language, as_of=run.as_of),
        language=language,
        made_at=run.finished_at,
        facts=(*_counts(findings, language), *policy_facts(policy, recorded, run.as_of, language)),
        notices=(*_incomplete(run, language), *policy_notices(recorded, run.as_of, language)),
        sections=(
            _summary(findings, language),
            *_groups(findings, names, language),
            *_resolved(findings, names, language),
            _applied(run, names, language),
            policy_section(policy, recorded, language),
        ),
    )


def _say(key: str, language: Language, /, **numbers: object) -> str:
    return text(f"reconcile.report.{key}", language, **numbers)


def _names(connection: Connection) -> _Names:
    accounts = {
        row.employee_id: row.full_name
        for row in rows_of(connection, select(LmsUserRow))
        if row.employee_id is not None
    }
    people = {
        row.employee_id: " ".join(
            part for part in (row.given_name, row.family_name_prefix, row.family_name) if part
        )
        for row in rows_of(connection, select(EmployeeRow))
    }
    titles = {
        row.idnumber or row.shortname: row.full_name
        for row in rows_of(connection, select(CourseRow))
    }
    return _Names(accounts | people, titles)


def _counts(findings: Sequence[ReconciliationFindingRow], language: Language) -> Iterator[Fact]:
    for status in FindingStatus:
        count = sum(finding.status == status for finding in findings)
        yield Fact(status, text(f"reconcile.status.{status}", language), count, Kind.COUNT)


def _incomplete(run: ReconciliationRunRow, language: Language) -> Iterator[Notice]:
    """What could not be looked at, so that nobody reads silence as "all well"."""
    for part, reason in sorted(run.incomplete.items()):
        if part in list(Source):
            source = text(f"reconcile.source.{part}", language)
            said = _say("incomplete_source", language, source=source, reason=reason)
        else:
            group = text(f"reconcile.group.{part}", language)
            people = withheld_people(reason)
            code = "incomplete_people" if people else "incomplete_group"
            said = _say(code, language, group=group, people=", ".join(people))
        yield Notice(Tone.WARNING, said)


def _summary(findings: Sequence[ReconciliationFindingRow], language: Language) -> Section:
    rows = [_summary_row(group, findings, language) for group in GROUPS]
    sums = (sum(_count(row[place]) for row in rows) for place in range(1, 5))
    table = Table(
        name="summary",
        caption=_say("summary_caption", language),
        columns=(
            _column("group", language),
            *(_column(status, language, Kind.COUNT) for status in FindingStatus),
            _column("open", language, Kind.COUNT),
        ),
        rows=tuple(row for row in rows if any(row[1:])),
        total=(text("reconcile.column.total", language), *sums),
    )
    if not findings:
        nothing = (_say("nothing_found", language),)
        return Section("summary", _say("summary", language), paragraphs=nothing)
    return Section("summary", _say("summary", language), tables=(table,))


def _summary_row(
    group: Group, findings: Sequence[ReconciliationFindingRow], language: Language
) -> tuple[Cell, ...]:
    """Status by status, and what is open now."""
    mine = [finding for finding in findings if finding.code in group.codes]
    counts = [sum(finding.status == status for finding in mine) for status in FindingStatus]
    name = text(f"reconcile.group.{group.name}", language)
    return (name, *counts, sum(finding.status in OPEN for finding in mine))


def _count(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _groups(
    findings: Sequence[ReconciliationFindingRow], names: _Names, language: Language
) -> Iterator[Section]:
    for group in GROUPS:
        mine = [row for row in findings if row.code in group.codes and row.status in OPEN]
        if not mine:
            continue
        yield Section(group.name, text(f"reconcile.group.{group.name}", language))
        for code in group.codes:
            rows = [row for row in mine if row.code == code]
            if rows:
                yield _of_code(code, rows, names, language)


def _of_code(
    code: str, rows: list[ReconciliationFindingRow], names: _Names, language: Language
) -> Section:
    what = _say("todo", language, todo=todo(code, language))
    caption = _say("caption", language, heading=heading(code, language), count=len(rows))
    table = _table(code, caption, rows, names, language)
    return Section(code, heading(code, language), 3, paragraphs=(what,), tables=(table,))


def _table(
    name: str, caption: str, rows: list[ReconciliationFindingRow], names: _Names, language: Language
) -> Table:
    """New and heavy ones first. A column that no row fills is left out."""
    columns = (
        _column("employee", language),
        _column("course", language),
        _column("finding", language),
        _column("severity", language),
        _column("status", language),
        _column("since", language, Kind.DAY),
    )
    cells = [_cells(row, names, language) for row in sorted(rows, key=_order)]
    filled = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    return Table(
        name=name,
        caption=caption,
        columns=tuple(columns[place] for place in filled),
        rows=tuple(tuple(row[place] for place in filled) for row in cells),
    )


def _order(row: ReconciliationFindingRow) -> tuple[int, bool, str, str]:
    return (
        _SEVERITY_ORDER[row.severity],
        row.status != FindingStatus.NEW,
        row.employee_id or "",
        row.course_id or "",
    )


def _cells(row: ReconciliationFindingRow, names: _Names, language: Language) -> tuple[Cell, ...]:
    return (
        names.employee(row.employee_id),
        names.course(row.course_id),
        sentence(row, language),
        text(f"reconcile.severity.{row.severity}", language),
        text(f"reconcile.status.{row.status}", language),
        amsterdam_day(row.since),
    )


def _resolved(
    findings: Sequence[ReconciliationFindingRow], names: _Names, language: Language
) -> Iterator[Section]:
    gone = [row for row in findings if row.status == FindingStatus.RESOLVED]
    if gone:
        table = _table("resolved", _say("resolved_caption", language), gone, names, language)
        yield Section("resolved", _say("resolved", language), tables=(table,))


def _applied(run: ReconciliationRunRow, names: _Names, language: Language) -> Section:
    """What the run set in motion, which is never more than deciding again."""
    heading_text = _say("applied", language)
    if run.announced is None:
        return Section("applied", heading_text, paragraphs=(_say("not_applied", language),))
    if not run.announced:
        return Section("applied", heading_text, paragraphs=(_say("announced_none", language),))
    people = tuple(names.employee(employee_id) or employee_id for employee_id in run.announced)
    said = _say("announced", language, count=len(people))
    return Section("applied", heading_text, paragraphs=(said,), lists=(people,))


def _column(name: str, language: Language, kind: Kind = Kind.TEXT) -> Column:
    return Column(name, text(f"reconcile.column.{name}", language), kind)

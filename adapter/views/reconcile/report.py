"""A reconciliation run as a report to HR: what to do first, and then everything by kind and by
person. HR may see names; nobody else gets this report.

Of a large run it shows the most urgent findings only; `documents.py` writes all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

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
from adapter.ground.rendering.linked_text import Linked, Several
from adapter.ground.store.tables.reconciliation import (
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.register.adoption import adoptions
from adapter.register.decision_log import policy_of
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from adapter.views.reconcile import history
from adapter.views.reconcile.broken_records import withheld_people
from adapter.views.reconcile.deciding_again import Again, decided_again
from adapter.views.reconcile.duties import DUTIES, Doer, When
from adapter.views.reconcile.finding import Source
from adapter.views.reconcile.history import FindingStatus, RunState
from adapter.views.reconcile.most_urgent import (
    SHOWN,
    OfOneKind,
    Parked,
    left_for_now,
    open_kinds,
)
from adapter.views.reconcile.names import Addresses, Names
from adapter.views.reconcile.sentences import detail, heading, todo
from config.catalogue import Language, text
from policy.days import amsterdam_day

MOST_RESOLVED = 100
"""Resolved findings that are listed; the others only count."""
NO_ADDRESSES = Addresses()


def report_of(
    connection: Connection,
    run_id: str,
    language: Language,
    addresses: Addresses = NO_ADDRESSES,
) -> Report | None:
    """The report of a run; None for a run that does not exist, or is not finished."""
    run = history.run_by_id(connection, run_id)
    if run is None or run.state != RunState.FINISHED:
        return None
    kinds = open_kinds(connection, run, run.as_of)
    parked = left_for_now(connection, run, run.as_of)
    resolved = history.findings_of(
        connection, run_id, status=FindingStatus.RESOLVED, limit=MOST_RESOLVED
    )
    shown = [row for kind in kinds for row in kind.shown]
    about = [row.employee_id for row in (*shown, *resolved, *(row for row, _ in parked))]
    names = Names(connection, addresses, [*about, *(run.announced or ())[:SHOWN]])
    counts = history.counts_of(connection, run_id)
    policy = policy_of(connection, run.policy_digest)
    recorded = adoptions(connection)
    writer = _Writer(names, language)
    return Report(
        name="reconciliation",
        file_name=_say("file_name", language, as_of=run.as_of),
        title=_say("title", language),
        subtitle=_say("subtitle", language, as_of=run.as_of),
        language=language,
        made_at=run.finished_at,
        facts=(
            *_counts(kinds, counts, len(parked), language),
            *policy_facts(policy, recorded, run.as_of, language),
        ),
        notices=(
            *_incomplete(run, language),
            *_shortened(kinds, language),
            *policy_notices(recorded, run.as_of, language),
        ),
        sections=(
            _first(kinds, language),
            *writer.kinds(kinds),
            *writer.people(shown),
            *writer.left_for_now(parked),
            *writer.resolved(resolved),
            _again(run, decided_again(connection, run_id), names, language),
            policy_section(policy, recorded, language),
        ),
    )


def _say(key: str, language: Language, /, **numbers: object) -> str:
    return text(f"reconcile.report.{key}", language, **numbers)


def _column(name: str, language: Language, kind: Kind = Kind.TEXT) -> Column:
    return Column(name, text(f"reconcile.column.{name}", language), kind)


def _counts(
    kinds: Sequence[OfOneKind],
    counts: dict[tuple[str, FindingStatus], int],
    parked: int,
    language: Language,
) -> Iterator[Fact]:
    open_now = sum(kind.count for kind in kinds)
    yield Fact("open", text("reconcile.column.open", language), open_now, Kind.COUNT)
    for status in (FindingStatus.NEW, FindingStatus.RESOLVED):
        count = sum(number for (_, one), number in counts.items() if one is status)
        yield Fact(status, text(f"reconcile.status.{status}", language), count, Kind.COUNT)
    yield Fact("acknowledged", _say("acknowledged", language), parked, Kind.COUNT)


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


def _shortened(kinds: Sequence[OfOneKind], language: Language) -> Iterator[Notice]:
    shown, count = sum(len(kind.shown) for kind in kinds), sum(kind.count for kind in kinds)
    if shown < count:
        yield Notice(Tone.INFO, _say("shortened", language, shown=shown, count=count))


def _first(kinds: Sequence[OfOneKind], language: Language) -> Section:
    """A line per kind of finding, the most urgent first, each leading to its people below."""
    if not kinds:
        nothing = (_say("nothing_found", language),)
        return Section("first", _say("first", language), paragraphs=nothing)
    urgency: defaultdict[When, int] = defaultdict(int)
    doers: defaultdict[Doer, int] = defaultdict(int)
    for kind in kinds:
        duty = DUTIES[kind.code]
        urgency[duty.when] += kind.count
        if duty.when is not When.KNOW:
            doers[duty.doer] += kind.count
    table = Table(
        name="first",
        caption=_say("first_caption", language),
        columns=(
            _column("what", language),
            _column("when", language),
            _column("doer", language),
            _column("people", language, Kind.COUNT),
            _column("findings", language, Kind.COUNT),
            _column("new", language, Kind.COUNT),
            _column("oldest", language, Kind.DAY),
        ),
        rows=tuple(
            (
                Linked(heading(kind.code, language), f"#{kind.code}"),
                text(f"reconcile.when.{DUTIES[kind.code].when}", language),
                text(f"reconcile.doer.{DUTIES[kind.code].doer}", language),
                kind.people or None,
                kind.count,
                kind.new,
                amsterdam_day(kind.oldest),
            )
            for kind in kinds
        ),
    )
    lead = _say("first_lead", language, **{when: urgency[when] for when in When})
    busiest = sorted(doers.items(), key=lambda one: -one[1])
    who = "; ".join(
        _say("first_doer", language, doer=text(f"reconcile.doer.{doer}", language), count=count)
        for doer, count in busiest
    )
    said = (lead, _say("first_doers", language, doers=who)) if who else (lead,)
    return Section("first", _say("first", language), paragraphs=said, tables=(table,))


def _again(run: ReconciliationRunRow, again: Again, names: Names, language: Language) -> Section:
    """What the run set in motion, or would: never more than deciding again."""
    name, heading_text = "applied", _say("applied", language)
    if run.announced is None and again.employees:
        counts = "; ".join(
            _say("finding_count", language, heading=heading(code, language), count=count)
            for code, count in sorted(again.findings.items())
        )
        said = _say("would_be_decided", language, people=again.employees, findings=counts)
        return Section(name, heading_text, paragraphs=(said,))
    if run.announced is None:
        return Section(name, heading_text, paragraphs=(_say("not_applied", language),))
    if not run.announced:
        return Section(name, heading_text, paragraphs=(_say("announced_none", language),))
    people = tuple(names.employee(one) or one for one in run.announced[:SHOWN])
    said = _say("announced", language, count=len(run.announced))
    return Section(name, heading_text, paragraphs=(said,), lists=(people,))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Findings as tables, with names."""

    names: Names
    language: Language

    def kinds(self, kinds: Sequence[OfOneKind]) -> Iterator[Section]:
        for when in When:
            mine = [kind for kind in kinds if DUTIES[kind.code].when is when]
            if mine:
                yield Section(when, text(f"reconcile.when.{when}", self.language))
                yield from map(self._kind, mine)

    def _kind(self, kind: OfOneKind) -> Section:
        """Who does what is said once; below it who it is about, by team."""
        title = heading(kind.code, self.language)
        doer = text(f"reconcile.doer.{DUTIES[kind.code].doer}", self.language)
        what = self._say("who_and_what", doer=doer, todo=todo(kind.code, self.language))
        caption = self._say(
            "part_caption" if len(kind.shown) == kind.count else "shown_of",
            heading=title,
            shown=len(kind.shown),
            count=kind.count,
            new=kind.new,
        )
        return Section(
            kind.code, title, 3, paragraphs=(what,), tables=(self._of_kind(kind, caption),)
        )

    def _of_kind(self, kind: OfOneKind, caption: str) -> Table:
        """People of one team with the same finding share a row. A column that no row fills is left
        out."""
        alike: defaultdict[tuple[str, ...], list[ReconciliationFindingRow]] = defaultdict(list)
        for row in kind.shown:
            said = (row.severity, detail(row, self.language), row.course_id or "")
            alike[self._team(row.employee_id) or "", *said].append(row)
        columns = (
            self._column("team"),
            self._column("people"),
            self._column("course"),
            self._column("detail"),
            self._column("severity"),
            self._column("since", Kind.DAY),
        )
        rows: list[tuple[Cell, ...]] = [
            (
                team or None,
                Several(self.names.employee(row.employee_id) or "" for row in mine)
                if mine[0].employee_id
                else None,
                self.names.course(mine[0].course_id),
                said or None,
                text(f"reconcile.severity.{severity}", self.language),
                amsterdam_day(min(row.since for row in mine)),
            )
            for (team, severity, said, _), mine in sorted(
                alike.items(), key=lambda one: (one[0][0] == "", one[0][0], one[1][0].key)
            )
        ]
        if len({row[4] for row in rows}) == 1:
            rows = [(*row[:4], None, row[5]) for row in rows]
        return _filled(Table(kind.code, caption, columns, tuple(rows)))

    def people(self, shown: Sequence[ReconciliationFindingRow]) -> Iterator[Section]:
        """The same by person: what a talk with a manager about the team is prepared from."""
        things: defaultdict[str, list[str]] = defaultdict(list)
        for row in shown:
            if row.employee_id is not None and DUTIES[row.code].when is not When.KNOW:
                things[row.employee_id].append(self._thing(row))
        if not things:
            return
        rows = sorted(
            (
                (self._team(employee_id) or self._say("no_team"), employee_id, several)
                for employee_id, several in things.items()
            ),
            key=lambda row: (row[0], row[1]),
        )
        table = Table(
            name="people",
            caption=self._say("people_caption"),
            columns=(self._column("employee"), self._column("team"), self._column("things")),
            rows=tuple(
                (self.names.employee(employee_id), team, "; ".join(dict.fromkeys(several)))
                for team, employee_id, several in rows
            ),
        )
        intro = self._say("people_intro")
        yield Section("people", self._say("people"), paragraphs=(intro,), tables=(table,))

    def left_for_now(self, parked: Sequence[Parked]) -> Iterator[Section]:
        if not parked:
            return
        table = Table(
            name="acknowledged",
            caption=self._say("acknowledged_caption"),
            columns=(
                self._column("what"),
                self._column("employee"),
                self._column("course"),
                self._column("detail"),
                self._column("reason"),
                self._column("returns", Kind.DAY),
                self._column("by"),
            ),
            rows=tuple(
                (
                    heading(row.code, self.language),
                    self.names.employee(row.employee_id),
                    self.names.course(row.course_id),
                    detail(row, self.language) or None,
                    left.reason,
                    left.returns_on,
                    left.acknowledged_by,
                )
                for row, left in parked
            ),
        )
        yield Section("acknowledged", self._say("acknowledged"), tables=(_filled(table),))

    def resolved(self, gone: Sequence[ReconciliationFindingRow]) -> Iterator[Section]:
        if not gone:
            return
        table = Table(
            name="resolved",
            caption=self._say("resolved_caption"),
            columns=(
                self._column("what"),
                self._column("employee"),
                self._column("course"),
                self._column("detail"),
                self._column("since", Kind.DAY),
            ),
            rows=tuple(
                (
                    heading(row.code, self.language),
                    self.names.employee(row.employee_id),
                    self.names.course(row.course_id),
                    detail(row, self.language) or None,
                    amsterdam_day(row.since),
                )
                for row in gone
            ),
        )
        yield Section("resolved", self._say("resolved"), tables=(_filled(table),))

    def _team(self, employee_id: str | None) -> str | None:
        manager = self.names.manager_of(employee_id)
        return None if manager is None else self._say("team", manager=manager)

    def _thing(self, row: ReconciliationFindingRow) -> str:
        title = heading(row.code, self.language)
        if row.course_id is None:
            return title
        return self._say("one_thing", heading=title, course=row.course_id)

    def _say(self, key: str, /, **numbers: object) -> str:
        return _say(key, self.language, **numbers)

    def _column(self, name: str, kind: Kind = Kind.TEXT) -> Column:
        return _column(name, self.language, kind)


def _filled(table: Table) -> Table:
    """Without the columns that no row fills."""
    filled = [
        place
        for place in range(len(table.columns))
        if any(row[place] is not None for row in table.rows)
    ]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(row[place] for place in filled) for row in table.rows
    )
    columns = tuple(table.columns[place] for place in filled)
    return Table(table.name, table.caption, columns, rows)

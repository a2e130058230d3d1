"""A repayment statement as HR reads it: what is claimed and why, and what to do next (Visie §7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.rendering.content import (
    Column,
    Fact,
    Kind,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.adoption import adoptions
from adapter.register.decision_log import policy_of
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.claims.position import ClaimPosition, position_of
from adapter.subjects.leaving.endings import Ending, ending_of
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.overrides import SettledItem, settled_items
from adapter.subjects.leaving.particulars import Particulars, particulars_of
from adapter.subjects.leaving.sentences import reason_sentence
from adapter.subjects.leaving.statements import StatementKind
from adapter.subjects.leaving.trajectories import Granted, Promised
from adapter.views.policy_section import policy_notices, policy_section
from adapter.views.repayment.overview_particulars import particulars_sections
from config.catalogue import Language, text
from policy.days import amsterdam_day
from policy.model import RepaymentStatus
from policy.money import euros
from policy.parameters import Policy


@dataclass(frozen=True, slots=True)
class _Statement:
    """Everything that the document tells of one version."""

    leaver: ExitRow
    row: RepaymentStatementRow
    person: EmployeeRow
    items: tuple[SettledItem, ...]
    titles: dict[str, str]
    told: dict[str, Particulars]
    ending: Ending | None
    claim: ClaimPosition | None
    policy: Policy
    language: Language

    def say(self, name: str, /, **numbers: object) -> str:
        return text(f"exits.document.{name}", self.language, **numbers)

    def title(self, item: SettledItem) -> str:
        trajectory_id = item.computed.trajectory_id
        title = self.titles.get(trajectory_id, trajectory_id)
        return title if title == trajectory_id else f"{trajectory_id} – {title}"

    @property
    def total_computed_cents(self) -> int:
        return sum(item.computed.computed_cents for item in self.items)

    @property
    def total_claimable_cents(self) -> int:
        return sum(item.claimable_cents for item in self.items)


def statement_document(
    connection: Connection, leaver: ExitRow, statement: RepaymentStatementRow, language: Language
) -> Report:
    """One version with the overrides that stand; `leaver` is the row of the exit."""
    person = row_of(
        connection, select(EmployeeRow).where(EmployeeRow.employee_id == leaver.employee_id)
    )
    trajectories = calculation.read(statement.trajectories)
    told: tuple[Granted | Promised, ...] = (*trajectories.granted, *trajectories.promised)
    made = _Statement(
        leaver,
        statement,
        person,
        settled_items(connection, statement),
        {one.facts.trajectory_id: one.title for one in told},
        particulars_of(statement),
        ending_of(connection, leaver.id),
        _standing(connection, leaver.id),
        policy_of(connection, statement.policy_digest),
        language,
    )
    recorded = adoptions(connection)
    kind = text(f"exits.kind.{statement.kind}", language)
    return Report(
        name="repayment-statement",
        title=made.say("title"),
        subtitle=made.say("subtitle", kind=kind, version=statement.version),
        language=language,
        made_at=statement.made_at,
        facts=_facts(made, kind),
        notices=(
            *_notices(made),
            *policy_notices(recorded, amsterdam_day(statement.made_at), language),
        ),
        sections=(
            *_trajectory_sections(made),
            *particulars_sections(made.items, made.told, language),
            _next_steps(made),
            _legal_position(made),
            policy_section(made.policy, recorded, language),
        ),
    )


def _standing(connection: Connection, exit_id: str) -> ClaimPosition | None:
    claim = claim_of_exit(connection, exit_id)
    return None if claim is None else position_of(connection, claim)


def _facts(made: _Statement, kind: str) -> tuple[Fact, ...]:
    person = made.person
    names = (person.given_name, person.family_name_prefix, person.family_name)
    state = text(f"exits.state.{made.leaver.state}", made.language)
    return (
        Fact("employee", made.say("employee"), " ".join(name for name in names if name)),
        Fact("employee_id", made.say("employee_id"), made.leaver.employee_id),
        Fact("department", made.say("department"), person.department),
        Fact("state", made.say("state"), state),
        Fact("last_day", made.say("last_day"), made.row.exit_on, Kind.DAY),
        Fact("kind", made.say("kind"), kind),
        Fact("policy_version", made.say("policy_version"), made.policy.version),
        Fact("total_computed", made.say("total_computed"), made.total_computed_cents, Kind.EUROS),
        Fact(
            "total_claimable", made.say("total_claimable"), made.total_claimable_cents, Kind.EUROS
        ),
        *_claim_facts(made),
    )


def _claim_facts(made: _Statement) -> Iterator[Fact]:
    if made.claim is None:
        return
    state = text(f"claims.state.{made.claim.claim.state}", made.language)
    yield Fact("claim", made.say("claim"), state)
    if made.claim.confirmation is not None:
        amount_cents = made.claim.confirmation.amount_cents
        yield Fact("confirmed", made.say("confirmed"), amount_cents, Kind.EUROS)
    if made.claim.in_payroll_cents:
        held_cents = made.claim.in_payroll_cents
        yield Fact("in_payroll", made.say("in_payroll"), held_cents, Kind.EUROS)


def _notices(made: _Statement) -> tuple[Notice, ...]:
    if made.row.kind == StatementKind.WITHDRAWN:
        back = made.leaver.state == ExitState.REHIRED
        rehired = [Notice(Tone.WARNING, made.say("rehired"))] if back else []
        return (Notice(Tone.INFO, made.say("no_claim")), *rehired)
    notices: list[Notice] = []
    if not made.leaver.verified:
        notices.append(Notice(Tone.WARNING, made.say("not_verified")))
    if made.leaver.reason is not None:
        notices.append(Notice(Tone.INFO, made.say("reason_known", reason=made.leaver.reason)))
    return (*notices, *_of_ending(made))


def _of_ending(made: _Statement) -> Iterator[Notice]:
    """Who ended it: courts often refuse recovery when the employer did (P6)."""
    ending = made.ending
    if ending is None:
        yield Notice(Tone.WARNING, made.say("reason_unknown"))
        return
    by = text(f"exits.ended_by.{ending.ended_by}", made.language)
    known = made.say("ending_known", by=by, reason=ending.reason)
    probation = made.say("in_probation") if ending.in_probation else ""
    yield Notice(Tone.INFO, f"{known} {probation}".strip())
    if ending.often_bars_recovery:
        yield Notice(Tone.WARNING, made.say("ending_bars"))


def _trajectory_sections(made: _Statement) -> tuple[Section, ...]:
    if made.row.kind == StatementKind.WITHDRAWN:
        return ()
    heading = made.say("trajectories")
    if not made.items:
        return (Section("trajectories", heading, paragraphs=(made.say("nothing"),)),)
    why = Section("why", made.say("why"), lists=(_sentences(made),))
    return (Section("trajectories", heading, tables=(_table(made),)), why)


def _table(made: _Statement) -> Table:
    columns = (
        Column("trajectory", made.say("trajectory")),
        Column("basis", made.say("basis"), Kind.EUROS),
        Column("share", made.say("share"), Kind.PERCENT),
        Column("computed", made.say("computed"), Kind.EUROS),
        Column("claimable", made.say("claimable"), Kind.EUROS),
        Column("status", made.say("status")),
    )
    rows = tuple(
        (
            made.title(item),
            item.computed.basis_cents,
            item.computed.percentage,
            item.computed.computed_cents,
            item.claimable_cents,
            text(f"exits.status.{item.computed.status}", made.language),
        )
        for item in made.items
    )
    computed, claimable = made.total_computed_cents, made.total_claimable_cents
    total = (made.say("total"), None, None, computed, claimable, None)
    return Table("trajectories", made.say("trajectories_caption"), columns, rows, total)


def _sentences(made: _Statement) -> tuple[str, ...]:
    """Every reason of every trajectory, the deciding one first, and what HR decided."""
    lines: list[str] = []
    for item in made.items:
        title = made.title(item)
        for reason in item.computed.reasons:
            sentence = reason_sentence(reason, made.language)
            lines.append(made.say("why_line", trajectory=title, sentence=sentence))
        if item.override is not None:
            lines.append(_overridden(made, item, title))
    return tuple(lines)


def _overridden(made: _Statement, item: SettledItem, title: str) -> str:
    override = item.override
    assert override is not None, "only for an item with an override"
    return made.say(
        "overridden",
        trajectory=title,
        on=amsterdam_day(override.decided_at),
        amount=euros(override.claimable_cents),
        computed=euros(item.computed.computed_cents),
        ground=override.ground,
    )


def _next_steps(made: _Statement) -> Section:
    return Section("next", made.say("next"), lists=(tuple(_steps(made)),))


def _steps(made: _Statement) -> list[str]:
    if made.row.kind == StatementKind.WITHDRAWN:
        return [made.say("next_withdrawn")]
    if made.row.kind == StatementKind.PREVIEW:
        return [made.say(f"next_preview_{part}") for part in ("date", "facts", "talk")]
    steps = [] if made.ending is not None else [made.say("next_ending")]
    open_items = [
        item
        for item in made.items
        if item.override is None and item.computed.status is RepaymentStatus.NEEDS_REVIEW
    ]
    if open_items:
        steps.append(made.say("next_review", count=len(open_items)))
    if made.total_claimable_cents:
        steps.append(made.say("next_claim", amount=euros(made.total_claimable_cents)))
    return steps or [made.say("next_nothing")]


def _legal_position(made: _Statement) -> Section:
    parts = ("statutory", "initiative", "amounts")
    paragraphs = tuple(made.say(f"legal_{part}") for part in parts)
    return Section("legal", made.say("legal"), paragraphs=paragraphs)

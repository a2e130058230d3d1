"""A repayment statement as HR reads it: what is claimed and what to do, then why (Visie §7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from adapter.ground.rendering.cells import written
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
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.register.adoption import Adoption, adoptions
from adapter.register.people import full_name
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.statements import StatementKind
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from adapter.views.repayment.overview_particulars import trajectory_sections
from adapter.views.repayment.summary import next_section, summary_section
from adapter.views.repayment.told_statement import ToldStatement, told_statement
from config.catalogue import Language, text
from policy.days import amsterdam_day


def statement_document(
    connection: Connection, leaver: ExitRow, statement: RepaymentStatementRow, language: Language
) -> Report:
    """One version with the overrides that stand; `leaver` is the row of the exit."""
    made = told_statement(connection, leaver, statement, language)
    recorded = adoptions(connection)
    kind = text(f"exits.kind.{statement.kind}", language)
    return Report(
        name="repayment-statement",
        file_name=made.say("file_name", employee=leaver.employee_id, version=statement.version),
        title=made.say("title"),
        subtitle=made.say("subtitle", kind=kind, version=statement.version),
        language=language,
        made_at=statement.made_at,
        facts=_facts(made),
        notices=(
            *_notices(made),
            *policy_notices(recorded, amsterdam_day(statement.made_at), language),
        ),
        sections=(
            summary_section(made),
            next_section(made),
            *_trajectories(made),
            _legal_position(made),
            _how_it_was_made(made, recorded),
            policy_section(made.policy, recorded, language),
        ),
    )


def _facts(made: ToldStatement) -> tuple[Fact, ...]:
    state = text(f"exits.state.{made.leaver.state}", made.language)
    return (
        Fact("employee", made.say("employee"), full_name(made.person)),
        Fact("employee_id", made.say("employee_id"), made.leaver.employee_id),
        Fact("department", made.say("department"), made.person.department),
        Fact("state", made.say("state"), state),
        Fact("last_day", made.say("last_day"), made.row.exit_on, Kind.DAY),
        Fact("total_computed", made.say("total_computed"), made.total_computed_cents, Kind.EUROS),
        Fact(
            "total_claimable", made.say("total_claimable"), made.total_claimable_cents, Kind.EUROS
        ),
        *_claim_facts(made),
    )


def _claim_facts(made: ToldStatement) -> Iterator[Fact]:
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


def _notices(made: ToldStatement) -> tuple[Notice, ...]:
    if made.kind is StatementKind.WITHDRAWN:
        back = made.leaver.state == ExitState.REHIRED
        rehired = [Notice(Tone.WARNING, made.say("rehired"))] if back else []
        return (Notice(Tone.INFO, made.say("no_claim")), *rehired)
    notices: list[Notice] = []
    if not made.leaver.verified:
        notices.append(Notice(Tone.WARNING, made.say("not_verified")))
    if made.leaver.reason is not None:
        notices.append(Notice(Tone.INFO, made.say("reason_known", reason=made.leaver.reason)))
    return (*notices, *_of_ending(made))


def _of_ending(made: ToldStatement) -> Iterator[Notice]:
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


def _trajectories(made: ToldStatement) -> Iterator[Section]:
    if made.kind is StatementKind.WITHDRAWN or not made.items:
        return
    yield Section("trajectories", made.say("trajectories"), tables=(_table(made),))
    yield Section("why", made.say("why"))
    yield from trajectory_sections(made)


def _table(made: ToldStatement) -> Table:
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


def _legal_position(made: ToldStatement) -> Section:
    parts = ("statutory", "initiative", "amounts")
    paragraphs = tuple(made.say(f"legal_{part}") for part in parts)
    return Section("legal", made.say("legal"), paragraphs=paragraphs)


def _how_it_was_made(made: ToldStatement, recorded: Sequence[Adoption]) -> Section:
    day = amsterdam_day(made.row.made_at)
    facts = policy_facts(made.policy, recorded, day, made.language)
    table = Table(
        "policy_facts",
        made.say("made"),
        (Column("what", made.say("what")), Column("value", made.say("value"))),
        tuple((one.label, written(one.value, one.kind, made.language)) for one in facts),
    )
    return Section("made", made.say("made"), paragraphs=(made.say("made_from"),), tables=(table,))

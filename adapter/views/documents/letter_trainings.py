"""What the letter says of each training: what it cost, what was agreed, and what is repaid."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import (
    Column,
    Kind,
    Section,
    Table,
)
from adapter.subjects.leaving.particulars import Particulars
from adapter.subjects.leaving.settled_items import SettledItem
from adapter.views.documents.letter_facts import TERMS, LetterFacts
from policy.cost_basis import CostLine
from policy.model import Reason, RepaymentItem, RepaymentStatus
from policy.money import euros

STILL_LOOKED_INTO = frozenset({"legal_review", "completion_day_unknown"})


def summary_table(facts: LetterFacts) -> Table:
    rows = tuple(
        (
            facts.title_of(item),
            item.computed.basis_cents,
            item.computed.percentage,
            _amount(facts, item),
        )
        for item in facts.items
    )
    return Table(
        name="trainings",
        caption=facts.say("table.caption"),
        columns=(
            Column("training", facts.say("table.training")),
            Column("basis", facts.say("table.basis"), Kind.EUROS),
            Column("share", facts.say("table.share"), Kind.PERCENT),
            Column("amount", facts.say("table.amount"), Kind.EUROS),
        ),
        rows=rows,
        total=(facts.say("table.total"), None, None, facts.amount_cents),
    )


def _amount(facts: LetterFacts, item: SettledItem) -> int | None:
    """None while HR has not decided."""
    if facts.undecided(item):
        return None
    return 0 if facts.amount_cents == 0 else item.claimable_cents


def training_sections(facts: LetterFacts) -> Iterator[Section]:
    for number, item in enumerate(facts.items, start=1):
        told = facts.told.get(item.computed.trajectory_id)
        known = () if told is None else tuple(_known(facts, told, item.computed))
        paragraphs = (" ".join(_why(facts, item)), *known)
        yield Section(f"training_{number}", facts.title_of(item), level=3, paragraphs=paragraphs)


def _why(facts: LetterFacts, item: SettledItem) -> Iterator[str]:
    """The reasons in plain words, then what it comes to."""
    for reason in _reasons(item.computed):
        if facts.waived and reason.code in STILL_LOOKED_INTO:
            continue
        yield facts.say(f"reason.{reason.code}", **reason.numbers)
    yield _outcome(facts, item)


def _reasons(item: RepaymentItem) -> tuple[Reason, ...]:
    """The one that decides, and the term when something is to be repaid at all."""
    deciding = item.reasons[0]
    if item.status in (RepaymentStatus.NOTHING_DUE, RepaymentStatus.NOT_CLAIMABLE):
        return (deciding,)
    terms = (reason for reason in item.reasons[1:] if reason.code in TERMS)
    return (*terms, deciding) if deciding.code not in TERMS else (deciding,)


def _outcome(facts: LetterFacts, item: SettledItem) -> str:
    computed = item.computed
    numbers = {
        "share": computed.percentage,
        "basis": euros(computed.basis_cents),
        "computed": euros(computed.computed_cents),
        "amount": euros(item.claimable_cents),
    }
    if facts.undecided(item):
        return facts.say("outcome.review", **numbers)
    if computed.computed_cents == 0 or computed.status is RepaymentStatus.NOT_CLAIMABLE:
        return facts.say("outcome.nothing")
    if item.claimable_cents == 0 or facts.amount_cents == 0:
        return facts.say("outcome.set_aside")
    if item.claimable_cents < computed.computed_cents:
        return facts.say("outcome.lowered", **numbers)
    return facts.say("outcome.claim", **numbers)


def _known(facts: LetterFacts, told: Particulars, item: RepaymentItem) -> Iterator[str]:
    if told.start is not None:
        yield _dates(facts, told)
    lines = told.lines(item.basis_cents)
    if lines:
        written = ", ".join(_cost(facts, line) for line in lines)
        yield " ".join((facts.say("section.costs", lines=written), facts.say("section.wage")))
    made = told.agreement
    if made is not None and made.signed_by_employee_on is not None:
        yield facts.say(
            "section.agreement", version=made.version, signed=made.signed_by_employee_on
        )


def _cost(facts: LetterFacts, line: CostLine) -> str:
    name = "section.cost_line" if line.cents > 0 else "section.cost_line_off"
    kind = facts.say(f"cost.{line.kind}")
    return facts.say(name, kind=kind, amount=euros(abs(line.cents)))


def _dates(facts: LetterFacts, told: Particulars) -> str:
    if told.broken_off_on is not None:
        return facts.say("section.dates_broken", start=told.start, broken_off=told.broken_off_on)
    if told.completed_on is not None:
        return facts.say("section.dates_done", start=told.start, completed=told.completed_on)
    return facts.say("section.dates_running", start=told.start)

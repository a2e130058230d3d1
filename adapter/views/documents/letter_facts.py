"""Everything that the letter about one version of a statement tells, read from the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.claims import ClaimStepRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.subjects.leaving.claims.log import claim_of_exit, last_confirmation
from adapter.subjects.leaving.particulars import Particulars, particulars_of
from adapter.subjects.leaving.settled_items import SettledItem, settled_items
from adapter.subjects.leaving.statements import StatementKind, latest
from config.catalogue import Language, text
from policy.claim_states import ClaimState
from policy.model import RepaymentStatus

DECIDED = frozenset({ClaimState.CONFIRMED, ClaimState.HANDED_TO_PAYROLL, ClaimState.SETTLED})
TERMS = frozenset(
    {
        "not_started",
        "not_completed",
        "within_12_months",
        "between_12_and_24_months",
        "after_24_months",
    }
)
"""The codes of which each item under the policy has one (P6)."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """`claim` is how the claim stands, None where there is none; `confirmed` the confirmation of
    this very version. `newest` is the number of the newest version."""

    leaver: ExitRow
    row: RepaymentStatementRow
    person: EmployeeRow | None
    items: tuple[SettledItem, ...]
    told: Mapping[str, Particulars]
    claim: ClaimState | None
    confirmed: ClaimStepRow | None
    newest: int
    language: Language

    def say(self, name: str, /, **numbers: object) -> str:
        return text(f"letter.{name}", self.language, **numbers)

    @property
    def kind(self) -> StatementKind:
        return StatementKind(self.row.kind)

    @property
    def name(self) -> str:
        """The name, or the number of someone whom the HRIS no longer shows."""
        if self.person is None:
            return str(self.leaver.employee_id)
        given, prefix, family = (
            self.person.given_name,
            self.person.family_name_prefix,
            self.person.family_name,
        )
        return " ".join(part for part in (given, prefix, family) if part)

    @property
    def reference(self) -> str:
        """What the employee names when calling: short, and without a personnel number."""
        return f"{self.leaver.id[:8]}-{self.row.version}"

    @property
    def waived(self) -> bool:
        return self.claim is ClaimState.WAIVED

    @property
    def amount_cents(self) -> int:
        return 0 if self.waived else sum(item.claimable_cents for item in self.items)

    @property
    def to_review(self) -> bool:
        return any(self.undecided(item) for item in self.items)

    def undecided(self, item: SettledItem) -> bool:
        """Waiving the claim decides all of it."""
        return not self.waived and (
            item.override is None and item.computed.status is RepaymentStatus.NEEDS_REVIEW
        )

    @property
    def agreed_on_repayment(self) -> bool:
        """Whether an agreement with the scheme, signed by both, stands behind any item. An existing
        commitment has terms of its own."""
        codes = ({reason.code for reason in item.computed.reasons} for item in self.items)
        return any(TERMS & some and "no_signed_agreement" not in some for some in codes)

    def title_of(self, item: SettledItem) -> str:
        particulars = self.told.get(item.computed.trajectory_id)
        return particulars.title if particulars else item.computed.trajectory_id


def read_letter(
    connection: Connection, leaver: ExitRow, statement: RepaymentStatementRow, language: Language
) -> LetterFacts:
    claim = claim_of_exit(connection, leaver.id)
    confirmed = None if claim is None else last_confirmation(connection, claim.id)
    about_this = confirmed is not None and confirmed.statement_id == statement.id
    newest = latest(connection, leaver.id)
    return LetterFacts(
        leaver=leaver,
        row=statement,
        person=row_or_none(
            connection, select(EmployeeRow).where(EmployeeRow.employee_id == leaver.employee_id)
        ),
        items=settled_items(connection, statement),
        told=particulars_of(statement),
        claim=None if claim is None else claim.state,
        confirmed=confirmed if about_this and claim and claim.state in DECIDED else None,
        newest=statement.version if newest is None else newest.version,
        language=language,
    )

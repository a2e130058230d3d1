"""Training agreements: drawn up from a grant, in versions, and filed (Visie §7, P5).

The order is fixed: a grant, the agreement, the signatures of employee and manager, the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from adapter.ground.store.portions import Cut, Stretch, listed
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    SignatureRow,
    TrainingRequestRow,
)
from adapter.ground.store.tables.rulings import CommitmentDecisionRow
from adapter.queues.register_changes import announce
from adapter.register.decision_log import keep_policy
from adapter.register.learning import agreement_as_signed
from adapter.register.learning_reader import read_learning
from adapter.register.people import known_employee
from adapter.register.trajectory_parts import part, parts_of
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.agreement_parts import (
    Agreed,
    AgreementDraft,
    compose,
    holds_scheme,
)
from adapter.subjects.requests.days import wrong_if_before, wrong_if_future
from adapter.subjects.requests.findings import AGREEMENTS, advise, info
from adapter.subjects.requests.grants import one_grant
from adapter.subjects.requests.refusals import (
    NotNow,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import may_see, visible_employees
from policy import agreements as rules
from policy.model import Finding
from policy.money import euros
from policy.trajectories import counting


@dataclass(frozen=True, slots=True)
class AgreementContent:
    """`agreed_costs_cents` are of all parts of the trajectory together; None means as granted. The
    day is that of the document itself. HR may offer it for signing before the policy is adopted."""

    grant_id: str
    employee_id: str
    agreed_costs_cents: int | None
    arrangements: str
    further_conditions: str
    drawn_up_on: date
    offered_before_adoption: bool = False


def draw_up(act: Act, content: AgreementContent) -> str:
    """Make an agreement, or the next version of it, and return its id.

    A new version, such as for changed costs, has to be signed again. Raises `WrongFields`, and
    `NotNow` for a revoked grant or a version in which nothing changed.
    """
    grant = _grant(act, content.grant_id)
    whole = _whole(act, grant, content)
    refuse_if_any(_wrong(act, grant, content, whole))
    if grant.revoked_at is not None:
        raise NotNow("grant_revoked")
    newest = newest_agreement(act, content.grant_id, content.employee_id)
    values = _values(act, grant, content, whole)
    if newest is not None and all(getattr(newest, name) == values[name] for name in _AGREED):
        raise NotNow("agreement_unchanged", version=newest.version)
    agreement_id = new_id()
    keep_policy(act.connection, act.policy, act.now)
    act.connection.execute(
        insert(AgreementRow).values(
            id=agreement_id, version=1 if newest is None else newest.version + 1, **values
        )
    )
    announce(act.connection, [content.employee_id], act.now)
    return agreement_id


def file_agreement(act: Act, agreement_id: str, filed_on: date) -> None:
    """Record that it is in the personnel file. Raises `UnknownEntry`, `NotNow`, `WrongFields`."""
    row = newest_version(act, agreement_id)
    if row.filed_on is not None:
        raise NotNow("already_filed", filed=row.filed_on.isoformat())
    signed_on = [signature.signed_on for signature in signatures_of(act, agreement_id)]
    if len(signed_on) < len(PARTIES):
        raise NotNow("not_signed_by_both")
    refuse_if_any(
        [
            *wrong_if_future(act, filed_on, "/filedDate"),
            *wrong_if_before(filed_on, max(signed_on), "/filedDate", "before_signing"),
        ]
    )
    act.connection.execute(
        update(AgreementRow).where(AgreementRow.id == agreement_id).values(filed_on=filed_on)
    )
    announce(act.connection, [row.employee_id], act.now)


PARTIES = ("employee", "manager")
_AGREED = (
    *("agreed_costs_cents", "repayment_scheme", "parts", "part_grant_ids"),
    "offered_before_adoption",
)


def one_agreement(act: Act, agreement_id: str) -> AgreementRow:
    """The agreement, locked for this act; raises `UnknownEntry`, also when not theirs."""
    row = row_or_none(
        act.connection,
        select(AgreementRow).where(AgreementRow.id == agreement_id).with_for_update(),
    )
    if row is None or not may_see(act, row.employee_id):
        raise UnknownEntry
    return row


def newest_version(act: Act, agreement_id: str) -> AgreementRow:
    """The agreement; raises `NotNow` when a newer version has taken its place."""
    row = one_agreement(act, agreement_id)
    newest = newest_agreement(act, row.grant_id, row.employee_id)
    if newest is not None and newest.id != row.id:
        raise NotNow("superseded", version=newest.version)
    return row


def page_of_agreements(act: Act, cut: Cut) -> Stretch[AgreementRow]:
    """All versions that this person may see, oldest first. Raises `UnknownCursor`."""
    query = select(AgreementRow)
    visible = visible_employees(act)
    if visible is not None:
        query = query.where(AgreementRow.employee_id.in_(visible))
    order = (
        AgreementRow.recorded_at,
        AgreementRow.grant_id,
        AgreementRow.version,
        AgreementRow.id,
    )
    return listed(act.connection, query, order, cut, visible=query)


@dataclass(frozen=True, slots=True)
class SignedAgreement:
    """A version with its signatures, the newest version's number, and what it is about."""

    row: AgreementRow
    signatures: tuple[SignatureRow, ...]
    newest_version: int
    agreed: Agreed


def with_signatures(act: Act, rows: Sequence[AgreementRow]) -> list[SignedAgreement]:
    """In the same order, read at once."""
    signed: defaultdict[str, list[SignatureRow]] = defaultdict(list)
    for one in rows_of(
        act.connection,
        select(SignatureRow)
        .where(SignatureRow.agreement_id.in_([row.id for row in rows]))
        .order_by(SignatureRow.signed_on, SignatureRow.party),
    ):
        signed[one.agreement_id].append(one)
    newest = {
        (grant_id, employee_id): version
        for grant_id, employee_id, version in act.connection.execute(
            select(AgreementRow.grant_id, AgreementRow.employee_id, func.max(AgreementRow.version))
            .where(AgreementRow.grant_id.in_({row.grant_id for row in rows}))
            .group_by(AgreementRow.grant_id, AgreementRow.employee_id)
        )
    }
    agreed = _agreed_of(act.connection, rows)
    return [
        SignedAgreement(
            row,
            tuple(signed[row.id]),
            newest[row.grant_id, row.employee_id],
            agreed[row.id],
        )
        for row in rows
    ]


def signatures_of(act: Act, agreement_id: str) -> list[SignatureRow]:
    return rows_of(
        act.connection,
        select(SignatureRow)
        .where(SignatureRow.agreement_id == agreement_id)
        .order_by(SignatureRow.signed_on, SignatureRow.party),
    )


def agreement_findings(act: Act, agreement: SignedAgreement) -> Iterator[Finding]:
    """What is not in order, by the terms in force at the start; a superseded version has none."""
    row, whole = agreement.row, agreement.agreed
    if agreement.newest_version != row.version:
        yield info("agreement_superseded", AGREEMENTS, version=agreement.newest_version)
        return
    signed_on = {(row.id, one.party): one.signed_on for one in agreement.signatures}
    as_signed = agreement_as_signed(row, signed_on)
    costs_cents = row.agreed_costs_cents
    parameters = act.policy.on(whole.starts_on or row.drawn_up_on or act.today)
    yield from rules.findings(
        as_signed,
        costs_cents,
        whole.hours,
        parameters,
        scheme_granted=whole.repayment_scheme,
    )
    if not rules.required(costs_cents, whole.hours, parameters):
        yield info("agreement_not_required", AGREEMENTS)
    if costs_cents != whole.costs_cents:
        numbers = {"agreed": euros(costs_cents), "granted": euros(whole.costs_cents)}
        yield advise("costs_differ_from_grant", AGREEMENTS, **numbers)
    days = (as_signed.signed_by_employee_on, as_signed.signed_by_manager_on)
    if whole.starts_on and any(day and day > whole.starts_on for day in days):
        yield advise("signed_after_start", AGREEMENTS, start=whole.starts_on.isoformat())


def agreed_of(connection: Connection, row: AgreementRow) -> Agreed:
    """What a stored agreement is about; one of before parts were added up: its own grant."""
    return _agreed_of(connection, [row])[row.id]


def _agreed_of(connection: Connection, rows: Sequence[AgreementRow]) -> dict[str, Agreed]:
    """The same by agreement."""
    about = {row.id: frozenset(row.part_grant_ids or [row.grant_id]) for row in rows}
    grants = rows_of(
        connection,
        select(GrantRow)
        .where(GrantRow.id.in_(frozenset().union(*about.values())))
        .order_by(GrantRow.decided_on, GrantRow.id),
    )
    return {
        agreement_id: Agreed.of([grant for grant in grants if grant.id in ids])
        for agreement_id, ids in about.items()
    }


def _whole(act: Act, grant: GrantRow, content: AgreementContent) -> Agreed:
    """The grant with the other parts of its trajectory that count for the employee."""
    learning = read_learning(act.connection, content.employee_id)
    rows = parts_of(learning, grant.trajectory_id)
    if grant.id not in {row.id for row in rows}:
        return Agreed.of([grant])
    counted = {one.grant_id for one in counting((part(learning, row) for row in rows), act.today)}
    return Agreed.of([row for row in rows if row.id in counted or row.id == grant.id])


def _grant(act: Act, grant_id: str) -> GrantRow:
    try:
        return one_grant(act, grant_id)
    except UnknownEntry:
        refuse_if_any([WrongField("/grantId", "unknown_record")])
        raise


def newest_agreement(act: Act, grant_id: str, employee_id: str) -> AgreementRow | None:
    return row_or_none(
        act.connection,
        select(AgreementRow)
        .where(AgreementRow.grant_id == grant_id, AgreementRow.employee_id == employee_id)
        .order_by(AgreementRow.version.desc())
        .limit(1),
    )


def _wrong(act: Act, grant: GrantRow, content: AgreementContent, whole: Agreed) -> list[WrongField]:
    wrong = [
        *_more_than_granted(act, content, whole),
        *wrong_if_future(act, content.drawn_up_on, "/drawnUpDate"),
        *wrong_if_before(content.drawn_up_on, grant.decided_on, "/drawnUpDate", "before_grant"),
    ]
    if not known_employee(act.connection, content.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    elif grant.employee_id not in (None, content.employee_id):
        wrong.append(WrongField("/employeeId", "grant_of_another"))
    return wrong


def _more_than_granted(act: Act, content: AgreementContent, whole: Agreed) -> Iterator[WrongField]:
    """More than was granted needs a decision of the management team first (A28)."""
    agreed = content.agreed_costs_cents
    limited = act.policy.on(content.drawn_up_on).agreement_agreed_costs == "at_most_granted"
    if limited and agreed is not None and agreed > whole.costs_cents:
        numbers = {"granted": euros(whole.costs_cents), "agreed": euros(agreed)}
        yield WrongField("/agreedCostsEur", "more_than_granted", numbers)


def _values(act: Act, grant: GrantRow, content: AgreementContent, whole: Agreed) -> dict[str, Any]:
    agreed = content.agreed_costs_cents
    costs_cents = whole.costs_cents if agreed is None else agreed
    parameters = act.policy.on(content.drawn_up_on)
    draft = AgreementDraft(
        _title(act, grant), costs_cents, content.arrangements, content.further_conditions
    )
    return {
        "grant_id": grant.id,
        "employee_id": content.employee_id,
        "trajectory_id": grant.trajectory_id,
        "part_grant_ids": list(whole.grant_ids),
        "agreed_costs_cents": costs_cents,
        "repayment_scheme": int(holds_scheme(whole, costs_cents, parameters)),
        "parts": compose(whole, draft, parameters),
        "policy_digest": act.policy.digest,
        "drawn_up_on": content.drawn_up_on,
        "drawn_up_by": act.actor,
        "offered_before_adoption": int(content.offered_before_adoption),
        "recorded_at": act.now,
    }


def _title(act: Act, grant: GrantRow) -> str:
    """The request's, or that of the existing commitment that became this grant."""
    asked = select(TrainingRequestRow.title).where(TrainingRequestRow.id == grant.request_id)
    promised = (
        select(CommitmentRow.title)
        .join(CommitmentDecisionRow, CommitmentDecisionRow.commitment_id == CommitmentRow.id)
        .where(CommitmentDecisionRow.grant_id == grant.id)
    )
    title = act.connection.execute(asked.union_all(promised)).scalar_one_or_none()
    return title or str(grant.trajectory_id)

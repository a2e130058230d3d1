"""Signatures under a training agreement: who, when, how, and the hash of the file (P5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import insert

from adapter.ground.store.tables.procedure import AgreementRow, SignatureRow
from adapter.queues.register_changes import announce
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.agreements import newest_version, signatures_of
from adapter.subjects.requests.days import wrong_if_before, wrong_if_future
from adapter.subjects.requests.offering import is_offered
from adapter.subjects.requests.refusals import (
    NotNow,
    OutsideRole,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.signed_files import SignedFile, newest_file


class Party(StrEnum):
    EMPLOYEE = "employee"
    MANAGER = "manager"


class Method(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class Signature:
    """`file_sha256` is of the signed file, in hexadecimal."""

    party: Party
    signed_on: date
    method: Method
    file_sha256: str | None


_MAY_SIGN: Mapping[Party, frozenset[Role]] = {
    Party.EMPLOYEE: frozenset({Role.EMPLOYEE, Role.HR}),
    Party.MANAGER: frozenset({Role.MANAGER, Role.HR}),
}
"""HR does not sign but records what was signed elsewhere, and so uploads the file first."""


def sign(act: Act, agreement_id: str, signature: Signature) -> str:
    """Record one signature and return its id.

    Raises `UnknownEntry`, `OutsideRole`, `NotNow` for a superseded version, one that is not offered
    for signing or a second signature, and `WrongFields`.
    """
    row = newest_version(act, agreement_id)
    if act.by.role not in _MAY_SIGN[signature.party]:
        raise OutsideRole(_MAY_SIGN[signature.party])
    if act.by.role is not Role.HR and not is_offered(act.connection, row, act.today):
        raise NotNow("not_offered_for_signing")
    if any(one.party == signature.party for one in signatures_of(act, agreement_id)):
        raise NotNow("already_signed")
    uploaded = newest_file(act.connection, agreement_id)
    refuse_if_any(_wrong(act, row, signature, uploaded=uploaded is not None))
    signature_id = new_id()
    act.connection.execute(
        insert(SignatureRow).values(
            id=signature_id,
            agreement_id=agreement_id,
            party=signature.party,
            signed_on=signature.signed_on,
            method=signature.method,
            file_sha256=_hash(act, signature, uploaded),
            recorded_by=act.actor,
            recorded_at=act.now,
        )
    )
    announce(act.connection, [row.employee_id], act.now)
    return signature_id


def _hash(act: Act, signature: Signature, uploaded: SignedFile | None) -> str | None:
    """Whoever signs here signs no file; what HR records was signed in the newest upload, unless a
    hash says in which."""
    if signature.file_sha256 is not None or act.by.role is not Role.HR or uploaded is None:
        return signature.file_sha256
    return str(uploaded.sha256)


def _wrong(
    act: Act, row: AgreementRow, signature: Signature, *, uploaded: bool
) -> list[WrongField]:
    wrong = wrong_if_future(act, signature.signed_on, "/signedDate")
    if row.drawn_up_on is not None:
        wrong += wrong_if_before(
            signature.signed_on, row.drawn_up_on, "/signedDate", "before_drawn_up"
        )
    records = act.by.role is Role.HR
    if records and signature.file_sha256 is None and not uploaded:
        wrong.append(WrongField("/fileSha256", "file_of_recorded_signature"))
    # Whoever signs here signs now: another day would decide whether it was in time.
    if not records and not wrong and signature.signed_on != act.today:
        numbers = {"today": act.today.isoformat()}
        wrong.append(WrongField("/signedDate", "sign_today", numbers))
    return wrong

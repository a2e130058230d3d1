"""Tells employees, managers, HR and the management team what was decided and what they can do.

An employee or manager is told in the LMS, or by mail where they have no account there.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, Row, select

from adapter.enrolments.decision_log import findings_of
from adapter.enrolments.hold_details import details_of
from adapter.enrolments.holds import hold_by_id
from adapter.outbox import mail
from adapter.outbox.outbox import PendingAction
from adapter.parts import Parts
from adapter.store.tables.decisions import decisions
from adapter.store.tables.people import employees
from config.catalogue import Language, text
from connectors.errors import Misconfigured, Permanent
from policy.model import Severity

_log = structlog.get_logger(__name__)


def tell(parts: Parts, action: PendingAction) -> None:
    """About a hold. Raises `Permanent` when the recipient cannot be reached in any way."""
    language = Language(parts.settings.language)
    with parts.register.read() as connection:
        subject, body = _hold_notice(connection, action, language)
    _reach(parts, action.payload["recipient"], subject, body)


def tell_of_procedure(parts: Parts, action: PendingAction) -> None:
    """About a tranche or a decision: the payload names the text and its numbers. Raises as
    `tell` does."""
    _reach(parts, action.payload["recipient"], *written(parts, action))


def mail_hr(parts: Parts, action: PendingAction) -> None:
    settings = parts.settings.mail
    if settings is None or settings.hr_address is None:
        raise Misconfigured("set ODWH_MAIL_HOST and ODWH_MAIL_HR_ADDRESS, so that HR can be told")
    language = Language(parts.settings.language)
    mail.send(settings, settings.hr_address, *written(parts, action), language)


def mail_mt(parts: Parts, action: PendingAction) -> None:
    """To the management team or, where it has no address of its own, to HR, to be passed on."""
    settings = parts.settings.mail
    address = None if settings is None else settings.mt_address or settings.hr_address
    if settings is None or address is None:
        raise Misconfigured(
            "set ODWH_MAIL_HOST and ODWH_MAIL_MT_ADDRESS or ODWH_MAIL_HR_ADDRESS, so that the "
            "management team can be told"
        )
    language = Language(parts.settings.language)
    mail.send(settings, address, *written(parts, action), language)


def mail_admin(parts: Parts, action: PendingAction) -> None:
    settings = parts.settings.mail
    if settings is None or settings.admin_address is None:
        raise Misconfigured(
            "set ODWH_MAIL_HOST and ODWH_MAIL_ADMIN_ADDRESS, so that the administrator can be told"
        )
    language = Language(parts.settings.language)
    mail.send(settings, settings.admin_address, *written(parts, action), language)


def _reach(parts: Parts, recipient: str, subject: str, body: str) -> None:
    """In the LMS; by mail where there is no account or the LMS refuses the message for good."""
    if _told_in_lms(parts, recipient, f"{subject}\n\n{body}"):
        return
    with parts.register.read() as connection:
        address = connection.execute(
            select(employees.c.email).where(employees.c.employee_id == recipient)
        ).scalar_one_or_none()
    if not address or parts.settings.mail is None:
        raise Permanent(
            f"employee {recipient} has no usable LMS account and cannot be mailed; "
            "give one of them and replay this dead letter"
        )
    language = Language(parts.settings.language)
    mail.send(parts.settings.mail, address, subject, body, language)


def _told_in_lms(parts: Parts, recipient: str, words: str) -> bool:
    account = _account(parts, recipient)
    if account is None or parts.lms is None:
        return False
    try:
        parts.lms.send_message(account, words)
    except Permanent as refused:
        _log.warning("notice.refused_by_lms", account=account, error=str(refused))
        return False
    return True


def written(parts: Parts, action: PendingAction) -> tuple[str, str]:
    """Subject and body of the text that the payload names."""
    # A decision that waits since before its period was told has none.
    name, numbers = action.payload["text"], {"period": "/", **action.payload["numbers"]}
    language = Language(parts.settings.language)
    subject = text(f"messages.subject.{name}", language, **numbers)
    return subject, text(f"messages.body.{name}", language, **numbers)


def _account(parts: Parts, employee_id: str) -> str | None:
    """The one account of the employee that can read messages; two are as good as none."""
    if parts.lms is None:
        return None
    accounts = [
        account
        for account in parts.lms.users_by_employee([employee_id]).get(employee_id, ())
        if not account.suspended
    ]
    return accounts[0].user_id if len(accounts) == 1 else None


def _hold_notice(
    connection: Connection, action: PendingAction, language: Language
) -> tuple[str, str]:
    hold = hold_by_id(connection, action.payload["hold_id"])
    decision = connection.execute(select(decisions).where(decisions.c.id == hold.decision_id)).one()
    numbers = {
        "course": details_of(connection, hold).course.full_name,
        "employee": _name(connection, hold.employee_id),
        "reasons": _reasons(decision, language),
        "reference": hold.id[:8],
    }
    name = action.payload["text"]
    return (
        text(f"messages.subject.{name}", language, **numbers),
        text(f"messages.body.{name}", language, **numbers),
    )


def _reasons(decision: Row[Any], language: Language) -> str:
    return "\n".join(
        f"- {text(f'policy.finding.{finding.code}', language, **finding.numbers)}"
        for finding in findings_of(decision)
        if finding.severity is Severity.BLOCK
    )


def _name(connection: Connection, employee_id: str) -> str:
    row = connection.execute(select(employees).where(employees.c.employee_id == employee_id)).one()
    return " ".join(
        part for part in (row.given_name, row.family_name_prefix, row.family_name) if part
    )

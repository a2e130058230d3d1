"""Tells employees, managers, HR and the management team what was decided and what they can do.

An employee or manager is told in the LMS, or by mail where they have no account there.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import structlog
from sqlalchemy import Connection, bindparam, select

from adapter.deliveries import mail
from adapter.deliveries.page_links import page_link
from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_of, row_or_none
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow, HoldSetAsideRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.systems import System
from adapter.queues.outbox import PendingAction
from adapter.register.decision_log import findings_of
from adapter.register.hold_details import details_of
from adapter.register.holds import hold_by_id
from adapter.register.people import accounts_of, full_name
from config.catalogue import Language, text
from config.settings import MailSettings
from connectors.deadline import deadline
from connectors.errors import Misconfigured, Permanent, Transient
from policy.model import Finding, Number, Severity

_log = structlog.get_logger(__name__)

LMS_PATIENCE_SECONDS = 10.0
"""A message that can be mailed does not wait for an LMS that does not answer."""
JUST_READ_SECONDS = 60
"""So long an account need not be read again: who is held is told right after it was read."""


def tell(parts: Parts, action: PendingAction) -> None:
    """About a hold. Raises `Permanent` when the recipient cannot be reached in any way."""
    language = Language(parts.settings.language)
    with parts.register.read() as connection:
        subject, body = _hold_notice(connection, action, language)
    _reach(parts, action, subject, body)


def tell_of_procedure(parts: Parts, action: PendingAction) -> None:
    """About a tranche or a decision: the payload names the text and its numbers. Raises as
    `tell` does."""
    _reach(parts, action, *written(parts, action))


def mail_hr(parts: Parts, action: PendingAction) -> None:
    settings = parts.settings.mail
    if settings is None or settings.hr_address is None:
        raise Misconfigured("set ODWH_MAIL_HOST and ODWH_MAIL_HR_ADDRESS, so that HR can be told")
    _mail_service(parts, settings, settings.hr_address, "hr", action)


def mail_mt(parts: Parts, action: PendingAction) -> None:
    """To the management team or, where it has no address of its own, to HR, to be passed on."""
    settings = parts.settings.mail
    address = None if settings is None else settings.mt_address or settings.hr_address
    if settings is None or address is None:
        raise Misconfigured(
            "set ODWH_MAIL_HOST and ODWH_MAIL_MT_ADDRESS or ODWH_MAIL_HR_ADDRESS, so that the "
            "management team can be told"
        )
    _mail_service(parts, settings, address, "mt", action)


def mail_admin(parts: Parts, action: PendingAction) -> None:
    settings = parts.settings.mail
    if settings is None or settings.admin_address is None:
        raise Misconfigured(
            "set ODWH_MAIL_HOST and ODWH_MAIL_ADMIN_ADDRESS, so that the administrator can be told"
        )
    _mail_service(parts, settings, settings.admin_address, "admin", action)


def _mail_service(
    parts: Parts, settings: MailSettings, address: str, reader: str, action: PendingAction
) -> None:
    """To the mailbox of a service, whose readers are greeted as what they are there for."""
    language = Language(parts.settings.language)
    subject, body = written(parts, action)
    greeting = text(f"messages.greeting.{reader}", language)
    parting = text("messages.letter.no_reply_service", language)
    lines = [greeting, body, *_page(parts, reader, action), parting]
    letter = "\n\n".join(lines)
    _send(parts, settings, address, subject, letter, action)


def _reach(parts: Parts, action: PendingAction, subject: str, body: str) -> None:
    """In the LMS; by mail where there is no account, the LMS refuses the message for good, or does
    not say in time who has an account."""
    recipient = action.payload["recipient"]
    settings = parts.settings.mail
    with parts.register.read() as connection:
        person = connection.execute(_ADDRESSEE, {"of_employee": recipient}).one_or_none()
    name, address = person or (None, None)
    # The text of a message to a person ends in who that is.
    reader = action.payload["text"].rpartition("_")[2]
    lines = "\n\n".join([body, *_page(parts, reader, action)])
    letter = _letter(name, lines, settings, parts.settings.language)
    try:
        account = _account(parts, recipient)
    except Transient as silent:
        if not address or settings is None:
            raise
        _log.warning("notice.lms_does_not_answer", code=silent.code)
        account = None
    if account is not None and _told_in_lms(parts, account, f"{subject}\n\n{letter}"):
        return
    if not address or settings is None:
        raise Permanent(
            f"employee {recipient} has no usable LMS account and cannot be mailed; "
            "give one of them and replay this dead letter"
        )
    _send(parts, settings, address, subject, letter, action)


def _letter(name: str | None, body: str, settings: MailSettings | None, language_code: str) -> str:
    """With a greeting, and with where to ask: the account that sends these is read by nobody."""
    language = Language(language_code)
    lines = [body]
    if name:
        lines.insert(0, text("messages.greeting.person", language, name=name))
    if settings and settings.hr_address:
        address = settings.hr_address
        lines.append(text("messages.letter.no_reply_hr_address", language, address=address))
    else:
        lines.append(text("messages.letter.no_reply", language))
    return "\n\n".join(lines)


def _page(parts: Parts, reader: str, action: PendingAction) -> list[str]:
    """The line that leads to the page of what the message is about."""
    payload = action.payload
    link = page_link(parts.settings, reader, payload["text"], payload.get("numbers", {}))
    language = Language(parts.settings.language)
    return [] if link is None else [text("messages.letter.page", language, link=link)]


def _send(
    parts: Parts,
    settings: MailSettings,
    address: str,
    subject: str,
    letter: str,
    action: PendingAction,
) -> None:
    sent = mail.Mail(address, subject, letter, action.id, parts.clock.now())
    circuit = parts.circuits.get(System.MAIL)
    with nullcontext() if circuit is None else circuit.call("send"):
        mail.send(settings, sent, Language(parts.settings.language))


def _told_in_lms(parts: Parts, account: str, words: str) -> bool:
    if parts.lms is None:
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
    with parts.register.read() as connection:
        known = accounts_of(connection, employee_id)
    lately = parts.clock.now() - timedelta(seconds=JUST_READ_SECONDS)
    if len(known) == 1 and not known[0].suspended and known[0].seen_at > lately:
        return known[0].user_id
    with deadline(LMS_PATIENCE_SECONDS):
        shown = parts.lms.users_by_employee([employee_id]).get(employee_id, ())
        if not shown and known:
            # A newcomer is not in the list yet in which an LMS looks for a number.
            by_id = parts.lms.users_by_id([one.user_id for one in known]).values()
            shown = tuple(user for user in by_id if user.employee_id == employee_id)
    accounts = [account for account in shown if not account.suspended]
    return accounts[0].user_id if len(accounts) == 1 else None


def _hold_notice(
    connection: Connection, action: PendingAction, language: Language
) -> tuple[str, str]:
    """To the employee about himself, to the manager about the employee; both with the course's
    name, since its id says nothing to them."""
    hold = hold_by_id(connection, action.payload["hold_id"])
    decision = row_of(connection, _DECISION, {"of_id": hold.decision_id})
    course = details_of(connection, hold).course.full_name
    sentences = "employee" if action.payload["recipient"] == hold.employee_id else "finding"
    numbers = {
        "course": course,
        "employee": _name(connection, hold.employee_id),
        "reasons": _reasons(decision, sentences, course, language),
        "reference": hold.id[:8],
        **_set_aside(connection, hold),
    }
    name = action.payload["text"]
    return (
        text(f"messages.subject.{name}", language, **numbers),
        text(f"messages.body.{name}", language, **numbers),
    )


def _set_aside(connection: Connection, hold: HoldRow) -> dict[str, object]:
    """Until when HR set this hold aside, and why, where it did."""
    row = row_or_none(connection, _LAST_SET_ASIDE, {"of_hold": hold.id})
    return {} if row is None else {"until": row.last_on, "ground": row.ground}


def _reasons(decision: DecisionRow, sentences: str, course: str, language: Language) -> str:
    return "\n".join(
        "- " + text(f"policy.{sentences}.{finding.code}", language, **_named(finding, course))
        for finding in findings_of(decision.findings)
        if finding.severity is Severity.BLOCK
    )


def _named(finding: Finding, course: str) -> dict[str, Number]:
    return {**finding.numbers, "course": course}


def _name(connection: Connection, employee_id: str) -> str:
    return full_name(row_of(connection, _EMPLOYEE, {"of_employee": employee_id}))


_ADDRESSEE = select(EmployeeRow.given_name, EmployeeRow.email).where(
    EmployeeRow.employee_id == bindparam("of_employee")
)
_EMPLOYEE = select(EmployeeRow).where(EmployeeRow.employee_id == bindparam("of_employee"))
_DECISION = select(DecisionRow).where(DecisionRow.id == bindparam("of_id"))
_LAST_SET_ASIDE = (
    select(HoldSetAsideRow)
    .where(HoldSetAsideRow.hold_id == bindparam("of_hold"))
    .order_by(HoldSetAsideRow.number.desc())
    .limit(1)
)

"""What a tranche says arrives, at whoever it is for, also while enforcement is paused."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from adapter.deliveries.deliver import deliver_due
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.register.enforcement_switch import throw
from config.settings import MailSettings, Settings
from tests.adapter.deliveries.test_mail import Mailbox, mailbox, server
from tests.adapter.subjects.requests.conftest import MANAGER, Office
from tests.adapter.subjects.tranches.conftest import Tranches

__all__ = ["mailbox", "server"]


def _with_mail(office: Office, settings: MailSettings) -> None:
    office.parts = replace(office.parts, settings=Settings(mail=settings))
    with office.parts.register.write() as connection:
        connection.execute(
            update(EmployeeRow)
            .where(EmployeeRow.employee_id == MANAGER)
            .values(email="leidinggevende@example.org")
        )


def _closed(tranches: Tranches) -> None:
    tranches.at("2026-11-10 12:00:00")
    tranches.office.ask()
    tranches.submitted()
    tranches.at("2026-11-16 00:00:00")
    tranches.run()


def test_closing_reaches_hr_and_the_manager_with_a_draft(
    tranches: Tranches, server: MailSettings, mailbox: Mailbox
) -> None:
    _with_mail(tranches.office, server)
    _closed(tranches)
    deliver_due(tranches.office.parts)
    received = dict(zip(mailbox.recipients, mailbox.received, strict=True))
    assert received.keys() == {"hr@example.org", "leidinggevende@example.org"}
    assert "2027-1" in received["hr@example.org"]["Subject"]
    body = received["leidinggevende@example.org"].get_body(("plain",))
    assert body is not None
    assert "- Leergang omgevingsrecht" in body.get_content()
    assert "2027-2" in body.get_content()


def test_the_management_team_has_its_own_address_or_hr_passes_it_on(
    tranches: Tranches, server: MailSettings, mailbox: Mailbox
) -> None:
    for address, expected in (("mt@example.org", "mt@example.org"), (None, "hr@example.org")):
        _with_mail(tranches.office, server.model_copy(update={"mt_address": address}))
        if address is not None:
            _closed(tranches)
            deliver_due(tranches.office.parts)
            tranches.at("2027-01-01 08:00:00")
        else:
            tranches.at("2027-01-17 08:00:00")
        mailbox.recipients.clear()
        tranches.run()
        deliver_due(tranches.office.parts)
        assert mailbox.recipients == [expected]


def test_a_pause_of_enforcement_does_not_silence_the_procedure(
    tranches: Tranches, server: MailSettings, mailbox: Mailbox
) -> None:
    _with_mail(tranches.office, server)
    with tranches.office.parts.register.write() as connection:
        throw(connection, on=True, reason="test", by="test", now=tranches.office.clock.moment)
    _closed(tranches)
    deliver_due(tranches.office.parts)
    assert len(mailbox.received) == 2


def test_without_mail_the_message_waits_and_says_what_to_set(tranches: Tranches) -> None:
    _closed(tranches)
    deliver_due(tranches.office.parts)
    with tranches.office.parts.register.read() as connection:
        rows = {row.kind: row for row in rows_of(connection, select(OutboxActionRow))}
    assert "ODWH_MAIL_HR_ADDRESS" in (rows["mail.hr"].last_error or "")


def test_a_tranche_without_requests_waits_for_no_address(
    tranches: Tranches, server: MailSettings
) -> None:
    """A register that is new has nothing to tell; without mail the message would ring for ever."""
    tranches.at("2026-11-12 08:00:00")
    assert ("2027-1", "three_days") in tranches.run()
    assert tranches.told() == []
    tranches.office.parts = replace(tranches.office.parts, settings=Settings(mail=server))
    tranches.at("2026-11-16 00:00:00")
    assert tranches.run() == [("2027-1", "close")]
    assert tranches.told() == [("tranche_closed_hr", "mail.hr")]

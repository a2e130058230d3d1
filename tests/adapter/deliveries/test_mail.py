"""Mail over a real SMTP server on loopback: what arrives, and what its refusals mean."""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import update

from adapter.deliveries import mail
from adapter.deliveries.deliver import deliver_due
from adapter.deliveries.mail import Mail
from adapter.deliveries.page_links import page_link
from adapter.ground.store.tables.people import EmployeeRow
from adapter.programs.worker import work_once
from adapter.queues import outbox
from adapter.queues.outbox import Action, ActionKind
from config.catalogue import Language, text
from config.settings import MailSettings, PagesSettings, Settings
from connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Transient,
)
from connectors.moodle.lms import Moodle
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, PIET, Workbench

SENT_AT = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)


class Mailbox:
    """Keeps what it is sent, and answers a recipient as told."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer_to_recipient = ""
        self.answer_to_message = ""

    async def handle_RCPT(  # noqa: N802 - the name that the server calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answer_to_recipient:
            return self.answer_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that the server calls
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        if self.answer_to_message:
            return self.answer_to_message
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.received.append(made)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@contextmanager
def listening(mailbox: Mailbox) -> Iterator[MailSettings]:
    """A mail server on loopback that puts what it gets in the mailbox."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    yield MailSettings(
        host="127.0.0.1",
        port=controller.port,
        sender="opleidingen@example.org",
        starttls=False,
        hr_address="hr@example.org",
    )
    controller.stop()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[MailSettings]:
    with listening(mailbox) as settings:
        yield settings


def _send(settings: MailSettings, **changes: str) -> None:
    words = {
        "to": "piet@example.org",
        "subject": "Uw inschrijving staat stil",
        "body": "Beste Piet,\n\nRegel één\nRegel <twee> & drie",
    } | changes
    mail.send(settings, Mail(**words, reference="a1b2", sent_at=SENT_AT), Language.NL)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def test_a_mail_arrives_as_text_and_as_html_in_its_language(
    server: MailSettings, mailbox: Mailbox
) -> None:
    _send(server, subject="Één € meer")
    [message] = mailbox.received
    assert (message["From"], message["To"]) == ("opleidingen@example.org", "piet@example.org")
    assert message["Subject"] == "Één € meer"
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("nl", "auto-generated")
    assert "Regel <twee> & drie" in _part(message, "plain")
    page = _part(message, "html")
    assert '<html lang="nl">' in page
    assert "<p>Beste Piet,</p><p>Regel één<br>Regel &lt;twee&gt; &amp; drie" in page
    assert mailbox.recipients == ["piet@example.org"]


def test_a_mail_says_when_it_was_sent_by_whom_and_that_no_answer_is_expected(
    server: MailSettings, mailbox: Mailbox
) -> None:
    _send(server)
    _send(server)
    first, again = mailbox.received
    assert first["Date"] == "Mon, 01 Mar 2027 08:30:00 +0000"
    assert first["Message-ID"] == "<a1b2@example.org>"
    assert again["Message-ID"] == first["Message-ID"]
    assert first["List-Id"] == "Berichten over leren en ontwikkelen <learning.example.org>"
    assert first["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no such user", Permanent), ("450 mailbox busy", Transient), ("452 full", Transient)],
)
def test_a_refused_recipient_is_final_or_for_later_as_the_server_says(
    server: MailSettings, mailbox: Mailbox, answer: str, error: type[ConnectorError]
) -> None:
    mailbox.answer_to_recipient = answer
    with pytest.raises(error, match=f"the recipient .SMTP {answer[:3]}") as refused:
        _send(server)
    assert "piet@example.org" not in str(refused.value)


@pytest.mark.parametrize(("answer", "error"), [("554 spam", Permanent), ("451 later", Transient)])
def test_a_refused_message_is_final_or_for_later_as_the_server_says(
    server: MailSettings, mailbox: Mailbox, answer: str, error: type[ConnectorError]
) -> None:
    mailbox.answer_to_message = answer
    with pytest.raises(error, match="the message"):
        _send(server)


def test_a_server_that_is_down_is_for_later() -> None:
    down = MailSettings(host="127.0.0.1", port=_free_port(), sender="a@example.org", starttls=False)
    with pytest.raises(Transient, match="does not answer"):
        _send(down)


@pytest.mark.parametrize(
    "change", [{"starttls": True}, {"username": "adapter", "password": "wrong"}]
)
def test_a_server_without_what_the_settings_ask_is_for_the_administrator(
    server: MailSettings, change: dict[str, Any]
) -> None:
    settings = MailSettings.model_validate(server.model_dump() | change)
    with pytest.raises(Misconfigured, match="ODWH_MAIL_"):
        _send(settings)


def test_a_certificate_that_nobody_trusts_is_refused_before_anything_is_said(
    server: MailSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ssl.SSLContext] = []

    def starttls(_self: object, *, context: ssl.SSLContext) -> None:
        seen.append(context)
        error = ssl.SSLCertVerificationError(1, "self-signed certificate")
        error.verify_message = "self-signed certificate"
        raise error

    monkeypatch.setattr("smtplib.SMTP.starttls", starttls)
    with pytest.raises(Misconfigured, match="self-signed certificate"):
        _send(server.model_copy(update={"starttls": True}))
    assert [(one.verify_mode, one.check_hostname) for one in seen] == [(ssl.CERT_REQUIRED, True)]


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "team: a@example.org, b@example.org;",
        "nobody",
        "",
    ],
)
def test_an_address_field_holds_one_address(
    server: MailSettings, mailbox: Mailbox, address: str
) -> None:
    with pytest.raises(Permanent, match="no address of one mailbox"):
        _send(server, to=address)
    assert mailbox.received == []


def test_a_line_break_in_a_subject_adds_no_header_and_holds_up_no_mail(
    server: MailSettings, mailbox: Mailbox
) -> None:
    _send(server, subject="Excel\r\nBcc: b@example.org \u202egnp.exe")
    [message] = mailbox.received
    assert message["Subject"] == "Excel Bcc: b@example.org gnp.exe"
    assert message["Bcc"] is None
    assert mailbox.recipients == ["piet@example.org"]


# --- notices by mail --------------------------------------------------------------------------


@pytest.fixture
def office(workbench: Workbench, server: MailSettings) -> Workbench:
    """The workbench with a mail server."""
    settings = workbench.parts.settings.model_copy(update={"mail": server})
    workbench.parts = dataclasses.replace(workbench.parts, settings=settings)
    return workbench


def _hold_piet(bench: Workbench) -> None:
    bench.enrol(EXCEL, PIET)
    tell(bench, "user_enrolment_created", PIET, EXCEL, method="manual")
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def test_a_manager_without_an_lms_account_is_told_by_mail(
    office: Workbench, mailbox: Mailbox
) -> None:
    office.hire("30001")
    office.hire("10005", manager="30001")
    _hold_piet(office)
    [message] = mailbox.received
    assert message["To"] == "30001@example.org"
    assert message["Subject"] == (
        "Inschrijving van Sanne van 't Hof 10005 voor Excel voor gevorderden staat stil"
    )
    words = _part(message, "plain").replace("\r\n", "\n")
    assert words.startswith("Beste Sanne,\n\n")
    assert "Wat kun je doen?" in words
    assert words.rstrip().endswith("stel die dan aan HR: hr@example.org.")
    assert "Voor Excel voor gevorderden is er geen toegekende opleidingsaanvraag" in words
    [told] = office.messages_to(PIET)
    assert "Er is voor jou nog geen opleidingsaanvraag voor deze cursus toegekend." in told
    assert "OPL-" not in told


def test_who_cannot_be_reached_in_any_way_is_a_dead_letter_that_says_what_to_do(
    office: Workbench, mailbox: Mailbox
) -> None:
    office.hire("30001")
    with office.register.write() as connection:
        connection.execute(
            update(EmployeeRow).where(EmployeeRow.employee_id == "30001").values(email=None)
        )
    office.hire("10005", manager="30001")
    _hold_piet(office)
    with office.register.read() as connection:
        [letter] = outbox.dead_letters(connection)
    assert mailbox.received == []
    assert letter.last_error == (
        "employee 30001 has no usable LMS account and cannot be mailed; "
        "give one of them and replay this dead letter"
    )


def test_an_employee_with_two_accounts_is_told_by_mail(office: Workbench, mailbox: Mailbox) -> None:
    office.moodle.state.users[6].profile["personeelsnummer"] = "10009"
    _hold_piet(office)
    assert [message["To"] for message in mailbox.received] == ["10009@example.org"]


def test_who_the_lms_refuses_to_write_to_is_told_by_mail(
    office: Workbench, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_moodle: Moodle, user_id: str, text: str) -> None:
        raise Permanent(f"no message to user {user_id}: messaging is switched off")

    monkeypatch.setattr(Moodle, "send_message", refused)
    _hold_piet(office)
    assert sorted(message["To"] for message in mailbox.received) == [
        "10005@example.org",
        "10009@example.org",
    ]


def _brake_mail(bench: Workbench) -> Callable[[], Any]:
    action = Action(
        "brake:1",
        ActionKind.MAIL_HR,
        "brake:1",
        {"text": "brake", "numbers": {"holds": 21, "limit": 20}},
    )
    with bench.register.write() as connection:
        outbox.put(connection, [action], bench.clock.now())
    deliver_due(bench.parts)
    return lambda: bench.actions()[-1]


def test_hr_is_mailed_when_the_brake_stopped_writing(office: Workbench, mailbox: Mailbox) -> None:
    _brake_mail(office)
    [message] = mailbox.received
    assert message["To"] == "hr@example.org"
    assert "21 inschrijvingen" in _part(message, "plain")


def test_without_an_address_of_hr_the_mail_waits_and_says_which_setting(
    workbench: Workbench,
) -> None:
    row = _brake_mail(workbench)()
    assert row.state == "pending"
    assert "ODWH_MAIL_HR_ADDRESS" in row.last_error


# --- links to the pages -----------------------------------------------------------------------


@pytest.fixture
def with_pages(office: Workbench) -> Workbench:
    """The office, whose people reach the pages under an address of their own."""
    pages = PagesSettings(url="https://leren.example.org")
    settings = office.parts.settings.model_copy(update={"pages": pages})
    office.parts = dataclasses.replace(office.parts, settings=settings)
    return office


def test_a_mail_leads_to_the_page_of_what_it_is_about(
    with_pages: Workbench, mailbox: Mailbox
) -> None:
    with_pages.hire("30001")
    with_pages.hire("10005", manager="30001")
    _hold_piet(with_pages)
    [message] = mailbox.received
    link = "https://leren.example.org/mijn-team"
    assert f"Bekijk het op je pagina: {link}" in _part(message, "plain")
    assert f'<a href="{link}">{link}</a>' in _part(message, "html")
    [told] = with_pages.messages_to(PIET)
    assert "https://leren.example.org/mijn-leren" in told


def test_a_mail_to_hr_leads_to_the_work_list(with_pages: Workbench, mailbox: Mailbox) -> None:
    _brake_mail(with_pages)
    [message] = mailbox.received
    assert "https://leren.example.org/werkvoorraad\r\n" in _part(message, "plain")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("tranche_closed_hr", "/tranches/2027-1"),
        ("tranche_overdue_hr", "/tranches/2027-1"),
        ("tranche_window_mt", "/besluiten/2027-1"),
    ],
)
def test_a_mail_about_a_tranche_leads_to_that_tranche(name: str, path: str) -> None:
    settings = Settings(pages=PagesSettings(url="https://leren.example.org"))
    reader = name[-2:]
    assert page_link(settings, reader, name, {"tranche": "2027-1"}) == (
        f"https://leren.example.org{path}"
    )


@pytest.mark.parametrize(
    ("reader", "name", "about", "path"),
    [
        ("hr", "exit_ahead", {"exit": "X1"}, "/uitdienst/X1"),
        ("hr", "exit_stumbled", {"exit": "X1"}, "/uitdienst/X1"),
        ("admin", "exit_stumbled_admin", {"exit": "X1"}, "/toezicht"),
        ("mt", "set_aside_mt", {"hold": "H1"}, "/stilgezet/H1"),
        # As they wait since before an update.
        ("hr", "exit_ahead", {"employee": "10005", "last_day": "2027-06-30"}, "/werkvoorraad"),
        ("mt", "set_aside_mt", {"employee": "10005"}, "/besluiten"),
    ],
)
def test_a_mail_about_somebody_names_nobody_and_leads_to_the_page(
    reader: str, name: str, about: dict[str, str], path: str
) -> None:
    settings = Settings(pages=PagesSettings(url="https://leren.example.org"))
    assert page_link(settings, reader, name, about) == f"https://leren.example.org{path}"
    for language in Language:
        for part in ("subject", "body"):
            assert text(f"messages.{part}.{name}", language), "a text that asks for no number"


def test_without_an_address_of_the_pages_a_mail_leads_nowhere(
    office: Workbench, mailbox: Mailbox
) -> None:
    _brake_mail(office)
    [message] = mailbox.received
    assert "http" not in _part(message, "plain")

"""Sends one e-mail over SMTP: plain text and the same as HTML."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from socket import SHUT_RDWR, socket
from threading import Timer

from config.addresses import is_one_address
from config.catalogue import Language, text
from config.settings import MailSettings
from connectors.errors import Misconfigured, Permanent, Transient
from connectors.plain_text import one_line

_ADDRESS = re.compile(r"https?://[^\s<]+[^\s<.,;:]")
TIMEOUT_SECONDS = 20
"""Of one answer of the server."""
DEADLINE_SECONDS = 60.0
"""Of all of it: a server that sends a byte now and then would hold its caller for ever."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`reference` is the id of the action: a mail that is sent twice keeps its Message-ID, so that
    the reader's mail program can show it once."""

    to: str
    subject: str
    body: str
    reference: str
    sent_at: datetime


def send(settings: MailSettings, mail: Mail, language: Language) -> None:
    """Raises `Transient` when the server does not answer or says "later", `Permanent` when it
    refuses the recipient or message, `Misconfigured` when it refuses us."""
    if not is_one_address(mail.to):
        raise Permanent(
            "the recipient has no address of one mailbox; correct it in the HRIS and replay this "
            "dead letter",
            code="not_one_address",
        )
    message = _message(settings.sender, mail, language)
    try:
        with _Smtp(settings.host, settings.port) as server:
            if settings.starttls:
                # Without a context the server's certificate would not be looked at.
                server.starttls(context=ssl.create_default_context())
            if settings.username and settings.password:
                server.login(settings.username, settings.password.get_secret_value())
            refused = server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise _refused(code, "the recipient") from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise Misconfigured("the mail server refuses us; check ODWH_MAIL_* settings") from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, "the message") from error
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(
            f"the certificate of the mail server is not trusted ({error.verify_message}); have it "
            "trusted by this machine (SSL_CERT_FILE) or correct ODWH_MAIL_HOST"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(
            f"the mail server does not answer ({type(error).__name__})", code="network"
        ) from error
    if refused:  # by one recipient of several, which the library only tells
        raise _refused(next(iter(refused.values()))[0], "the recipient")


class _Smtp(smtplib.SMTP):
    """Hangs up after `DEADLINE_SECONDS`, whatever it waits for then."""

    def __init__(self, host: str, port: int) -> None:
        self.sock: socket | None = None
        self._over = Timer(DEADLINE_SECONDS, self._hang_up)
        self._over.daemon = True
        self._over.start()
        try:
            super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        except BaseException:
            self._over.cancel()
            raise

    def _hang_up(self) -> None:
        # Closing it would leave the other thread waiting.
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(SHUT_RDWR)

    def close(self) -> None:
        self._over.cancel()
        super().close()


def _refused(code: int, what: str) -> Permanent | Transient:
    message = f"the mail server refused {what} (SMTP {code})"
    return Transient(message, code=str(code)) if 400 <= code < 500 else Permanent(message)


def _message(sender: str, mail: Mail, language: Language) -> EmailMessage:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message = EmailMessage()
    subject = one_line(mail.subject)
    message["From"], message["To"], message["Subject"] = sender, mail.to, subject
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = f"<{mail.reference}@{domain}>"
    # Lets people sort these mails, and keeps automatic answers away (RFC 2919, RFC 3834).
    message["List-Id"] = f"{text('messages.letter.list_name', language)} <learning.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.body)
    paragraphs = "".join(f"<p>{_as_html(part)}</p>" for part in mail.body.split("\n\n"))
    message.add_alternative(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head><body>{paragraphs}</body></html>",
        subtype="html",
    )
    # Now, since headers of content set before move into the first part.
    message["Content-Language"] = language
    return message


def _as_html(paragraph: str) -> str:
    lines = escape(paragraph).replace("\n", "<br>")
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', lines)

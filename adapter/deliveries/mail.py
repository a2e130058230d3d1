"""Sends one e-mail over SMTP: plain text and the same as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape

from adapter.ground.mail_server import mail_server, refused
from config.addresses import is_one_address
from config.catalogue import Language, text
from config.settings import MailSettings
from connectors.errors import Permanent
from connectors.plain_text import one_line

_ADDRESS = re.compile(r"https?://[^\s<]+[^\s<.,;:]")


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
    with mail_server(settings) as server:
        declined = server.send_message(message)
    if declined:  # by one recipient of several, which the library only tells
        raise refused(next(iter(declined.values()))[0], "the recipient")


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

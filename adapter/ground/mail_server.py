"""The mail server, as the settings say: greeted, its certificate looked at, logged in, and what its
refusals mean. Who sends and who only looks whether mail can be sent go the same way."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from socket import SHUT_RDWR, socket
from threading import Timer

from config.settings import MailSettings
from connectors.errors import Misconfigured, Permanent, Transient

TIMEOUT_SECONDS = 20.0
"""Of one answer of the server."""
PATIENCE_SECONDS = 10.0
"""The same, of who only looks."""
DEADLINE_SECONDS = 60.0
"""Of all of it: a server that sends a byte now and then would hold its caller for ever."""


@contextmanager
def mail_server(settings: MailSettings, timeout: float = TIMEOUT_SECONDS) -> Iterator[smtplib.SMTP]:
    """Raises, also for what the block meets, `Transient` when the server does not answer or says
    "later", `Permanent` when it refuses the recipient or message, `Misconfigured` when it refuses
    us."""
    try:
        with _Smtp(settings.host, settings.port, timeout) as server:
            if settings.starttls:
                # Without a context the server's certificate would not be looked at.
                server.starttls(context=ssl.create_default_context())
            if settings.username and settings.password:
                server.login(settings.username, settings.password.get_secret_value())
            yield server
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise refused(code, "the recipient") from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise Misconfigured("the mail server refuses us; check ODWH_MAIL_* settings") from error
    except smtplib.SMTPResponseException as error:
        raise refused(error.smtp_code, "the message") from error
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(
            f"the certificate of the mail server is not trusted ({error.verify_message}); have it "
            "trusted by this machine (SSL_CERT_FILE) or correct ODWH_MAIL_HOST"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(
            f"the mail server does not answer ({type(error).__name__})", code="network"
        ) from error


def look_at_mail_server(settings: MailSettings) -> None:
    """All that comes before a recipient is named, so that nobody gets anything. Raises as
    `mail_server`, and the same for a sender that is refused."""
    with mail_server(settings, PATIENCE_SECONDS) as server:
        server.ehlo_or_helo_if_needed()
        code, _ = server.mail(parseaddr(settings.sender)[1])
        if code != 250:
            raise refused(code, "the sender of ODWH_MAIL_SENDER")
        server.rset()


def refused(code: int, what: str) -> Permanent | Transient:
    message = f"the mail server refused {what} (SMTP {code})"
    return Transient(message, code=str(code)) if 400 <= code < 500 else Permanent(message)


class _Smtp(smtplib.SMTP):
    """Hangs up after `DEADLINE_SECONDS`, whatever it waits for then."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.sock: socket | None = None
        self._over = Timer(DEADLINE_SECONDS, self._hang_up)
        self._over.daemon = True
        self._over.start()
        try:
            super().__init__(host, port, timeout=timeout)
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

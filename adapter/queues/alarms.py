"""A mail to HR about what stopped or went silent, and to the administrator what can be typed.

HR reads what it means and whom to ask; the commands are for the administrator only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from adapter.queues.outbox import Action, ActionKind, put
from config.settings import MailSettings


def alarm(
    connection: Connection,
    mail: MailSettings | None,
    key: str,
    text: str,
    numbers: Mapping[str, str | int | None],
    now: datetime,
    *,
    ask_hr: bool = False,
) -> None:
    """To whoever has an address, once per `key`. With `ask_hr` HR's mail waits as a dead letter
    where HR has none: nothing goes on until somebody answers."""
    hr_address = mail.hr_address if mail else None
    admin_address = mail.admin_address if mail else None
    if ask_hr or hr_address is not None:
        _put(connection, ActionKind.MAIL_HR, key, text, numbers, now)
    if admin_address is not None:
        _put(connection, ActionKind.MAIL_ADMIN, key, f"{text}_admin", numbers, now)


def _put(
    connection: Connection,
    kind: ActionKind,
    key: str,
    text: str,
    numbers: Mapping[str, str | int | None],
    now: datetime,
) -> None:
    own_key = f"{key}:{kind}"
    payload = {"text": text, "numbers": dict(numbers)}
    put(connection, [Action(own_key, kind, own_key, payload)], now)

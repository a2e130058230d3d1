"""The mail to HR about a claim that the rules proposed: at once, and once per claim."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.claims import ClaimRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.outbox import Action, ActionKind, put

OLD_AFTER = timedelta(days=7)
"""What is older stood on the work list all that time, as in a register that was taken over."""


def tell_of_opened_claims(parts: Parts) -> int:
    """Those of which HR was not told; returns how many."""
    mail = parts.settings.mail
    if mail is None or mail.hr_address is None:
        return 0
    now = parts.clock.now()
    told = select(OutboxActionRow.id).where(OutboxActionRow.action_key == "claim:" + ClaimRow.id)
    untold = select(ClaimRow).where(ClaimRow.opened_at > now - OLD_AFTER, ~told.exists())
    with parts.register.read() as connection:
        if not rows_of(connection, untold.limit(1)):
            return 0
    with parts.register.write() as connection:
        rows = rows_of(connection, untold.order_by(ClaimRow.opened_at, ClaimRow.id))
        put(connection, map(_mail, rows), now)
    return len(rows)


def _mail(claim: ClaimRow) -> Action:
    """The id of the exit says nothing of anybody, and leads HR to the page."""
    key = f"claim:{claim.id}"
    payload = {"text": "claim_opened", "numbers": {"exit": claim.exit_id}}
    return Action(key, ActionKind.MAIL_HR, key, payload)

"""Free text of HRIS events and words of other systems, kept until now, go

Revision: 0022, after 0021. What an event leads to is kept; the words that came with it are not. The
words of a reason, and what is kept of an event, are those of when this was written.
"""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_REASONS = (
    *("dismissal", "end_of_contract", "mutual_consent", "probation", "reorganisation"),
    *("resignation", "retirement", "transfer"),
)
_METHODS = ("poll", "push", "reconciliation")
_GONE = "it failed; what the other system said of it is no longer kept"

_INBOX = sa.table(
    "inbox",
    *(sa.column(name, sa.Text()) for name in ("id", "channel", "kind", "delivery_id")),
    *(sa.column(name, Json()) for name in ("body", "reason")),
)


def upgrade() -> None:
    for table in ("exits", "employment_news"):
        reason = sa.column("reason", sa.Text())
        told = sa.table(table, reason)
        op.execute(sa.update(told).values(reason=sa.func.lower(sa.func.trim(reason))))
        op.execute(sa.update(told).where(reason.not_in(_REASONS)).values(reason=None))
    _events()
    op.execute(sa.update(sa.table("part_states", sa.column("reason"))).values(reason=None))
    for name, column in (("job_runs", "error"), ("outbox", "last_error")):
        failed = sa.table(name, sa.column(column, sa.Text()))
        op.execute(sa.update(failed).where(failed.c[column].is_not(None)).values({column: _GONE}))
    op.execute(sa.update(sa.table("outbox", sa.column("history"))).values(history=None))


def _events() -> None:
    bind = op.get_bind()
    rows = bind.execute(sa.select(_INBOX).where(_INBOX.c.channel.in_(("hris", "lms")))).all()
    for row in rows:
        values = _of_hris(row) if row.channel == "hris" else _of_lms(row)
        if row.reason is not None and row.reason.get("code") == "connector":
            values["reason"] = row.reason | {"detail": _GONE}
        bind.execute(sa.update(_INBOX).where(_INBOX.c.id == row.id).values(values))


def _of_lms(row: sa.Row[Any]) -> dict[str, Any]:
    return {"body": {name: value for name, value in row.body.items() if name != "actor_id"}}


def _of_hris(row: sa.Row[Any]) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(row.delivery_id.encode()).hexdigest()}"
    body = dict(row.body)
    data = body.get("data")
    if not isinstance(data, dict):
        return {"delivery_id": digest}
    reason = str(data.get("reason") or "").strip().lower()
    body["id"] = digest
    body["data"] = data | {
        "method": data.get("method") if data.get("method") in _METHODS else None,
        "previous_end_date": None,
        "reason": reason if reason in _REASONS else None,
    }
    return {"delivery_id": digest, "body": body}


def downgrade() -> None:
    """What went does not come back."""

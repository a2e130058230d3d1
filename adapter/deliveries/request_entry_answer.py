"""Writes status and decision into an entry of the request form, for display."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from adapter.ground.parts import Parts
from adapter.queues.outbox import PendingAction
from adapter.subjects.request_entries.answers import answer_of
from adapter.subjects.request_entries.author import author_of
from adapter.subjects.request_entries.entries import mark_gone, present_entry
from adapter.subjects.requests.acts import looking
from config.catalogue import Language


def answer_request_entry(parts: Parts, action: PendingAction) -> Callable[[Connection], None]:
    """Show how the request stands now, which may be further than when this was put down. An entry
    that is gone, of a form that is no longer used, or that got the number of one that is gone, has
    nothing of it to show."""
    entry_id, lms = action.payload["entry_id"], parts.lms
    with looking(parts, author_of(None)) as act:
        known = present_entry(act.connection, entry_id)
        if known is None or lms is None or not lms.has_request_form():
            return _nothing
        answer = answer_of(act, known, Language(parts.settings.language))
    shown = lms.request_entry(entry_id)
    same = shown is not None and shown.entered_at == known.entered_at
    if same and lms.answer_request_entry(
        entry_id, answer.status, answer.decision, final=answer.final
    ):
        return _nothing
    return lambda connection: mark_gone(connection, entry_id, parts.clock.now())


def _nothing(connection: Connection) -> None:
    """The register needs to know no more than that it was delivered."""

"""Reads the request form: all of it by polling, one entry when the LMS says that it was written.

Only what was written since is read again, and what could not be used: that may have been for want
of a course or a colleague that is known by now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapter.doors.request_form.take_over import EntryResult, take_over
from adapter.ground.parts import Parts
from adapter.ground.store.tables.request_form import RequestEntryRow
from adapter.subjects.request_entries.answers import answer_of
from adapter.subjects.request_entries.author import author_of
from adapter.subjects.request_entries.entries import (
    keep_entry,
    kept_entry,
    mark_gone,
    present,
)
from adapter.subjects.requests.acts import Act, acting
from adapter.subjects.requests.entry_answers import answer_later
from config.catalogue import Language
from connectors.errors import Permanent
from connectors.ports import Lms, RequestEntry, RequestMark

_SAME_SECOND = timedelta(seconds=2)
"""The LMS tells seconds: what was written in the one in which we read shows no other moment."""

_WRONG_AGAIN = timedelta(minutes=15)
"""How long a poll leaves an entry that could not be used, unless its author saves it."""


@dataclass(frozen=True, slots=True)
class RequestsRead:
    """How many entries there are, how many were read with which outcome, how many are gone."""

    shown: int
    outcomes: Counter[EntryResult]
    gone: int


def read_requests(
    parts: Parts, *, dry_run: bool = False, wrong_again: timedelta = timedelta()
) -> RequestsRead:
    """Take over what is new or changed in the request form; does nothing without one.

    What was wrong is tried again when it was last read `wrong_again` ago or longer.

    Raises the errors of `connectors.errors`. Entries that were read before that are kept, and one
    that can never be read does not keep the others waiting.
    """
    lms = parts.lms
    if lms is None or not lms.has_request_form():
        return RequestsRead(0, Counter(), 0)
    marks = {mark.entry_id: mark for mark in lms.request_entries()}
    with parts.register.read() as connection:
        known = {row.entry_id: row for row in present(connection)}
    tried_before = parts.clock.now() - wrong_again
    due = [mark for mark in marks.values() if _is_due(mark, known.get(mark.entry_id), tried_before)]
    gone = [entry_id for entry_id in known if entry_id not in marks]
    outcomes: Counter[EntryResult] = Counter()
    unreadable: list[Permanent] = []
    for mark in due:
        try:
            outcome = read_entry(parts, lms, mark.entry_id, dry_run=dry_run)
        except Permanent as error:
            unreadable.append(error)
            continue
        if outcome is not None:
            outcomes[outcome] += 1
    if gone and not dry_run:
        _forget(parts, gone)
    if unreadable:
        raise unreadable[0]
    return RequestsRead(len(marks), outcomes, len(gone))


def poll_requests(parts: Parts) -> None:
    read_requests(parts, wrong_again=_WRONG_AGAIN)


def _is_due(mark: RequestMark, known: RequestEntryRow | None, tried_before: datetime) -> bool:
    if known is None or known.entered_at != mark.entered_at:
        return True
    if known.wrong and known.read_at <= tried_before:
        return True
    return bool(
        known.modified_at != mark.modified_at or known.read_at < mark.modified_at + _SAME_SECOND
    )


def read_entry(
    parts: Parts, lms: Lms, entry_id: str, *, dry_run: bool = False
) -> EntryResult | None:
    """Take over one entry as it stands now; None when it is gone or of another form."""
    entry = lms.request_entry(entry_id)
    if entry is None:
        if not dry_run:
            _forget(parts, [entry_id])
        return None
    author = lms.users_by_id([entry.author_id]).get(entry.author_id)
    employee_id = None if author is None else author.employee_id
    with acting(parts, author_of(employee_id)) as act:
        known = keep_entry(act.connection, entry, employee_id, act.now)
        outcome = take_over(act, entry, known)
        act.kept = not dry_run
        if act.kept:
            _mend_answer(parts, act, entry)
    return outcome


def _mend_answer(parts: Parts, act: Act, entry: RequestEntry) -> None:
    """Write back what the entry should show; who wrote over it makes another moment, and so
    another cause."""
    known = kept_entry(act.connection, entry)
    answer = answer_of(act, known, Language(parts.settings.language))
    if not answer.shows(entry.status, entry.decision):
        cause = f"{entry.modified_at.isoformat()} {answer.digest}"
        answer_later(act.connection, entry.entry_id, cause, act.now)


def _forget(parts: Parts, entry_ids: Iterable[str]) -> None:
    with parts.register.write() as connection:
        for entry_id in entry_ids:
            mark_gone(connection, entry_id, parts.clock.now())

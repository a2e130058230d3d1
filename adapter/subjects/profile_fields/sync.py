"""Keeps those profile fields up to date: only what changed is written, and nothing is read for it.

The LMS ignores a field that does not exist without a word, so the first account of every run is
read back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.ground.store.tables.shown import ShownProfileRow
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.learning_reader import read_all_learning
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.profile_fields.texts import ShownFields, shown_texts
from config.catalogue import Language
from connectors.errors import Misconfigured
from connectors.ports import Lms, LmsUserChange, RowState

SLICE = 500
"""Accounts between two notes in the register."""


@dataclass(frozen=True, slots=True)
class ShownSync:
    """Employee numbers. `differs` is what is or would be written, with `refused` what the LMS did
    not take; `paused` says that nothing was tried."""

    differs: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    paused: bool = False


@dataclass(frozen=True, slots=True)
class _Differing:
    employee_id: str
    change: LmsUserChange


def show_learning(parts: Parts) -> None:
    """The job."""
    sync_shown(parts)


def fields_of(parts: Parts) -> ShownFields:
    moodle = parts.settings.moodle
    if moodle is None:
        return ShownFields()
    return ShownFields(
        hours=moodle.shown_hours_field or None,
        year=moodle.shown_year_field or None,
        agreements=moodle.shown_agreements_field or None,
    )


def sync_shown(parts: Parts, *, dry_run: bool = False) -> ShownSync:
    """Write what differs from what was written before, for who works here and has one account.

    Raises the errors of `connectors.errors`, among them `Misconfigured` for a field that the LMS
    does not keep.
    """
    fields, lms = fields_of(parts), parts.lms
    if lms is None or not fields.any():
        return ShownSync()
    with parts.register.read() as connection:
        paused = pause_in_force(connection) is not None
        differing = _differing(parts, connection, fields)
    numbers = tuple(one.employee_id for one in differing)
    if dry_run or paused:
        return ShownSync(differs=numbers, paused=paused)
    written: list[str] = []
    refused: list[str] = []
    # The first goes alone: a field that the LMS does not keep is found at the cost of one account.
    for part in _parts_of(differing):
        done, not_done = _write(parts, lms, part, prove=not written)
        written += done
        refused += not_done
    return ShownSync(numbers, tuple(written), tuple(refused))


def _differing(parts: Parts, connection: Connection, fields: ShownFields) -> list[_Differing]:
    known = {row.employee_id: row for row in rows_of(connection, select(ShownProfileRow))}
    accounts = _accounts(connection)
    titles = trajectory_titles(connection)
    found: list[_Differing] = []
    for employee_id, learning in sorted(read_all_learning(connection).items()):
        user_id = accounts.get(employee_id)
        if user_id is None:
            continue
        profile = shown_texts(
            learning,
            titles,
            fields,
            today(parts.clock),
            parts.policy,
            Language(parts.settings.language),
        )
        if not _is_known(known.get(employee_id), user_id, profile):
            found.append(_Differing(employee_id, LmsUserChange(user_id, profile=profile)))
    return found


def _is_known(row: ShownProfileRow | None, user_id: str, profile: Mapping[str, str]) -> bool:
    return row is not None and row.user_id == user_id and row.profile == profile


def _accounts(connection: Connection) -> dict[str, str]:
    """The one open account of each employee who works here; two are as good as none."""
    found: dict[str, list[str]] = defaultdict(list)
    here = select(LmsUserRow.employee_id, LmsUserRow.user_id).join(
        EmployeeRow, EmployeeRow.employee_id == LmsUserRow.employee_id
    )
    open_accounts = here.where(EmployeeRow.missing_scans == 0, LmsUserRow.suspended == 0)
    for employee_id, user_id in connection.execute(open_accounts):
        if employee_id is not None:
            found[employee_id].append(user_id)
    return {number: ids[0] for number, ids in found.items() if len(ids) == 1}


def _parts_of(differing: Sequence[_Differing]) -> Iterator[Sequence[_Differing]]:
    if differing:
        yield differing[:1]
    for first in range(1, len(differing), SLICE):
        yield differing[first : first + SLICE]


def _write(
    parts: Parts, lms: Lms, part: Sequence[_Differing], *, prove: bool
) -> tuple[list[str], list[str]]:
    results = {one.key: one.state for one in lms.write_users([one.change for one in part])}
    done = [one for one in part if results.get(one.change.user_id) is RowState.DONE]
    refused = [one for one in part if results.get(one.change.user_id) is RowState.REFUSED]
    if prove and done:
        _prove(lms, done[0].change)
    now = parts.clock.now()
    with parts.register.write() as connection:
        for one in done:
            values = {
                "user_id": one.change.user_id,
                "profile": dict(one.change.profile),
                "written_at": now,
            }
            upsert(connection, ShownProfileRow, {"employee_id": one.employee_id}, values)
    return [one.employee_id for one in done], [one.employee_id for one in refused]


def _prove(lms: Lms, written: LmsUserChange) -> None:
    account = lms.users_by_id([written.user_id]).get(written.user_id)
    if account is None:
        return
    lost = [
        field
        for field, shown in written.profile.items()
        if shown and account.profile.get(field) != shown
    ]
    if lost:
        raise Misconfigured(
            f"the LMS did not keep {', '.join(lost)} of account {written.user_id}; make these "
            "profile fields of type Text input, or take them out of ODWH_MOODLE_SHOWN_*",
            code="profile_field_not_kept",
        )

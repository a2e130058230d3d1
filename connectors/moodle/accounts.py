"""Accounts: made and changed in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import Misconfigured, Permanent
from connectors.moodle.batches import Batches
from connectors.moodle.client import EVERY_WARNING, MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.error_codes import code_of
from connectors.moodle.models import CREATED_USERS, Warned
from connectors.moodle.users import UserDirectory
from connectors.ports import LmsUserChange, NewLmsUser, RowResult, RowState

IDNUMBER = "idnumber"
PASSWORD_IN_MOODLE = frozenset({"manual", "email"})
"""Ways to log in for which Moodle keeps the password itself, and wants one."""
CREATE = "core_user_create_users"
UPDATE = "core_user_update_users"


class Accounts:
    def __init__(self, client: MoodleClient, users: UserDirectory, config: MoodleConfig) -> None:
        self._client = client
        self._users = users
        self._config = config
        self._batches = Batches(config.batch_size)
        self._proven = False

    def create(self, users: Sequence[NewLmsUser]) -> list[RowResult]:
        """The very first batch goes alone and is read back: a profile field that does not exist is
        ignored without a word, and would leave thousands of accounts that are nobody's."""
        making = _Making(self._client, self._users, self._config)
        try:
            return self._batches.write(users, making, None if self._proven else self._prove)
        finally:
            self._users.forget()

    def change(self, changes: Sequence[LmsUserChange], service_user_id: str) -> list[RowResult]:
        allowed = [one for one in changes if not _locks_out(one, service_user_id)]
        changing = _Changing(self._client, self._config)
        results = self._batches.write(allowed, changing)
        if any(change.employee_id is not None for change in allowed):
            self._users.forget()
        refused = [_own_account(one) for one in changes if _locks_out(one, service_user_id)]
        return results + refused

    def _prove(self, users: Sequence[NewLmsUser], results: Sequence[RowResult]) -> None:
        if len(results) > 1 and all(result.code == "invalidparameter" for result in results):
            raise Misconfigured(
                f"Moodle refuses all of the first {len(results)} accounts without a reason; check "
                f"that the way to log in, {self._config.account_auth}, is installed there",
                code="every_account_refused",
            )
        wanted = {user.username: user for user in users}
        made = next((one for one in results if one.state is RowState.DONE and one.user_id), None)
        if made is None:
            return
        shown = self._users.by_id([str(made.user_id)]).get(str(made.user_id))
        if shown is not None and shown.employee_id == wanted[made.key].employee_id:
            self._proven = True
            return
        raise Misconfigured(
            f"account {made.user_id} was made, but its employee number does not show in "
            f"{self._config.employee_field}; make that profile field in Moodle and let the service "
            "user see it, or configure the field that holds the number; the accounts just made get "
            "their number at the next synchronisation",
            code="employee_number_not_kept",
        )


@dataclass(frozen=True)
class _Making:
    """All or nothing: one bad row refuses the batch, without a reason."""

    client: MoodleClient
    users: UserDirectory
    config: MoodleConfig

    def key(self, row: NewLmsUser) -> str:
        return row.username

    def fields(self, row: NewLmsUser) -> Mapping[str, Any]:
        profile = dict(row.profile)
        fields: dict[str, Any] = {
            "username": row.username,
            "firstname": row.given_name,
            "lastname": row.family_name,
            "email": row.email,
            "auth": self.config.account_auth,
        }
        if self.config.account_auth in PASSWORD_IN_MOODLE:
            fields["createpassword"] = True
        if row.department:
            fields["department"] = row.department
        if self.config.employee_field == IDNUMBER:
            fields[IDNUMBER] = row.employee_id
        else:
            profile[self.config.employee_field] = row.employee_id
        return fields | _custom(profile)

    def send(self, rows: Sequence[NewLmsUser]) -> list[RowResult]:
        # Not repeatable: after a time-out Moodle may still be at it.
        made = self.client.call(
            CREATE,
            {"users": [self.fields(row) for row in rows]},
            CREATED_USERS,
            repeatable=False,
        )
        ids = {user.username: str(user.id) for user in made}
        return [_made(row, ids.get(row.username)) for row in rows]

    def standing(self, rows: Sequence[NewLmsUser]) -> list[RowResult]:
        found = self.users.by_username([row.username for row in rows])
        return [
            _made(row, found[row.username].user_id)
            for row in rows
            if row.username in found and found[row.username].employee_id == row.employee_id
        ]

    def refusal(self, row: NewLmsUser, error: Permanent) -> RowResult:
        """Moodle says no more than "invalid parameter"; what is there already tells more."""
        standing = self.standing([row])
        if standing:
            return standing[0]
        code, reason = self._cause(row) or (error.code, str(error))
        return RowResult(row.username, RowState.REFUSED, None, code, reason)

    def _cause(self, row: NewLmsUser) -> tuple[str, str] | None:
        if others := self.users.by_email([row.email])[row.email.lower()]:
            return "email_taken", f"account {others[0].user_id} has this address"
        if other := self.users.by_username([row.username]).get(row.username):
            return "username_taken", f"account {other.user_id} has this username"
        return None


@dataclass(frozen=True)
class _Changing:
    """Good rows are kept and bad ones reported in warnings, row by row."""

    client: MoodleClient
    config: MoodleConfig

    def key(self, row: LmsUserChange) -> str:
        return row.user_id

    def fields(self, row: LmsUserChange) -> Mapping[str, Any]:
        return {"id": row.user_id, **dict(self._changed(row))}

    def _changed(self, row: LmsUserChange) -> Iterator[tuple[str, Any]]:
        profile = dict(row.profile)
        for name, value in (
            ("firstname", row.given_name),
            ("lastname", row.family_name),
            ("email", row.email),
            ("department", row.department),
            ("suspended", row.suspended),
        ):
            if value is not None:
                yield name, value
        if row.employee_id is not None and self.config.employee_field == IDNUMBER:
            yield IDNUMBER, row.employee_id
        elif row.employee_id is not None:
            profile[self.config.employee_field] = row.employee_id
        yield from _custom(profile).items()

    def send(self, rows: Sequence[LmsUserChange]) -> list[RowResult]:
        answer = self.client.call(
            UPDATE,
            {"users": [self.fields(row) for row in rows]},
            Warned,
            repeatable=True,
            allowed_warnings=EVERY_WARNING,
        )
        refused = {str(warning.itemid): warning for warning in answer.warnings}
        return [
            RowResult(row.user_id, RowState.DONE, row.user_id)
            if (warning := refused.get(row.user_id)) is None
            else RowResult(
                row.user_id,
                RowState.REFUSED,
                row.user_id,
                code_of(warning.warningcode),
                f"Moodle refuses this change ({code_of(warning.warningcode)})",
            )
            for row in rows
        ]

    def standing(self, rows: Sequence[LmsUserChange]) -> list[RowResult]:
        """Nothing is taken as done: a change sets what is wanted, whatever stands."""
        return []

    def refusal(self, row: LmsUserChange, error: Permanent) -> RowResult:
        return RowResult(row.user_id, RowState.REFUSED, row.user_id, error.code, str(error))


def _custom(profile: Mapping[str, str]) -> dict[str, Any]:
    fields = [{"type": name, "value": value} for name, value in sorted(profile.items())]
    return {"customfields": fields} if fields else {}


def _made(row: NewLmsUser, user_id: str | None) -> RowResult:
    if user_id is None:
        reason = "Moodle's answer does not name this account"
        return RowResult(row.username, RowState.UNSURE, None, "not_in_answer", reason)
    return RowResult(row.username, RowState.DONE, user_id)


def _locks_out(change: LmsUserChange, service_user_id: str) -> bool:
    return change.suspended is True and change.user_id == service_user_id


def _own_account(change: LmsUserChange) -> RowResult:
    """Moodle would do it, and refuse every call from then on."""
    return RowResult(
        change.user_id,
        RowState.REFUSED,
        change.user_id,
        "service_user",
        "the adapter never suspends its own account",
    )

"""Accounts: looked up in batches, with the employee number from the configured field."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter

from connectors.errors import Misconfigured, Permanent
from connectors.moodle.batches import LANES
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lanes import lanes
from connectors.moodle.models import USERS, User, Users
from connectors.plain_text import one_line
from connectors.ports import LmsUser

T = TypeVar("T")

DIRECTORY_SECONDS = 300.0
"""How long the list of who carries which employee number may serve."""
JUST_READ_SECONDS = 30.0
"""How long it may serve for who is not in it."""

_SCRAMBLED_EMAIL = re.compile(r"[0-9a-f]{32}")
_SCRAMBLED_NAME = re.compile(r".+\.\d{9,}")


def is_deleted(user: User) -> bool:
    """Moodle still gives deleted accounts by id, scrambled and without a flag: the username ends in
    a moment, the address is a hash and the ID number is gone."""
    if user.idnumber or not _SCRAMBLED_NAME.fullmatch(user.username):
        return False
    return user.email is None or _SCRAMBLED_EMAIL.fullmatch(user.email) is not None


def employee_id(user: User, employee_field: str) -> str | None:
    if employee_field == "idnumber":
        return user.idnumber.strip() or None
    values = [f.value for f in user.customfields if f.shortname == employee_field]
    return (values[0] or "").strip() or None if values else None


class UserDirectory:
    """Finds accounts by id, username or employee number. Deleted accounts are absent."""

    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config
        self._lock = threading.Lock()
        self._by_employee: dict[str, set[str]] = {}
        self._by_address: dict[str, set[str]] | None = None
        self._read_at: float | None = None

    def by_id(self, user_ids: Sequence[str]) -> dict[str, LmsUser]:
        # Other texts than digits make Moodle refuse the whole batch; no account can have them.
        numeric = [user_id for user_id in user_ids if user_id.isdecimal()]
        return {user.user_id: user for user in self._look_up("id", numeric)}

    def by_username(self, usernames: Sequence[str]) -> dict[str, LmsUser]:
        lowered = [name.strip().lower() for name in usernames if name.strip()]
        return {user.username: user for user in self._look_up_names(lowered)}

    def by_email(self, emails: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
        wanted = list(dict.fromkeys(address.strip().lower() for address in emails))
        groups: dict[str, list[LmsUser]] = defaultdict(list)
        for user in self._with_addresses([address for address in wanted if address]):
            groups[user.email.lower()].append(user)
        return {address: tuple(groups.get(address, ())) for address in wanted}

    def _with_addresses(self, addresses: Sequence[str]) -> Iterable[LmsUser]:
        """Many are looked for in the list of everyone where that was just read: of newcomers hardly
        any is in it, and a batch of questions for each fifty would cost as much as making them. The
        accounts themselves are read anew."""
        with self._lock:
            age = None if self._read_at is None else time.monotonic() - self._read_at
            known = None if age is None or age > JUST_READ_SECONDS else self._by_address
        if known is None or len(addresses) <= self._config.batch_size:
            return self._look_up("email", addresses)
        bearers = {user_id for one in addresses for user_id in known.get(one, ())}
        return self.by_id(sorted(bearers, key=int)).values()

    def by_employee(self, employee_ids: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
        wanted = list(dict.fromkeys(employee_ids))
        if self._config.employee_field == "idnumber":
            found = self._look_up("idnumber", [number for number in wanted if number.strip()])
        else:
            found = self._by_profile_field(wanted)
        # Moodle compares without regard to case; an employee number is exact.
        groups: dict[str, list[LmsUser]] = defaultdict(list)
        for user in found:
            groups[user.employee_id or ""].append(user)
        return {number: tuple(groups.get(number, ())) for number in wanted}

    def _by_profile_field(self, employee_ids: Sequence[str]) -> list[LmsUser]:
        """No function searches on a profile field, so who has which number comes from a list of all
        accounts, kept for some minutes; the accounts themselves are read anew."""
        ids = self._ids_of(employee_ids)
        return list(self.by_id(ids).values())

    def _ids_of(self, employee_ids: Sequence[str]) -> list[str]:
        with self._lock:
            age = None if self._read_at is None else time.monotonic() - self._read_at
            unknown = any(number not in self._by_employee for number in employee_ids)
            # A number nobody has is asked for again and again: one list serves for a while.
            if age is None or age > DIRECTORY_SECONDS or (unknown and age > JUST_READ_SECONDS):
                self._read_everyone()
            known = (self._by_employee.get(number, set()) for number in employee_ids)
            return sorted({user_id for ids in known for user_id in ids}, key=int)

    def forget(self) -> None:
        """Numbers were written: who carries which is read anew at the next question."""
        with self._lock:
            self._read_at = None

    def _read_everyone(self) -> None:
        # "%" on the address: an unknown criterion would give everyone too, but with a warning.
        params = {"criteria": [{"key": "email", "value": "%"}]}
        answer = self._ask("core_user_get_users", params, Users)
        index: dict[str, set[str]] = defaultdict(set)
        addresses: dict[str, set[str]] = defaultdict(set)
        for user in answer.users:
            addresses[(user.email or "").lower()].add(str(user.id))
            number = employee_id(user, self._config.employee_field)
            if number is not None:
                index[number].add(str(user.id))
        self._by_employee = dict(index)
        # Where one address is kept from us, nothing says who has none.
        self._by_address = None if "" in addresses else dict(addresses)
        self._read_at = time.monotonic()

    def _look_up_names(self, usernames: Sequence[str]) -> list[LmsUser]:
        """One name that cannot be a username makes Moodle refuse all of them; then each alone."""
        try:
            return self._look_up("username", usernames)
        except Permanent as error:
            if error.code != "invalidparameter":
                raise
            if len(usernames) == 1:
                return []
        return [user for name in usernames for user in self._look_up_names([name])]

    def _look_up(self, field: str, values: Iterable[str]) -> list[LmsUser]:
        distinct = list(dict.fromkeys(values))
        size = self._config.batch_size
        batches = [distinct[i : i + size] for i in range(0, len(distinct), size)]
        if len(batches) < LANES:
            return [user for batch in batches for user in self._look_up_batch(field, batch)]
        with lanes(LANES, "look-up") as calls:
            found = calls.map(lambda batch: self._look_up_batch(field, batch), batches)
            return [user for users in found for user in users]

    def _look_up_batch(self, field: str, values: Sequence[str]) -> list[LmsUser]:
        params = {"field": field, "values": values}
        users = self._ask("core_user_get_users_by_field", params, USERS)
        return [self._as_lms_user(user) for user in users if not is_deleted(user)]

    def _ask(self, function: str, params: Mapping[str, Any], shape: type[T] | TypeAdapter[T]) -> T:
        try:
            return self._client.call(function, params, shape, repeatable=True)
        except Permanent as error:
            if error.code != "unexpected_shape":
                raise
            # Without this right an account comes without a username, and is not found by it.
            raise Misconfigured(
                "Moodle shows accounts without their usernames; allow moodle/user:viewalldetails "
                "to the service user's role",
                code="usernames_hidden",
            ) from error

    def _as_lms_user(self, user: User) -> LmsUser:
        return LmsUser(
            user_id=str(user.id),
            username=user.username,
            idnumber=user.idnumber,
            employee_id=employee_id(user, self._config.employee_field),
            full_name=one_line(user.fullname),
            email=user.email or "",
            suspended=user.suspended,
            given_name=user.firstname,
            family_name=user.lastname,
            department=user.department,
            profile={f.shortname: f.value for f in user.customfields if f.value},
        )

"""Carries out a plan: the LMS first, then the register, slice by slice.

Killed between the two, the next run reads the LMS, finds it done, and only notes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from adapter.ground.parts import Parts
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.people import keep_lms_users
from adapter.subjects.accounts.desired_account import DesiredAccount
from adapter.subjects.accounts.links import Link, keep_links
from adapter.subjects.accounts.matching import Doubt, Problem
from adapter.subjects.accounts.plan import Alteration, Creation, Plan
from adapter.subjects.accounts.reservations import release, reserve
from connectors.ports import (
    Lms,
    LmsUser,
    NewLmsUser,
    RowResult,
    RowState,
)

SLICE = 1000
"""Rows between two notes in the register: twenty batches, well within a reservation."""
CERTAIN = frozenset({RowState.DONE, RowState.REFUSED, RowState.NOT_SENT})

Progress = Callable[[int, int], None]
"""Told how many rows more are done, and of how many."""
T = TypeVar("T")


@dataclass(slots=True)
class Written:
    """`refused` are employee numbers with the LMS's own word. `waiting` are left to the next run:
    another process is at it, no answer came, the LMS stopped answering, or a pause came."""

    created: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    ignored_fields: tuple[str, ...] = ()
    """Profile fields that the LMS does not have: it takes what is written there and keeps nothing,
    so who differs in these alone is not counted as altered."""


class PlanWriter:
    """`looked_at` is when the LMS was read for the plan."""

    def __init__(
        self,
        parts: Parts,
        lms: Lms,
        links: Mapping[str, Link],
        looked_at: datetime,
        progress: Progress,
    ) -> None:
        self._parts = parts
        self._lms = lms
        self._links = links
        self._looked_at = looked_at
        self._progress = progress
        self._written = Written()
        self._total = 0

    def write(self, made: Plan) -> Written:
        """Addresses that change go before new accounts, which may need them."""
        self._total = len(made.alterations) + len(made.creations)
        self._note(made)
        for alterations in _slices(self._probed(made.alterations)):
            if not self._put_off(alterations):
                self._alter(alterations)
        for creations in _slices(made.creations):
            if not self._put_off(creations):
                self._create(creations)
        return self._written

    def _probed(self, alterations: Sequence[Alteration]) -> Sequence[Alteration]:
        """What is left to write. A profile field that does not exist is ignored without a word, so
        one account is written and read back before others are written for such a field alone."""
        filling = [one for one in alterations if one.fills_profile_alone]
        if not filling or self._put_off(filling[:1]):
            return [one for one in alterations if one not in filling[:1]]
        probe = filling[0]
        results = self._lms.write_users([probe.change])
        user_id, wanted = probe.account.user_id, probe.change.profile
        shown = self._lms.users_by_id([user_id]).get(user_id)
        lost = (
            ()
            if shown is None
            else tuple(n for n, v in wanted.items() if v and n not in shown.profile)
        )
        if results[0].state is not RowState.DONE or not lost:
            self._note_altered([probe], results)
            return [one for one in alterations if one is not probe]
        self._written.ignored_fields = lost
        self._keep([self._altered(one) for one in filling], [])
        self._progress(len(filling), self._total)
        return [one for one in alterations if not one.fills_profile_alone]

    def _put_off(self, part: Sequence[Alteration | Creation]) -> bool:
        """A pause that comes while this runs stops what was not sent yet."""
        with self._parts.register.read() as connection:
            paused = pause_in_force(connection) is not None
        if paused:
            self._written.waiting += [one.wanted.employee_id for one in part]
        return paused

    def _note(self, made: Plan) -> None:
        right = [self._link(wanted, account) for wanted, account in made.right]
        doubtful = [self._link(wanted, account, doubt) for wanted, doubt, account in made.doubts]
        shown = [account for _, account in made.right if account is not None]
        self._keep(right + doubtful, shown)

    def _alter(self, part: Sequence[Alteration]) -> None:
        self._note_altered(part, self._lms.write_users([one.change for one in part]))

    def _note_altered(self, part: Sequence[Alteration], written: Sequence[RowResult]) -> None:
        results = {result.key: result for result in written}
        links: list[Link] = []
        accounts: list[LmsUser] = []
        for one in part:
            result = results[one.account.user_id]
            number = one.wanted.employee_id
            if result.state is RowState.DONE:
                self._written.altered.append(number)
                links.append(self._altered(one))
                accounts.append(_as_changed(one))
            elif result.state is RowState.REFUSED:
                self._written.refused[number] = result.code
                links.append(self._refused(one.wanted, one.account.user_id, result))
            else:
                self._written.waiting.append(number)
        self._keep(links, accounts)
        self._progress(len(part), self._total)

    def _create(self, part: Sequence[Creation]) -> None:
        with self._parts.register.write() as connection:
            ours = reserve(connection, part, self._looked_at, self._parts.clock.now())
        mine = {one.account.username for one in ours}
        self._written.waiting += [
            one.wanted.employee_id for one in part if one.account.username not in mine
        ]
        results = {
            result.key: result for result in self._lms.create_users([one.account for one in ours])
        }
        links: list[Link] = []
        accounts: list[LmsUser] = []
        for one in ours:
            result = results[one.account.username]
            number = one.wanted.employee_id
            if result.state is RowState.DONE and result.user_id is not None:
                account = _as_made(one.account, result.user_id)
                self._written.created.append(number)
                links.append(self._link(one.wanted, account))
                accounts.append(account)
            elif result.state is RowState.REFUSED:
                self._written.refused[number] = result.code
                links.append(self._refused(one.wanted, None, result))
            else:
                self._written.waiting.append(number)
        self._keep(links, accounts)
        with self._parts.register.write() as connection:
            known = [one for one in ours if results[one.account.username].state in CERTAIN]
            release(connection, known, self._parts.clock.now())
        self._progress(len(part), self._total)

    def _keep(self, links: list[Link], accounts: list[LmsUser]) -> None:
        # In one order, so that two processes never wait for each other.
        in_order = sorted(accounts, key=lambda account: account.user_id)
        with self._parts.register.write() as connection:
            keep_links(connection, sorted(links, key=lambda link: link.employee_id))
            keep_lms_users(connection, in_order, self._parts.clock.now())

    def _link(
        self, wanted: DesiredAccount, account: LmsUser | None, doubt: Doubt | None = None
    ) -> Link:
        user_id = None if account is None else account.user_id
        link = self._new(wanted, user_id).with_problem(doubt, self._parts.clock.now())
        # Open again, by whomever: who closes it next may be a person, whose word stands.
        return link if account is None or account.suspended else replace(link, suspended_at=None)

    def _altered(self, one: Alteration) -> Link:
        link = self._link(one.wanted, one.account, one.doubt)
        if any(name in one.change.profile for name in self._written.ignored_fields):
            # Asked again each time, so that it is filled once somebody made the field.
            link = replace(link, asked={**link.asked, "manager_id": ""})
        if one.suspends:
            return replace(link, suspended_at=self._parts.clock.now())
        return replace(link, suspended_at=None) if one.reopens else link

    def _refused(self, wanted: DesiredAccount, user_id: str | None, result: RowResult) -> Link:
        doubt = Doubt(Problem.REFUSED, (result.code,))
        return self._new(wanted, user_id).with_problem(doubt, self._parts.clock.now())

    def _new(self, wanted: DesiredAccount, user_id: str | None) -> Link:
        """The link of before, with what is known now."""
        before = self._links.get(wanted.employee_id)
        fresh = Link(wanted.employee_id, user_id, wanted.as_asked(), self._looked_at)
        if before is None or before.user_id not in (None, user_id):
            return fresh
        return replace(before, user_id=user_id, asked=wanted.as_asked(), looked_at=self._looked_at)


def _slices(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(rows), SLICE):
        yield rows[begin : begin + SLICE]


def _as_changed(one: Alteration) -> LmsUser:
    """The account as it is now, without asking for it again."""
    names = ("given_name", "family_name", "email", "department", "employee_id", "suspended")
    changed = {name: value for name in names if (value := getattr(one.change, name)) is not None}
    return replace(one.account, **changed, profile={**one.account.profile, **one.change.profile})


def _as_made(account: NewLmsUser, user_id: str) -> LmsUser:
    return LmsUser(
        user_id=user_id,
        username=account.username,
        idnumber="",
        employee_id=account.employee_id,
        full_name=f"{account.given_name} {account.family_name}",
        email=account.email,
        suspended=False,
        given_name=account.given_name,
        family_name=account.family_name,
        department=account.department,
        profile=account.profile,
    )

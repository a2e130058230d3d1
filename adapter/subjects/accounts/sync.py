"""Keeps the accounts of the LMS as the HRIS tells: made, changed and suspended, never deleted.

What has not changed since the last look costs no call at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from adapter.ground.parts import Parts
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.people import keep_employees
from adapter.subjects.accounts.brake import CONFIRMABLE, AccountBrakeReason, reasons_to_stop
from adapter.subjects.accounts.desired_account import AccountStanding, DesiredAccount
from adapter.subjects.accounts.links import (
    Link,
    needs_look,
    read_links,
    read_shown,
)
from adapter.subjects.accounts.people import read_desired_accounts
from adapter.subjects.accounts.plan import (
    AccountRules,
    Accounts,
    Alteration,
    Plan,
    plan,
    shared_emails,
)
from adapter.subjects.accounts.stopped_accounts import note_stopped
from adapter.subjects.accounts.teams import (
    NO_MOVES,
    TeamMoves,
    read_teams,
    team_moves,
    write_teams,
)
from adapter.subjects.accounts.usernames import UsernameFrom
from adapter.subjects.accounts.writing import PlanWriter, Progress, Written
from config.settings import MoodleSettings
from connectors.errors import Misconfigured
from connectors.ports import Employee, Lms
from policy.days import amsterdam_day


class AccountOutcome(StrEnum):
    WRITTEN = "written"
    SHOWN = "shown"
    """A dry run, or writing accounts is switched off."""
    PAUSED = "paused"
    STOPPED = "stopped"
    """By the brake."""


@dataclass(frozen=True, slots=True)
class AccountSync:
    """What differed, and what became of it. Employee numbers, no names."""

    outcome: AccountOutcome
    plan: Plan
    brake: tuple[AccountBrakeReason, ...] = ()
    written: Written = field(default_factory=Written)
    teams: TeamMoves = NO_MOVES
    teams_refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def suspended(self) -> tuple[str, ...]:
        return _numbers(one for one in self.plan.alterations if one.suspends)

    @property
    def reopened(self) -> tuple[str, ...]:
        return _numbers(one for one in self.plan.alterations if one.reopens)


@dataclass(frozen=True, slots=True)
class _Known:
    """The register at one moment."""

    everyone: Sequence[DesiredAccount]
    links: dict[str, Link]
    asked: Sequence[DesiredAccount]
    paused: bool


def sync_accounts(
    parts: Parts,
    *,
    dry_run: bool,
    confirm: bool = False,
    progress: Progress = lambda _more, _of: None,
    thorough: bool = False,
    people: Sequence[Employee] = (),
) -> AccountSync:
    """Compare register and LMS, and write the difference unless `dry_run`, or switched off.

    A plan that the brake stops writes nothing; `confirm` lets it pass, except when the register
    knows nobody. `thorough` reads back who is in the cohorts. `people` are for a dry run: employees
    as a reading of the HRIS showed them that was not kept either. Raises the errors of
    `connectors.errors`.
    """
    lms, settings = _configured(parts)
    looked_at = parts.clock.now()
    known = _as_if_kept(parts, people, looked_at) if dry_run else _read_now(parts, looked_at)
    made = _look(lms, settings, known) if known.asked else Plan()
    brake = _judge(parts, known, made)
    if dry_run or not settings.write_accounts:
        links = _links_to_be(made, looked_at)
        if not settings.team_cohorts:
            return AccountSync(AccountOutcome.SHOWN, made, brake)
        teams = team_moves(parts, known.everyone, known.links, links)
        return AccountSync(AccountOutcome.SHOWN, made, brake, teams=teams)
    if known.paused:
        return AccountSync(AccountOutcome.PAUSED, made, brake)
    stopped = any(not confirm or reason.code not in CONFIRMABLE for reason in brake)
    with parts.register.write() as connection:
        note_stopped(connection, brake if stopped else (), parts.settings.mail, looked_at)
    if stopped:
        return AccountSync(AccountOutcome.STOPPED, made, brake)
    written = PlanWriter(parts, lms, known.links, looked_at, progress).write(made)
    if not settings.team_cohorts:
        return AccountSync(AccountOutcome.WRITTEN, made, brake, written)
    if thorough:
        read_teams(parts, lms)
    # Without anybody to look at nothing was written, and the links are as they were read.
    teams = team_moves(parts, known.everyone, None if known.asked else known.links)
    refused = write_teams(parts, lms, teams)
    return AccountSync(AccountOutcome.WRITTEN, made, brake, written, teams, refused)


def _configured(parts: Parts) -> tuple[Lms, MoodleSettings]:
    if parts.lms is None or parts.settings.moodle is None:
        raise Misconfigured("no LMS is configured; set ODWH_MOODLE_URL and ODWH_MOODLE_TOKEN")
    return parts.lms, parts.settings.moodle


class _NothingKept(Exception):
    """Ends the transaction of a dry run without keeping anything."""


def _read_now(parts: Parts, now: datetime) -> _Known:
    with parts.register.read() as connection:
        return _read(connection, now)


def _as_if_kept(parts: Parts, people: Sequence[Employee], now: datetime) -> _Known:
    """The register as it would be once these people are in it."""
    if not people or parts.hris is None:
        return _read_now(parts, now)
    kept: list[_Known] = []
    with suppress(_NothingKept), parts.register.write() as connection:
        keep_employees(connection, people, parts.hris.source, now)
        kept.append(_read(connection, now))
        raise _NothingKept
    return kept[0]


def _links_to_be(made: Plan, now: datetime) -> dict[str, Link]:
    """Whose account is whose once the plan is carried out; new accounts have no id yet."""
    ids = {one.wanted.employee_id: f"new {one.wanted.employee_id}" for one in made.creations}
    ids |= {one.wanted.employee_id: one.account.user_id for one in made.alterations}
    ids |= {one.employee_id: account.user_id for one, account in made.right if account is not None}
    return {number: Link(number, user_id, {}, now) for number, user_id in ids.items()}


def _read(connection: Connection, now: datetime) -> _Known:
    everyone = read_desired_accounts(connection, amsterdam_day(now))
    links = read_links(connection)
    shown = read_shown(connection)
    return _Known(
        everyone,
        links,
        [one for one in everyone if needs_look(one, links.get(one.employee_id), shown, now)],
        pause_in_force(connection) is not None,
    )


def _look(lms: Lms, settings: MoodleSettings, known: _Known) -> Plan:
    by_number = lms.users_by_employee([one.employee_id for one in known.asked])
    unknown = [
        one.email
        for one in known.asked
        if one.standing is AccountStanding.EMPLOYED and one.email and not by_number[one.employee_id]
    ]
    seen = Accounts(by_number, lms.users_by_email(unknown) if unknown else {})
    _require_names(seen)
    ours = frozenset(link.employee_id for link in known.links.values() if link.suspended_at)
    shape = AccountRules(
        UsernameFrom(settings.account_username), settings.manager_field, lms.service_user_id()
    )
    return plan(known.asked, seen, shared_emails(known.everyone), ours, shape)


def _require_names(seen: Accounts) -> None:
    every = [one for found in (seen.by_number, seen.by_email) for one in found.values()]
    if any(account.given_name is None for accounts in every for account in accounts):
        raise Misconfigured(
            "Moodle does not show first and last name of an account apart, so they cannot be "
            "compared; allow moodle/site:viewfullnames to the service user's role",
            code="names_not_shown",
        )


def _judge(parts: Parts, known: _Known, made: Plan) -> tuple[AccountBrakeReason, ...]:
    return reasons_to_stop(
        made,
        employed=sum(one.standing is AccountStanding.EMPLOYED for one in known.everyone),
        linked=sum(link.user_id is not None for link in known.links.values()),
        suspended_percent=parts.settings.brake.account_suspension_percent,
    )


def _numbers(alterations: Iterable[Alteration]) -> tuple[str, ...]:
    return tuple(one.wanted.employee_id for one in alterations)

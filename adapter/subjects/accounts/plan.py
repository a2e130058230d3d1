"""What must be written in the LMS for its accounts to be as the HRIS says. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapter.subjects.accounts.desired_account import AccountStanding, DesiredAccount
from adapter.subjects.accounts.matching import Doubt, Problem, match
from adapter.subjects.accounts.usernames import UsernameFrom, username
from connectors.ports import LmsUser, LmsUserChange, NewLmsUser

NAMES = ("given_name", "family_name", "email")


@dataclass(frozen=True, slots=True)
class AccountRules:
    """How this site wants its accounts. `manager_field` is the profile field for the number of the
    manager, None without one. `own_user_id` is the account of the adapter itself."""

    username_from: UsernameFrom
    manager_field: str | None
    own_user_id: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the LMS shows now: by employee number, and by lower-case address."""

    by_number: Mapping[str, Sequence[LmsUser]]
    by_email: Mapping[str, Sequence[LmsUser]]


@dataclass(frozen=True, slots=True)
class Creation:
    wanted: DesiredAccount
    account: NewLmsUser


@dataclass(frozen=True, slots=True)
class Alteration:
    """`account` as it stands, and what becomes different of it. `doubt` is what is left to a person
    all the same."""

    wanted: DesiredAccount
    account: LmsUser
    change: LmsUserChange
    doubt: Doubt | None = None

    @property
    def suspends(self) -> bool:
        return self.change.suspended is True

    @property
    def reopens(self) -> bool:
        return self.change.suspended is False

    @property
    def renames(self) -> bool:
        """Whether it changes who the account seems to be."""
        return any(getattr(self.change, name) is not None for name in NAMES)

    @property
    def fills_profile_alone(self) -> bool:
        """Whether all that becomes different is the text of profile fields, which the LMS may not
        have."""
        bare = LmsUserChange(self.account.user_id, profile=self.change.profile)
        return any(self.change.profile.values()) and self.change == bare

    @property
    def fields(self) -> tuple[str, ...]:
        """Which fields change, for people to read."""
        named = (*NAMES, "department", "employee_id", "suspended")
        plain = tuple(name for name in named if getattr(self.change, name) is not None)
        return plain + tuple(sorted(self.change.profile))


@dataclass(slots=True)
class Plan:
    """`doubts` come with the account where that is certain, and something about it is not. `right`
    are accounts with nothing to write, None for who left and never had one."""

    creations: list[Creation] = field(default_factory=list)
    alterations: list[Alteration] = field(default_factory=list)
    doubts: list[tuple[DesiredAccount, Doubt, LmsUser | None]] = field(default_factory=list)
    right: list[tuple[DesiredAccount, LmsUser | None]] = field(default_factory=list)


def shared_emails(everyone: Iterable[DesiredAccount]) -> frozenset[str]:
    """Lower-case addresses that more than one of the employed has in the HRIS."""
    counts = Counter(
        wanted.email.lower()
        for wanted in everyone
        if wanted.standing is AccountStanding.EMPLOYED and wanted.email
    )
    return frozenset(email for email, times in counts.items() if times > 1)


def plan(
    asked: Iterable[DesiredAccount],
    seen: Accounts,
    shared: frozenset[str],
    suspended_by_us: frozenset[str],
    shape: AccountRules,
) -> Plan:
    """`suspended_by_us` are the numbers of those whose account the adapter suspended: only these
    are opened again."""
    made = Plan()
    for wanted in asked:
        found = match(
            wanted,
            seen.by_number.get(wanted.employee_id, ()),
            seen.by_email.get(wanted.email.lower(), ()),
            shared_email=wanted.email.lower() in shared,
        )
        if isinstance(found, Doubt):
            made.doubts.append((wanted, found, None))
        elif found is not None and found.user_id == shape.own_user_id:
            made.right.append((wanted, found))
        elif wanted.standing is AccountStanding.LEFT:
            _leaver(made, wanted, found)
        elif found is None:
            _newcomer(made, wanted, shape)
        else:
            ours = wanted.employee_id in suspended_by_us
            _employed(made, wanted, found, shape, reopen=ours, shared=shared)
    _set_doubles_apart(made)
    return made


def _set_doubles_apart(made: Plan) -> None:
    """Two addresses that differ in a sign which a username cannot have are one username."""
    counts = Counter(one.account.username for one in made.creations)
    doubles = [one for one in made.creations if counts[one.account.username] > 1]
    made.creations = [one for one in made.creations if counts[one.account.username] == 1]
    for one in doubles:
        doubt = Doubt(Problem.USERNAME_OF_TWO_EMPLOYEES, (one.account.username,))
        made.doubts.append((one.wanted, doubt, None))


def _leaver(made: Plan, wanted: DesiredAccount, account: LmsUser | None) -> None:
    if account is None or account.suspended:
        made.right.append((wanted, account))
        return
    change = LmsUserChange(account.user_id, suspended=True)
    made.alterations.append(Alteration(wanted, account, change))


def _newcomer(made: Plan, wanted: DesiredAccount, shape: AccountRules) -> None:
    name = username(shape.username_from, wanted.email, wanted.employee_id)
    if wanted.missing or not name:
        made.doubts.append((wanted, Doubt(Problem.INCOMPLETE), None))
        return
    account = NewLmsUser(
        username=name,
        given_name=wanted.given_name,
        family_name=wanted.family_name,
        email=wanted.email,
        employee_id=wanted.employee_id,
        department=wanted.department,
        profile=_manager(wanted, shape) if wanted.manager_id else {},
    )
    made.creations.append(Creation(wanted, account))


def _employed(
    made: Plan,
    wanted: DesiredAccount,
    account: LmsUser,
    shape: AccountRules,
    *,
    reopen: bool,
    shared: frozenset[str],
) -> None:
    is_shared = wanted.email.lower() in shared
    doubt = None
    if account.suspended and not reopen:
        doubt = Doubt(Problem.SUSPENDED_BY_HAND, (account.username,))
    elif is_shared and wanted.email.lower() != account.email.lower():
        # Moodle would refuse the row for it; the other changes are to go on.
        doubt = Doubt(Problem.EMAIL_OF_TWO_EMPLOYEES, (account.username,))
    change = LmsUserChange(
        account.user_id,
        given_name=_other(wanted.given_name, account.given_name),
        family_name=_other(wanted.family_name, account.family_name),
        email=None if is_shared else _other_email(wanted.email, account.email),
        department=_other(wanted.department, account.department),
        employee_id=_other(wanted.employee_id, account.employee_id),
        suspended=False if account.suspended and reopen else None,
        profile={
            name: value
            for name, value in _manager(wanted, shape).items()
            if account.profile.get(name, "") != value
        },
    )
    if change != LmsUserChange(account.user_id):
        made.alterations.append(Alteration(wanted, account, change, doubt))
    elif doubt is not None:
        made.doubts.append((wanted, doubt, account))
    else:
        made.right.append((wanted, account))


def _other(wanted: str, shown: str | None) -> str | None:
    """What the HRIS does not tell stays as it is."""
    return wanted if wanted and wanted != shown else None


def _other_email(wanted: str, shown: str) -> str | None:
    return wanted if wanted and wanted.lower() != shown.lower() else None


def _manager(wanted: DesiredAccount, shape: AccountRules) -> dict[str, str]:
    return {} if shape.manager_field is None else {shape.manager_field: wanted.manager_id}

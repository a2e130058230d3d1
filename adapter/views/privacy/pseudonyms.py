"""A pseudonym in the place of a person, column by column, by what each column holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from adapter.ground.store.columns import canonical_json
from adapter.ground.store.inventory import Holds, inventory
from adapter.subjects.leaving import calculation, particulars
from adapter.views.privacy.account_names import Renaming
from adapter.views.privacy.person_records import KeptRow, number_in_text


def _as_it_is(value: Any) -> Any:
    return value


_WITHOUT_WORDS: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("repayment_statements", "trajectories"): calculation.without_words,
    ("repayment_statements", "particulars"): particulars.without_words,
}
"""What was typed stands in a statement as well, beside the facts that it is computed from."""


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Stands for a person and his accounts; whom it stands for is kept nowhere. `usernames` lead to
    the account that has them."""

    text: str
    employee_id: str
    accounts: tuple[str, ...]
    usernames: Mapping[str, str] = field(default_factory=dict)

    def changes(self, table: Table, row: KeptRow, *, shared: bool) -> dict[str, Any]:
        """What of a row becomes another value. Of one that is about others too (`shared`) what
        people typed stays."""
        changed = {
            name: self._value(table, row, name, shared)
            for name in inventory()[table.name].columns
            if row[name] is not None
        }
        changed = {name: value for name, value in changed.items() if value != row[name]}
        if "facts" in changed:
            facts = canonical_json(changed["facts"]).encode()
            changed["facts_sha256"] = hashlib.sha256(facts).hexdigest()
        return changed

    def _value(self, table: Table, row: KeptRow, name: str, shared: bool) -> Any:
        value = row[name]
        match inventory()[table.name].columns[name]:
            case Holds.WHOM | Holds.ACTORS | Holds.LEADS:
                return self._number(value)
            case Holds.ACCOUNTS:
                return self._account(value)
            case Holds.MIXED:
                renaming = Renaming(self._names, others=_says_nobody(table, row))
                value = _WITHOUT_WORDS.get((table.name, name), _as_it_is)(value)
                return self._in_text(renaming.of(value))
            case Holds.IDENTITY:
                return _emptied(table, name, value)
            case Holds.WORDS if not shared:
                return _emptied(table, name, value)
            case _:
                return value

    @property
    def _names(self) -> dict[str, str]:
        ids = {account: self._account(account) for account in self.accounts}
        return ids | {name: ids[account] for name, account in self.usernames.items()}

    def _number(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._number(one) for one in value]
        return self.text if value == self.employee_id else value

    def _account(self, value: Any) -> Any:
        if value in self.accounts:
            # Two accounts of one person stay two: an enrolment is one per account and course.
            return f"{self.text}.{self.accounts.index(value) + 1}"
        return self._number(value)

    def _in_text(self, value: Any) -> Any:
        match value:
            case str():
                return number_in_text(self.employee_id).sub(self.text, value)
            case list():
                return [self._in_text(one) for one in value]
            case dict():
                return {self._in_text(key): self._in_text(one) for key, one in value.items()}
            case _:
                return value


def without_identity(table: Table, row: KeptRow) -> dict[str, Any]:
    """The row's names and addresses, emptied."""
    names = inventory()[table.name].holding(Holds.IDENTITY)
    return {name: _emptied(table, name, row[name]) for name in names}


def without_usernames(
    table: Table, row: KeptRow, accounts: Iterable[str], usernames: Mapping[str, str]
) -> dict[str, Any]:
    """What of a row names an account by username, with the account's id there."""
    mixed = inventory()[table.name].holding(Holds.MIXED)
    ids = {account: account for account in accounts}
    renaming = Renaming(ids | dict(usernames), others=_says_nobody(table, row))
    named = {name: renaming.of(row[name]) for name in mixed}
    return {name: value for name, value in named.items() if value != row[name]}


def _says_nobody(table: Table, row: KeptRow) -> bool:
    """Whether it could say whom it is about and does not."""
    whom = inventory()[table.name].holding(Holds.WHOM)
    return bool(whom) and all(row[name] is None for name in whom)


def _emptied(table: Table, name: str, value: Any) -> Any:
    if table.c[name].nullable:
        return None
    return _without_words(value)


def _without_words(value: Any) -> Any:
    match value:
        case str():
            return ""
        case list():
            return [_without_words(one) for one in value]
        case Mapping():
            return {key: _without_words(one) for key, one in value.items()}
        case _:
            return value

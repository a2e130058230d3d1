"""Accounts as findings and tasks name them: by username, which is often somebody's address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from adapter.queues.people_in_texts import OUT

_MEMBERS = frozenset({"account", "accounts", "about"})
"""Where they stand. Elsewhere a username is a word like any other and stays."""
_BETWEEN = ", "


def names_account(value: Any, usernames: Collection[str]) -> bool:
    """Whether one of these usernames stands where an account is named."""
    match value:
        case list():
            return any(names_account(one, usernames) for one in value)
        case dict():
            return any(
                not set(one.split(_BETWEEN)).isdisjoint(usernames)
                if name in _MEMBERS and isinstance(one, str)
                else names_account(one, usernames)
                for name, one in value.items()
            )
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Renaming:
    """Other names for accounts. `others` says that those of other people are named beside them and
    stay; else every account is the person's, also one that the register knows no more."""

    instead: Mapping[str, str]
    others: bool

    def of(self, value: Any) -> Any:
        match value:
            case list():
                return [self.of(one) for one in value]
            case dict():
                return {
                    name: self._names(one)
                    if name in _MEMBERS and isinstance(one, str)
                    else self.of(one)
                    for name, one in value.items()
                }
            case _:
                return value

    def _names(self, told: str) -> str:
        return _BETWEEN.join(
            self.instead.get(name, name if self.others else OUT) for name in told.split(_BETWEEN)
        )

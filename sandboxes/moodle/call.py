"""One call of one function: who asks, with which rights, and what it stirs up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandboxes.moodle.errors import no_permission
from sandboxes.moodle.state import State, User

if TYPE_CHECKING:
    from sandboxes.moodle.plugin import LearningPolicy

Emit = Callable[[Mapping[str, Any]], None]
SERVICE_USER = 3


@dataclass(frozen=True)
class Call:
    """`denied` are the capabilities taken from the service user's role; `bare_role` takes them all.
    Employees, who call with a token of their own, have those of every account only."""

    state: State
    actor: User
    params: dict[str, Any]
    denied: frozenset[str]
    bare_role: bool
    emit: Emit
    functions: tuple[str, ...]
    base_url: str
    language: str
    timezone: str
    """In which texts and moments are written: as the caller asked, else as the account is set."""
    max_input_vars: int
    plugin: LearningPolicy | None
    """Our own plugin, where it is installed."""

    def can(self, *capabilities: str) -> bool:
        if self.actor.admin:
            return True
        if self.actor.id != SERVICE_USER or self.bare_role:
            return False
        return not self.denied.intersection(capabilities)

    def require(self, capability: str, what: str) -> None:
        if not self.can(capability):
            raise no_permission(what)


@dataclass(frozen=True)
class Function:
    shape: Mapping[str, Any]
    run: Callable[[Call], Any]

"""Why the register refuses an act of the procedure. Each says what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WrongField:
    """One wrong value: its JSON pointer in the message, and why.

    `reason` is a key of the texts `procedure.field`, or of `api.field` where that has it.
    """

    pointer: str
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)


class WrongFields(ValueError):
    """Values that contradict each other or the register; `fields` names every one of them."""

    def __init__(self, fields: Sequence[WrongField]) -> None:
        super().__init__("; ".join(f"{one.pointer}: {one.reason}" for one in fields))
        self.fields = tuple(fields)


class UnknownEntry(LookupError):
    """The register has no such record, or none that this person may see."""


class OutsideTeam(PermissionError):
    """A manager may act for the own team only, an employee for himself only (Visie §5)."""


class OutsideRole(PermissionError):
    """This step is for other roles; `roles` names them."""

    def __init__(self, roles: Iterable[str]) -> None:
        self.roles = tuple(sorted(roles))
        super().__init__(", ".join(self.roles))


class NotNow(ValueError):
    """The act does not fit the present state.

    `text_key` is the whole key of what people read of it, and `numbers` stand in that text.
    `allowed` names the states that the record can go to; None where that is not the matter.
    """

    def __init__(
        self, code: str, allowed: Sequence[str] | None = None, /, **numbers: object
    ) -> None:
        """`code` is a key of the texts `procedure.conflict`; another subject gives a whole key."""
        super().__init__(code)
        self.text_key = code if "." in code else f"procedure.conflict.{code}"
        self.allowed = allowed
        self.numbers = numbers if allowed is None else {**numbers, "allowed": _listed(allowed)}


def _listed(states: Sequence[str]) -> str | None:
    """As the texts write each of several codes in words; None, which they write too, for none."""
    return ", ".join(states) or None


class OtherVersion(ValueError):
    """Somebody changed the record after it was read; read it again and judge anew."""


def refuse_if_any(fields: Sequence[WrongField]) -> None:
    """Raise `WrongFields` when there is anything wrong."""
    if fields:
        raise WrongFields(fields)

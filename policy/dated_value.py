"""One value of the policy with its date of effect and its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Plain = str | int | bool | list[Any]
"""A value as it can be written to JSON; never a float."""


class Status(StrEnum):
    DECIDED = "decided"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of one parameter from a date on, with its source ("Visie §8").

    `assumption` is A1, A2 … where the text leaves the value open (status assumed).
    """

    name: str
    value: Plain
    unit: str
    clause: str
    status: Status
    assumption: str | None
    valid_from: date

    def to_plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "clause": self.clause,
            "status": str(self.status),
            "assumption": self.assumption,
            "valid_from": self.valid_from.isoformat(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> DatedValue:
        valid_from = date.fromisoformat(plain["valid_from"])
        return cls(**{**plain, "status": Status(plain["status"]), "valid_from": valid_from})


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that the management team has not confirmed yet; every report lists it."""

    assumption: str
    name: str
    value: Plain | None
    unit: str
    clause: str
    valid_from: date

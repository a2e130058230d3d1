"""What every table keeps of people, column by column (`inventory.toml`): the source of the
processing record, and of what belongs to a person's export and erasure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("inventory.toml")


class Holds(StrEnum):
    """What a column holds; the file says more of each."""

    WHOM = "whom"
    LEADS = "leads"
    ACTORS = "actors"
    ACCOUNTS = "accounts"
    IDENTITY = "identity"
    WORDS = "words"
    FILES = "files"
    MIXED = "mixed"
    CONTENT = "content"
    SECRET = "secret"  # noqa: S105 - a category, and no password
    SERVICE = "service"


class Purpose(StrEnum):
    """Why a table is kept; its words and its ground in law are texts of `privacy`."""

    EMPLOYMENT = "employment"
    LMS = "lms"
    DECISION = "decision"
    PROCEDURE = "procedure"
    AGREEMENT = "agreement"
    REPAYMENT = "repayment"
    IN_COMPANY = "in_company"
    QUALITY = "quality"
    ACCESS = "access"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Inventoried:
    """One table: its purpose, and what each column holds, in the order of the file."""

    purpose: Purpose
    columns: Mapping[str, Holds]

    def holding(self, *kinds: Holds) -> tuple[str, ...]:
        return tuple(name for name, holds in self.columns.items() if holds in kinds)

    @property
    def of_people(self) -> bool:
        """Whether anything about a person can stand in it."""
        return set(self.columns.values()) > {Holds.SERVICE}


@cache
def inventory() -> Mapping[str, Inventoried]:
    """By name of the table."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: _inventoried(table) for name, table in told.items()}


def _inventoried(table: Mapping[str, Any]) -> Inventoried:
    columns = {column: holds for holds in Holds for column in table.get(holds, ())}
    return Inventoried(Purpose(table["purpose"]), columns)

"""Reads the dated policy files of a folder, one per date of effect, and refuses what is wrong.

A file `2027-01-01.toml` holds `effective_from`, perhaps `adopted_on`, and a table `[section.key]`
per parameter with value, unit, clause, status and, where assumed, the assumption.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from policy.dated_value import DatedValue, Status
from policy.errors import InvalidParameter
from policy.parameter_list import SPECS
from policy.parameters import Policy, read_value
from policy.tranches import tranches_between

FOLDER = Path(__file__).parent / "policy"

_TOP = {"effective_from", "adopted_on"}
_ENTRY = {"value", "unit", "clause", "status"}
_CLAUSE = re.compile(r"Visie §\d+(\.\d+)?")
_ASSUMPTION = re.compile(r"A[1-9]\d*")


class PolicyFileError(ValueError):
    """A policy file that cannot be used: which file, which key, and why."""

    def __init__(self, file: Path, key: str, reason: str) -> None:
        super().__init__(f"{file.name}: {key}: {reason}" if key else f"{file.name}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """What one file says, and everything that is wrong with it."""

    path: Path
    effective_from: date | None
    adopted_on: date | None
    values: tuple[DatedValue, ...]
    errors: tuple[PolicyFileError, ...]


def load_policy(folder: Path = FOLDER, added: Path | None = None) -> Policy:
    """The policy of a folder, with `added` as if that file stood in it: in place of the one of the
    same name, or beside them. Raises `PolicyFileError` for the first thing that is wrong."""
    paths = sorted(folder.glob("*.toml"))
    if added is not None:
        others = (path for path in paths if path.name != added.name)
        paths = sorted((*others, added), key=lambda path: path.name)
    if not paths:
        raise PolicyFileError(
            folder, "", "holds no policy files; expected one such as 2026-01-01.toml"
        )
    files = [_read(path) for path in paths]
    _refuse_overlaps(files)
    for file in files:
        if file.errors:
            raise file.errors[0]
    policy = _build(files)
    _refuse_repeated_tranches(policy, files[-1].path)
    return policy


def read_policy_file(path: Path) -> PolicyFile:
    """One file by itself; raises `PolicyFileError` for the first thing that is wrong with it."""
    file = _read(path)
    if file.errors:
        raise file.errors[0]
    return file


def check_policy_file(path: Path) -> tuple[PolicyFileError, ...]:
    """Everything that is wrong with one file by itself; empty when nothing is.

    Whether the set is complete and agrees with itself is for `load_policy`, which sees all files.
    """
    return _read(path).errors


def _refuse_overlaps(files: list[PolicyFile]) -> None:
    dated = sorted((f for f in files if f.effective_from), key=lambda f: str(f.effective_from))
    for one, other in pairwise(dated):
        if one.effective_from == other.effective_from:
            reason = (
                f"{one.path.name} takes effect on {one.effective_from} as well; keep one of them"
            )
            raise PolicyFileError(other.path, "effective_from", reason)


def _build(files: list[PolicyFile]) -> Policy:
    adopted = [file.adopted_on for file in files if file.adopted_on]
    try:
        return Policy(
            values=tuple(value for file in files for value in file.values),
            adopted_on=adopted[-1] if adopted else None,
        )
    except InvalidParameter as error:
        paths = {file.effective_from: file.path for file in files}
        path = paths.get(error.valid_from, files[0].path)
        raise PolicyFileError(path, error.name, error.reason) from error


def _refuse_repeated_tranches(policy: Policy, path: Path) -> None:
    """A change of the tranches in the middle of a cycle could give one name to two periods."""
    years = [edition.in_force_from.year for edition in policy.editions]
    first, last = date(max(years[0] - 2, 1), 1, 1), date(min(years[-1] + 2, 9990), 12, 31)
    for one, other in pairwise(tranches_between(first, last, policy)):
        if (one.year, one.number) >= (other.year, other.number):
            reason = (
                f"after tranche {one.name} (until {one.deadline_on}) comes {other.name} "
                f"(until {other.deadline_on}); choose numbers or a date of effect that ascend"
            )
            raise PolicyFileError(path, "tranche.periods", reason)


def _read(path: Path) -> PolicyFile:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return PolicyFile(path, None, None, (), (PolicyFileError(path, "", f"no TOML: {error}"),))
    errors: list[PolicyFileError] = []
    effective_from = _day(path, content, "effective_from", errors)
    adopted_on = _day(path, content, "adopted_on", errors) if "adopted_on" in content else None
    if effective_from and path.stem != effective_from.isoformat():
        reason = f"is {effective_from}, so the file must be named {effective_from}.toml"
        errors.append(PolicyFileError(path, "effective_from", reason))
    values = []
    for name, entry in _entries(content):
        found = _entry_errors(path, name, entry, effective_from or date.min)
        errors.extend(found)
        if not found:
            values.append(_dated_value(name, entry, effective_from or date.min))
    return PolicyFile(path, effective_from, adopted_on, tuple(values), tuple(errors))


def _day(
    path: Path, content: Mapping[str, Any], key: str, errors: list[PolicyFileError]
) -> date | None:
    day = content.get(key)
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    errors.append(PolicyFileError(path, key, f"must be a date, such as {key} = 2027-01-01"))
    return None


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Each `[section.key]` with its content; what is no such table keeps its own name."""
    for section, keys in content.items():
        if section in _TOP:
            continue
        if not isinstance(keys, Mapping):
            yield section, keys
            continue
        for key, entry in keys.items():
            yield f"{section}.{key}", entry


def _entry_errors(
    path: Path, name: str, entry: object, effective_from: date
) -> list[PolicyFileError]:
    if name not in SPECS:
        return [PolicyFileError(path, name, "no parameter has this name")]
    if not isinstance(entry, Mapping):
        return [PolicyFileError(path, name, f"must be a table with {', '.join(sorted(_ENTRY))}")]
    reasons = [*_key_reasons(entry), *_source_reasons(entry)]
    unit = SPECS[name].unit
    if entry.get("unit", unit) != unit:
        reasons.append(f"unit must be {unit!r}, not {entry['unit']!r}")
    if "value" in entry:
        reasons.extend(_value_reasons(name, entry["value"], effective_from))
    return [PolicyFileError(path, name, reason) for reason in reasons]


def _key_reasons(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(_ENTRY - entry.keys()):
        yield f"{key} is missing"
    for key in sorted(entry.keys() - _ENTRY - {"assumption"}):
        yield f"{key} is not known here"


def _source_reasons(entry: Mapping[str, Any]) -> Iterator[str]:
    """A value cites its paragraph, and an assumed one the assumption that it rests on."""
    if "clause" in entry and not _CLAUSE.fullmatch(str(entry["clause"])):
        yield 'clause must name a paragraph, such as "Visie §8"'
    status, assumption = entry.get("status"), entry.get("assumption")
    if status is not None and status not in list(Status):
        yield f"status must be one of {', '.join(Status)}"
    if status == Status.ASSUMED and not _ASSUMPTION.fullmatch(str(assumption)):
        yield "an assumed value names its assumption, such as A4"
    if status == Status.DECIDED and assumption is not None:
        yield "a decided value has no assumption"


def _value_reasons(name: str, value: object, effective_from: date) -> Iterator[str]:
    if _holds_float(value):
        yield "floats are refused: write hours as text and money as whole eurocents"
        return
    try:
        read_value(name, value, effective_from)
    except InvalidParameter as error:
        yield error.reason


def _holds_float(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_float(part) for part in value.values())
    if isinstance(value, list):
        return any(_holds_float(part) for part in value)
    return isinstance(value, float)


def _dated_value(name: str, entry: Any, valid_from: date) -> DatedValue:
    return DatedValue(
        name=name,
        value=entry["value"],
        unit=entry["unit"],
        clause=entry["clause"],
        status=Status(entry["status"]),
        assumption=entry.get("assumption"),
        valid_from=valid_from,
    )

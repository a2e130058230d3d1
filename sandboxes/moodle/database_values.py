"""What goes into an entry: JSON per field or subfield, stored whatever it says, as recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sandboxes.moodle.databases import Database, DatabaseEntry, DataField

Rows = Iterable[Mapping[str, Any]]


def decoded(database: Database, rows: Rows) -> dict[int, dict[str, str]]:
    """By field and subfield; what is no JSON or of an unknown field is dropped without a word."""
    known = {field.id for field in database.fields}
    values: dict[int, dict[str, str]] = {}
    for row in rows:
        try:
            value = json.loads(row["value"])
        except ValueError:
            continue
        if row["fieldid"] in known:
            values.setdefault(row["fieldid"], {})[row["subfield"]] = str(value)
    return values


def notifications(
    database: Database, values: Mapping[int, Mapping[str, str]]
) -> tuple[list[str], list[dict[str, str]]]:
    missing = [
        {"fieldname": field.name, "notification": "You must supply a value here."}
        for field in database.fields
        if field.required and not any(values.get(field.id, {}).values())
    ]
    return ([] if values else ["You did not fill out any fields!"]), missing


def write(
    database: Database, entry: DatabaseEntry, values: Mapping[int, Mapping[str, str]]
) -> None:
    for field in database.fields:
        if field.id in values:
            content = entry.contents[field.id]
            content.content, content.content1 = _stored(field, values[field.id])


def _stored(field: DataField, parts: Mapping[str, str]) -> tuple[str, str | None]:
    if field.type == "date":
        return str(_moment(parts)), None
    if field.type == "url":
        return _address(parts.get("0", "")), parts.get("1")
    value = parts.get("", "")
    return (_number(value) if field.type == "number" else _without_tags(value)), None


def _without_tags(text: str) -> str:
    """What looks like a tag goes, and after a `<` that nothing closes the rest of the text."""
    return re.sub(r"<(?!\s)[^>]*(>|$)", "", text)


def _address(value: str) -> str:
    """What cannot be an address is dropped without a word; a bare one gets a scheme."""
    if not value or re.search(r"[\s<>]", value):
        return ""
    return value if "://" in value or value.startswith("/") else f"http://{value}"


def _moment(parts: Mapping[str, str]) -> int:
    """Midnight in UTC; a day too many runs on into the next month."""
    first = datetime(int(parts["year"]), int(parts["month"]), 1, tzinfo=UTC)
    return int((first + timedelta(days=int(parts["day"]) - 1)).timestamp())


def _number(value: str) -> str:
    """The digits that it begins with, as PHP reads a number."""
    match = re.match(r"\s*-?\d+(\.\d+)?", value)
    return f"{float(match[0]):g}" if match else "0"

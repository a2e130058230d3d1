"""The values of an entry of the request form: out as text, and back in as they stood.

Moodle keeps what it is given: 31 February becomes 3 March, and `12,50` in a number field becomes
12. So the form asks for numbers as text, and what a date field holds is only as good as its maker.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connectors.errors import Misconfigured
from connectors.moodle.form_fields import FORM_FIELDS, NEEDED, RequestFields
from connectors.moodle.models import DataContent, DataField

Fields = Mapping[str, DataField]
"""The fields of the form by our name."""


def fields_of(there: list[DataField], names: RequestFields) -> Fields:
    """An optional field that the form lacks is left out: a form of an earlier preset stays in use.
    One that the settings name is wanted. Raises `Misconfigured` naming every field that is missing
    or of a wrong type."""
    by_name = {field.name: field for field in there}
    found: dict[str, DataField] = {}
    problems: list[str] = []
    for ours, made in FORM_FIELDS.items():
        name = names[ours]
        if name is None:
            continue
        field, types = by_name.get(name), made.types or (made.type,)
        if field is not None and field.type in types:
            found[ours] = field
        elif field is not None:
            problems.append(f"{name} is of type {field.type}, not {' or '.join(sorted(types))}")
        elif ours in NEEDED or name != made.name:
            problems.append(f"there is no field {name}")
    if problems:
        raise Misconfigured(
            f"the request form cannot be used: {'; '.join(problems)}; correct these fields of the "
            "database activity, or configure their names",
            code="request_form_fields",
        )
    return found


def as_text(field: DataField, content: DataContent, zone: ZoneInfo) -> str:
    """An empty value is an empty text; what a date field held before it was one stays as it is."""
    value = (content.content or "").strip()
    if field.type != "date" or not value.isdecimal():
        return value
    # Midnight in UTC, which is the same day here.
    return datetime.fromtimestamp(int(value), UTC).astimezone(zone).date().isoformat()


def rows_for(field: DataField, content: DataContent) -> Iterator[dict[str, str | int]]:
    """The same value again, in the parts in which this type of field is sent."""
    value = content.content or ""
    if field.type == "date" and value.isdecimal():
        day = datetime.fromtimestamp(int(value), UTC)
        for part in ("day", "month", "year"):
            yield row(field, str(getattr(day, part)), part)
    elif field.type == "url":
        yield row(field, value, "0")
        yield row(field, content.content1 or "", "1")
    else:
        yield row(field, value)


def storable(text: str) -> str:
    """The text without angle brackets: Moodle throws away what looks like a tag, and after a `<`
    that nothing closes the rest of the text."""
    return text.replace("<", "‹").replace(">", "›")


def row(field: DataField, value: str, subfield: str = "") -> dict[str, str | int]:
    return {"fieldid": field.id, "subfield": subfield, "value": json.dumps(value)}

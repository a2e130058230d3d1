"""What the quality criteria propose to request, as the sheet of requests of one manager: to be
looked through, and read in again as it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapter.doors.imports.request_columns import LAYOUT
from adapter.doors.messages.requirement_drafts import requirement_draft
from adapter.doors.messages.training_requests import REQUEST_FIELDS
from adapter.ground.spreadsheets import cells, template
from adapter.ground.spreadsheets.template import Code
from adapter.register.courses import course_by_idnumber
from adapter.subjects.quality_criteria.obligations import Obligation
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.teams import own_team
from adapter.views.quality_criteria.answers import all_obligations
from config.catalogue import Language

_NUMBERS = (cells.two_places, cells.whole)


def proposal_sheet(act: Act, manager_id: str, language: Language) -> bytes:
    """One request per requirement, for those of the manager's team who are proposed."""
    return template.render(LAYOUT, language, list(_rows(act, manager_id, language)))


def _rows(act: Act, manager_id: str, language: Language) -> Iterator[Mapping[str, object]]:
    team = own_team(act, manager_id)
    for one in all_obligations(act):
        people = [member.employee_id for member in one.proposed if member.employee_id in team]
        if people:
            yield from _request(act, one, people, language)


def _request(
    act: Act, one: Obligation, people: list[str], language: Language
) -> Iterator[Mapping[str, object]]:
    """A row per employee; what they share stands on the first."""
    named = one.requirement.course_ids
    course = course_by_idnumber(act.connection, named[0]) if named else None
    draft = requirement_draft(one.requirement, course, people, language)
    # A later list of proposals is another request.
    key = f"{one.requirement.reference} {act.today.isoformat()}"
    for number, employee_id in enumerate(people):
        shared = {} if number else _shared(draft)
        yield {"key": key, "employee": employee_id, **shared}


def _shared(draft: dict[str, Any]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in REQUEST_FIELDS:
        value = _at(draft, field.member)
        if value is None or field.column == "employee":
            continue
        if field.column in LAYOUT.choices:
            found[field.column] = Code(value)
        elif field.read in _NUMBERS:
            found[field.column] = float(value)
        else:
            found[field.column] = "; ".join(value) if isinstance(value, list) else value
    return found


def _at(draft: dict[str, Any], pointer: str) -> Any:
    value: Any = draft
    for part in pointer.strip("/").split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value

"""Course categories, as far as the rights of who asks go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import MoodleError, moodle_error
from sandboxes.moodle.parameters import BOOL, TEXT, Optional
from sandboxes.moodle.state import Category, State

_MANAGE = "moodle/category:manage"
_HIDDEN = "moodle/category:viewhiddencategories"
_NEEDED = {"id": (), "name": (), "parent": (), "visible": (_HIDDEN,), "idnumber": (_MANAGE,)}
"""What can be searched on, and the capabilities that it takes."""


def get_categories(call: Call) -> list[dict[str, Any]]:
    """A criterion without the right to it is refused, since an empty answer would mislead."""
    criteria = {row["key"]: row["value"] for row in call.params["criteria"] or []}
    for key in criteria:
        if key not in _NEEDED or not call.can(*_NEEDED[key]):
            raise _refused()
    found = [c for c in call.state.categories.values() if _matches(c, criteria)]
    if criteria and call.params["addsubcategories"]:
        above = {c.id for c in found}
        found += [
            c
            for c in call.state.categories.values()
            if c.id not in above and above.intersection(_line(call.state, c))
        ]
    shown = [c for c in found if c.visible or call.can(_HIDDEN)]
    return [_shown(call, c) for c in sorted(shown, key=lambda c: _line(call.state, c))]


def _refused() -> MoodleError:
    return moodle_error("criteriaerror", "Missing permissions to search on a criterion.")


def _matches(category: Category, criteria: Mapping[str, str]) -> bool:
    row = {
        "id": str(category.id),
        "name": category.name,
        "parent": str(category.parent),
        "visible": str(int(category.visible)),
        "idnumber": category.idnumber,
    }
    return all(row[key] == value for key, value in criteria.items())


def _line(state: State, category: Category) -> list[int]:
    """From the top down to the category itself."""
    above = _line(state, state.categories[category.parent]) if category.parent else []
    return [*above, category.id]


def _shown(call: Call, category: Category) -> dict[str, Any]:
    line = _line(call.state, category)
    shown: dict[str, Any] = {
        "id": category.id,
        "name": category.name,
        "description": "",
        "descriptionformat": int(category.id == 1),
        "parent": category.parent,
        "sortorder": category.id * 10000,
        "coursecount": sum(c.categoryid == category.id for c in call.state.courses.values()),
        "depth": len(line),
        "path": "".join(f"/{number}" for number in line),
    }
    if call.can(_MANAGE):
        shown |= {
            "idnumber": category.idnumber or None,
            "visible": int(category.visible),
            "visibleold": int(category.visible),
            "timemodified": call.state.now(),
            "theme": "",
        }
    return shown


FUNCTIONS = {
    "core_course_get_categories": Function(
        {
            "criteria": Optional([{"key": TEXT, "value": TEXT}]),
            "addsubcategories": Optional(BOOL, True),
        },
        get_categories,
    ),
}

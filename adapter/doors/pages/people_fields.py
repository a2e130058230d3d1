"""Somebody of the agency in a form: typed as a number, or as a name, of which the page then says
whom it can mean. A script offers them while somebody types.

Nobody is chosen by a name alone: two people can bear it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection

from adapter.doors.pages.form_values import WrongForm
from adapter.doors.pages.shown import say
from adapter.doors.web import current
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.people import full_name, known_employee
from adapter.views.search import people_named

PEOPLE_FIELDS = Blueprint("people_fields", __name__)
People = list[tuple[str, str]]
"""Employee number, and who that is in words."""
_LONGEST = 100


@PEOPLE_FIELDS.get("/personen")
def suggest() -> Response:
    with current.parts().register.read() as connection:
        return jsonify(_named(connection, request.args.get("q", "")))


def with_numbers(form: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The form with the number of whom somebody chose from those whom a name can mean."""
    chosen = {name: form[f"{name}-found"] for name in names if form.get(f"{name}-found")}
    return {**form, **chosen}


def people_meant(
    connection: Connection, form: Mapping[str, Any], names: Iterable[str]
) -> dict[str, People]:
    """By field, those whom a typed name can mean; not where a number says it, and not where nobody
    bears the name."""
    typed = {name: str(form.get(name, "")).strip() for name in names}
    found = {
        name: _named(connection, words)
        for name, words in typed.items()
        if words and not known_employee(connection, words)
    }
    return {name: people for name, people in found.items() if people}


def refuse_to_guess(connection: Connection, form: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises `WrongForm` for a name that still has to be chosen from."""
    meant = people_meant(connection, with_numbers(form, names), names)
    if meant:
        raise WrongForm({name: say("person.which") for name in meant})


def _named(connection: Connection, words: str) -> People:
    return [(row.employee_id, _in_words(row)) for row in people_named(connection, words[:_LONGEST])]


def _in_words(row: EmployeeRow) -> str:
    parts = (full_name(row), row.department, row.employee_id)
    return ", ".join(part for part in parts if part)

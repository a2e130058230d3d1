"""What the procedure refuses, as problems: one place for all of its routes."""

from __future__ import annotations

from flask import Flask, Response

from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.problems import (
    Kind,
    Problem,
    invalid,
    respond,
)
from adapter.ground.store.portions import UnknownCursor
from adapter.subjects.requests.refusals import (
    NotNow,
    OtherVersion,
    OutsideRole,
    OutsideTeam,
    UnknownEntry,
    WrongField,
    WrongFields,
)
from config.catalogue import Language, keys

REFUSALS: tuple[type[Exception], ...] = (
    WrongFields,
    NotNow,
    OutsideRole,
    OutsideTeam,
    OtherVersion,
    UnknownEntry,
    UnknownCursor,
)


def register_refusals(app: Flask) -> None:
    for refusal in REFUSALS:
        app.register_error_handler(refusal, _respond)


def _respond(refusal: Exception) -> Response:
    return respond(problem_of(refusal))


def problem_of(refusal: Exception) -> Problem:
    """Of one of `REFUSALS`, as it is told to whoever asked."""
    match refusal:
        case WrongFields():
            return invalid(*(_field_error(one) for one in refusal.fields))
        case NotNow():
            return _not_now(refusal)
        case OutsideRole():
            numbers = {
                "role": str(current.principal().role),
                "roles": ", ".join(refusal.roles),
            }
            return Problem(Kind.FORBIDDEN, numbers=numbers)
        case OutsideTeam():
            return Problem(Kind.FORBIDDEN, "not_own_team")
        case OtherVersion():
            return Problem(Kind.PRECONDITION_FAILED)
        case UnknownCursor():
            return invalid(FieldError("/cursor", "unknown_record", place="query"))
    assert isinstance(refusal, UnknownEntry)
    return Problem(Kind.NOT_FOUND)


def _field_error(wrong: WrongField) -> FieldError:
    own = f"procedure.field.{wrong.reason}"
    reason = own if own in keys(Language.NL) else wrong.reason
    return FieldError(wrong.pointer, reason, wrong.numbers)


def _not_now(refusal: NotNow) -> Problem:
    """409; where states are the matter, `allowedStates` names those that can follow."""
    problem = Problem(Kind.CONFLICT, refusal.text_key)
    problem.numbers = dict(refusal.numbers)
    if refusal.allowed is not None:
        problem.members = {"allowedStates": list(refusal.allowed)}
    return problem

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


def register_refusals(app: Flask) -> None:
    app.register_error_handler(WrongFields, _wrong_fields)
    app.register_error_handler(NotNow, _not_now)
    app.register_error_handler(OutsideRole, _outside_role)
    app.register_error_handler(OutsideTeam, _outside_team)
    app.register_error_handler(OtherVersion, _other_version)
    app.register_error_handler(UnknownEntry, _unknown)


def _wrong_fields(refusal: WrongFields) -> Response:
    return respond(invalid(*(_field_error(one) for one in refusal.fields)))


def _field_error(wrong: WrongField) -> FieldError:
    own = f"procedure.field.{wrong.reason}"
    reason = own if own in keys(Language.NL) else wrong.reason
    return FieldError(wrong.pointer, reason, wrong.numbers)


def _not_now(refusal: NotNow) -> Response:
    """409; where states are the matter, `allowedStates` names those that can follow."""
    own = "." in refusal.code  # another subject names its text by the whole key
    code = refusal.code if own else f"procedure.conflict.{refusal.code}"
    problem = Problem(Kind.CONFLICT, code)
    problem.numbers = dict(refusal.numbers)
    if refusal.allowed is not None:
        problem.members = {"allowedStates": list(refusal.allowed)}
        problem.numbers["allowed"] = ", ".join(refusal.allowed) or "–"
    return respond(problem)


def _outside_role(refusal: OutsideRole) -> Response:
    role = str(current.principal().role)
    return respond(
        Problem(Kind.FORBIDDEN, numbers={"role": role, "roles": ", ".join(refusal.roles)})
    )


def _outside_team(_refusal: OutsideTeam) -> Response:
    return respond(Problem(Kind.FORBIDDEN, "not_own_team"))


def _other_version(_refusal: OtherVersion) -> Response:
    return respond(Problem(Kind.PRECONDITION_FAILED))


def _unknown(_refusal: UnknownEntry) -> Response:
    return respond(Problem(Kind.NOT_FOUND))

"""*Werkelijke kosten*: HR records what one training really cost for one employee, sees what stands,
and says that it is not known after all (Visie §7, P6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select

from adapter.doors.messages.trajectory_records import TrajectoryRecordIn
from adapter.doors.pages.act_forms import (
    ActField,
    ActForm,
    Look,
    carry_out,
    form_named,
    with_errors,
)
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import as_typed
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.register.people import names_of
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.requests.acts import Act, looking
from adapter.subjects.requests.refusals import WrongField, WrongFields
from adapter.subjects.requests.trajectory_records import newest_entry, record_entry
from policy.money import euros

ACTUAL_COSTS = Blueprint("actual_costs", __name__)
_KINDS = ("fee", "books", "exam", "travel", "subsidy")


@dataclass(frozen=True, slots=True)
class OpenCosts:
    """All that a page shows of one training of one employee; `last` is None while nothing is
    recorded."""

    employee_id: str
    trajectory_id: str
    name: str
    title: str
    last: TrajectoryRecordRow | None
    exits: list[ExitRow]

    @property
    def cents(self) -> int | None:
        return None if self.last is None else self.last.actual_costs_cents

    @property
    def kinds(self) -> Mapping[str, int]:
        """Empty also where only a total is known."""
        return (self.last and self.last.actual_costs) or {}

    @property
    def number(self) -> int:
        return 0 if self.last is None else self.last.number


@ACTUAL_COSTS.get("/medewerkers/<employee_id>/kosten")
def show(employee_id: str) -> Response:
    return _page(employee_id, None)


@ACTUAL_COSTS.post("/medewerkers/<employee_id>/kosten/<act_name>")
def carry(employee_id: str, act_name: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open(act, employee_id)
    wrong = carry_out(form_named(_forms(found), act_name), _record)
    if wrong is not None:
        return _page(employee_id, wrong)
    here = {"employee_id": employee_id, "traject": found.trajectory_id}
    return back_to("actual_costs.show", "trajectory_recorded", **here)


def _record(act: Act, message: TrajectoryRecordIn, version: int) -> None:
    """Nothing filled in is no amount: of what cost nothing, 0 is filled in."""
    costs = message.actual_costs
    if costs is not None and not costs.model_fields_set - {"wage_cents"}:
        raise WrongFields([WrongField("/actualCosts/feeEur", "pages.wrong.no_amount")])
    record_entry(act, message.content(), version)


def _open(act: Act, employee_id: str) -> OpenCosts:
    """Any text can be the name of a trajectory, so it stands behind the address."""
    trajectory_id = request.args.get("traject", "")
    last = newest_entry(act, employee_id, trajectory_id)
    about(employee_id)
    connection = act.connection
    exits = select(ExitRow).where(ExitRow.employee_id == employee_id)
    return OpenCosts(
        employee_id=employee_id,
        trajectory_id=trajectory_id,
        name=names_of(connection, [employee_id]).get(employee_id, employee_id),
        title=trajectory_titles(connection).get(trajectory_id, trajectory_id),
        last=last,
        exits=rows_of(connection, exits.order_by(ExitRow.updated_at.desc(), ExitRow.id)),
    )


def _page(employee_id: str, wrong: ActForm | None) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open(act, employee_id)
    return page(
        "actual_costs.html.jinja",
        200 if wrong is None else 422,
        found=found,
        forms=with_errors(_forms(found), wrong),
        done=what_was_done(),
    )


def _forms(found: OpenCosts) -> Iterator[ActForm]:
    """It begins with what stands, so that another amount is added to it and does not replace it."""
    kinds = found.kinds
    fields = tuple(
        ActField(
            kind,
            f"/actualCosts/{kind}Eur",
            Look.NUMBER,
            required=False,
            value=as_typed(euros(kinds.get(f"{kind}_cents", 0))) if kinds else "",
        )
        for kind in _KINDS
    )
    # Wage is recorded by the API alone and counts nowhere; it stays.
    costs = {"wageEur": euros(kinds.get("wage_cents", 0))} if kinds else {}
    given: dict[str, Any] = {
        "employeeId": found.employee_id,
        "trajectoryId": found.trajectory_id,
    }
    yield ActForm(
        "actual_costs",
        TrajectoryRecordIn,
        fields,
        found.number,
        given | {"actualCosts": costs},
    )
    if found.cents is not None:
        unknown = given | {"actualCosts": None}
        yield ActForm("costs_unknown", TrajectoryRecordIn, (), found.number, unknown)

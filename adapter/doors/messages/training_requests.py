"""Training requests in the API (Visie §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message, MoneyEur, WorkTimeShare
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import (
    AskedGround,
    AskedMandatory,
    CourseIds,
    EmployeeHoursOut,
    EmployeeIds,
    Title,
    TrainingHours,
    Words,
    absent,
)
from adapter.ground.answers import Answer, HoursOut, TotalEurOut, hours
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader
from adapter.ground.store.tables.procedure import RequestTransitionRow
from adapter.subjects.requests.costs import Costs, per_employee
from adapter.subjects.requests.intake import Intake
from adapter.subjects.requests.request_content import RequestContent
from adapter.subjects.requests.requests import VisibleRequest, participants
from adapter.views.findings import FindingOut
from config.catalogue import Language
from policy.request_states import NEXT, RequestState

_RENAMED = {"start_date": "starts_on", "end_date": "ends_on", "appraisal_date": "appraisal_on"}
_WHOLLY = Decimal("1.00")
Participants = Annotated[int, Field(ge=1, le=10_000)]


class TrainingRequestsQuery(PageQuery):
    """There is no filter on employee: a personnel number does not belong in an address."""

    state: Annotated[RequestState, Field(strict=False)] | None = Field(default_factory=absent)
    tranche: Identifier | None = Field(default_factory=absent, description="Zoals 2027-1.")


class CostsIn(Message):
    """For everyone in the request together. Wage is recorded and counts nowhere (A10)."""

    fee_cents: MoneyEur = Field(default_factory=int, alias="feeEur")
    books_cents: MoneyEur = Field(default_factory=int, alias="booksEur")
    exam_cents: MoneyEur = Field(default_factory=int, alias="examEur")
    travel_cents: MoneyEur = Field(default_factory=int, alias="travelEur")
    wage_cents: MoneyEur = Field(
        default_factory=int, alias="wageEur", description="Loon tijdens studie; telt nergens mee."
    )
    subsidy_cents: MoneyEur = Field(
        default_factory=int, alias="subsidyEur", description="Wordt afgetrokken."
    )

    def costs(self) -> Costs:
        return Costs(**self.model_dump(by_alias=False))


class _Asked(Message):
    """What both a new request and a change of one can hold."""

    trajectory_id: Identifier | None = Field(
        default_factory=absent, description="Zonder dit: het traject van de eerste cursus."
    )
    course_ids: CourseIds = Field(default_factory=list, description="ID-nummers in het LMS.")
    employee_ids: EmployeeIds = Field(default_factory=list, description="Personeelsnummers.")
    collective: bool = Field(default_factory=bool, description="Voor een groep, zonder namen.")
    planned_participants: Participants | None = Field(default_factory=absent)
    mandatory_source: Title | None = Field(
        default_factory=absent, description="Wet, cao, bevoegd gezag of functie."
    )
    evidence: Words | None = Field(default_factory=absent, description="Wat de noodzaak aantoont.")
    work_time_share: WorkTimeShare = Field(default_factory=lambda: _WHOLLY)
    start_date: Day | None = Field(default_factory=absent)
    end_date: Day | None = Field(default_factory=absent)
    appraisal_date: Day | None = Field(default_factory=absent, description="Datum van het gesprek.")
    motivation: Words | None = Field(default_factory=absent)


class TrainingRequestIn(_Asked):
    title: Title
    ground: AskedGround
    mandatory_by_law: AskedMandatory
    costs: CostsIn
    hours: TrainingHours = Field(description="Per medewerker, ook buiten werktijd.")
    manager_id: Identifier | None = Field(
        default_factory=absent,
        description="Wie aanvraagt; HR geeft dit op, een leidinggevende is het zelf.",
    )

    def content(self) -> RequestContent:
        return RequestContent(**_contents(self, type(self).model_fields.keys() - {"manager_id"}))


class TrainingRequestChange(_Asked):
    """Only the members that are given are changed."""

    title: Title = Field(default_factory=absent)
    ground: AskedGround = Field(default_factory=absent)
    mandatory_by_law: AskedMandatory = Field(default_factory=absent)
    costs: CostsIn = Field(default_factory=absent)
    hours: TrainingHours = Field(default_factory=absent)

    def changes(self) -> dict[str, Any]:
        return _contents(self, self.model_fields_set)


@dataclass(frozen=True, slots=True)
class RequestField:
    """What people also fill in outside the API: the member of the message (JSON pointer) that it
    fills, the column of the sheet, our name of the field in the request form, and how it is read.

    Without `read` each door reads it in a way of its own, such as a choice of its words.
    """

    member: str
    column: str
    form: str | None
    read: Reader | None = cells.words


REQUEST_FIELDS = (
    RequestField("/employeeIds", "employee", "employees", None),
    RequestField("/title", "title", "title"),
    RequestField("/courseIds", "courses", "courses", cells.listed),
    RequestField("/trajectoryId", "trajectory", "trajectory"),
    RequestField("/collective", "collective", None, None),
    RequestField("/plannedParticipants", "participants", "participants", cells.whole),
    RequestField("/ground", "ground", "ground", None),
    RequestField("/mandatoryByLaw", "mandatory", "mandatory", None),
    RequestField("/mandatorySource", "source", "mandatory_source"),
    RequestField("/evidence", "evidence", "evidence"),
    RequestField("/costs/feeEur", "fee", "fee", cells.two_places),
    RequestField("/costs/booksEur", "books", "books", cells.two_places),
    RequestField("/costs/examEur", "exam", "exam", cells.two_places),
    RequestField("/costs/travelEur", "travel", "travel", cells.two_places),
    RequestField("/costs/wageEur", "wage", "wage", cells.two_places),
    RequestField("/costs/subsidyEur", "subsidy", "subsidy", cells.two_places),
    RequestField("/hours", "hours", "hours", cells.two_places),
    RequestField("/workTimeShare", "share", "work_time_share", cells.share),
    RequestField("/startDate", "start", "starts_on", cells.day),
    RequestField("/endDate", "end", "ends_on", cells.day),
    RequestField("/appraisalDate", "appraisal", "appraisal_on", cells.day),
    RequestField("/motivation", "motivation", "motivation"),
)
"""In the order of the sheet."""

_OF_CONTENT = frozenset(one.name for one in fields(RequestContent))


def _contents(message: _Asked, names: Iterable[str]) -> dict[str, Any]:
    """By the names of `RequestContent`; a text that no rule reads is one of its words."""
    values = {_RENAMED.get(name, name): _value(message, name) for name in names}
    words = {name: values.pop(name) for name in values.keys() - _OF_CONTENT}
    return {**values, "words": words}


def _value(message: _Asked, name: str) -> Any:
    value = getattr(message, name)
    if isinstance(value, CostsIn):
        return value.costs()
    return tuple(value) if isinstance(value, list) else value


class CostsOut(Answer):
    fee_eur: TotalEurOut
    books_eur: TotalEurOut
    exam_eur: TotalEurOut
    travel_eur: TotalEurOut
    wage_eur: TotalEurOut
    subsidy_eur: TotalEurOut

    @classmethod
    def of(cls, plain: dict[str, int]) -> CostsOut:
        return cls(**{name.replace("_cents", "_eur"): c for name, c in plain.items()})


class TrainingRequestOut(Answer):
    id: str
    version: int = Field(description="Ook de ETag.")
    state: RequestState
    next_states: list[RequestState] = Field(description="Wat hierna kan.")
    title: str
    manager_id: str
    trajectory_id: str
    course_ids: list[str]
    employee_ids: list[str] = Field(description="Een leidinggevende ziet alleen het eigen team.")
    collective: bool
    planned_participants: int | None
    ground: str
    mandatory_by_law: str = Field(
        description="Het antwoord bij de aanvraag; op een wettelijke of functiegebonden grond een "
        "voorstel, dat HR vaststelt."
    )
    mandatory_settled: str | None = Field(description="Zoals HR het vaststelde.")
    mandatory_source: str | None
    mandatory_assessed_by: str | None
    mandatory_assessed_date: date | None
    evidence: str | None
    costs: CostsOut | None = Field(description="Leeg als u niet iedereen in de aanvraag mag zien.")
    costs_eur: TotalEurOut = Field(
        description="Zonder loon, na aftrek van subsidie; van wie u mag zien."
    )
    costs_per_employee_eur: TotalEurOut | None
    hours: HoursOut
    work_time_share: str
    start_date: date | None
    end_date: date | None
    appraisal_date: date | None
    motivation: str | None
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    submitted_at: str | None
    tranche: str | None
    procedure: str | None

    @classmethod
    def of(cls, request: VisibleRequest) -> TrainingRequestOut:
        row, people = request.row, participants(request.row)
        each = per_employee(row.costs_cents, people) if people else None
        # A manager sees no costs of another team (P10), so of a shared request only the own part.
        shown = len(request.employee_ids)
        whole = shown == len(row.employee_ids)
        return cls(
            id=row.id,
            version=row.version,
            state=RequestState(row.state),
            next_states=list(NEXT[RequestState(row.state)]),
            title=row.title,
            manager_id=row.submitted_by,
            trajectory_id=row.trajectory_id,
            course_ids=row.course_ids,
            employee_ids=list(request.employee_ids),
            collective=bool(row.collective),
            planned_participants=row.planned_participants,
            ground=row.ground,
            mandatory_by_law=row.mandatory_by_law,
            mandatory_settled=row.mandatory_settled,
            mandatory_source=row.mandatory_source,
            mandatory_assessed_by=row.mandatory_assessed_by,
            mandatory_assessed_date=row.mandatory_assessed_on,
            evidence=row.evidence,
            costs=CostsOut.of(row.costs) if whole else None,
            costs_eur=row.costs_cents if whole else (each or 0) * shown,
            costs_per_employee_eur=each,
            hours=row.hours,
            work_time_share=hours(row.work_time_share),
            start_date=row.starts_on,
            end_date=row.ends_on,
            appraisal_date=row.appraisal_on,
            motivation=row.motivation,
            created_at=utc_text(row.created_at),
            submitted_at=utc_text(row.submitted_at) if row.submitted_at else None,
            tranche=row.tranche,
            procedure=row.procedure,
        )


class TrainingRequestsOut(PageOut):
    items: list[TrainingRequestOut]


class IntakeOut(Answer):
    """What the intake check has to say; hours only of employees whom the reader may see."""

    findings: list[FindingOut]
    hours: list[EmployeeHoursOut]

    @classmethod
    def of(cls, intake: Intake, language: Language) -> IntakeOut:
        return cls(
            findings=[FindingOut.of(finding, language) for finding in intake.findings],
            hours=[
                EmployeeHoursOut.of(one.employee_id, one.projection, language)
                for one in intake.hours
            ],
        )


class TransitionIn(Message):
    to_state: Annotated[RequestState, Field(strict=False)] = Field(
        description="submitted, under_review of withdrawn; de rest volgt uit voorstel en besluit."
    )
    reason: Words | None = Field(default_factory=absent)


class TransitionOut(Answer):
    version: int
    from_state: str | None
    to_state: str
    at: str = Field(json_schema_extra={"format": "date-time"})
    by: str
    reason: str | None

    @classmethod
    def of(cls, row: RequestTransitionRow) -> TransitionOut:
        return cls(
            version=row.version,
            from_state=row.from_state,
            to_state=row.to_state,
            at=utc_text(row.at),
            by=row.by,
            reason=row.reason,
        )


class TransitionsOut(Answer):
    items: list[TransitionOut]


class MovedOut(Answer):
    """The request after the step; on submission with its intake check."""

    request: TrainingRequestOut
    intake: IntakeOut | None

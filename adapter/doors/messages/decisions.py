"""The decision log as the API shows it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.ground.answers import Answer


class DecisionPath(BaseModel):
    id: str = Field(max_length=100)


class DecisionsQuery(PageQuery):
    """Oldest first. There is no filter on employee: a personnel number does not belong in an
    address."""

    course_id: str | None = Field(default=None, max_length=200)


class LoggedFinding(Answer):
    code: str
    severity: str
    clause: str
    year: int | None
    numbers: dict[str, str | int | None]
    message: str


class DecisionOut(Answer):
    """`facts` are all inputs of the decision and `sources` where each came from."""

    id: str
    employee_id: str
    course_id: str
    enrolled_date: str = Field(json_schema_extra={"format": "date"})
    outcome: str
    regime: str
    policy_version: str
    policy_digest: str
    decided_at: str
    findings: list[LoggedFinding]
    years: list[dict[str, Any]]
    facts: dict[str, Any]
    sources: dict[str, str]


class DecisionsOut(PageOut):
    items: list[DecisionOut]


class RecomputationOut(Answer):
    """`same`: today's code gives the logged outcome again from the logged facts and policy."""

    decision_id: str
    same: bool
    outcome: str
    findings: list[dict[str, Any]]
    years: list[dict[str, Any]]

"""A report in the API: the same content as on paper, under stable names."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from adapter.ground.answers import Answer


class ReportOut(Answer):
    """Made by `adapter.ground.rendering.json`, which says what its members hold."""

    name: str
    title: str
    subtitle: str
    language: str
    made_at: str = Field(json_schema_extra={"format": "date-time"})
    facts: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    sections: list[dict[str, Any]]

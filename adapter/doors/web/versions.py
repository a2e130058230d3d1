"""Optimistic locking: an ETag goes out, and comes back in If-Match (RFC 9110)."""

from __future__ import annotations

import re

from flask import Response
from pydantic import BaseModel, Field

from adapter.doors.web.problems import Kind, Problem

_TAG = re.compile(r'"(\d{1,9})"', re.ASCII)
_NO_VERSION = -1


class IfMatchHeader(BaseModel):
    if_match: str | None = Field(
        default_factory=lambda: None,
        alias="If-Match",
        description="De ETag van de versie die u hebt gelezen; zonder deze header volgt een 428.",
    )

    def version(self) -> int:
        """The version that the caller has read; a tag that is not one of ours matches none."""
        if self.if_match is None:
            raise Problem(Kind.PRECONDITION_REQUIRED)
        match = _TAG.fullmatch(self.if_match.strip())
        return int(match[1]) if match else _NO_VERSION


def tagged(response: Response, version: int) -> Response:
    response.headers["ETag"] = f'"{version}"'
    return response

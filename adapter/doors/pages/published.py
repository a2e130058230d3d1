"""Reports that have an address in the API, as pages give them to who is signed in."""

from __future__ import annotations

from pydantic import BaseModel

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.rendering.content import Report
from adapter.subjects.requests.acts import Act
from adapter.views.published_report import AnyReport


def asked_for(act: Act, published: AnyReport, asked: BaseModel, form: str) -> Report:
    """Read and made a page of; writing it down comes after the transaction. Raises the 404 of a
    form in which it is not given."""
    if form not in published.forms:
        raise Problem(Kind.NOT_FOUND)
    language = current.language()
    return published.page(act, published.read(act, asked, language), language)

"""Every report that has an address of its own, such as `/v1/employees/{id}/learning-overview`."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.own_team import refuse_outside_own_team
from adapter.doors.web.report_answers import report_answer, wanted_renderer
from adapter.subjects.requests.acts import looking
from adapter.views.published_report import AnyReport
from adapter.views.reports import published_reports

REPORTS = DescribedBlueprint("reports", __name__, url_prefix="/v1")


def _serve(report: AnyReport) -> None:
    def view(**members: Any) -> Response:
        (asked,) = members.values()
        if report.about is not None:
            refuse_outside_own_team(report.about(asked))
        renderer, language = wanted_renderer(), current.language()
        with looking(current.parts(), current.principal()) as act:
            found = report.read(act, asked, language)
            if renderer is None:
                return answer(found)
            return report_answer(report.page(act, found, language), renderer)

    # From the annotation comes which members the address has, and what the document says of them.
    view.__annotations__ = {"path" if "<" in report.address else "query": report.asked}
    REPORTS.get(
        report.address,
        tags=[Tag(name=report.tag, description=report.tag_description)],
        operation_id=report.operation_id,
        endpoint=report.operation_id,
        summary=report.summary,
        description=report.description,
        responses={200: report.found},
    )(view)


for _report in published_reports():
    _serve(_report)

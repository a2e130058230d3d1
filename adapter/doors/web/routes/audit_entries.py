"""`/v1/audit-entries`: the audit trail, for the auditor and for who ships it elsewhere."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.audit_entries import (
    AuditEntriesOut,
    AuditEntriesQuery,
    AuditEntryOut,
)
from adapter.doors.web import current
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.views.oversight.audit_trail import entries_after

AUDIT_ENTRIES = DescribedBlueprint(
    "audit_entries",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="audit-entries", description="Het auditspoor")],
)


@AUDIT_ENTRIES.get(
    "/audit-entries",
    operation_id="listAuditEntries",
    summary="Wie wat deed, zag of ophaalde, oudste eerst",
    responses={200: AuditEntriesOut},
)
def list_audit_entries(query: AuditEntriesQuery) -> Response:
    with current.parts().register.read() as connection:
        found = entries_after(
            connection,
            int(query.cursor or 0),
            query.limit + 1,
            since=query.since,
            action=query.action,
        )
    shown = found[: query.limit]
    return paged(
        AuditEntriesOut(items=[AuditEntryOut.of(one) for one in shown]),
        str(shown[-1].number) if len(found) > query.limit else None,
    )

"""Taking the tables out: which form, and a line in the audit trail."""

from __future__ import annotations

from io import BytesIO

from adapter.ground.rendering.documents import Document
from adapter.register.audit_log import note_act
from adapter.subjects.requests.acts import Act
from adapter.views.open_data.data_tables import OpenData
from adapter.views.open_data.writing import WRITERS


def written(act: Act, data: OpenData, form: str) -> Document:
    """`form` is the extension of a writer. What was taken out and in which form is noted; a line
    that cannot be added keeps the data in."""
    note_act(
        act.connection,
        act.now,
        actor=act.actor,
        action="export-open-data",
        record=data.record,
        result=form,
    )
    media_type, write = WRITERS[form]
    return Document(BytesIO(write(data.tables)), media_type, f"{data.file_name}.{form}")

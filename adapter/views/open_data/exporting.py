"""Taking the tables out, in a form and with a line in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from adapter.ground.parts import Parts
from adapter.ground.rendering.documents import Document
from adapter.register.audit_log import note_act
from adapter.register.keys import Principal
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.views.open_data.data_tables import OpenData
from adapter.views.open_data.writing import WRITERS


def take_out(
    parts: Parts, principal: Principal, read: Callable[[Act], OpenData], form: str
) -> Document:
    """What `read` finds, as the writer of that extension writes it. Nobody waits while it is read;
    a line that cannot be added to the trail keeps the data in. Raises as `read` does."""
    with looking(parts, principal) as act:
        found = read(act)
    media_type, write = WRITERS[form]
    document = Document(BytesIO(write(found.tables)), media_type, f"{found.file_name}.{form}")
    with acting(parts, principal) as act:
        note_act(
            act.connection,
            act.now,
            actor=act.actor,
            action="export-open-data",
            record=found.record,
            result=form,
        )
    return document

"""A line of the audit trail for each look at people's data and each file of it that is taken out by
command, before it is there: what cannot be written down is not shown."""

from __future__ import annotations

from adapter.programs.cli.context import Context
from adapter.programs.cli.operator import operator
from adapter.register.audit_log import note_act


def note_look(context: Context, record: str, *, about: str | None = None) -> None:
    """`record` are the words of the command; `about` is the employee whom it is about, where it is
    one."""
    _note(context, "view", record, "shown", about)


def note_export(context: Context, record: str, form: str, *, about: str | None = None) -> None:
    """The same of a report or worksheet, in the form of this name."""
    _note(context, "export", record, form, about)


def _note(context: Context, action: str, record: str, result: str, about: str | None) -> None:
    bare = context.bare
    with bare.register.write() as connection:
        note_act(
            connection,
            bare.clock.now(),
            actor=operator().name,
            action=action,
            record=record,
            result=result,
            about=about,
        )

"""The columns of a sheet of training requests, and what each becomes in the message of the API."""

from __future__ import annotations

from collections.abc import Mapping

from adapter.doors.messages.training_requests import REQUEST_FIELDS, TrainingRequestIn
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader
from adapter.ground.spreadsheets.columns import Column, Layout
from config.catalogue import Language, text
from policy.model import Ground, MandatoryByLaw


def _words(table: str, codes: Mapping[str, object]) -> Reader:
    """The words of both languages, and the codes themselves."""
    return cells.choice(
        lambda: (
            {
                text(f"imports.{table}.{code}", language): value
                for language in Language
                for code, value in codes.items()
            }
            | dict(codes)
        )
    )


_GROUNDS = {str(ground): str(ground) for ground in Ground}
_MANDATORY = {str(answer): str(answer) for answer in MandatoryByLaw}
_ANSWERS = {"yes": True, "no": False}


def answers() -> Reader:
    """Yes or no, in the words of both languages."""
    return _words("answer", _ANSWERS)


_READ_HERE: Mapping[str, Reader] = {
    "employee": cells.words,
    "collective": answers(),
    "ground": _words("ground", _GROUNDS),
    "mandatory": _words("mandatory", _MANDATORY),
}
"""An employee has a row of its own."""
_REQUIRED = {
    f"/{one.alias}" for one in TrainingRequestIn.model_fields.values() if one.is_required()
}

COLUMNS: Mapping[str, Column] = {
    "key": Column(None, cells.words),
    **{
        one.column: Column(
            one.member,
            one.read or _READ_HERE[one.column],
            one.member in _REQUIRED,
        )
        for one in REQUEST_FIELDS
    },
}
"""By name, in the order of the template."""


def heading(name: str, language: Language) -> str:
    return text(f"imports.column.{name}", language)


LAYOUT = Layout(
    COLUMNS,
    sheet=lambda language: text("imports.template.sheet", language),
    heading=heading,
    explained=lambda name, language: text(f"imports.explained.{name}", language),
    choices={
        "collective": ("answer", ("yes", "no")),
        "ground": ("ground", tuple(Ground)),
        "mandatory": ("mandatory", tuple(MandatoryByLaw)),
    },
    wide={"title": 32, "motivation": 48, "evidence": 32, "courses": 24},
)

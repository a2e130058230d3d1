"""Spreadsheets that come in on a page: checked first, with every wrong cell, and kept only when
somebody confirms what was checked. The file goes along in the form; nothing of it is stored before.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from adapter.doors.imports.commitment_columns import LAYOUT as COMMITMENTS
from adapter.doors.imports.commitments import import_commitments
from adapter.doors.imports.decision_columns import decision_sheet
from adapter.doors.imports.decisions import import_decisions
from adapter.doors.imports.quality_criteria import (
    empty_sheets,
    import_quality_criteria,
    read_sheets,
)
from adapter.doors.imports.request_columns import LAYOUT as REQUESTS
from adapter.doors.imports.requests import ImportOptions, import_requests
from adapter.doors.imports.weighing_columns import LAYOUT as WEIGHINGS
from adapter.doors.imports.weighings import import_weighings, weighing_sheet
from adapter.doors.messages.media_types import XLSX
from adapter.doors.pages.access import person
from adapter.doors.pages.done import back_to
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import document_answer
from adapter.doors.web.tranche_calendar import tranche_by_name
from adapter.ground.spreadsheets import template
from adapter.ground.spreadsheets.row_by_row import Outcome, WrittenDown
from adapter.ground.spreadsheets.sheet import Sheet
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.views.dossier.documents import WORKBOOK, dossier_document
from adapter.views.dossier.dossier import make_dossier
from adapter.views.tasks import workbook
from adapter.views.tasks.returned_worksheet import import_tasks, tasks_sheet
from adapter.views.tasks.work_list import list_tasks
from config.catalogue import Language

SHEETS = Blueprint("sheets", __name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would do: `wrong` has a sentence per wrong cell, and then nothing is kept."""

    summary: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetKind:
    """`empty` is the workbook to fill in. `bring_in` reads the file and writes it down; whether
    that stays is said by its second argument. Raises `UnusableFile`."""

    name: str
    empty: Callable[[Language], bytes]
    bring_in: Callable[[bytes, bool], Checked]
    home: str


class UnusableFile(Exception):
    """Nothing of the file can be used; the message says why, in the language of who sent it."""


@SHEETS.get("/mijn-team/werkblad", defaults={"kind": "requests"})
@SHEETS.get("/toezeggingen/werkblad", defaults={"kind": "commitments"})
@SHEETS.get("/kwaliteitscriteria/werkblad", defaults={"kind": "quality_criteria"})
@SHEETS.get("/werkvoorraad/werkblad", defaults={"kind": "tasks"})
def show(kind: str) -> Response:
    return _page(_KINDS[kind])


@SHEETS.get("/mijn-team/werkblad/leeg.xlsx", defaults={"kind": "requests"})
@SHEETS.get("/toezeggingen/werkblad/leeg.xlsx", defaults={"kind": "commitments"})
@SHEETS.get("/kwaliteitscriteria/werkblad/leeg.xlsx", defaults={"kind": "quality_criteria"})
@SHEETS.get("/werkvoorraad/werkblad/leeg.xlsx", defaults={"kind": "tasks"})
def empty(kind: str) -> Response:
    return document_answer(_KINDS[kind].empty(current.language()), XLSX, f"{kind}.xlsx")


@SHEETS.post("/mijn-team/werkblad", defaults={"kind": "requests"})
@SHEETS.post("/toezeggingen/werkblad", defaults={"kind": "commitments"})
@SHEETS.post("/kwaliteitscriteria/werkblad", defaults={"kind": "quality_criteria"})
@SHEETS.post("/werkvoorraad/werkblad", defaults={"kind": "tasks"})
def bring_in(kind: str) -> Response:
    return _brought_in(_KINDS[kind])


@SHEETS.get("/tranches/<name>/werkblad")
def show_weighings(name: str) -> Response:
    return _page(_weighings(name), name)


@SHEETS.get("/tranches/<name>/werkblad/leeg.xlsx")
def weighings_to_fill_in(name: str) -> Response:
    file = f"wegen-{tranche_by_name(name).name}.xlsx"
    return document_answer(_weighings(name).empty(current.language()), XLSX, file)


@SHEETS.post("/tranches/<name>/werkblad")
def bring_in_weighings(name: str) -> Response:
    return _brought_in(_weighings(name), name)


@SHEETS.get("/besluiten/<name>/werkblad")
def show_decisions(name: str) -> Response:
    return _page(_decisions(name), name)


@SHEETS.post("/besluiten/<name>/werkblad")
def bring_in_decisions(name: str) -> Response:
    return _brought_in(_decisions(name), name)


def _brought_in(kind: SheetKind, name: str = "") -> Response:
    """Checked at first, and kept when what was checked comes back."""
    confirmed = "checked" in request.form
    raw = _confirmed() if confirmed else _sent()
    if not raw:
        return _page(kind, name, error=say("sheet.no_file"))
    try:
        checked = kind.bring_in(raw, confirmed)
    except UnusableFile as unusable:
        return _page(kind, name, error=str(unusable))
    if confirmed and not checked.wrong:
        return back_to(kind.home, "sheet_kept", **({"name": name} if name else {}))
    return _page(kind, name, checked=checked, raw=raw)


def _sent() -> bytes:
    file = request.files.get("file")
    return b"" if file is None else file.read()


def _confirmed() -> bytes:
    try:
        return b64decode(request.form["checked"], validate=True)
    except binascii.Error as error:
        raise Problem(Kind.INVALID_REQUEST) from error


def _page(
    kind: SheetKind,
    name: str = "",
    *,
    checked: Checked | None = None,
    raw: bytes = b"",
    error: str | None = None,
) -> Response:
    """`name` is that of the tranche, where the sheet is of one."""
    return page(
        "sheet.html.jinja",
        422 if error or (checked and checked.wrong) else 200,
        kind=kind,
        action=request.path,
        empty=url_for("tranches.dossier", form=WORKBOOK, name=name)
        if kind.name == "decisions"
        else f"{request.path}/leeg.xlsx",
        checked=checked,
        content=b64encode(raw).decode() if checked and not checked.wrong else "",
        error=error,
    )


def _written(write: Callable[[Act], WrittenDown], keep: bool) -> Checked:
    language = current.language()
    try:
        with acting(current.parts(), current.principal()) as act:
            found = write(act)
            act.kept = act.kept and keep
    except UnreadableWorkbook as error:
        raise UnusableFile(error.sentence(language)) from error
    counts = {str(one): found.outcomes[one] for one in Outcome}
    return Checked(say("sheet.would", rows=found.rows, **counts), _lines(found))


def _lines(written: WrittenDown) -> tuple[str, ...]:
    return tuple(one.line(current.language()) for one in written.wrong)


def _readable(read: Callable[[bytes], Sheet], raw: bytes) -> Sheet:
    """Read before a transaction begins."""
    try:
        return read(raw)
    except UnreadableWorkbook as error:
        raise UnusableFile(error.sentence(current.language())) from error


def _requests(raw: bytes, keep: bool) -> Checked:
    """As drafts of the manager who sends them."""
    sheet = _readable(REQUESTS.read, raw)
    return _written(lambda act: import_requests(act, sheet, ImportOptions(person())), keep)


def _commitments(raw: bytes, keep: bool) -> Checked:
    sheet = _readable(COMMITMENTS.read, raw)
    return _written(lambda act: import_commitments(act, sheet), keep)


def _quality_criteria(raw: bytes, keep: bool) -> Checked:
    try:
        sheets = read_sheets(raw)
    except UnreadableWorkbook as error:
        raise UnusableFile(error.sentence(current.language())) from error
    return _written(lambda act: import_quality_criteria(act, sheets), keep)


def _tasks(raw: bytes, keep: bool) -> Checked:
    sheet = _readable(tasks_sheet, raw)
    return _written(lambda act: import_tasks(act, sheet, valid_rows=False), keep)


def _work_list(language: Language) -> bytes:
    with looking(current.parts(), current.principal()) as act:
        return workbook.render(list_tasks(act), language)


_KINDS = {
    "requests": SheetKind(
        "requests", lambda language: template.render(REQUESTS, language), _requests, "my_team.show"
    ),
    "commitments": SheetKind(
        "commitments",
        lambda language: template.render(COMMITMENTS, language),
        _commitments,
        "work_list.show",
    ),
    "quality_criteria": SheetKind(
        "quality_criteria", empty_sheets, _quality_criteria, "quality_criteria.show"
    ),
    "tasks": SheetKind("tasks", _work_list, _tasks, "work_list.show"),
}


def _weighings(name: str) -> SheetKind:
    """What HR scores and proposes in a tranche."""
    tranche = tranche_by_name(name)

    def rows(language: Language) -> bytes:
        with looking(current.parts(), current.principal()) as act:
            return weighing_sheet(make_dossier(act, tranche), language)

    def weigh(raw: bytes, keep: bool) -> Checked:
        sheet = _readable(WEIGHINGS.read, raw)
        return _written(lambda act: import_weighings(act, tranche, sheet), keep)

    return SheetKind("weighings", rows, weigh, "tranches.show")


def _decisions(name: str) -> SheetKind:
    """The decision sheet of a tranche's dossier."""
    tranche = tranche_by_name(name)

    def dossier(language: Language) -> bytes:
        with looking(current.parts(), current.principal()) as act:
            return dossier_document(act, tranche, WORKBOOK, language).read()

    def decide(raw: bytes, keep: bool) -> Checked:
        sheet = _readable(decision_sheet, raw)
        try:
            with acting(current.parts(), current.principal()) as act:
                done = import_decisions(act, tranche, sheet, act.today, dry_run=not keep)
        except UnreadableWorkbook as error:
            raise UnusableFile(error.sentence(current.language())) from error
        written = done.written
        return Checked(
            say(
                "sheet.would_decide",
                applied=written.outcomes[Outcome.CHANGED],
                unchanged=written.outcomes[Outcome.UNCHANGED],
                empty=done.empty,
            ),
            _lines(written),
        )

    return SheetKind("decisions", dossier, decide, "decisions.show")

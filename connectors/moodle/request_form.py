"""The request form: a database activity in which people ask for training.

The LMS shows and we keep: nothing in an entry was validated by Moodle, no field is closed to its
author, and the two fields in which we answer are written over whatever stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import (
    Misconfigured,
    Permanent,
    Transient,
    about,
)
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.form_fields import ASKED
from connectors.moodle.models import (
    Approved,
    Database,
    DatabaseRights,
    Databases,
    DataContent,
    DataEntries,
    DataEntry,
    DataField,
    DataFields,
    OneDataEntry,
    Updated,
)
from connectors.moodle.protocol import UNKNOWN_RECORD
from connectors.moodle.request_values import (
    Fields,
    as_text,
    fields_of,
    row,
    rows_for,
    storable,
)
from connectors.ports import RequestEntry, RequestMark

FUNCTIONS = (
    "mod_data_get_databases_by_courses",
    "mod_data_get_fields",
    "mod_data_get_entries",
    "mod_data_get_entry",
    "mod_data_update_entry",
    "mod_data_approve_entry",
    "mod_data_get_data_access_information",
)
_ANSWERS = ("status", "decision")


class RequestForm:
    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config

    @property
    def number(self) -> int | None:
        return self._config.request_database_id

    def marks(self) -> tuple[RequestMark, ...]:
        """Every entry; raises `Transient` when the list changed while its pages were read."""
        if self.number is None:
            return ()
        found: dict[int, DataEntry] = {}
        total, page = 1, 0
        while page * self._config.page_size < total:
            answer = self._page(page)
            found.update({entry.id: entry for entry in answer.entries})
            total, page = answer.totalcount, page + 1
        if len(found) != total:
            raise Transient(
                f"the request form announced {total} entries and gave {len(found)}; it is read "
                "again",
                code="entries_changed",
            )
        return tuple(
            RequestMark(str(one.id), _moment(one.timecreated), _moment(one.timemodified))
            for one in found.values()
        )

    def _page(self, page: int) -> DataEntries:
        params = {
            "databaseid": self.number,
            "sort": 0,
            "order": "ASC",
            "page": page,
            "perpage": self._config.page_size,
        }
        return self._client.call("mod_data_get_entries", params, DataEntries, repeatable=True)

    def entry(self, entry_id: str) -> RequestEntry | None:
        found = self._read(entry_id)
        if found is None:
            return None
        fields, zone = self._fields(), ZoneInfo(self._config.timezone)
        contents = {one.fieldid: one for one in found.contents}
        texts = {
            ours: as_text(field, contents.get(field.id, _nothing(field)), zone)
            for ours, field in fields.items()
        }
        return RequestEntry(
            entry_id=str(found.id),
            author_id=str(found.userid),
            entered_at=_moment(found.timecreated),
            modified_at=_moment(found.timemodified),
            locked=found.approved,
            values={ours: texts[ours] for ours in ASKED if texts.get(ours)},
            labels={ours: field.name for ours, field in fields.items()},
            status=texts["status"],
            decision=texts["decision"],
        )

    def _read(self, entry_id: str) -> DataEntry | None:
        if self.number is None or not entry_id.isdecimal():
            return None
        params = {"entryid": entry_id, "returncontents": True}
        try:
            answer = self._client.call("mod_data_get_entry", params, OneDataEntry, repeatable=True)
        except Permanent as error:
            if error.code in UNKNOWN_RECORD:
                return None
            raise
        return answer.entry if answer.entry.dataid == self.number else None

    def _fields(self) -> Fields:
        return fields_of(self._there(), self._config.request_fields)

    def _there(self) -> list[DataField]:
        params = {"databaseid": self.number}
        answer = self._client.call("mod_data_get_fields", params, DataFields, repeatable=True)
        return answer.fields

    def unread(self) -> tuple[str, ...]:
        """Names of fields of the form that are no field of ours: what people write there is not
        read. A field of ours that somebody renamed is one of them."""
        there = self._there()
        read = {field.id for field in fields_of(there, self._config.request_fields).values()}
        return tuple(field.name for field in there if field.id not in read)

    def answer(self, entry_id: str, status: str, decision: str, *, final: bool) -> bool:
        found = self._read(entry_id)
        if found is None:
            return False
        contents = {one.fieldid: one for one in found.contents}
        fields = self._fields()
        wanted = {"status": storable(status), "decision": storable(decision)}
        shown = {ours: _content(contents, fields[ours]).content or "" for ours in _ANSWERS}
        if shown != wanted:
            self._update(entry_id, list(self._rows(contents, fields, wanted)))
        if final and self._config.request_lock and not found.approved:
            self._approve(entry_id)
        return True

    def _rows(
        self, contents: dict[int, DataContent], fields: Fields, wanted: dict[str, str]
    ) -> Iterator[dict[str, str | int]]:
        """The answers, and what is required as it stands: Moodle refuses an update without it, and
        keeps the optional fields that are left out."""
        for ours, field in fields.items():
            if ours in wanted:
                yield row(field, wanted[ours])
            elif field.required:
                yield from rows_for(field, _content(contents, field))

    def _update(self, entry_id: str, rows: list[dict[str, str | int]]) -> None:
        params: dict[str, Any] = {"entryid": entry_id, "data": rows}
        with about(f"entry {entry_id} of the request form"):
            answer = self._client.call("mod_data_update_entry", params, Updated, repeatable=True)
        if not answer.updated:
            names = ", ".join(one.fieldname for one in answer.fieldnotifications) or "no reason"
            raise Permanent(
                f"Moodle does not update entry {entry_id} of the request form ({names}); fill "
                "these fields in, and require no field that the adapter does not know",
                code="not_updated",
            )

    def _approve(self, entry_id: str) -> None:
        params = {"entryid": entry_id, "approve": True}
        with about(f"entry {entry_id} of the request form"):
            answer = self._client.call("mod_data_approve_entry", params, Approved, repeatable=True)
        if not answer.status:
            raise Permanent(f"Moodle does not approve entry {entry_id}", code="not_approved")

    def prove(self, course_ids: list[str]) -> Database:
        """Its settings; raises `Misconfigured` for what makes the form unfit.

        The activity is looked for in these courses, since its settings are told in no other way.
        """
        self._fields()
        database = self._settings(course_ids)
        if database is None:
            raise Misconfigured(
                f"Moodle does not show database activity {self.number}; allow mod/data:view, "
                "mod/data:viewentry and mod/data:approve, or configure another number",
                code="request_form_not_found",
            )
        if not database.approval:
            raise Misconfigured(
                "everyone in the course can read everyone's requests; set Entries: Approval "
                "required to Yes in the activity",
                code="request_form_open",
            )
        return database

    def rights(self) -> DatabaseRights:
        """What the service user may do in the activity."""
        return self._client.call(
            "mod_data_get_data_access_information",
            {"databaseid": self.number},
            DatabaseRights,
            repeatable=True,
        )

    def _settings(self, course_ids: list[str]) -> Database | None:
        size = self._config.batch_size
        for first in range(0, len(course_ids), size):
            params = {"courseids": course_ids[first : first + size]}
            answer = self._client.call(
                "mod_data_get_databases_by_courses", params, Databases, repeatable=True
            )
            for database in answer.databases:
                if database.id == self.number:
                    return database
        return None


def _content(contents: dict[int, DataContent], field: DataField) -> DataContent:
    return contents.get(field.id, _nothing(field))


def _nothing(field: DataField) -> DataContent:
    return DataContent(fieldid=field.id)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

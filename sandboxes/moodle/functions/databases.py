"""`mod_data_*`: values travel as JSON per field and are hardly looked at, as recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandboxes.moodle import events
from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.database_rights import (
    database_of,
    entry_of,
    may_change,
    may_read,
    no_access,
    shows,
)
from sandboxes.moodle.database_values import decoded, notifications, write
from sandboxes.moodle.databases import Content, Database, DatabaseEntry
from sandboxes.moodle.parameters import (
    BOOL,
    INT,
    TEXT,
    Optional,
)

_EMPTY: Mapping[str, None] = dict.fromkeys(f"param{number}" for number in range(2, 11))
_TEMPLATES = ("singletemplate", "listtemplate", "addtemplate", "asearchtemplate")
_UNUSED = ("listtemplateheader", "listtemplatefooter", "rsstemplate", "rsstitletemplate")
_STYLES = ("csstemplate", "jstemplate")
_NUMBERS = ("timeavailablefrom", "timeavailableto", "timeviewfrom", "timeviewto")
_LIMITS = ("requiredentries", "requiredentriestoview", "maxentries", "rssarticles")


def get_databases(call: Call) -> dict[str, Any]:
    wanted, warnings = call.params["courseids"], []
    if wanted is None:
        wanted = [c.id for c in call.state.active_courses(call.actor.id)]
    for number in wanted:
        if number not in call.state.courses:
            warnings.append(
                {
                    "item": "course",
                    "itemid": number,
                    "warningcode": "1",
                    "message": "No access rights in course context",
                }
            )
    databases = [
        _shown_database(database)
        for database in call.state.databases.values()
        if database.courseid in wanted and may_read(call)
    ]
    return {"databases": databases, "warnings": warnings}


def _shown_database(database: Database) -> dict[str, Any]:
    return {
        "id": database.id,
        "course": database.courseid,
        "name": database.name,
        "intro": "",
        "introformat": 1,
        "lang": None,
        "comments": False,
        **dict.fromkeys((*_NUMBERS, *_LIMITS), 0),
        **dict.fromkeys(_TEMPLATES, ""),
        **dict.fromkeys((*_UNUSED, *_STYLES), None),
        "approval": database.approval,
        "manageapproved": database.manageapproved,
        "defaultsort": 0,
        "defaultsortdir": 0,
        "coursemodule": database.cmid,
        "introfiles": [],
    }


def get_fields(call: Call) -> dict[str, Any]:
    database = database_of(call)
    fields = [
        {
            "id": field.id,
            "dataid": database.id,
            "type": field.type,
            "name": field.name,
            "description": "",
            "required": field.required,
            "param1": "\n".join(field.options) or None,
            **_EMPTY,
        }
        for field in database.fields
    ]
    return {"fields": fields, "warnings": []}


def access_information(call: Call) -> dict[str, Any]:
    """What the caller himself may do here."""
    database = database_of(call)
    mine = [
        entry
        for entry in call.state.entries.values()
        if (entry.databaseid, entry.userid) == (database.id, call.actor.id)
    ]
    return {
        "groupid": 0,
        "canaddentry": True,
        "canmanageentries": call.can("mod/data:manageentries"),
        "canapprove": call.can("mod/data:approve"),
        "timeavailable": True,
        "inreadonlyperiod": False,
        "numentries": len(mine),
        "entrieslefttoadd": 0,
        "entrieslefttoview": 0,
        "warnings": [],
    }


def get_entries(call: Call) -> dict[str, Any]:
    database, contents = database_of(call), call.params["returncontents"]
    entries = [
        entry
        for entry in call.state.entries.values()
        if entry.databaseid == database.id and shows(call, entry)
    ]
    entries.sort(key=lambda entry: entry.id, reverse=call.params["order"] == "DESC")
    per_page = call.params["perpage"] or len(entries)
    first = call.params["page"] * per_page
    page = entries[first : first + per_page]
    return {
        "entries": [_shown_entry(call, entry, contents) for entry in page],
        "totalcount": len(entries),
        "totalfilesize": 0,
        **({"listviewcontents": ""} if contents else {}),
        "warnings": [],
    }


def get_entry(call: Call) -> dict[str, Any]:
    entry = entry_of(call)
    contents = call.params["returncontents"]
    return {
        "entry": _shown_entry(call, entry, contents),
        **({"entryviewcontents": ""} if contents else {}),
        "ratinginfo": _no_ratings(call, entry),
        "warnings": [],
    }


def _no_ratings(call: Call, entry: DatabaseEntry) -> dict[str, Any]:
    return {
        "contextid": events.context_of(call.state.databases[entry.databaseid]),
        "component": "mod_data",
        "ratingarea": "entry",
        "canviewall": None,
        "canviewany": None,
        "scales": [],
        "ratings": [],
    }


def _shown_entry(call: Call, entry: DatabaseEntry, contents: bool) -> dict[str, Any]:
    shown = {"contents": [_shown_content(entry, one) for one in entry.contents.values()]}
    return {
        "id": entry.id,
        "userid": entry.userid,
        "groupid": 0,
        "dataid": entry.databaseid,
        "timecreated": entry.timecreated,
        "timemodified": entry.timemodified,
        "approved": entry.approved,
        "canmanageentry": may_change(call, entry),
        "fullname": call.state.users[entry.userid].fullname,
        **(shown if contents else {}),
        "tags": [],
    }


def _shown_content(entry: DatabaseEntry, content: Content) -> dict[str, Any]:
    return {
        "id": content.id,
        "fieldid": content.fieldid,
        "recordid": entry.id,
        "content": content.content,
        "content1": content.content1,
        **dict.fromkeys(("content2", "content3", "content4")),
        "files": [],
    }


def add_entry(call: Call) -> dict[str, Any]:
    database = database_of(call)
    values = decoded(database, call.params["data"])
    general, per_field = notifications(database, values)
    number = 0
    if not per_field:
        number = _add(call, database, values).id
    return {
        "newentryid": number,
        "generalnotifications": general,
        "fieldnotifications": per_field,
    }


def _add(call: Call, database: Database, values: Mapping[int, Mapping[str, str]]) -> DatabaseEntry:
    state = call.state
    entry = state.add_entry(database.id, call.actor.id, approved=call.can("mod/data:approve"))
    write(database, entry, values)
    call.emit(events.record("created", call.actor.id, database, entry.id))
    return entry


def update_entry(call: Call) -> dict[str, Any]:
    entry = entry_of(call)
    database = call.state.databases[entry.databaseid]
    if not may_change(call, entry):
        raise no_access()
    values = decoded(database, call.params["data"])
    general, per_field = notifications(database, values)
    if not per_field:
        write(database, entry, values)
        entry.timemodified = call.state.now()
        call.emit(events.record("updated", call.actor.id, database, entry.id))
    return {
        "updated": not per_field,
        "generalnotifications": general,
        "fieldnotifications": per_field,
        "warnings": [],
    }


def approve_entry(call: Call) -> dict[str, Any]:
    entry = entry_of(call)
    call.require("mod/data:approve", "Approve unapproved entries")
    entry.approved = call.params["approve"]
    return {"status": True, "warnings": []}


def delete_entry(call: Call) -> dict[str, Any]:
    entry = entry_of(call)
    if not may_change(call, entry):
        raise no_access()
    del call.state.entries[entry.id]
    return {"status": True, "warnings": []}


_VALUES = [{"fieldid": INT, "subfield": Optional(TEXT, ""), "value": TEXT}]

FUNCTIONS = {
    "mod_data_get_databases_by_courses": Function({"courseids": Optional([INT])}, get_databases),
    "mod_data_get_fields": Function({"databaseid": INT}, get_fields),
    "mod_data_get_data_access_information": Function(
        {"databaseid": INT, "groupid": Optional(INT, 0)}, access_information
    ),
    "mod_data_get_entries": Function(
        {
            "databaseid": INT,
            "groupid": Optional(INT, 0),
            "returncontents": Optional(BOOL, False),
            "sort": Optional(INT, 0),
            "order": Optional(TEXT, "ASC"),
            "page": Optional(INT, 0),
            "perpage": Optional(INT, 0),
        },
        get_entries,
    ),
    "mod_data_get_entry": Function(
        {"entryid": INT, "returncontents": Optional(BOOL, False)}, get_entry
    ),
    "mod_data_add_entry": Function(
        {"databaseid": INT, "groupid": Optional(INT, 0), "data": _VALUES}, add_entry
    ),
    "mod_data_update_entry": Function({"entryid": INT, "data": _VALUES}, update_entry),
    "mod_data_delete_entry": Function({"entryid": INT}, delete_entry),
    "mod_data_approve_entry": Function(
        {"entryid": INT, "approve": Optional(BOOL, True)}, approve_entry
    ),
}

"""Who may read and change what in a database activity, as recorded; no right is per field."""

from __future__ import annotations

from sandboxes.moodle.call import SERVICE_USER, Call
from sandboxes.moodle.databases import Database, DatabaseEntry
from sandboxes.moodle.errors import MoodleError, moodle_error, no_record

_READING = ("moodle/course:view", "mod/data:view", "mod/data:viewentry")


def database_of(call: Call) -> Database:
    database = call.state.databases.get(call.params["databaseid"])
    if database is None:
        raise no_record("data")
    if not may_read(call):
        raise _not_accessible()
    return database


def entry_of(call: Call) -> DatabaseEntry:
    entry = call.state.entries.get(call.params["entryid"])
    if entry is None:
        raise no_record("data_records")
    if not may_read(call):
        raise _not_accessible()
    if not shows(call, entry):
        raise no_access()
    return entry


def _participant(call: Call) -> bool:
    """Employees call with a token of their own, as participants of the course."""
    return call.actor.id != SERVICE_USER and not call.actor.admin


def may_read(call: Call) -> bool:
    return _participant(call) or call.can(*_READING)


def shows(call: Call, entry: DatabaseEntry) -> bool:
    mine = entry.userid == call.actor.id
    return entry.approved or mine or call.can("mod/data:approve")


def may_change(call: Call, entry: DatabaseEntry) -> bool:
    if call.can("mod/data:manageentries"):
        return True
    database = call.state.databases[entry.databaseid]
    open_to_author = not entry.approved or database.manageapproved or not database.approval
    return entry.userid == call.actor.id and open_to_author


def no_access() -> MoodleError:
    return moodle_error("noaccess", "You do not have access to this page")


def _not_accessible() -> MoodleError:
    return MoodleError(
        "core\\exception\\require_login_exception",
        "requireloginerror",
        "Course or activity not accessible.",
    )

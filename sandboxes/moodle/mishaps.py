"""What happens to a site as a whole: a backup put back, a course deleted, two accounts merged."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from typing import Any

from sandboxes.moodle.state import State

_RESTORED = (
    *("users", "courses", "instances", "enrolments", "cohorts", "messages", "categories"),
    *("roles", "done", "completions", "queue", "databases", "entries", "filters", "_highest"),
)


@dataclass(frozen=True)
class Backup:
    """The database at one moment, with the numbers that it gives next."""

    tables: dict[str, Any]


def back_up(state: State) -> Backup:
    return Backup({name: copy.deepcopy(getattr(state, name)) for name in _RESTORED})


def put_back(state: State, backup: Backup) -> None:
    """What happened since is undone, and ids given since are given again. The clock goes on."""
    for name, rows in backup.tables.items():
        setattr(state, name, copy.deepcopy(rows))


def delete_course(state: State, courseid: int) -> None:
    """With everything in it."""
    gone = {number for number, one in state.instances.items() if one.courseid == courseid}
    for number in [n for n, one in state.enrolments.items() if one.instanceid in gone]:
        del state.enrolments[number]
    for number in gone:
        del state.instances[number]
    state.completions = {k: v for k, v in state.completions.items() if k[0] != courseid}
    state.roles = {role for role in state.roles if role[0] != courseid}
    del state.courses[courseid]


def merge_users(state: State, leaving: int, staying: int) -> None:
    """As the plugin tool_mergeusers does: enrolments go over to the account that stays, but where
    it has one by the same method already, and the other account is suspended."""
    theirs = {one.instanceid for one in state.enrolments.values() if one.userid == staying}
    for number, one in list(state.enrolments.items()):
        if one.userid == leaving and one.instanceid in theirs:
            del state.enrolments[number]
        elif one.userid == leaving:
            one.userid = staying
    state.users[leaving].suspended = True


def delete_user(state: State, userid: int) -> None:
    """The row stays under a scrambled name, without its numbers; its enrolments go."""
    user = state.users[userid]
    # Moodle scrambles the address to the MD5 of the old name; nothing is kept secret by it.
    scrambled = hashlib.md5(user.username.encode(), usedforsecurity=False).hexdigest()
    user.username, user.email = f"{user.email}.{state.now()}", scrambled
    user.idnumber, user.profile, user.deleted = "", {}, True
    for number in [n for n, one in state.enrolments.items() if one.userid == userid]:
        del state.enrolments[number]
    for cohort in state.cohorts.values():
        cohort.members = [one for one in cohort.members if one != userid]

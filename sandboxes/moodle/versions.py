"""The versions of Moodle as which the sandbox can speak, and in what they differ."""

from __future__ import annotations

from dataclasses import dataclass

from sandboxes.moodle.errors import MISSING_RECORD, MoodleError


@dataclass(frozen=True, slots=True)
class Version:
    """`tells_which_record` names the kind of record that is missing. `checks_course_fields` refuses
    a value that a custom course field cannot hold, rather than to store what is left of it.
    `one_message_refuses_all` answers a batch of messages of which one is not sent with an exception
    instead of a result for each."""

    release: str
    number: str
    tells_which_record: bool
    checks_course_fields: bool
    one_message_refuses_all: bool

    def words(self, error: MoodleError) -> MoodleError:
        """The error as this version puts it."""
        if self.tells_which_record or error.exception != MISSING_RECORD:
            return error
        unknown = "Can't find data record in database."
        return MoodleError(MISSING_RECORD, "invalidrecordunknown", unknown)


MOODLE_4_5 = Version("4.5.6 (Build: 20250811)", "2024100706", True, True, True)
MOODLE_5_0 = Version("5.0.6+ (Build: 20260403)", "2025041406.11", False, False, False)

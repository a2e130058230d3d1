"""Moodle's errors, word for word as recorded. They travel with HTTP status 200."""

from __future__ import annotations

_CORE = "core\\exception\\"
MISSING_RECORD = "dml_missing_record_exception"


class MoodleError(Exception):
    def __init__(self, exception: str, errorcode: str | None, message: str) -> None:
        super().__init__(message)
        self.exception = exception
        self.errorcode = errorcode
        self.message = message

    def answer(self) -> dict[str, str]:
        code = {} if self.errorcode is None else {"errorcode": self.errorcode}
        return {"exception": self.exception, **code, "message": self.message}


def moodle_error(errorcode: str, message: str) -> MoodleError:
    return MoodleError(f"{_CORE}moodle_exception", errorcode, message)


def invalid_parameter() -> MoodleError:
    return MoodleError(
        f"{_CORE}invalid_parameter_exception",
        "invalidparameter",
        "Invalid parameter value detected",
    )


def invalid_response() -> MoodleError:
    return MoodleError(
        f"{_CORE}invalid_response_exception", "invalidresponse", "Invalid response value detected"
    )


def no_record(table: str) -> MoodleError:
    return MoodleError(
        MISSING_RECORD,
        "invalidrecord",
        f"Can't find data record in database table {table}.",
    )


def invalid_user() -> MoodleError:
    return MoodleError(MISSING_RECORD, "invaliduser", "Invalid user")


def no_permission(what: str) -> MoodleError:
    return MoodleError(
        f"{_CORE}required_capability_exception",
        "nopermissions",
        f"Sorry, but you do not currently have permissions to do that ({what}).",
    )


def access_exception() -> MoodleError:
    return MoodleError("webservice_access_exception", "accessexception", "Access control exception")


def invalid_token() -> MoodleError:
    return moodle_error("invalidtoken", "Invalid token - token not found")


def invalid_custom_field() -> MoodleError:
    return MoodleError(
        "core\\invalid_persistent_exception",
        "invalidpersistenterror",
        "Error: Data submitted is invalid",
    )


def write_failed() -> MoodleError:
    return MoodleError("dml_write_exception", "dmlwriteexception", "Error writing to database")


def database_down() -> MoodleError:
    return MoodleError(
        "dml_connection_exception",
        "dbconnectionfailed",
        "<p>Error: Database connection failed</p>\n"
        "<p>It is possible that the database is overloaded or otherwise not running properly.</p>\n"
        "<p>The site administrator should also check that the database details have been correctly"
        " specified in config.php</p>",
    )


def php_error(message: str) -> MoodleError:
    """A PHP error has no errorcode at all."""
    return MoodleError("Error", None, message)

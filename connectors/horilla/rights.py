"""Which permission each call of Horilla asks for, and what an answer without a reason may mean.

As a real Horilla 1.5 was seen to do. Its own refusals name no permission.
"""

from __future__ import annotations

PERMISSIONS = (
    ("/api/employee/employee-work-information/", "employee.view_employeeworkinformation"),
    ("/api/employee/", "employee.view_employee"),
    ("/api/base/employee-shift/", "base.view_employeeshift"),
)
"""By the beginning of a path, the longer ones first."""


def permission_for(path: str) -> str:
    return next(name for start, name in PERMISSIONS if path.startswith(start))


def remedy_for(path: str) -> str:
    """What to do when Horilla refuses a call."""
    return (
        f"the account may not see this: give it the permission {permission_for(path)} "
        "(Settings, User Permissions); the others it may have do not count here"
    )


WITHOUT_RECORD = (
    "If this stays: link the account to an employee record in Horilla. For an account without one "
    "it fails at every call, without saying why"
)

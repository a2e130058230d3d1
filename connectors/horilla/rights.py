"""Which permission each call of Horilla asks for, and what an answer without a reason may mean.

As a real Horilla 1.5 was seen to do. Its own refusals name no permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

_LOOKED_AT = 3
PERMISSIONS = (
    ("/api/employee/employee-work-information/", "employee.view_employeeworkinformation"),
    ("/api/employee/", "employee.view_employee"),
    ("/api/base/employee-shift/", "base.view_employeeshift"),
)
"""By the beginning of a path, the longer ones first."""


def permission_for(path: str) -> str:
    return next(name for start, name in PERMISSIONS if path.startswith(start))


def not_listed(ids: Iterable[str]) -> Iterator[str]:
    """A few ids that a list left out: those of people who were deleted, if it holds everyone.

    A list of one's own team looks like any other. But of a person who exists the detail is refused
    without the right to see everyone, where of one who does not it says so.
    """
    listed = {int(one) for one in ids}
    last = max(listed, default=0)
    left_out = (number for number in range(1, last) if number not in listed)
    for number in (*islice(left_out, _LOOKED_AT), *range(last + 1, last + 1 + _LOOKED_AT)):
        yield str(number)


def remedy_for(path: str) -> str:
    """What to do when Horilla refuses a call."""
    return (
        f"the account may not see this: give it the permission {permission_for(path)} "
        "(Settings, Employee Permission); the others it may have do not count here"
    )


WITHOUT_EVERYONE = (
    "give it employee.view_employee, without which it sees itself or its own team only, and "
    "employee.view_employeeworkinformation"
)
WITHOUT_RECORD = (
    "If this stays: link the account to an employee record in Horilla. Without one it fails so for "
    "a right password, and says no more"
)

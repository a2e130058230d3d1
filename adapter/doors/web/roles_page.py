"""`python -m adapter.doors.web.roles_page > docs/roles.md` prints who may call what."""

from __future__ import annotations

import sys

from adapter.doors.web.access import ROUTES
from adapter.register.keys import Role

HEADINGS = {
    Role.MANAGEMENT_TEAM: "MT",
    Role.HR: "HR",
    Role.MANAGER: "manager",
    Role.EMPLOYEE: "employee",
    Role.KNOWLEDGE_BROKER: "broker",
    Role.LMS: "LMS",
    Role.HRIS: "HRIS",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "admin",
}

_INTRODUCTION = """\
# Who may call what

Printed from the table in `adapter/doors/web/access.py` by
`python -m adapter.doors.web.roles_page`; a test keeps it current. The service refuses to start with
a route that is not in the table. What a role may do in words is in
[access and privacy](access-and-privacy.md).

A key carries the number of its employee (`key create --employee`). For a **manager** every row is
about the employees who report to that number, for an **employee** about that number alone; a key
without a number opens nobody's data. Another team's record is answered as if it did not exist. Of a
request for people of several teams, a manager sees the own people and their part of the costs. The
**knowledge broker** sees who signed up and who attended, and no costs of persons; the **auditor**
sees persons only in the logs, the **admin** nowhere but in the
number of the employee whose data or team a key opens.
"""


def page() -> str:
    """The page as Markdown."""
    roles = tuple(HEADINGS)
    lines = [
        f"| Method and path | {' | '.join(HEADINGS[role] for role in roles)} |",
        f"|---|{'|'.join(':-:' for _ in roles)}|",
        *(_line(route, roles) for route in ROUTES),
    ]
    return "\n".join([_INTRODUCTION, *lines, ""])


def _line(route: str, roles: tuple[Role, ...]) -> str:
    """One row; a route without roles is open to anyone, without a key."""
    allowed = ROUTES[route].roles
    marks = ("open" if allowed is None else "●" if role in allowed else "" for role in roles)
    return f"| `{route}` | {' | '.join(marks)} |"


def main() -> None:
    sys.stdout.write(page())


if __name__ == "__main__":
    main()

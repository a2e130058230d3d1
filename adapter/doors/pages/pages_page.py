"""`python -m adapter.doors.pages.pages_page > docs/pages.md` prints who may open what."""

from __future__ import annotations

import sys

from adapter.doors.pages.access import PAGES
from adapter.doors.web.roles_page import HEADINGS
from adapter.register.given_roles import GIVABLE
from adapter.register.keys import Role

ROLES = tuple(role for role in HEADINGS if role in GIVABLE | {Role.EMPLOYEE, Role.MANAGER})

_INTRODUCTION = """\
# Who may open which page

Printed from the table in `adapter/doors/pages/access.py` by
`python -m adapter.doors.pages.pages_page`; a test keeps it current. The service refuses to start
with a page that is not in the table. A `POST` is an act of the page. Who has several roles acts in
the one of the page. A **manager** sees and acts for the own team, an **employee** for himself;
everybody in service is an employee. How people get a role is in
[access and privacy](access-and-privacy.md), how they sign in in [sign-in](sign-in.md).
"""


def page() -> str:
    """The page as Markdown."""
    lines = [
        f"| Page | {' | '.join(HEADINGS[role] for role in ROLES)} |",
        f"|---|{'|'.join(':-:' for _ in ROLES)}|",
        *(_line(key) for key in PAGES),
    ]
    return "\n".join([_INTRODUCTION, *lines, ""])


def _line(key: str) -> str:
    """One row; a page without roles is open to strangers."""
    allowed = PAGES[key].roles
    marks = ("open" if allowed is None else "●" if role in allowed else "" for role in ROLES)
    return f"| `{key}` | {' | '.join(marks)} |"


def main() -> None:
    sys.stdout.write(page())


if __name__ == "__main__":
    main()

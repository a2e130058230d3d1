"""Who acts when an entry of the request form is taken over."""

from __future__ import annotations

from adapter.register.keys import Principal, Role

BY_FORM = "lms-request-form"


def author_of(employee_id: str | None) -> Principal:
    """Who acts: the author, for whom `take_over` has looked at whose employees are named."""
    return Principal(BY_FORM, BY_FORM, Role.HR, employee_id)

"""A page of a list, with the address of the next one (RFC 8288)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request

from adapter.doors.messages.paging import PageOut
from adapter.doors.web.answers import answer


def paged(page: PageOut, following: str | None) -> Response:
    """`following` is the cursor of the next page; the last page has none."""
    if following is None:
        return answer(page)
    response = answer(page.model_copy(update={"next": following}))
    address = f"{request.path}?{urlencode({**request.args, 'cursor': following})}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return response

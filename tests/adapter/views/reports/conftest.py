"""The small agency of the procedure's tests."""

from tests.adapter.subjects.requests.conftest import office

__all__ = ["office"]

"""The small agency of the procedure's tests."""

from tests.adapter.procedure.conftest import office

__all__ = ["office"]

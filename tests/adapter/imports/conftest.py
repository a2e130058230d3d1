"""The office of the procedure's tests, whose manager sends spreadsheets."""

from tests.adapter.cli.conftest import run
from tests.adapter.procedure.conftest import office

__all__ = ["office", "run"]

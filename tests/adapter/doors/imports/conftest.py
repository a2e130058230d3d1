"""The office of the procedure's tests, whose manager sends spreadsheets."""

from tests.adapter.programs.cli.conftest import run
from tests.adapter.subjects.requests.conftest import office

__all__ = ["office", "run"]

"""The rows of a table that a test of the rules runs through."""

from __future__ import annotations

from typing import Any


def table_of(test: Any) -> list[Any]:
    [marked] = [mark for mark in test.pytestmark if mark.name == "parametrize"]
    return list(marked.args[1])

"""An agency with nothing to do, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import looking
from adapter.views.tasks.task import TaskKind
from adapter.views.tasks.work_list import ListedTask, list_tasks
from tests.fixtures.agency import Agency, agency

__all__ = ["agency"]

HR = Principal("k1", "hr", Role.HR, "10009")
Listed = Callable[..., list[ListedTask]]


@pytest.fixture
def listed(agency: Agency) -> Listed:
    """`listed(kind)` as HR sees it, `listed(by=…)` as somebody else does."""

    def look(kind: TaskKind | None = None, by: Principal = HR) -> list[ListedTask]:
        with looking(agency.parts, by) as act:
            return list_tasks(act, kind)

    return look

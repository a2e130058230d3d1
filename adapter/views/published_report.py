"""A report that the web service gives at an address of its own, told once: route, roles, schema,
JSON and page follow from this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from adapter.ground.answers import Answer
from adapter.ground.rendering.content import Report
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from config.catalogue import Language

Asked = TypeVar("Asked", bound=BaseModel)
Found = TypeVar("Found", bound=Answer)


class AsItStands(BaseModel):
    """What is asked of a report of this moment: nothing."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReport(Generic[Asked, Found]):
    """`read` gives what JSON writes as it is, and `page` makes of it what people read. `asked` are
    the members of the address: in its path where it names them, else in its query."""

    address: str
    """Below `/v1`, such as `/reports/leavers` or `/employees/<id>/learning-overview`."""
    operation_id: str
    summary: str
    description: str
    tag: str
    tag_description: str
    roles: frozenset[Role]
    forms: tuple[str, ...]
    """The renderers that Accept can ask for beside JSON, by extension."""
    asked: type[Asked]
    found: type[Found]
    read: Callable[[Act, Asked, Language], Found]
    page: Callable[[Act, Found, Language], Report]
    about: Callable[[Asked], str] | None = None
    """The employee whom it is about, where managers and employees may read their own."""


AnyReport = PublishedReport[Any, Any]

"""Frozen dataclasses whose objects are made in a third of the time.

A decision makes some ten of them and a reconciliation a million. `dataclass` sets each member of a
frozen object through `object.__setattr__`, which costs more than the rule that made it; here
`__init__` fills in the object's own dictionary. What is made is the same, and as frozen.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

Made = TypeVar("Made")


def quickly_made(kind: type[Made]) -> type[Made]:
    """Stands above `@dataclass(frozen=True)`, without slots. Members that are not taken by
    `__init__`, and `__post_init__`, are not for such a class."""
    known: dict[str, Any] = {}
    taken, filled = [], []
    for member in fields(kind):  # type: ignore[arg-type]
        name = member.name
        if member.default_factory is not MISSING:
            known[f"make_{name}"] = member.default_factory
            taken.append(f"{name}=None")
            filled.append(f"own[{name!r}] = make_{name}() if {name} is None else {name}")
            continue
        if member.default is not MISSING:
            known[f"default_{name}"] = member.default
        taken.append(name if member.default is MISSING else f"{name}=default_{name}")
        filled.append(f"own[{name!r}] = {name}")
    body = "\n    ".join(("own = self.__dict__", *filled))
    # As `dataclass` itself does it: there is no other way to a function with these parameters.
    exec(f"def __init__(self, {', '.join(taken)}):\n    {body}", known)  # noqa: S102
    made = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__annotations__ = kind.__init__.__annotations__
    kind.__init__ = made  # type: ignore[method-assign]
    return kind

"""Settings name only the fields that differ from the defaults; this fills in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import Misconfigured

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Names = TypeVar("Names", bound=DataclassInstance)


def renamed(defaults: Names, names: Mapping[str, str], of: str = "HRIS") -> Names:
    """The defaults with some fields under another name; an empty name says that the other side
    (`of`) does not have the field. Raises `Misconfigured` for a field that does not exist or cannot
    be missed."""
    known = {one.name: one for one in fields(defaults)}
    unknown = sorted(names.keys() - known.keys())
    if unknown:
        raise Misconfigured(
            f"Unknown field(s) {', '.join(unknown)} in the settings of the {of}; "
            f"they may be: {', '.join(known)}."
        )
    # A field may be missed when its annotation, a string here, allows None.
    needed = sorted(
        one for one, name in names.items() if not name and "None" not in known[one].type
    )
    if needed:
        raise Misconfigured(f"The {of} cannot do without the field(s) {', '.join(needed)}.")
    return replace(defaults, **{one: name or None for one, name in names.items()})

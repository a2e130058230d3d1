"""Settings name only the fields that differ from the defaults; this fills in the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import Misconfigured

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Names = TypeVar("Names", bound=DataclassInstance)


def renamed(defaults: Names, names: Mapping[str, str]) -> Names:
    """The defaults with some fields under another name; an empty name says that the other side
    does not have the field. Raises `Misconfigured` for a field that does not exist or cannot
    be missed."""
    # A field may be missed when its annotation, a string here, allows None.
    needed = {one.name for one in fields(defaults) if "None" not in str(one.type)}
    known = [one.name for one in fields(defaults)]
    return replace(defaults, **other_names(known, needed, names, "HRIS"))


def other_names(
    known: Collection[str], needed: Collection[str], names: Mapping[str, str], of: str
) -> dict[str, str | None]:
    """The same for any fields, `needed` among them: None for one that the other side, `of`, does
    not have."""
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise Misconfigured(
            f"Unknown field(s) {', '.join(unknown)} in the settings of the {of}; "
            f"they may be: {', '.join(known)}."
        )
    missed = sorted(one for one, name in names.items() if not name and one in needed)
    if missed:
        raise Misconfigured(f"The {of} cannot do without the field(s) {', '.join(missed)}.")
    return {one: name or None for one, name in names.items()}

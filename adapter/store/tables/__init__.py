"""All tables of the register; importing this fills `METADATA`."""

from adapter.store.tables import (
    courses,
    decisions,
    exits,
    people,
    procedure,
    reconciliation,
    rulings,
    tranches,
    work,
)

__all__ = [
    "courses",
    "decisions",
    "exits",
    "people",
    "procedure",
    "reconciliation",
    "rulings",
    "tranches",
    "work",
]

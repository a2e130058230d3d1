"""All tables of the register; importing this fills `METADATA`."""

from adapter.store.tables import (
    claims,
    courses,
    decisions,
    exits,
    imports,
    in_company,
    people,
    procedure,
    reconciliation,
    request_form,
    rulings,
    scim,
    tasks,
    tranches,
    work,
)

__all__ = [
    "claims",
    "courses",
    "decisions",
    "exits",
    "imports",
    "in_company",
    "people",
    "procedure",
    "reconciliation",
    "request_form",
    "rulings",
    "scim",
    "tasks",
    "tranches",
    "work",
]

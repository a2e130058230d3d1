"""All tables of the register; importing this fills `METADATA`."""

from adapter.store.tables import (
    accounts,
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
    "accounts",
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

"""The licences of what the service is installed with, as docs/licences.md:
`python -m tests.supply_chain.licences > docs/licences.md`."""

from __future__ import annotations

import re
import sys

from tests.supply_chain.locked import licences

ALLOWED = frozenset(
    {
        *("MIT", "MIT-0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0"),
        *("Unlicense", "MPL-2.0", "LGPL-3.0-only"),
    }
)
"""Under which we pass on what we use unchanged, beside code under the EUPL-1.2."""
_OPENING = """\
# Licences of what is installed

Printed by `python -m tests.supply_chain.licences` from `requirements/traces.txt` and the metadata
of the packages; a test keeps it current and fails for a licence that is not in the list in
`tests/supply_chain/licences.py`. Everything is installed as its makers published it, so LGPL
(psycopg) and MPL (certifi) ask for no more than this list. `make sbom` writes the same as a
CycloneDX document, with hashes.

| Package | Version | Licence (SPDX) | Asked for by |
|---|---|---|---|
"""


def not_allowed(expression: str) -> list[str]:
    """Of `A OR B` one is enough; of `A AND B` both count."""
    choices = [re.split(r" AND ", one) for one in expression.strip("()").split(" OR ")]
    refused = [[one for one in both if one not in ALLOWED] for both in choices]
    return min(refused, key=len)


def page() -> str:
    rows = [
        f"| `{one.name}` | {one.version} | {licence} | {', '.join(one.wanted_by)} |\n"
        for one, licence in licences()
    ]
    return _OPENING + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page())

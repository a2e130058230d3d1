"""Run as a program: one document in as JSON, its PDF out, and the memory back to the machine.

The typesetter keeps what it made of the last ten documents, which a service cannot afford. Imports
nothing of ours, so that it starts fast and wherever the service was installed.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

TEMPLATES = Path(__file__).parent / "templates"
REFUSED = 3
"""The exit status when the typesetter refuses the document; it then says why on standard error."""

_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def main() -> int:
    """Read `template`, `content` and `made_at` (ISO 8601 with offset) from standard input."""
    # Here, and not in the service, which imports the exit status alone.
    import typst

    job = json.load(sys.stdin)
    try:
        document = _compiled(job)
    except typst.TypstError as refused:
        sys.stderr.write(refused.diagnostic)
        return REFUSED
    sys.stdout.buffer.write(document)
    return 0


def _compiled(job: dict[str, Any]) -> bytes:
    import typst

    return typst.compile(
        TEMPLATES / job["template"],
        root=TEMPLATES,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": json.dumps(job["content"])},
        pdf_standards=[*_STANDARDS],
        timestamp=datetime.fromisoformat(job["made_at"]),
    )


if __name__ == "__main__":
    sys.exit(main())

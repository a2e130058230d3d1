"""Parameter files as an administrator would write them for a change of the policy."""

from __future__ import annotations

from pathlib import Path

NINETY_HOURS = """
effective_from = 2028-01-01

[hours.norm]
value = "90.00"
unit = "hours"
clause = "Visie §8"
status = "decided"
"""

LESS_WHEN_NOT_COMPLETED = """
effective_from = 2028-01-01

[repayment.share_not_completed]
value = 80
unit = "percent"
clause = "Visie §7"
status = "decided"
"""

THIRD_DEADLINE = """
effective_from = 2027-11-16

[tranche.periods]
value = [
  { number = 1, deadline = { year_offset = -1, month = 11, day = 15 }, decision_from = { year_offset = 0, month = 1, day = 1 }, decision_until = { year_offset = 0, month = 1, day = 31 } },
  { number = 2, deadline = { year_offset = 0, month = 3, day = 15 }, decision_from = { year_offset = 0, month = 4, day = 1 }, decision_until = { year_offset = 0, month = 4, day = 30 } },
  { number = 3, deadline = { year_offset = 0, month = 7, day = 15 }, decision_from = { year_offset = 0, month = 7, day = 16 }, decision_until = { year_offset = 0, month = 8, day = 31 } },
]
unit = "tranches"
clause = "Visie §6"
status = "decided"
"""  # noqa: E501 - tables of TOML stand on one line


def written(folder: Path, content: str) -> Path:
    """The file under the name that its date of effect asks for."""
    effective_from = content.split("effective_from = ")[1][:10]
    file = folder / f"{effective_from}.toml"
    file.write_text(content, "utf-8")
    return file

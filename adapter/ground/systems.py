"""The systems beyond the network; each is called through a circuit of its own."""

from __future__ import annotations

from enum import StrEnum


class System(StrEnum):
    """Named as the parts of `adapter/register/part_states.py` are."""

    LMS = "lms"
    HRIS = "hris"
    MAIL = "mail"
    PAYROLL = "payroll"

"""What a register is: facts about itself that outlast the program that recorded them."""

from __future__ import annotations

from adapter.ground.store.metadata import Mapped, Stored, mapped_column

OF = "organisation"
"""The fact of a register that names whose it is, among several."""


class RegisterFactRow(Stored):
    __tablename__ = "register_facts"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

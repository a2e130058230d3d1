"""What a register is: facts about itself that outlast the program that recorded them."""

from sqlalchemy import Column, Table, Text

from adapter.ground.store.metadata import METADATA

register_facts = Table(
    "register_facts",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

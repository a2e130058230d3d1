"""Every table and column is told: whose data it is, why it is kept, and in which words."""

from __future__ import annotations

import pytest

from adapter.ground.store.inventory import Holds, Purpose, inventory
from adapter.ground.store.metadata import METADATA
from config.catalogue import Language, keys

TABLES = sorted(METADATA.tables)


def test_every_table_is_told() -> None:
    assert set(inventory()) == set(TABLES), "tell it in adapter/ground/store/inventory.toml"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_told_once(name: str) -> None:
    told = inventory()[name]
    listed = [column for holds in Holds for column in told.holding(holds)]
    assert sorted(listed) == sorted(METADATA.tables[name].c.keys()), (
        "tell what the column holds in adapter/ground/store/inventory.toml"
    )


def test_what_is_told_has_words() -> None:
    wanted = {f"privacy.table.{name}" for name in TABLES}
    wanted |= {f"privacy.{table}.{one}" for table in ("purpose", "basis") for one in Purpose}
    wanted |= {f"privacy.holds.{one}" for one in Holds}
    wanted |= {
        f"privacy.column.{column}"
        for told in inventory().values()
        for column, holds in told.columns.items()
        if holds not in (Holds.SERVICE, Holds.SECRET)
    }
    told = {key for key in keys(Language.NL) if key.startswith("privacy.")}
    assert wanted - told == set()
    columns = {key for key in told if key.startswith("privacy.column.")}
    assert columns - wanted == set(), "no column has this name"

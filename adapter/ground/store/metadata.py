"""What every table of the register shares: one MetaData, with names for every constraint so that
migrations can refer to them on both engines, and the column type of each type of value."""

from datetime import date, datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.orm import DeclarativeBase

from adapter.ground.store.columns import Day, Hours, Moment

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Stored(DeclarativeBase):
    """A table. On the class its columns are SQL, on a row their values: a name that is not there is
    a type error in both places. Rows are read with `reading`, and written with SQL."""

    metadata = METADATA
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Text,
        int: Integer,
        date: Day,
        datetime: Moment,
        Decimal: Hours,
        bytes: LargeBinary,
    }


def table_of(stored: type[Stored]) -> Table:
    """The table itself, for what is said of it by name or column by column."""
    return cast("Table", stored.__table__)

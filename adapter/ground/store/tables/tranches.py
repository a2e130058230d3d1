"""What a tranche is weighed with, and what it has done by itself; rows are added, never changed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

weighings = Table(
    "weighings",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), nullable=False),
    # The newest weighing of a request counts.
    Column("position", Integer, nullable=False),
    # Score and reason by criterion.
    Column("scores", Json, nullable=False),
    Column("weighed_by", Text, nullable=False),
    Column("weighed_at", Moment, nullable=False),
    UniqueConstraint("request_id", "position"),
)

budgets = Table(
    "budgets",
    METADATA,
    Column("id", Text, primary_key=True),
    # The newest of a year or tranche counts.
    Column("position", Integer, nullable=False, unique=True),
    Column("year", Integer, nullable=False, index=True),
    # None: of the whole year.
    Column("tranche", Text),
    Column("amount_cents", BigInteger, nullable=False),
    Column("reason", Text),
    Column("set_by", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
)

in_company_prices = Table(
    "in_company_prices",
    METADATA,
    Column("id", Text, primary_key=True),
    # The newest price of a training counts.
    Column("position", Integer, nullable=False, unique=True),
    # A course's ID number or a trajectory.
    Column("training_id", Text, nullable=False),
    Column("session_cents", BigInteger, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

tranche_steps = Table(
    "tranche_steps",
    METADATA,
    # A step is taken once: the row is the claim, in the transaction of all that the step does.
    Column("tranche", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("taken_at", Moment, nullable=False),
    # 0: nothing was running when it was due, and a later step has made it pointless.
    Column("carried_out", Integer, nullable=False),
    # How many requests, drafts and people it was about.
    Column("numbers", Json, nullable=False),
)
